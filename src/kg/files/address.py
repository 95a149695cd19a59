"""Where the site is served, when its own processes cannot see that: the address in `KG_SITE`."""

from __future__ import annotations

import os
from urllib.parse import SplitResult, urlsplit

from kg.errors import BadParameter

__all__ = ["site_address"]


def site_address() -> SplitResult | None:
    """The address in `KG_SITE`; None when it is not set. Raises BadParameter for what is no web address."""
    address = os.environ.get("KG_SITE", "").rstrip("/")
    if not address:
        return None
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
        raise BadParameter(
            "KG_SITE is no web address: {address}.", "Write it like https://data.example.org.", address=address
        )
    return parts
