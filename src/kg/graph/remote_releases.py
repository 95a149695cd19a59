"""Which release of a graph a store holds, and which of them is to be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.errors import StoreError
from kg.graph.ask import bind
from kg.graph.remote import RemoteStore
from kg.graph.remote_settings import Remote
from kg.graph.remote_text import query_text
from kg.graph.renaming import Renaming, current_release, renaming_within
from kg.names import Iri, Names

if TYPE_CHECKING:
    from kg.graph.remote_link import Link

__all__ = ["ask_store", "open_current", "open_stored", "parts_of", "pointed_at"]


def open_current(names: Names, remote: Remote) -> RemoteStore:
    """The release that the store says is to be read; the whole of a store that holds no releases.

    Raises StoreError when it holds neither.
    """
    from kg.graph.remote_link import Link  # httpx, which only a server elsewhere needs

    link = Link(remote)
    release = pointed_at(link, names)
    if release:
        return open_stored(link, names, renaming_within(names, release))
    graphs = [Iri(graph) for graph in ask_store(names, link).table(query_text("graphs")).column("graph")]
    ours = [graph for graph in graphs if graph.startswith((names.graph(""), Names().graph("")))]
    if not ours:
        raise StoreError(
            "The store at {address} holds no release of this graph.",
            "Load one with `kg publish --to {address}`.",
            address=remote.shown,
        )
    return RemoteStore(names, link, Renaming(), ours)


def open_stored(link: Link, names: Names, renaming: Renaming) -> RemoteStore:
    """One release in the store. Raises StoreError when it is not there, or not whole."""
    parts = parts_of(link, names, renaming)
    if not parts:
        raise StoreError(
            "The store at {address} does not hold the release {release}.",
            "Load it with `kg publish --to {address}`.",
            address=link.remote.shown,
            release=(renaming.release or "").rpartition("/")[2],
        )
    return RemoteStore(names, link, renaming, [Iri(renaming.ours(graph.encode()).decode()) for graph in parts])


def pointed_at(link: Link, names: Names) -> Iri | None:
    """The release that the store says is to be read; None when it says nothing."""
    text = bind(query_text("pointer"), {"pointer": ox.NamedNode(current_release(names))})
    return next((Iri(str(row["release"])) for row in ask_store(names, link).table(text)), None)


def parts_of(link: Link, names: Names, renaming: Renaming) -> dict[str, int]:
    """The graphs of a release as the store has them, with their sizes; empty before it is loaded whole."""
    assert renaming.release is not None
    text = bind(query_text("parts"), {"release": ox.NamedNode(renaming.release)})
    return {str(row["graph"]): int(row["triples"]) for row in ask_store(names, link).table(text)}


def ask_store(names: Names, link: Link) -> RemoteStore:
    """The store as it is: no dataset is told, and all graphs have the names it has for them."""
    return RemoteStore(names, link, Renaming(), ())
