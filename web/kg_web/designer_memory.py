"""Analyses that were made before: computed once for a release, and kept while they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any, TypeVar, cast

from kg_web.state import state

__all__ = ["forget", "remembered"]

_Found = TypeVar("_Found")
_MOST = 256


def remembered(analysis: Callable[..., _Found], *arguments: Hashable) -> _Found:
    """An analysis of the site's graph with these arguments; the store comes before them.

    An analysis follows from the release and its arguments alone, so it is made once; the 256 asked for last
    are kept. Never for what someone says about themselves: advice on recognition is not kept anywhere.
    """
    return cast(_Found, _made(state().edition, analysis, arguments))


def forget() -> None:
    """Lets go of everything that was kept."""
    _made.cache_clear()


@lru_cache(maxsize=_MOST)
def _made(edition: str, analysis: Callable[..., Any], arguments: tuple[Hashable, ...]) -> Any:  # noqa: ARG001
    """The edition of the site is in the key: another release is another answer."""
    return analysis(state().store, *arguments)
