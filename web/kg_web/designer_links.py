"""Which analyses can be made of a thing: the links its page offers."""

from __future__ import annotations

from collections.abc import Mapping

from kg.curriculum.exploration import BESIDE, CHAIN, Wish
from kg_web.designer_memory import remembered
from kg_web.designer_options import comparable_profiles, units_of_programme
from kg_web.designer_page import address
from kg_web.designer_trace import TRACEABLE
from kg_web.explorer_wish import address as explored_at
from kg_web.words import N_, said_in

__all__ = ["analyses_of"]

_OF_PROGRAMME = (
    ("coverage", "programme", N_("Coverage of this programme")),
    ("gaps", "programme", N_("Missing links in this programme")),
    ("plan", "programme", N_("Order and plan of this programme")),
    ("dossier", "programme", N_("Dossier of this programme")),
    ("whatif", "programme", N_("What if units go or come?")),
)
_OTHERS: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "programme": _OF_PROGRAMME,
    "profile": (("comparison", "first", N_("Compare this profile")),),
    "level": (("levels", "", N_("Levels side by side")),),
    "learner": (("whitespots", "learner", N_("What there is for them, on the map")),),
    "policy": (("recognition", "", N_("Weigh evidence under a policy")),),
}
"""Kind → analysis, the parameter that takes the thing, and what the link says."""


def analyses_of(segment: str, code: str, lang: str) -> tuple[tuple[str, str], ...]:
    """What a link says and where it leads, for every analysis of this thing; empty when there is none."""
    say = said_in(lang)
    found: list[tuple[str, str]] = []
    if segment in TRACEABLE:
        found.append((say(N_("Follow the chain of this")), address("trace", lang, [("thing", f"{segment}/{code}")])))
    if segment in {*CHAIN, *BESIDE}:
        found.append((say(N_("Explore from here")), explored_at(lang, f"{segment}/{code}", Wish())))
    needs_units = segment == "programme" and not remembered(units_of_programme, code)
    for analysis, parameter, text in _OTHERS.get(segment, ()):
        if needs_units and analysis != "gaps":
            continue
        if segment == "profile" and code not in comparable_profiles():
            continue
        found.append((say(text), address(analysis, lang, [(parameter, code)] if parameter else [])))
    return tuple(found)
