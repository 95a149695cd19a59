"""What a code, a label or an address in a cell stands for, and how a term is written in one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg.exchange.spreadsheet.columns import RDF_TYPE, Column, Form, SheetKind
from kg.graph.find import is_node
from kg.graph.store import Store
from kg.names import KINDS_BY_SEGMENT, LG, OUTSIDE, Iri, Names
from kg.text import Words, nearest

__all__ = ["BESIDE", "Codes", "codes_in"]

BESIDE = " · "
"""What stands between a code and its label in a drop-down list."""
_ANYTHING = Column(Iri(""), Form.LINK, Words())
"""A column that may point at anything."""
_LABELS = (OUTSIDE["skos"] + "prefLabel", OUTSIDE["rdfs"] + "label")


@dataclass(frozen=True, slots=True)
class Codes:
    """Everything a link can point at: things by code, terms of the ontology by label or local name."""

    names: Names
    languages: tuple[str, ...]
    things: Mapping[str, tuple[Iri, ...]]
    """Code → the things that have it, of whatever kind."""
    terms: Mapping[str, tuple[Iri, ...]]
    """Label or local name, case folded → the terms it can mean."""
    label_of: Mapping[Iri, Mapping[str, str]]
    """Thing or term → language → label."""
    classes_of: Mapping[Iri, frozenset[Iri]]
    _addresses: dict[str, str] = field(default_factory=dict, compare=False, repr=False)
    """Addresses told before: naming one takes long."""
    _shown: dict[tuple[str, str], str] = field(default_factory=dict, compare=False, repr=False)

    def members(self, classes: Iterable[Iri]) -> list[Iri]:
        """The things and terms of any of these classes, sorted."""
        wanted = set(classes)
        return sorted(iri for iri, found in self.classes_of.items() if wanted & found)

    def label(self, iri: Iri, language: str) -> str:
        """The label in a language, else in the first there is, else empty."""
        found = self.label_of.get(iri, {})
        return found.get(language) or next((found[one] for one in self.languages if one in found), "")

    def fits(self, iri: Iri, column: Column) -> bool:
        """Whether a column may point at it; of what is not known here, an address elsewhere, the kind is not judged."""
        if column.choices:
            return iri in column.choices
        return not column.classes or bool(self.classes_of.get(iri, frozenset()) & set(column.classes))

    def meant(self, text: str, column: Column) -> list[Iri]:
        """What the text of one value can stand for in this column; those that do not fit only when nothing fits."""
        wanted = text.partition(BESIDE)[0].strip()
        segment, slash, code = wanted.partition("/")
        if slash and (segment in KINDS_BY_SEGMENT or segment == "graph"):
            iri = self.names.graph(code) if segment == "graph" else self.names.thing(segment, code)
            found = [iri] if iri in self.classes_of else []
        elif ":" in wanted:
            address = Iri(wanted) if wanted.startswith(("http:", "https:")) else self.names.expand(wanted)
            found = [address] if address and is_node(address) else []
        else:
            found = [*self.things.get(wanted, ()), *self.terms.get(text.strip().casefold(), ())]
        return [iri for iri in found if self.fits(iri, column)] or found

    def written(self, iri: Iri, column: Column, language: str) -> str:
        """The shortest text that means just this in this column."""
        known = self.names.segment_and_code(iri)
        term = iri.removeprefix(LG) if iri.startswith(LG) else ""
        tries = [self.label(iri, language), term] if term else [known[1], "/".join(known)] if known else []
        return next((text for text in tries if text and self.meant(text, column) == [iri]), self.address(iri))

    def shown(self, iri: Iri, language: str) -> str:
        """A thing or term as a person reads it: its code or address, and its label."""
        if (iri, language) not in self._shown:
            code, label = self.written(iri, _ANYTHING, language), self.label(iri, language)
            self._shown[iri, language] = f"{code} {label}" if label and label != code else code
        return self._shown[iri, language]

    def address(self, iri: Iri) -> str:
        """A compact IRI for a term of a known vocabulary, else the whole address."""
        if iri not in self._addresses:
            compact = self.names.compact(iri)
            plain = not compact.startswith("<") and self.names.expand(compact) == iri
            self._addresses[iri] = compact if plain else iri
        return self._addresses[iri]

    def near(self, text: str, column: Column, language: str) -> str:
        """What resembles a text that means nothing here, for a hint; empty when nothing does."""
        fitting = column.choices or (self.members(column.classes) if column.classes else sorted(self.classes_of))
        known = [self.written(iri, column, language) for iri in fitting] if len(fitting) < 1000 else []
        plain = {name.replace("-0", "-"): name for name in known}
        exact = plain.get(text.strip().casefold())
        return exact or ", ".join(nearest(text.strip(), known))


def codes_in(store: Store, kinds: Iterable[SheetKind], languages: tuple[str, ...]) -> Codes:
    """The codes and labels of a graph with its ontology."""
    classes: dict[Iri, set[Iri]] = defaultdict(set)
    for quad in store.quads(None, ox.NamedNode(RDF_TYPE), None, None):
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
            classes[Iri(quad.subject.value)].add(Iri(quad.object.value))
    labels: dict[Iri, dict[str, str]] = defaultdict(dict)
    for predicate in _LABELS:
        for quad in store.quads(None, ox.NamedNode(predicate), None, None):
            if isinstance(quad.object, ox.Literal) and isinstance(quad.subject, ox.NamedNode) and quad.object.language:
                labels[Iri(quad.subject.value)].setdefault(quad.object.language, quad.object.value)
    things: dict[str, list[Iri]] = defaultdict(list)
    terms: dict[str, list[Iri]] = defaultdict(list)
    sheets = list(kinds)
    for iri in sorted(classes):
        if iri.startswith(LG):
            for name in sorted({iri.removeprefix(LG), *labels[iri].values()}):
                if iri not in terms[name.casefold()]:
                    terms[name.casefold()].append(iri)
            continue
        code = next((code for kind in sheets if (code := kind.code_of(iri))), "")
        if code:
            things[code].append(iri)
    return Codes(
        store.names,
        languages,
        {code: tuple(found) for code, found in things.items()},
        {name: tuple(found) for name, found in terms.items()},
        {iri: dict(found) for iri, found in labels.items()},
        {iri: frozenset(found) for iri, found in classes.items()},
    )
