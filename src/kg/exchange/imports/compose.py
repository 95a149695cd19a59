"""From a draft to files of a graph: its things under their IRIs, and the description of graph and source."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from kg.exchange.imports.content import Content
from kg.exchange.imports.draft import Draft, Item, Statement
from kg.exchange.imports.naming import named, slug
from kg.files.turtle import canonical
from kg.graph.store import Store
from kg.names import DCT, LG, LICENCE_UNKNOWN, OUTSIDE, Iri, lg
from kg.text import Words

__all__ = ["Composed", "compose"]

_SKOS = OUTSIDE["skos"]
_TYPE = ox.NamedNode(OUTSIDE["rdf"] + "type")
_SCHEMES = {"Agenda", "CompetenceProfile", "Framework"}
_CONCEPTS = {"AgendaItem", "Competence", "KnowledgeElement", "LearnerGroup", "Level", "Role", "Task", "TaskGroup"}
_CONCEPTS |= {"TensionField", "Theme"}
_HOME = {_TYPE.value, _SKOS + "prefLabel", _SKOS + "notation"}
"""What stands where a thing has its home, and nowhere else."""
_EXACT = ox.NamedNode(_SKOS + "exactMatch")
_WEAKER = [_SKOS + name for name in ("broadMatch", "closeMatch", "narrowMatch", "relatedMatch")]


@dataclass(frozen=True, slots=True)
class Composed:
    """The files of an import by name, and how many things and statements they hold."""

    files: Mapping[str, str]
    things: int
    statements: int
    without_dutch: int
    """Things that have no Dutch name: more than none, and all stay concepts of another list."""


def compose(
    draft: Draft,
    known: Store,
    concepts: Container[Iri],
    *,
    graph: str,
    contents: Sequence[Content],
    format_title: Words,
) -> Composed:
    """The files: `things.ttl`, which is `graph/<graph>-things`, and `graphs.ttl`, which describes both.

    A thing is one of ours when it has a class of ours, and for that it needs a Dutch name. When one thing lacks it,
    all stay what they are elsewhere, concepts in a list; so does a thing among `concepts`. What `known` states
    already is not stated again.
    """
    lacking = _without_dutch(draft)
    plain = draft.items if lacking else concepts
    if not lacking:
        for item in (item for item in draft.items.values() if item.iri in concepts):
            draft.ledger.changed(item.place.file, item.class_name, "needs-more", item.iri)
    name_of = named(draft, lambda iri: _described(known, iri))
    source = draft.names.thing("source", slug(graph))
    triples: dict[ox.Triple, None] = {}
    for item in draft.items.values():
        triples.update(dict.fromkeys(_of_item(draft, item, name_of[item.iri], source, plain=item.iri in plain)))
    triples = {triple: None for triple in triples if not _told_elsewhere(known, triple)}
    told = [(statement, _triple(statement, name_of)) for statement in draft.statements]
    exact = {_ends(triple) for triple in (*triples, *(triple for _, triple in told)) if triple.predicate == _EXACT}
    for statement, triple in told:
        why = _refused(draft, known, statement, triple, plain) if triple not in triples else ""
        if not why and triple.predicate.value in _WEAKER and _ends(triple) in exact:
            why = "contradicts-exact"
        if why:
            draft.ledger.withdraw(statement.place.file, statement.field, why, statement.value.value)
        else:
            triples[triple] = None
    described = _description(draft, graph, source, contents, format_title)
    return Composed(
        {"graphs.ttl": canonical(described, draft.names), "things.ttl": canonical(triples, draft.names)},
        len(draft.items),
        len(triples),
        len(lacking),
    )


def _without_dutch(draft: Draft) -> list[Iri]:
    """The things of a class of ours that have no Dutch name."""
    dutch = {
        statement.subject
        for statement in draft.statements
        if statement.property == _SKOS + "prefLabel" and getattr(statement.value, "language", "") == "nl"
    }
    return [item.iri for item in draft.items.values() if item.class_name and item.iri not in dutch]


def _of_item(draft: Draft, item: Item, iri: Iri, source: Iri, *, plain: bool) -> Iterable[ox.Triple]:
    """Classes, code, own IRI and source of a thing."""
    node = ox.NamedNode(iri)
    types = list(item.types)
    if item.class_name and not plain:
        types.append(lg(item.class_name))
    if plain or not item.class_name or item.class_name in _SCHEMES | _CONCEPTS:
        collected = any(type_.startswith(_SKOS) for type_ in item.types)
        if not collected:
            types.append(Iri(_SKOS + ("ConceptScheme" if item.scheme or item.class_name in _SCHEMES else "Concept")))
    yield from (ox.Triple(node, _TYPE, ox.NamedNode(type_)) for type_ in types)
    known = draft.names.segment_and_code(iri)
    if known:
        yield ox.Triple(node, ox.NamedNode(_SKOS + "notation"), ox.Literal(known[1]))
    if not item.keeps_iri:
        yield ox.Triple(node, _EXACT, ox.NamedNode(item.iri))
    if not draft.is_ours(item.iri):
        yield ox.Triple(node, ox.NamedNode(DCT + "source"), ox.NamedNode(source))


def _triple(statement: Statement, name_of: Mapping[Iri, Iri]) -> ox.Triple:
    value = statement.value
    if isinstance(value, ox.NamedNode):
        value = ox.NamedNode(name_of.get(Iri(value.value), value.value))
    subject = name_of.get(statement.subject, statement.subject)
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(statement.property), value)


def _refused(draft: Draft, known: Store, statement: Statement, triple: ox.Triple, plain: Container[Iri]) -> str:
    """The name of the reason why a statement is left out; empty when it stands."""
    if _told_elsewhere(known, triple):
        return "known-already"
    if statement.subject in plain and triple.predicate.value.startswith(LG):
        return "needs-class"
    ends = {statement.subject}
    if isinstance(statement.value, ox.NamedNode):
        ends.add(Iri(statement.value.value))
    if any(draft.is_ours(iri) and iri not in draft.items and not _described(known, iri) for iri in ends):
        return "target-missing"
    return ""


def _ends(triple: ox.Triple) -> tuple[str, str]:
    return str(triple.subject), str(triple.object)


def _described(known: Store, iri: str) -> bool:
    return any(known.quads(ox.NamedNode(iri), None, None, None))


def _told_elsewhere(known: Store, triple: ox.Triple) -> bool:
    """Whether the project states this already, or has the home of this thing elsewhere."""
    if any(known.quads(triple.subject, triple.predicate, triple.object, None)):
        return True
    if triple.predicate.value not in _HOME:
        return False
    quads = known.quads(triple.subject, None, None, None)
    return any(quad.predicate.value in _HOME for quad in quads)


def _description(
    draft: Draft, graph: str, source: Iri, contents: Sequence[Content], format_title: Words
) -> list[ox.Triple]:
    """The two graphs as datasets, and the source they are from."""
    title = draft.titles.get("nl") or next(iter(draft.titles.values()), "") or draft.choices.title
    title = title or ", ".join(content.name.rpartition("/")[2] for content in contents)
    licence = next(iter(sorted(draft.licences)), "") or draft.choices.licence or LICENCE_UNKNOWN
    files = "; ".join(f"{content.name.rpartition('/')[2]} (SHA-256 {content.digest})" for content in contents)
    told: list[ox.Triple] = []

    def say(subject: Iri, property_: str, *values: ox.NamedNode | ox.Literal) -> None:
        told.extend(ox.Triple(ox.NamedNode(subject), ox.NamedNode(property_), value) for value in values)

    def both(dutch: str, english: str) -> tuple[ox.Literal, ox.Literal]:
        return ox.Literal(dutch, language="nl"), ox.Literal(english, language="en")

    for name, (dutch, english) in {
        f"{graph}-things": (f"Ingevoerd uit {format_title.within('nl')}: {title}",
                            f"Imported from {format_title.within('en')}: {title}"),
        f"{graph}-graphs": (f"Beschrijving van de invoer: {title}", f"Description of the import: {title}"),
    }.items():  # fmt: skip
        iri = draft.names.graph(name)
        say(iri, _TYPE.value, ox.NamedNode(OUTSIDE["dcat"] + "Dataset"))
        say(iri, DCT + "title", *both(dutch, english))
        say(iri, DCT + "license", ox.NamedNode(licence))
        say(iri, DCT + "source", ox.NamedNode(source))
        say(iri, lg("origin"), ox.NamedNode(lg("reference")))
    say(source, _TYPE.value, ox.NamedNode(lg("Source")))
    say(source, _SKOS + "notation", ox.Literal(slug(graph)))
    say(source, _SKOS + "prefLabel", *both(f"Bron van de invoer: {title}", f"Source of the import: {title}"))
    say(source, _SKOS + "note", *both(f"Ingevoerd bestand: {files}.", f"Imported file: {files}."))
    for author in sorted(set(draft.authors)):
        say(source, lg("author"), ox.Literal(author))
    for publisher in sorted(set(draft.publishers)):
        say(source, _SKOS + "note", *both(f"Uitgever volgens het bestand: {publisher}.",
                                          f"Publisher according to the file: {publisher}."))  # fmt: skip
    if licence == LICENCE_UNKNOWN:
        say(source, _SKOS + "note", *both("Onder welke licentie dit staat is niet bekend.",
                                          "Under which licence this stands is not known."))  # fmt: skip
    for address in sorted(set(draft.addresses)):
        say(source, OUTSIDE["rdfs"] + "seeAlso", ox.NamedNode(address))
    return told
