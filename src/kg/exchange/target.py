"""The forms the graph can be exported in: what each is, who reads it, and which module writes it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from kg.errors import UnknownName
from kg.names import Iri, Names
from kg.text import Words, did_you_mean

__all__ = ["Target", "target_called", "targets"]

_FOLDER = Path(__file__).parent / "targets"


@dataclass(frozen=True, slots=True)
class Target:
    """One form of export, as `targets/<name>.toml` describes it."""

    name: str
    title: Words
    summary: Words
    """What it is and who takes it in, in one sentence."""
    standard: str
    """Address of the standard."""
    media_type: str
    """Of each of its files; who hands out several puts them in an archive."""
    module: str
    """The module below `kg.exchange` that has `write(source) -> {file name: content}`."""
    order: int = 0
    scopes: tuple[str, ...] = ()
    """Segments of the kinds of thing it can be limited to: `programme`, `profile`. Empty: the whole graph only."""
    carries: tuple[str, ...] = ()
    """Segments of the kinds of thing of which it takes any along; empty for all kinds."""
    reasons: Mapping[Iri, Words] = field(default_factory=dict)
    """Property or class → why the target cannot carry it."""


@cache
def targets() -> tuple[Target, ...]:
    """Every form of export, in the order in which they are offered."""
    found = [_read(path) for path in sorted(_FOLDER.glob("*.toml"))]
    return tuple(sorted(found, key=lambda target: (target.order, target.name)))


def target_called(name: str) -> Target:
    """The form of export with this name. Raises UnknownName, which tells what there is."""
    found = {target.name: target for target in targets()}
    if name in found:
        return found[name]
    raise UnknownName(
        "There is no export called {name}.",
        "There is: {known}.",
        name=name,
        known=did_you_mean(name, found) or ", ".join(found),
    )


def _read(path: Path) -> Target:
    content: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    reasons = {_iri(name): Words(words) for name, words in content.pop("reasons", {}).items()}
    title, summary = Words(content.pop("title")), Words(content.pop("summary"))
    scopes, carries = (tuple(content.pop(name, ())) for name in ("scopes", "carries"))
    return Target(path.stem, title, summary, scopes=scopes, carries=carries, reasons=reasons, **content)


def _iri(name: str) -> Iri:
    iri = Names().expand(name)
    assert iri is not None, f"{name} has no known prefix"
    return iri
