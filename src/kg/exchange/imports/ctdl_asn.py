"""CTDL-ASN frameworks as JSON-LD: a CompetencyFramework becomes a profile, its Competencies competences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pyoxigraph as ox

from kg.exchange.imports.content import Content
from kg.exchange.imports.draft import Draft, Item
from kg.exchange.imports.faults import Place
from kg.exchange.imports.json_text import Fields, parse_json
from kg.names import DCT, OUTSIDE, Iri, lg
from kg.records import Finding

__all__ = ["read"]

_SKOS = OUTSIDE["skos"]
_PREFIXES = ("ceasn:", "ceterms:", "asn:", OUTSIDE["ceasn"], OUTSIDE["ceterms"])
_TEXTS: Mapping[str, str] = {
    "name": "prefLabel",
    "description": "definition",
    "competencyLabel": "prefLabel",
    "comment": "note",
    "altCodedNotation": "note",
}
_LINKS: Mapping[str, str] = {
    "isChildOf": "broader",
    "exactAlignment": "exactMatch",
    "broadAlignment": "broadMatch",
    "narrowAlignment": "narrowMatch",
    "majorAlignment": "closeMatch",
    "minorAlignment": "relatedMatch",
}
_OUR_LINKS: Mapping[str, str] = {
    "conceptTerm": lg("concernsTheme"),
    "knowledgeEmbodied": lg("drawsOn"),
    "skillEmbodied": lg("develops"),
}
_SAID_ONCE = {"isPartOf", "isTopChildOf"}
_INVERSES = {"hasChild", "hasTopChild"}
_FRAMEWORK, _COMPETENCY = "CompetencyFramework", "Competency"


def read(content: Content, draft: Draft) -> None:
    """Fills the draft from one framework.

    The contexts of CTDL-ASN are settled and nothing is fetched, so terms are read by their names. With a
    `competencyLabel` that is the name and `competencyText` the definition; without it the text is the name.
    """
    value = parse_json(content)
    if isinstance(value, Finding):
        draft.faults.append(value)
        return
    nodes = list(_nodes(draft, value, content.name))
    told = [(fields, kind) for fields, kind in nodes if kind in (_FRAMEWORK, _COMPETENCY)]
    if not told:
        draft.wrong("no-framework", Place(content.name))
        return
    frameworks = {address: fields for fields, kind in told if kind == _FRAMEWORK and (address := fields.text("@id"))}
    for fields, kind in nodes:
        if kind in (_FRAMEWORK, _COMPETENCY):
            _thing(draft, fields, kind, frameworks)
        else:
            draft.ledger.left_out(content.name, kind or "…", "no-thing", fields.text("@id"))


def _nodes(draft: Draft, value: Any, file: str) -> Iterator[tuple[Fields, str]]:
    """The objects of the graph, with the class of each; terms without their prefix."""
    graph = value.get("@graph", [value]) if isinstance(value, dict) else value
    many = isinstance(value, list) or (isinstance(value, dict) and "@graph" in value)
    for index, node in enumerate(graph if isinstance(graph, list) else [graph]):
        place = Place(file, path=f"@graph[{index}]" if many else "")
        if not isinstance(node, dict):
            draft.wrong("wrong-kind", place, wanted="{…}", value=node)
            continue
        named = {_term(name): part for name, part in node.items() if name != "@context"}
        types = named.get("@type", "")
        kinds = [_term(str(kind)) for kind in (types if isinstance(types, list) else [types])]
        kind = next((kind for kind in kinds if kind in (_FRAMEWORK, _COMPETENCY)), kinds[0] if kinds else "")
        yield Fields(draft, named, place, kind), kind


def _term(name: str) -> str:
    return next((name.removeprefix(prefix) for prefix in _PREFIXES if name.startswith(prefix)), name)


def _thing(draft: Draft, fields: Fields, kind: str, frameworks: Mapping[str, Fields]) -> None:
    address = fields.text("@id")
    node = draft.link(address, fields.at("@id"))
    if node is None:
        return
    iri = Iri(node.value)
    ours = draft.is_ours(iri)
    framework = kind == _FRAMEWORK
    if framework and _programme_of(draft, iri):
        fields.rest("outcomes-of-programme")
        return
    default = "CompetenceProfile" if framework else draft.choices.class_name or "Competence"
    class_name = draft.class_of_ours(iri) or default
    code = fields.text("codedNotation")
    if not draft.add(Item(iri, class_name, fields.place, code=code, scheme=framework, keeps_iri=ours)):
        return
    draft.ledger.taken(fields.place.file, kind)
    fields.used("@id", "@type")
    language = next(iter(fields.texts("inLanguage")), "")
    for name in _TEXTS:
        _text(fields, name, iri, _TEXTS[name], language)
    if not framework:
        label = "competencyLabel" in fields
        if not label and "competencyText" not in fields:
            draft.wrong("missing-value", fields.at("competencyText"))
        _text(fields, "competencyText", iri, "definition" if label else "prefLabel", language)
        _member(draft, fields, iri, frameworks)
    elif "name" not in fields:
        draft.wrong("missing-value", fields.at("name"))
    for name, property_ in _LINKS.items():
        for target in _addresses(draft, fields, name):
            draft.state(iri, _SKOS + property_, target, fields.at(name), fields.field(name), inside=name == "isChildOf")
        if name in ("majorAlignment", "minorAlignment"):
            fields.changed(name, "alignment-as-match")
        fields.taken(name)
    for name in _INVERSES & set(fields.names()):
        for target in _addresses(draft, fields, name):
            turned = "broader" if name == "hasChild" and not framework else "inScheme"
            child = Iri(target.value)
            draft.state(child, _SKOS + turned, ox.NamedNode(iri), fields.at(name), fields.field(name), inside=True)
        fields.changed(name, "inverse")
    if ours:
        _of_ours(draft, fields, iri, class_name)
    if framework:
        _as_source(draft, fields, language)
    fields.taken("inLanguage")
    if code:
        fields.changed("codedNotation", "code-of-ours") if not ours else fields.taken("codedNotation")
    fields.rest(
        ctid="address-in-their-system",
        competencyCategory="kind-of-theirs",
        conceptKeyword="no-subject",
        conceptTerm="no-subject",
        educationLevelType="level-of-theirs",
        listID="no-order",
        dateCreated="date-of-change",
        dateModified="date-of-change",
        publicationStatusType="status-of-theirs",
    )


def _member(draft: Draft, fields: Fields, iri: Iri, frameworks: Mapping[str, Fields]) -> None:
    """The framework a competency is part of: the one it names, else the only one of the file."""
    named = [target for name in sorted(_SAID_ONCE) for target in _addresses(draft, fields, name)]
    for target in dict.fromkeys(named):
        programme = _programme_of(draft, target.value)
        if programme:
            draft.state(programme, lg("hasOutcome"), ox.NamedNode(iri), fields.at("isPartOf"), fields.field("isPartOf"))
            continue
        draft.state(iri, _SKOS + "inScheme", target, fields.at("isPartOf"), fields.field("isPartOf"), inside=True)
    if not named and len(frameworks) == 1:
        only = ox.NamedNode(next(iter(frameworks)))
        draft.state(iri, _SKOS + "inScheme", only, fields.place, _COMPETENCY, inside=True)
    for name in _SAID_ONCE:
        fields.taken(name)


def _programme_of(draft: Draft, framework: str) -> Iri | None:
    """The programme of ours whose outcomes our own export tells as a framework, `<programme>#outcomes`."""
    programme, hash_, name = framework.partition("#")
    return Iri(programme) if hash_ and name == "outcomes" and draft.is_ours(programme) else None


def _of_ours(draft: Draft, fields: Fields, iri: Iri, class_name: str) -> None:
    """What our own export says of one of our things with terms that mean less to others."""
    for name, property_ in _OUR_LINKS.items():
        for target in _addresses(draft, fields, name):
            draft.state(iri, property_, target, fields.at(name), fields.field(name))
        fields.taken(name)
    for target in _addresses(draft, fields, "taskEmbodied"):
        task, place = Iri(target.value), fields.at("taskEmbodied")
        draft.state(task, lg("requiresCompetence"), ox.NamedNode(iri), place, fields.field("taskEmbodied"))
    fields.taken("taskEmbodied")
    if class_name == "CompetenceProfile":
        for target in _addresses(draft, fields, "creator"):
            draft.state(iri, DCT + "creator", target, fields.at("creator"), fields.field("creator"))
        fields.taken("creator")


def _text(fields: Fields, name: str, iri: Iri, property_: str, language: str) -> None:
    """A text, a list of texts, a map of languages, or JSON-LD values."""
    place = fields.at(name)
    for tag, text in _texts(fields.draft, fields.raw(name), place, language):
        literal = fields.draft.text(text, tag, place)
        if literal is not None:
            fields.draft.state(iri, _SKOS + property_, literal, place, fields.field(name))
            if name == "name":
                fields.draft.titles.setdefault(literal.language or "", text)
    fields.taken(name)


def _texts(draft: Draft, value: Any, place: Place, language: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield language, value.strip()
    elif isinstance(value, list):
        for part in value:
            yield from _texts(draft, part, place, language)
    elif isinstance(value, dict) and isinstance(value.get("@value"), str):
        yield str(value.get("@language") or language), value["@value"].strip()
    elif isinstance(value, dict) and value and not any(name.startswith("@") for name in value):
        for tag, part in value.items():
            yield from _texts(draft, part, place, tag)
    elif value is not None:
        draft.wrong("wrong-kind", place, wanted="text", value=value)


def _addresses(draft: Draft, fields: Fields, name: str) -> list[ox.NamedNode]:
    found = []
    for part in _many(fields.raw(name)):
        address = part.get("@id", "") if isinstance(part, dict) else part
        node = draft.link(str(address), fields.at(name))
        if node is not None:
            found.append(node)
    return found


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _as_source(draft: Draft, fields: Fields, language: str) -> None:
    """What a framework says of itself goes to the description of the source."""
    for name, kept in (("license", draft.licences), ("source", draft.addresses)):
        kept += [node.value for node in _addresses(draft, fields, name)]
        fields.changed(name, "told-of-source")
    for name, texts in (
        ("author", draft.authors),
        ("creator", draft.authors),
        ("publisher", draft.publishers),
        ("publisherName", draft.publishers),
    ):
        if name in fields and not fields.entered(name):
            told = fields.raw(name)
            parts = [part.get("@id", part) if isinstance(part, dict) else part for part in _many(told)]
            texts += [text for _, text in _texts(draft, parts, fields.at(name), language)]
            fields.changed(name, "told-of-source")
