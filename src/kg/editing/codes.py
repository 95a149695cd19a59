"""New things: a code that nobody has or ever had, and the least that must be said."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from kg.editing.draft import Draft
from kg.errors import BadParameter
from kg.names import CODE, KINDS_BY_SEGMENT, OUTSIDE, Iri, Kind, lg
from kg.text import Words, did_you_mean, natural

__all__ = ["free_code", "kind_called", "mint"]

_RDF, _SKOS = OUTSIDE["rdf"], OUTSIDE["skos"]
_CONCEPTS = ("competence", "task", "tension", "theme", "knowledge", "agenda-item", "level", "verb")
_DESIGNED = ("assessment", "knowledge", "outcome", "policy", "programme", "unit")
_SERIES = re.compile(r"(?P<stem>.*?)(?P<number>\d+)\Z")


def kind_called(name: str) -> Kind:
    """The kind with this segment (`competence`) or class name. Raises BadParameter, which tells what there is."""
    by_class = {kind.class_name.casefold(): kind for kind in KINDS_BY_SEGMENT.values()}
    kind = KINDS_BY_SEGMENT.get(name) or by_class.get(name.casefold())
    if kind is None:
        raise BadParameter(
            "There is no kind of thing called {name}.",
            "There is: {known}.",
            name=name,
            known=did_you_mean(name, KINDS_BY_SEGMENT) or ", ".join(KINDS_BY_SEGMENT),
        )
    return kind


def free_code(taken: Iterable[str], like: str) -> str:
    """The next code of a series: after `ow-12` comes `ow-13`, after `mo-2` in `mo-2-1, mo-2-2` comes `mo-2-3`.

    `like` is a code of the series or its stem (`ow`). The number is one more than the highest there is, as wide
    as the widest; a number that was ever given is never given again. Raises BadParameter when the series has no
    numbers at all.
    """
    codes = set(taken)
    found = _SERIES.match(like)
    stem = found["stem"] if found and like in codes else f"{like}-"
    numbers = [code.removeprefix(stem) for code in codes if code.startswith(stem)]
    digits = [number for number in numbers if number.isdigit()]
    if not digits:
        raise BadParameter(
            "{like} is the beginning of no series of codes.",
            "Give the whole code with --code.",
            like=like,
        )
    highest = max(int(number) for number in digits)
    width = min(len(number) for number in digits) if any(number.startswith("0") for number in digits) else 1
    return f"{stem}{highest + 1:0{width}d}"


def mint(
    draft: Draft, kind: Kind, label: Words, *, code: str = "", like: str = "", file: str = "", ever: Iterable[str] = ()
) -> Iri:
    """Puts a new thing in the draft: its kind, code, names, and its status when it is a design; gives its IRI.

    Without `code` the next of the series of `like`, or of the only series this kind has. It goes to `file`, or
    beside the newest of its series. `ever` are codes of this kind that releases know and the files no longer.
    Raises BadParameter when the code is taken or is no code, when the place cannot be chosen, and when it is a
    file of what a source states.
    """
    taken = _codes(draft, kind) | set(ever)
    chosen = code or free_code(taken, like or _only_series(taken, kind))
    if not CODE.match(chosen):
        raise BadParameter(
            "{code} is no code.", "A code has lower case letters, digits and single hyphens, as in ow-07.", code=chosen
        )
    if chosen in taken:
        raise BadParameter(
            "The code {code} is taken, or was once.", "A code is never used again; choose another.", code=chosen
        )
    iri = draft.project.names.thing(kind.segment, chosen)
    path = draft.ours(draft.file_called(file) if file else _beside(draft, kind, chosen))
    node = ox.NamedNode(iri)
    types = [kind.class_iri, *((Iri(_SKOS + "Concept"),) if kind.segment in _CONCEPTS else ())]
    for type_ in types:
        draft.add(path, ox.Triple(node, ox.NamedNode(_RDF + "type"), ox.NamedNode(type_)))
    draft.add(path, ox.Triple(node, ox.NamedNode(_SKOS + "notation"), ox.Literal(chosen)))
    for language, text in label.by_language.items():
        draft.add(path, ox.Triple(node, ox.NamedNode(_SKOS + "prefLabel"), ox.Literal(text, language=language)))
    if kind.segment in _DESIGNED:
        draft.add(path, ox.Triple(node, ox.NamedNode(lg("status")), ox.NamedNode(lg("proposed"))))
    return iri


def _codes(draft: Draft, kind: Kind) -> set[str]:
    """Codes of this kind that any statement names, also as a thing pointed at."""
    known = set()
    for path in draft.paths():
        for triple in draft.triples(path):
            for node in (triple.subject, triple.object):
                found = draft.project.names.segment_and_code(getattr(node, "value", ""))
                if found and found[0] == kind.segment:
                    known.add(found[1])
    return known


def _only_series(taken: set[str], kind: Kind) -> str:
    stems = {found["stem"] for code in taken if (found := _SERIES.match(code))}
    if len(stems) == 1:
        return next(iter(stems)).removesuffix("-")
    raise BadParameter(
        "Things of the kind {kind} have {count} series of codes.",
        "Give --code, or --like with a code of the series: {codes}.",
        kind=kind.segment,
        count=len(stems),
        codes=", ".join(sorted(taken, key=natural)[:8]) or "–",
    )


def _beside(draft: Draft, kind: Kind, code: str) -> Path:
    """The file of the newest thing whose code begins the same, else of the newest of its kind."""
    homes: dict[str, Path] = {}
    for known in _codes(draft, kind):
        try:
            homes[known] = draft.home_of(draft.project.names.thing(kind.segment, known))
        except BadParameter:
            continue
    stem = found["stem"] if (found := _SERIES.match(code)) else code
    near = [known for known in homes if known.startswith(stem)] or list(homes)
    if not near:
        raise BadParameter(
            "No file has things of the kind {kind} yet.", "Name the file with --file.", kind=kind.segment
        )
    return homes[max(near, key=natural)]
