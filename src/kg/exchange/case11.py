"""CASE 1.1: as CASE 1.0, with subjects of items and the meaning of an association in its notes."""

from __future__ import annotations

from kg.exchange.case import packages
from kg.exchange.source import Source

__all__ = ["write"]


def write(source: Source) -> dict[str, bytes]:
    """A file of each profile and programme that has items, as CASE 1.0 gives them."""
    return packages(source, "1.1")
