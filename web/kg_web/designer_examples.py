"""Numbers of the designer's desk for the home page; where a graph lacks what one needs, it is left out."""

from __future__ import annotations

from collections.abc import Callable

from kg.curriculum.coverage import coverage
from kg.curriculum.gaps import gaps
from kg.curriculum.whitespots import white_spots
from kg.errors import KgError
from kg_web.audiences import Example
from kg_web.designer_asked import Asked
from kg_web.designer_memory import remembered
from kg_web.designer_options import default_programme, programmes
from kg_web.designer_page import address
from kg_web.designer_whitespots import provinces_known
from kg_web.errors import Fault
from kg_web.reader import Reader

__all__ = ["design_examples"]


def design_examples(reader: Reader) -> tuple[Example, ...]:
    """What a programme covers, what is not known, and where nothing is offered."""
    asked = Asked(reader, {})
    return tuple(example for make in (_coverage, _gaps, _whitespots) if (example := _made(make, asked)))


def _made(make: Callable[[Asked], Example], asked: Asked) -> Example | None:
    try:
        return make(asked)
    except (KgError, Fault):
        return None


def _coverage(asked: Asked) -> Example:
    found = remembered(coverage, default_programme(asked.reader, programmes(asked.reader)), "")
    text = asked.say(
        "of the {total} competences are reached by {programme}",
        total=asked.number(len(found.competences)),
        programme=asked.name(found.programme),
    )
    return Example(asked.number(len(found.competences) - len(found.missing)), text, address("coverage", asked.lang))


def _gaps(asked: Asked) -> Example:
    found = remembered(gaps, "")
    text = asked.say("links of which the sources say nothing: not a gap, but a question")
    return Example(asked.number(sum(link.unknown for link in found.links)), text, address("gaps", asked.lang))


def _whitespots(asked: Asked) -> Example:
    found = remembered(white_spots)
    text = asked.say(
        "of the {total} provinces have a programme that is known to be offered or planned",
        total=asked.number(len(found.tiles)),
    )
    return Example(asked.number(len(provinces_known(found))), text, address("whitespots", asked.lang))
