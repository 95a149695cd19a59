"""The file of a suggestion, read under limits: whatever is no such file is refused with the place in it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kg.errors import ExchangeError
from kg.exchange.suggestions.suggestion import FORMAT, LABELS, Alteration, Suggestion
from kg.text import did_you_mean

__all__ = ["LONGEST", "MOST_BYTES", "MOST_CHANGES", "read_suggestion", "suggestion_in"]

MOST_BYTES = 1_000_000
MOST_CHANGES = 500
LONGEST = 20_000
"""Characters of one text."""
_MOST_VALUES = 1_000
_DEEPEST = 4
"""A suggestion has an object, a list of changes, a change, and a list of values."""
_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_WHOLE = {"format": True, "graph": True, "release": True, "reason": False, "source": False, "sender": False}
_CHANGE = {"thing": True, "field": True, "language": False, **dict.fromkeys(LABELS, False)}


def read_suggestion(path: Path) -> Suggestion:
    """The suggestion in a file. Raises ExchangeError for a file that is none, too large, too deep or broken."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as fault:
        raise ExchangeError("{path}: cannot be read: {fault}.", path=path.name, fault=fault.strerror) from None
    return suggestion_in(content, path.name)


def suggestion_in(content: bytes, name: str) -> Suggestion:
    """The suggestion in these bytes; `name` is what the file is called in a fault. Raises ExchangeError."""
    if len(content) > MOST_BYTES:
        raise ExchangeError(
            "{path}: too large for a suggestion: {most} kB is read at most.", path=name, most=MOST_BYTES // 1000
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ExchangeError("{path}: not UTF-8.", "Fetch the file anew from the site.", path=name) from None
    return _suggestion(_Part(name, "", _parsed(text, name)))


def _parsed(text: str, name: str) -> Any:
    depth = 0
    for token in _BRACKETS.finditer(text):
        depth += (token[0] in "[{") - (token[0] in "]}")
        if depth > _DEEPEST:
            raise ExchangeError("{path}: nested too deep for a suggestion.", path=name)
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
    except json.JSONDecodeError as fault:
        raise ExchangeError(
            "{path}: not JSON (line {line}, column {column}).",
            "Fetch the file anew from the site.",
            path=name,
            line=fault.lineno,
            column=fault.colno,
        ) from None
    except ValueError as fault:
        raise ExchangeError("{path}: not JSON: {fault}.", path=name, fault=fault) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"{next(name for name in names if names.count(name) > 1)[:40]!r} ×2")
    return made


def _constant(name: str) -> Any:
    raise ValueError(name)


class _Part:
    """One value in the file, with its place; every way of reading it refuses what is of another kind."""

    def __init__(self, file: str, place: str, value: Any) -> None:
        self.file = file
        self.place = place
        self.value = value

    @property
    def where(self) -> str:
        """The file and the place in it, for a fault."""
        return f"{self.file}: {self.place}" if self.place else self.file

    def fields(self, known: Sequence[str], needed: Sequence[str]) -> dict[str, _Part]:
        """The parts of an object that has no others than these."""
        if not isinstance(self.value, dict):
            raise ExchangeError("{where}: an object {{…}} goes here.", where=self.where)
        for name in self.value:
            if name not in known:
                near = did_you_mean(name, known) or ", ".join(known)
                raise ExchangeError(
                    "{where}: unknown field {name}.",
                    "There is: {known}.",
                    name=repr(name[:40]),
                    known=near,
                    where=self.where,
                )
        for name in needed:
            if name not in self.value:
                raise ExchangeError("{where}: the field {name} is missing.", name=name, where=self.where)
        return {name: _Part(self.file, self._below(name), value) for name, value in self.value.items()}

    def items(self, most: int) -> list[_Part]:
        """The parts of a list that is not too long."""
        if not isinstance(self.value, list):
            raise ExchangeError("{where}: a list […] goes here.", where=self.where)
        if len(self.value) > most:
            raise ExchangeError(
                "{where}: {count} entries; {most} are read at most.", count=len(self.value), most=most, where=self.where
            )
        return [_Part(self.file, f"{self.place}[{index}]", value) for index, value in enumerate(self.value)]

    def text(self) -> str:
        """A text that is not too long and has no control characters."""
        if not isinstance(self.value, str):
            raise ExchangeError('{where}: a text "…" goes here.', where=self.where)
        if len(self.value) > LONGEST:
            raise ExchangeError(
                "{where}: a text of {count} characters; {most} are read at most.",
                count=len(self.value),
                most=LONGEST,
                where=self.where,
            )
        if found := _CONTROL.search(self.value):
            shown = repr(found[0]).strip("'")
            raise ExchangeError("{where}: a character that cannot be shown ({code}).", code=shown, where=self.where)
        return self.value.replace("\r\n", "\n").replace("\r", "\n")

    def _below(self, name: str) -> str:
        return f"{self.place}.{name}" if self.place else name


def _suggestion(whole: _Part) -> Suggestion:
    if not isinstance(whole.value, dict) or whole.value.get("format") != FORMAT:
        raise ExchangeError(
            "{where}: not a suggestion made on the site.", "Make one with “suggest a change”.", where=whole.where
        )
    parts = whole.fields([*_WHOLE, "changes"], [name for name, needed in _WHOLE.items() if needed] + ["changes"])
    texts = {name: parts[name].text() for name in _WHOLE if name in parts}
    changes = parts["changes"].items(MOST_CHANGES)
    if not changes:
        raise ExchangeError("{where}: there are no changes.", where=parts["changes"].where)
    return Suggestion(
        graph=texts["graph"],
        release=texts["release"],
        alterations=tuple(_alteration(change) for change in changes),
        reason=texts.get("reason", ""),
        source=texts.get("source", ""),
        sender=texts.get("sender", ""),
    )


def _alteration(change: _Part) -> Alteration:
    needed = [name for name, is_needed in _CHANGE.items() if is_needed]
    parts = change.fields([*_CHANGE, "from", "to"], [*needed, "from", "to"])
    texts = {name: parts[name].text() for name in _CHANGE if name in parts}
    before, after = (tuple(value.text() for value in parts[name].items(_MOST_VALUES)) for name in ("from", "to"))
    for name, values in (("from", before), ("to", after)):
        if len(set(values)) < len(values):
            raise ExchangeError("{where}: the same value stands here twice.", where=parts[name].where)
    if not texts.get("language", "a").isalpha():
        raise ExchangeError("{where}: not a language such as nl.", where=parts["language"].where)
    return Alteration(
        thing=texts["thing"],
        field=texts["field"],
        language=texts.get("language", ""),
        before=before,
        after=after,
        label=texts.get("label", ""),
        name=texts.get("name", ""),
    )
