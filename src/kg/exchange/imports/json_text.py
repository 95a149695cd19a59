"""JSON of another party: read under a limit of nesting, and taken apart so that nothing goes unnoticed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from kg.exchange.imports.content import Content, decoded
from kg.exchange.imports.draft import Draft
from kg.exchange.imports.faults import Place, fault
from kg.records import Finding

__all__ = ["DEEPEST", "Fields", "measured", "parse_json"]

DEEPEST = 100
"""Levels of brackets a file may have: our own exports have 6, and a parser's stack is no place to find out."""
_MOST_PARTS = 1_000_000
"""Objects and lists a file may have: a limit on memory."""
_TOKENS = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|[\[\]{}]', re.DOTALL)


class _RepeatedKeyError(ValueError):
    """A key that an object has twice."""


def parse_json(content: Content) -> Any | Finding:
    """The value of a JSON file, or the fault: broken (line and column), too deep, a key told twice."""
    text = decoded(content)
    if isinstance(text, Finding):
        return text
    text = text.removeprefix("\ufeff")
    parts, depth, line = measured(text)
    if depth > DEEPEST:
        return fault("too-deep", Place(content.name, line), most=DEEPEST)
    if parts > _MOST_PARTS:
        return fault("too-many-parts", Place(content.name), most=_MOST_PARTS)
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
    except json.JSONDecodeError as error:
        return fault("broken-json", Place(content.name, error.lineno), column=error.colno, reason=error.msg)
    except _RepeatedKeyError as error:
        return fault("repeated-key", Place(content.name), value=error)
    except ValueError as error:
        return fault("broken-json", Place(content.name), column="?", reason=error)


def measured(text: str) -> tuple[int, int, int]:
    """How many objects and lists there are, how deep they are nested, and the line where that is.

    It looks no further than just past one of the limits.
    """
    parts, depth, most, where = 0, 0, 0, 0
    for token in _TOKENS.finditer(text):
        sign = token[0]
        if sign in "[{":
            depth += 1
            parts += 1
            if depth > most:
                most, where = depth, token.start()
            if most > DEEPEST or parts > _MOST_PARTS:
                break
        elif sign in "]}":
            depth -= 1
    return parts, most, text.count("\n", 0, where) + 1


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        raise _RepeatedKeyError(next(name for name in names if names.count(name) > 1))
    return made


def _constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


class Fields:
    """One JSON object of a file; each of its values is entered in the account once, when `rest` is called at last."""

    def __init__(self, draft: Draft, value: dict[str, Any], place: Place, group: str) -> None:
        self.draft = draft
        self.place = place
        self._value = {name: part for name, part in value.items() if part not in (None, "", [], {})}
        self._group = group
        self._used: set[str] = set()

    def __contains__(self, name: str) -> bool:
        return name in self._value

    def names(self) -> list[str]:
        """The names of its values."""
        return list(self._value)

    def at(self, name: str) -> Place:
        """The place of one of its values."""
        path = f"{self.place.path}.{name}" if self.place.path else name
        return Place(self.place.file, self.place.line, path=path)

    def field(self, name: str) -> str:
        """The name of one of its values in the account: `CFItems.uri`."""
        return f"{self._group}.{name}" if self._group else name

    def raw(self, name: str) -> Any:
        """A value as it is, or None; the account is not touched."""
        return self._value.get(name)

    def text(self, name: str) -> str:
        """A value that must be text (a number will do), stripped; empty, and a fault, for another kind."""
        value = self._value.get(name)
        if value is None:
            return ""
        if isinstance(value, str):
            return value.strip()
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        self.draft.wrong("wrong-kind", self.at(name), wanted="text", value=json.dumps(value))
        return ""

    def texts(self, name: str) -> list[str]:
        """A value that is a text or a list of texts."""
        value = self._value.get(name)
        found = value if isinstance(value, list) else [] if value is None else [value]
        kept = [part.strip() for part in found if isinstance(part, str)]
        if len(kept) < len(found):
            self.draft.wrong("wrong-kind", self.at(name), wanted="text", value=json.dumps(value))
        return [part for part in kept if part]

    def objects(self, name: str) -> Iterator[tuple[dict[str, Any], Place]]:
        """The objects of a list, each with its place; a fault for what is no list of objects."""
        value = self._value.get(name, [])
        if not isinstance(value, list):
            self.draft.wrong("wrong-kind", self.at(name), wanted="[…]", value=json.dumps(value))
            return
        for index, part in enumerate(value):
            place = Place(self.place.file, path=f"{self.at(name).path}[{index}]")
            if isinstance(part, dict):
                yield part, place
            else:
                self.draft.wrong("wrong-kind", place, wanted="{…}", value=json.dumps(part))

    def taken(self, name: str) -> None:
        """Enters a value as taken."""
        if self._first(name):
            self.draft.ledger.taken(self.place.file, self.field(name))

    def changed(self, name: str, why: str) -> None:
        """Enters a value as changed."""
        if self._first(name):
            self.draft.ledger.changed(self.place.file, self.field(name), why, _shown(self._value[name]))

    def left_out(self, name: str, why: str) -> None:
        """Enters a value as left out."""
        if self._first(name):
            self.draft.ledger.left_out(self.place.file, self.field(name), why, _shown(self._value[name]))

    def entered(self, name: str) -> bool:
        """Whether a value is in the account already."""
        return name in self._used

    def used(self, *names: str) -> None:
        """Marks values of which the parts are entered one by one."""
        self._used.update(names)

    def rest(self, why: str = "no-place", **reasons: str) -> None:
        """Enters every value not entered yet as left out, for the reason given for its name."""
        for name in self._value:
            self.left_out(name, reasons.get(name, why))

    def _first(self, name: str) -> bool:
        if name in self._used or name not in self._value:
            return False
        self._used.add(name)
        return True


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
