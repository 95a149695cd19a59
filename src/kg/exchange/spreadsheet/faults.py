"""What is wrong with a workbook, told at its cells in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kg.exchange.spreadsheet.grid import Place
from kg.exchange.spreadsheet.terms import Trouble
from kg.files.wording import catalogue
from kg.records import Severity
from kg.text import natural

__all__ = ["Fault", "Faults"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: where, what and what to do; a violation stops the import, a warning does not."""

    place: Place
    text: str
    severity: Severity = Severity.VIOLATION
    conflict: bool = False
    """Whether it is only that the graph says something else since the export."""

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


class Faults:
    """The faults found so far; the first grave one of a cell counts, what follows from it is not told."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._found: dict[Fault, None] = {}
        self._places: set[Place] = set()

    def __bool__(self) -> bool:
        return any(fault.severity is Severity.VIOLATION for fault in self._found)

    def at(self, place: Place) -> bool:
        """Whether this cell has a grave fault."""
        return place in self._places

    def say(self, place: Place, message: str, hint: str = "", **values: object) -> None:
        """Notes a grave fault; message and hint are templates in English."""
        self.note(Fault(place, self._told(message, hint, values)))

    def trouble(self, place: Place, trouble: Trouble) -> None:
        """Notes what is wrong with the value of a cell."""
        for message, hint, values in trouble.found:
            self.say(place, message, hint, **values)

    def note(self, fault: Fault) -> None:
        """Notes a fault that is worded already."""
        self._found.setdefault(fault)
        if fault.severity is Severity.VIOLATION:
            self._places.add(fault.place)

    def told(self, order: Iterable[str] = ()) -> list[Fault]:
        """All faults, by sheet in the order of the tabs, row and column."""
        tabs = {name: index for index, name in enumerate(order)}
        return sorted(
            self._found,
            key=lambda fault: (
                tabs.get(fault.place.sheet, len(tabs)),
                natural(fault.place.sheet),
                fault.place.row,
                fault.place.column,
                fault.text,
            ),
        )

    def _told(self, message: str, hint: str, values: dict[str, object]) -> str:
        words = catalogue(self.language)
        return " ".join(words.get(part, part).format(**values) for part in (message, hint) if part)
