"""The graph, or a part of it, in another party's form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module

from kg.errors import BadParameter, ExchangeError
from kg.exchange.loss import Loss
from kg.exchange.source import Source
from kg.exchange.target import Target, target_called
from kg.files.project import Settings
from kg.graph.find import thing_called
from kg.graph.store import Store
from kg.names import KINDS_BY_SEGMENT, Iri

__all__ = ["Exported", "export"]


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export made: files by name, in the order of their names, and what it could not take along."""

    target: Target
    files: Mapping[str, bytes]
    losses: tuple[Loss, ...]


def export(store: Store, settings: Settings, name: str, *, of: str = "", language: str = "nl") -> Exported:
    """The graph, or one programme or profile of it, in the form called `name`.

    The same graph gives the same bytes. Raises UnknownName for a form or a thing that does not exist,
    BadParameter for a thing the form cannot be limited to, ExchangeError when the graph lacks what the form must have.
    """
    target = target_called(name)
    source = Source(store, settings, scope=_scope(store, target, of), language=language)
    write: Callable[[Source], Mapping[str, bytes]] = import_module(f"kg.exchange.{target.module}").write
    files = write(source)
    if not any(content.strip() for content in files.values()):
        raise ExchangeError(
            "The graph has nothing that fits into {name}.", "docs/exchange.md says what each form asks for.", name=name
        )
    return Exported(target, dict(sorted(files.items())), tuple(source.losses(target.reasons)))


def _scope(store: Store, target: Target, of: str) -> Iri | None:
    if not of:
        return None
    if not target.scopes:
        raise BadParameter("The export {name} is of the whole graph only.", "Leave --of out.", name=target.name)
    classes = [KINDS_BY_SEGMENT[segment].class_name for segment in target.scopes]
    iri = thing_called(store, of, classes[0] if len(classes) == 1 else "")
    known = store.names.segment_and_code(iri)
    if not known or known[0] not in target.scopes:
        raise BadParameter(
            "The export {name} cannot be limited to {thing}.",
            "It can be limited to: {kinds}.",
            name=target.name,
            thing=of,
            kinds=", ".join(target.scopes),
        )
    return iri
