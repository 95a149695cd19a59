"""Where every page stands: below the front page of an audience, or below browsing or the pages about the site."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import request, url_for

from kg_web.words import N_

__all__ = ["Place", "Step", "crumbs_of_page", "menu", "sections", "steps_above"]


@dataclass(frozen=True, slots=True)
class Place:
    """A page there is one of: how it is called, and the page it stands below."""

    endpoint: str
    name: str
    below: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A link to a place, and whether it leads to the page that is shown or to one it stands below."""

    href: str
    name: str
    current: bool = False


_DESIGN, _RESEARCH, _CONNECT = "designer.overview", "pages.research", "pages.connect"
_BROWSE, _ABOUT = "pages.browse", "pages.about"

_PLACES = (
    Place(_DESIGN, N_("Design")),
    Place(_RESEARCH, N_("Research")),
    Place(_CONNECT, N_("Connect")),
    Place(_BROWSE, N_("Browse")),
    Place(_ABOUT, N_("About the graph")),
    Place("designer.coverage", N_("Coverage"), _DESIGN),
    Place("designer.gaps", N_("Gaps"), _DESIGN),
    Place("advice.recognition", N_("Recognition"), _DESIGN),
    Place("designer.whitespots", N_("White spots"), _DESIGN),
    Place("questions.index", N_("Questions"), _RESEARCH),
    Place("sparql_page.editor", N_("SPARQL"), _RESEARCH),
    Place("reference.terms", N_("Vocabulary"), _RESEARCH),
    Place("changes.page", N_("Changes"), _RESEARCH),
    Place("releases.cite", N_("How to cite"), _RESEARCH),
    Place("exports.index", N_("Exchange"), _CONNECT),
    Place("reference.datasets", N_("Data"), _CONNECT),
    Place("reconcile_page.guide", N_("Match names"), _CONNECT),
    Place("explorer.page", N_("Explore"), _BROWSE),
    Place("pages.search", N_("Search"), _BROWSE),
    Place("guide.index", N_("How-tos"), _ABOUT),
    Place("pages.checks", N_("Checks"), _ABOUT),
)
"""Every place: first those of the menu in their order, then what stands below them."""

_WITHIN = {
    "pages.kind": _BROWSE,
    "pages.thing": _BROWSE,
    "suggesting.form": _BROWSE,
    "suggesting.made": _BROWSE,
    "questions.question": "questions.index",
    "exports.target": "exports.index",
    "reference.dataset": "reference.datasets",
    "reference.term": "reference.terms",
    "guide.howto": "guide.index",
    "sparql_page.limits": "sparql_page.editor",
}
"""Pages there are many of, and the place each stands in; their templates tell the last steps themselves."""

_BY_ENDPOINT = {place.endpoint: place for place in _PLACES}
_Say = Callable[[str], str]


def menu(lang: str, say: _Say) -> list[Step]:
    """The main menu."""
    top = _top(request.endpoint or "")
    return [_step(place, lang, say, current=place.endpoint == top) for place in _PLACES if not place.below]


def sections(lang: str, say: _Say) -> list[tuple[Step, list[Step]]]:
    """The whole site in short: every place of the menu with the places below it."""
    return [
        (_step(top, lang, say), [_step(place, lang, say) for place in _PLACES if place.below == top.endpoint])
        for top in _PLACES
        if not top.below
    ]


def crumbs_of_page(lang: str, say: _Say) -> list[Step]:
    """The way to this page, when it is a place below another; else nothing, or what the page tells itself."""
    place = _BY_ENDPOINT.get(request.endpoint or "")
    if place is None or not place.below or place.below == _DESIGN:
        return []
    return [_step(_BY_ENDPOINT[place.below], lang, say), Step("", say(place.name), current=True)]


def steps_above(lang: str, say: _Say) -> list[Step]:
    """What comes before the steps that the page itself tells: the place its own place stands below."""
    place = _BY_ENDPOINT.get(_WITHIN.get(request.endpoint or "", ""))
    return [_step(_BY_ENDPOINT[place.below], lang, say)] if place and place.below else []


def _step(place: Place, lang: str, say: _Say, *, current: bool = False) -> Step:
    return Step(url_for(place.endpoint, lang=lang), say(place.name), current)


def _top(endpoint: str) -> str:
    """The place of the menu that a page stands below."""
    if endpoint.partition(".")[0] in {"designer", "advice"}:
        return _DESIGN
    place = _BY_ENDPOINT.get(_WITHIN.get(endpoint, endpoint))
    return (place.below or place.endpoint) if place else ""
