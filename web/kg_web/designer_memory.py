"""Analyses that were made before: computed once for a release, and kept while they are asked for."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
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
    key = (state().edition, analysis, arguments)
    with _lock:
        made = _made.get(key)
        mine = made is None
        if made is None:
            made = _made[key] = Future()
            if len(_made) > _MOST:
                _made.popitem(last=False)
        else:
            _made.move_to_end(key)
    if mine:
        try:
            made.set_result(analysis(state().store, *arguments))
        except BaseException as fault:
            made.set_exception(fault)
            with _lock:
                _made.pop(key, None)
    return cast(_Found, made.result())


def forget() -> None:
    """Lets go of everything that was kept."""
    with _lock:
        _made.clear()


_lock = threading.Lock()
_made: OrderedDict[tuple[Hashable, ...], Future[Any]] = OrderedDict()
"""Edition of the site, analysis and arguments → what was found, or is being looked for: others then wait for it."""
