"""Queries side by side: the engine answers them without holding the interpreter."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from kg.graph.store import Store

__all__ = ["side_by_side"]

_One = TypeVar("_One")
_Made = TypeVar("_Made")
_MOST = 4
"""More threads wait for memory, and each holds what it counts."""


def side_by_side(work: Callable[[_One], _Made], each: Iterable[_One], store: Store) -> list[_Made]:
    """What is made of each, in order; one after the other when the store is elsewhere."""
    if not store.embedded:
        return [work(one) for one in each]
    with ThreadPoolExecutor(min(_MOST, os.cpu_count() or 1)) as threads:
        return list(threads.map(work, each))
