"""What somebody wants to see in the explorer: read from an address, and written as one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlencode

from flask import request, url_for

from kg.curriculum.exploration import BESIDE, CHAIN, ORIGINS, Wish
from kg.curriculum.lifecycle import STAGES

__all__ = ["MORE", "address", "wish_asked"]

MORE, _MOST = 60, 420
"""Things that are added by "more", and how many are shown at most."""
_FARTHEST, _MOST_OPENED, _LONGEST = 6, 40, 120
_KINDS = (*CHAIN, *BESIDE)
_ORIGINS = (*ORIGINS, "derived")


def wish_asked() -> Wish:
    """What the request asks for; a value that is not known counts as not given."""
    steps, most = _number("steps", _FARTHEST), _number("most", _MOST)
    return Wish(
        opened=tuple(dict.fromkeys(code[:_LONGEST] for code in request.args.getlist("open") if code))[:_MOST_OPENED],
        steps=steps,
        kinds=_known("kind", _KINDS) or CHAIN,
        origins=_known("origin", _ORIGINS) or ORIGINS,
        statuses=_known("status", [stage.value for stage in STAGES]),
        levels=tuple(sorted({code[:_LONGEST] for code in request.args.getlist("level") if code}))[:_MOST_OPENED],
        most=max(most, MORE),
    )


def address(
    lang: str, thing: str, wish: Wish, *, suffix: str = "", table: str = "", whole: bool = False, at: str = ""
) -> str:
    """Where this is shown; what goes without saying is left out."""
    usual = replace(Wish(), opened=wish.opened)
    given = [("thing", thing), *(("open", code) for code in wish.opened)]
    given += [("steps", str(wish.steps))] if wish.steps else []
    for name, values, plain in (
        ("kind", wish.kinds, usual.kinds),
        ("origin", wish.origins, usual.origins),
        ("status", wish.statuses, usual.statuses),
        ("level", wish.levels, usual.levels),
    ):
        given += [(name, value) for value in values] if values != plain else []
    given += [("most", str(wish.most))] if wish.most != MORE else []
    given += [("table", table)] if table else []
    endpoint, more = ("explorer.data", {"suffix": suffix}) if suffix else ("explorer.page", {})
    anchor = f"#{at}" if at else ""
    return f"{url_for(endpoint, lang=lang, _external=whole, **more)}?{urlencode(given)}{anchor}"


def _known(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """The values given, in the order in which they are known."""
    given = request.args.getlist(name)
    return tuple(value for value in known if value in given)


def _number(name: str, most: int) -> int:
    text = request.args.get(name, "")
    return min(int(text), most) if text.isascii() and text.isdecimal() and len(text) < 6 else 0
