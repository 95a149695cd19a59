"""What a file tells, in the words of our ontology but under its own IRIs: things, statements, faults, account."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg.exchange.imports.faults import Place, fault
from kg.exchange.imports.ledger import Ledger
from kg.names import KINDS, OUTSIDE, Iri, Kind, Names
from kg.records import Finding

__all__ = ["KIND_OF_CLASS", "UNKNOWN_LANGUAGE", "Choices", "Draft", "Item", "Statement", "absolute", "plain_language"]

UNKNOWN_LANGUAGE = "und"
"""Language tag of a text of which nobody told the language (BCP 47: undetermined)."""
KIND_OF_CLASS: Mapping[str, Kind] = {kind.class_name: kind for kind in KINDS}
_SKOS = OUTSIDE["skos"]
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\Z")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Choices:
    """What whoever imports says of the files; what a file itself says wins."""

    language: str = ""
    """Of texts without a language of their own."""
    class_name: str = ""
    """Class of ours that things get of which the file does not tell the kind; empty: what the format is about."""
    title: str = ""
    licence: str = ""
    encoding: str = ""
    """Of tables that are not UTF-8."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing a file tells of."""

    iri: Iri
    """Its own IRI, as the file has it."""
    class_name: str
    """Class of our ontology it is an example of; empty for a concept of another list."""
    place: Place
    code: str = ""
    """What its own people call it."""
    scheme: bool = False
    """Whether it is the list the others stand in."""
    keeps_iri: bool = False
    """Whether it stands in the graph under its own IRI: it is ours, or stays another's."""
    class_told: bool = False
    """Whether whoever imports named its class himself, for this file."""
    types: tuple[Iri, ...] = ()
    """Classes of other vocabularies it keeps."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement about a thing, and the field of the file it was read from."""

    subject: Iri
    property: Iri
    value: ox.NamedNode | ox.Literal
    place: Place
    field: str
    inside: bool = False
    """Whether what it points at must be told in the same import, or stand in the graph already."""


@dataclass
class Draft:
    """What the readers of formats fill, one file after another."""

    names: Names
    choices: Choices
    ledger: Ledger = field(default_factory=Ledger)
    items: dict[Iri, Item] = field(default_factory=dict)
    statements: list[Statement] = field(default_factory=list)
    faults: list[Finding] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)
    """Language → title of what is imported, as the first file that has one says."""
    licences: list[str] = field(default_factory=list)
    """IRIs of licences the files name."""
    authors: list[str] = field(default_factory=list)
    publishers: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    """Where the imported documents stand on the web."""
    faulty: set[str] = field(default_factory=set)
    """IRIs of things that are told but have a fault of their own: what points at them is not a fault as well."""
    unknown_language: int = 0
    """Number of texts of which nobody told the language."""

    def wrong(self, rule: str, place: Place, **values: object) -> None:
        """Notes a fault."""
        self.faults.append(fault(rule, place, **values))

    def add(self, item: Item) -> bool:
        """Adds a thing; notes a fault, and gives False, when it has been told already."""
        first = self.items.get(item.iri)
        if first is not None:
            where = first.place
            self.wrong("told-twice", item.place, value=item.iri, first=f"{where.file}:{where.line or where.path}")
            return False
        self.items[item.iri] = item
        return True

    def state(
        self,
        subject: Iri,
        property_: str,
        value: ox.NamedNode | ox.Literal,
        place: Place,
        field: str,
        *,
        inside: bool = False,
    ) -> None:
        """Adds a statement; the account is the reader's own work."""
        self.statements.append(Statement(subject, Iri(property_), value, place, field, inside))

    def text(self, text: str, language: str, place: Place) -> ox.Literal | None:
        """A text with its language: its own, else that of the choices, else `und`; None, and a fault, for an odd one.

        `nl-NL` and `en-US` become `nl` and `en`, the languages of the graph.
        """
        tag = language or self.choices.language or UNKNOWN_LANGUAGE
        if not _LANGUAGE.match(tag):
            self.wrong("language", place, value=tag)
            return None
        if _UNPRINTABLE.search(text):
            self.wrong("unprintable", place, value=text)
            return None
        if tag == UNKNOWN_LANGUAGE:
            self.unknown_language += 1
        return ox.Literal(unicodedata.normalize("NFC", text), language=plain_language(tag))

    def link(self, address: str, place: Place) -> ox.NamedNode | None:
        """An absolute IRI as a node; None, and a fault, when it is none."""
        node = absolute(address)
        if node is None:
            self.wrong("no-iri", place, value=address)
        return node

    def is_ours(self, iri: str) -> bool:
        """Whether an IRI is one of this graph's own things."""
        return self.names.segment_and_code(iri) is not None

    def class_of_ours(self, iri: str) -> str:
        """The class that the IRI of one of our own things tells; empty for another's."""
        known = self.names.segment_and_code(iri)
        return next((kind.class_name for kind in KINDS if known and kind.segment == known[0]), "")

    def told_title(self, texts: Mapping[str, str]) -> None:
        """Notes the title of a document, when no file before had one."""
        if not self.titles:
            self.titles.update(texts)


def plain_language(tag: str) -> str:
    """The tag in lower case, without the region of Dutch and English."""
    lower = tag.lower()
    return lower.partition("-")[0] if lower.startswith(("nl-", "en-")) else lower


def absolute(address: str) -> ox.NamedNode | None:
    """The node for an absolute http(s) or urn IRI; None for anything else."""
    if not re.match(r"(https?://[^\s/]|urn:[A-Za-z0-9])", address) or re.search(r'[\s<>"{}|\\^`\x00-\x20]', address):
        return None
    try:
        return ox.NamedNode(address)
    except ValueError:
        return None
