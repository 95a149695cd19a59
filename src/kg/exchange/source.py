"""The graph as an export reads it: what was read counts as carried, and the rest is the loss."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping

import pyoxigraph as ox

from kg.exchange.loss import Loss, LossKind
from kg.files.project import Settings
from kg.graph.store import Store
from kg.names import DCT, KINDS, OUTSIDE, Iri, Names, lg
from kg.text import Words, natural

__all__ = ["Source"]

_TYPE = ox.NamedNode(OUTSIDE["rdf"] + "type")
_NO_PLACE = Words({"nl": "Het doel heeft hier geen plaats voor.", "en": "The target has no place for this."})
_KIND_LEFT_OUT = Words(
    {"nl": "Het doel kent dit soort dingen niet.", "en": "The target does not know this kind of thing."}
)
_REASONS: Mapping[Iri, Words] = {
    Iri(DCT + "source"): Words(
        {
            "nl": "Het doel kan niet zeggen waar in een bron iets staat.",
            "en": "The target cannot say where in a source something stands.",
        }
    ),
    lg("rationale"): Words(
        {
            "nl": "Het doel vraagt niet waarom iets zo ontworpen is.",
            "en": "The target does not ask why it is designed so.",
        }
    ),
    lg("status"): Words(
        {
            "nl": "Het doel kent geen stand van het ontwerp (voorgesteld, in proef, gevalideerd).",
            "en": "The target has no state of a design (proposed, in pilot, validated).",
        }
    ),
}

Node = ox.NamedNode | ox.BlankNode


class Source:
    """The statements of one graph, for one export.

    `texts`, `text`, `nodes`, `value` and `referring` give values and note that they are carried. A writer keeps
    the things it writes with `keep` (or takes them with `things`), and says with `changed` what it wrote in
    other words than it read. `losses` is the rest. Read with `store` what is looked at, but not carried.
    """

    def __init__(self, store: Store, settings: Settings, *, scope: Iri | None = None, language: str = "nl") -> None:
        self.store = store
        self.settings = settings
        self.scope = scope
        """The programme or profile asked for, or None for the whole graph."""
        self.language = language
        """The language of targets that have one language only."""
        self._kept: dict[Iri, str] = {}
        self._carried: set[ox.Triple] = set()
        self._changed: dict[tuple[str, Iri, Words], list[Iri]] = defaultdict(list)

    @property
    def names(self) -> Names:
        """The names of this graph."""
        return self.store.names

    def members(self, class_name: str) -> list[Iri]:
        """All things of a class of our ontology, in the order of their codes; none of them kept yet."""
        segment = next(kind.segment for kind in KINDS if kind.class_name == class_name)
        quads = self.store.quads(None, _TYPE, ox.NamedNode(lg(class_name)), None)
        found = {Iri(quad.subject.value) for quad in quads if isinstance(quad.subject, ox.NamedNode)}
        known = {iri: self.names.segment_and_code(iri) for iri in found}
        return sorted((iri for iri, name in known.items() if name and name[0] == segment), key=natural)

    def things(self, class_name: str) -> list[Iri]:
        """All things of a class, in the order of their codes, and keeps them."""
        return [self.keep(iri) for iri in self.members(class_name)]

    def keep(self, thing: Iri) -> Iri:
        """Notes that this thing is in the export, with its type and its code; gives it back."""
        known = self.names.segment_and_code(thing)
        self._kept[thing] = known[0] if known else ""
        self.nodes(thing, Iri(_TYPE.value))
        self.value(thing, Iri(OUTSIDE["skos"] + "notation"))
        return thing

    def code(self, thing: Iri) -> str:
        """The code in a thing's IRI."""
        known = self.names.segment_and_code(thing)
        return known[1] if known else thing.rpartition("/")[2]

    def texts(self, thing: Iri, property_: str) -> dict[str, str]:
        """Language → text, Dutch first; of several texts in a language the first in code point order.

        Texts beyond the first of a language are not noted as carried: see `all_texts`.
        """
        found: dict[str, str] = {}
        for literal in sorted(self._literals(thing, property_), key=str):
            if literal.language and literal.language not in found:
                found[literal.language] = literal.value
                self._carry(thing, property_, literal)
        return dict(sorted(found.items(), key=lambda entry: (entry[0] != "nl", entry[0])))

    def all_texts(self, thing: Iri, property_: str) -> dict[str, list[str]]:
        """Language → all its texts in code point order, Dutch first."""
        found: dict[str, list[str]] = defaultdict(list)
        for literal in sorted(self._literals(thing, property_), key=str):
            if literal.language:
                found[literal.language].append(literal.value)
                self._carry(thing, property_, literal)
        return dict(sorted(found.items(), key=lambda entry: (entry[0] != "nl", entry[0])))

    def text(self, thing: Iri, property_: str) -> str:
        """The text in the language of the export, else in another; empty when there is none. The others are lost."""
        literals = [literal for literal in sorted(self._literals(thing, property_), key=str) if literal.language]
        literals.sort(key=lambda literal: literal.language != self.language)
        if not literals:
            return ""
        self._carry(thing, property_, literals[0])
        return literals[0].value

    def value(self, thing: Iri, property_: str) -> str:
        """The first plain value (number, date, code) in code point order; empty when there is none."""
        literals = [literal for literal in sorted(self._literals(thing, property_), key=str) if not literal.language]
        if not literals:
            return ""
        self._carry(thing, property_, literals[0])
        return literals[0].value

    def literals(self, thing: Iri, property_: str) -> list[ox.Literal]:
        """All texts and values of a property, whatever their language and datatype, in code point order."""
        found = sorted(self._literals(thing, property_), key=str)
        for literal in found:
            self._carry(thing, property_, literal)
        return found

    def nodes(self, thing: Iri, property_: str, *, among: Container[Iri] | None = None) -> list[Iri]:
        """The IRIs a thing points at, in the order of their codes; only those of `among`, and only they are carried."""
        found = set()
        for quad in self.store.quads(ox.NamedNode(thing), ox.NamedNode(property_), None, None):
            if isinstance(quad.object, ox.NamedNode) and (among is None or quad.object.value in among):
                found.add(Iri(quad.object.value))
                self._carried.add(quad.triple)
        return sorted(found, key=natural)

    def referring(self, thing: Iri, property_: str) -> list[Iri]:
        """The things that point at this one, in the order of their codes."""
        found = set()
        for quad in self.store.quads(None, ox.NamedNode(property_), ox.NamedNode(thing), None):
            if isinstance(quad.subject, ox.NamedNode):
                found.add(Iri(quad.subject.value))
                self._carried.add(quad.triple)
        return sorted(found, key=natural)

    def changed(self, thing: Iri, property_: str, reason: Words) -> None:
        """Notes that what a thing's property says is carried, but not as it was; the reason says how it changed."""
        self._changed[self._kept.get(thing, ""), Iri(property_), reason].append(thing)

    def losses(self, reasons: Mapping[Iri, Words] | None = None) -> list[Loss]:
        """What was not carried, by kind and property. `reasons` tells why, for a property or for a class.

        Of an export of one programme or profile, things outside of it are no loss.
        """
        because = {**_REASONS, **(reasons or {})}
        found = [*self._left_of_kept(because)]
        if self.scope is None:
            found += self._left_out(because)
        for (kind, property_, reason), things in self._changed.items():
            distinct = sorted(set(things), key=natural)
            found.append(Loss(LossKind.CHANGED, kind, property_, len(things), len(distinct), distinct[0], reason))
        order = [kind.segment for kind in KINDS]
        return sorted(
            found,
            key=lambda loss: (
                order.index(loss.kind) if loss.kind in order else len(order),
                loss.how.value,
                loss.property or "",
                loss.reason.within("en"),
            ),
        )

    def _left_of_kept(self, because: Mapping[Iri, Words]) -> Iterable[Loss]:
        left: dict[tuple[str, Iri], list[Iri]] = defaultdict(list)
        for thing, kind in self._kept.items():
            for quad in self.store.quads(ox.NamedNode(thing), None, None, None):
                if quad.triple not in self._carried:
                    left[kind, Iri(quad.predicate.value)].append(thing)
        for (kind, property_), things in left.items():
            distinct = sorted(set(things), key=natural)
            reason = because.get(property_, _NO_PLACE)
            yield Loss(LossKind.PROPERTY, kind, property_, len(things), len(distinct), distinct[0], reason)

    def _left_out(self, because: Mapping[Iri, Words]) -> Iterable[Loss]:
        for kind in KINDS:
            things = [iri for iri in self.members(kind.class_name) if iri not in self._kept]
            if not things:
                continue
            count = sum(1 for iri in things for _ in self.store.quads(ox.NamedNode(iri), None, None, None))
            reason = because.get(kind.class_iri, _KIND_LEFT_OUT)
            yield Loss(LossKind.KIND, kind.segment, None, count, len(things), things[0], reason)

    def _literals(self, thing: Iri, property_: str) -> set[ox.Literal]:
        quads = self.store.quads(ox.NamedNode(thing), ox.NamedNode(property_), None, None)
        return {quad.object for quad in quads if isinstance(quad.object, ox.Literal)}

    def _carry(self, thing: Iri, property_: str, value: ox.Literal) -> None:
        self._carried.add(ox.Triple(ox.NamedNode(thing), ox.NamedNode(property_), value))
