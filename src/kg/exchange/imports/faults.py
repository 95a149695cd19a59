"""Faults of a file that is imported: what is wrong and what to do, at its row, column, line or JSON path."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from kg.records import Finding, Severity, Spot
from kg.text import Words

__all__ = ["Place", "fault", "fault_rules", "short"]

_FAULTS = Path(__file__).parent / "faults.toml"
_LONGEST_VALUE = 120


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is told: file, line (0: the whole file), and the row and column or the path within it."""

    file: str = ""
    line: int = 0
    row: int = 0
    """Row of a table as a spreadsheet counts them: the names of the columns are row 1."""
    column: str = ""
    path: str = ""
    """Path within JSON, such as `CFItems[3].uri`, or an IRI."""

    @property
    def within(self) -> Words:
        """The place within the file, in words."""
        if self.row and self.column:
            return Words({"nl": f"rij {self.row}, kolom {self.column}", "en": f"row {self.row}, column {self.column}"})
        if self.row:
            return Words({"nl": f"rij {self.row}", "en": f"row {self.row}"})
        return Words({"nl": self.path, "en": self.path})


def fault(rule: str, place: Place, **values: object) -> Finding:
    """The finding of this rule of `faults.toml`, with its values filled in."""
    words = _faults()[rule]
    shown = {name: short(value) for name, value in values.items()}
    before = place.within
    message = {
        language: (f"{before.within(language)}: " if before else "") + text.format(**shown)
        for language, text in words["message"].items()
    }
    fix = {language: text.format(**shown) for language, text in words.get("fix", {}).items()}
    return Finding(
        f"import-{rule}",
        Severity.VIOLATION,
        Words(message),
        spot=Spot(place.file, place.line),
        fix=Words({language: text for language, text in fix.items() if text}),
    )


def fault_rules() -> tuple[str, ...]:
    """The names of all rules, sorted."""
    return tuple(sorted(_faults()))


def short(value: object, most: int = _LONGEST_VALUE) -> str:
    """A value as a message shows it: on one line, without what a terminal would obey, and not endless."""
    text = "".join(letter if letter.isprintable() else "�" for letter in " ".join(str(value).split()))
    return text[:most] + "…" * (len(text) > most)


@cache
def _faults() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads(_FAULTS.read_text(encoding="utf-8"))
