"""Code lists of other parties and what of ours they stand for, kept as data in `codes/`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from kg.names import Iri, Names
from kg.text import Words

__all__ = ["code_of", "codes", "why"]

_FOLDER = Path(__file__).parent / "codes"


@cache
def codes(name: str) -> Mapping[str, Any]:
    """The lists in `codes/<name>.toml`. Keys such as `lg:minor` are full IRIs in what is given back."""
    content: dict[str, Any] = tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    return {list_: _expanded(entries) for list_, entries in content.items()}


def code_of(name: str, list_: str, terms: list[Iri]) -> str:
    """The code of the first of these terms that the list has one for; empty when it has none."""
    entries: Mapping[str, str] = codes(name)[list_]
    return next((entries[term] for term in terms if term in entries), "")


def why(name: str, reason: str) -> Words:
    """The words of a reason in `[why]`: how what is carried changed."""
    return Words(codes(name)["why"][reason])


def _expanded(entries: Any) -> Any:
    if not isinstance(entries, dict):
        return entries
    return {(Names().expand(key) if ":" in key else key): value for key, value in entries.items()}
