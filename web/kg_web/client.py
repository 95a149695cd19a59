"""Who asks: the address of a client, also behind proxies that are trusted, and what may be kept of it."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from kg.files.running import Network

__all__ = ["address_of", "network_of", "shortened", "within"]

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_SHOWN = {4: 24, 6: 48}
"""Bits of an address that a log keeps: those of a provider's network, not of a household."""
_COUNTED = {4: 32, 6: 64}
"""Bits that tell one client from another: an IPv6 household has a network of 64 bits to choose from."""
_LONGEST = 64
"""Characters of an address, with room for the name of an interface."""
_REMEMBERED = 4096
"""Addresses that are read once while those who have them ask on."""


def address_of(environ: Mapping[str, Any], trusted: Iterable[Network]) -> str:
    """The address of the client; empty when it cannot be told.

    X-Forwarded-For is read from its end, as far as the proxies that wrote it are trusted: what stands before that
    was written by whoever asks.
    """
    proxies = tuple(trusted)
    found = _address(str(environ.get("REMOTE_ADDR", "")))
    for told in reversed(str(environ.get("HTTP_X_FORWARDED_FOR", "")).split(",")):
        if found is None or not _in(found, proxies):
            break
        before = _address(told.strip())
        if before is None:
            break
        found = before
    return str(found) if found else ""


def within(address: str, networks: Iterable[Network]) -> bool:
    """Whether an address is in one of the networks."""
    found = _address(address)
    return found is not None and _in(found, networks)


@lru_cache(_REMEMBERED)
def network_of(address: str) -> str:
    """What tells this client from others: its address, or for IPv6 its network."""
    return _cut(address, _COUNTED)


def shortened(address: str, how: str) -> str:
    """What a log may say of an address: `short`, `full` or `none`."""
    if how == "none":
        return ""
    return address if how == "full" else _cut(address, _SHOWN)


def _address(text: str) -> _Address | None:
    return _read(text) if len(text) <= _LONGEST else None


@lru_cache(_REMEMBERED)
def _read(text: str) -> _Address | None:
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, ipaddress.IPv6Address) else found


def _in(address: _Address, networks: Iterable[Network]) -> bool:
    return any(address in network for network in networks if network.version == address.version)


def _cut(address: str, bits: Mapping[int, int]) -> str:
    found = _address(address)
    if found is None:
        return ""
    network = ipaddress.ip_network((found, bits[found.version]), strict=False)
    return str(network.network_address)
