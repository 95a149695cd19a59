"""The names of a release's graphs where several releases stand in one store: translated on the way in and out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import pyoxigraph as ox

from kg.graph.scan import tokens
from kg.names import Iri, Names

__all__ = ["Renaming", "current_release", "renaming_of", "renaming_within"]

_Node = TypeVar("_Node", bound="ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | ox.DefaultGraph | None")


@dataclass(frozen=True, slots=True)
class Renaming:
    """How the graphs are called by us, and how in the store: pairs of beginnings of IRIs.

    Everything that begins so is renamed, the descriptions of the graphs included, so that `GRAPH ?g { … } ?g
    lg:origin ?origin` holds in the store as it holds here; and so is plain text that begins so (`STR(?graph)`).
    """

    release: Iri | None = None
    """The name of the release in the store; None where the store holds one graph under its own names."""
    pairs: tuple[tuple[str, str], ...] = ()

    def stored(self, text: str) -> str:
        """A name of ours as the store has it."""
        return _begun(text, self.pairs)

    def ours(self, content: bytes) -> bytes:
        """What a server answered, in any form, with our names in it."""
        for our, theirs in self.pairs:
            content = content.replace(theirs.encode(), our.encode())
        return content

    def ours_of_pieces(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """The same for an answer that comes in pieces; a name may lie across two of them."""
        longest = max((len(theirs.encode()) for _, theirs in self.pairs), default=1)
        held = b""
        for piece in pieces:
            held = self.ours(held + piece)
            if len(held) >= longest:
                yield held[: len(held) - longest + 1]
                held = held[len(held) - longest + 1 :]
        if held:
            yield held

    def query(self, text: str) -> str:
        """A query text with the names in it, in IRIs, prefixes and strings, as the store has them."""
        if not self.pairs:
            return text
        parts: list[str] = []
        done = 0
        for token in tokens(text):
            if token.kind in {"iri", "string"}:
                quotes = 3 if token.text[:3] in {'"""', "'''"} else 1
                inner = self.stored(token.text[quotes:])
                parts += [text[done : token.start + quotes], inner]
                done = token.start + len(token.text)
        return "".join([*parts, text[done:]])

    def to_store(self, quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
        """Statements with the names in them as the store has them."""
        return (_quad(quad, self.pairs) for quad in quads) if self.pairs else iter(quads)


def renaming_of(names: Names, version: str, digest: str) -> Renaming:
    """The names of this release in a store: `…/graph/note-tasks` is `…/release/0.2.0-1f2e3d4c5b6a/graph/note-tasks`.

    A release that is built anew with other content has another digest, and so other names.
    """
    return renaming_within(names, f"{names.base}release/{version}-{digest[:12]}")


def current_release(names: Names) -> Iri:
    """The graph that points at the release to be read, and the thing it says it of."""
    return Iri(f"{names.base}release/current")


def renaming_within(names: Names, release: str) -> Renaming:
    """The names of the release that has this name in a store."""
    bases = dict.fromkeys((names.graph(""), Names().graph("")))
    inner = ("graph/", "ontology/")  # a project with a base of its own has the graphs of the ontology beside its own
    pairs = tuple((base, f"{release}/{part}") for base, part in zip(bases, inner, strict=False))
    return Renaming(Iri(release), pairs)


def _begun(text: str, pairs: Iterable[tuple[str, str]]) -> str:
    for old, new in pairs:
        if text.startswith(old):
            return new + text[len(old) :]
    return text


def _quad(quad: ox.Quad, pairs: Iterable[tuple[str, str]]) -> ox.Quad:
    subject, value = _node(quad.subject, pairs), _node(quad.object, pairs)
    return ox.Quad(subject, quad.predicate, value, _node(quad.graph_name, pairs))


def _node(term: _Node, pairs: Iterable[tuple[str, str]]) -> _Node:
    if isinstance(term, ox.NamedNode):
        named = _begun(term.value, pairs)
        return term if named == term.value else ox.NamedNode(named)  # type: ignore[return-value]  # the same kind
    if isinstance(term, ox.Literal) and term.language is None and term.value.startswith("http"):
        text = _begun(term.value, pairs)
        return term if text == term.value else ox.Literal(text, datatype=term.datatype)  # type: ignore[return-value]
    return term
