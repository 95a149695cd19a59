"""Plain records that cross floors: a place in a file, a finding, a report, a query and its header."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from kg.text import Words

__all__ = ["Column", "Finding", "Parameter", "Query", "Report", "Severity", "Spot"]


class Severity(StrEnum):
    """How grave a finding is: cannot be published, a curator should act, good to know."""

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for info, 1 for warning, 2 for violation."""
        return ("info", "warning", "violation").index(self.value)


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """A place in a file of the project: path relative to its root, line from 1 (0: the whole file)."""

    path: str = ""
    line: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.line else self.path


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault in the data: where, how grave, what, and which rule found it."""

    rule: str
    severity: Severity
    message: Words
    thing: str = ""
    property: str = ""
    value: str = ""
    spot: Spot = Spot()
    fix: Words = Words()
    remark: str = ""
    """The remark that answers for this finding, when a curator wrote one."""

    def line(self, language: str) -> str:
        """`file:line: severity: message [rule]`, in the reader's language."""
        about = " ".join(part for part in (self.thing, self.property, self.value) if part)
        where = f"{self.spot}: " if self.spot.path else ""
        told = " ".join(text for text in (self.message.within(language), self.fix.within(language)) if text)
        return f"{where}{self.severity.value}: {told}{f' ({about})' if about else ''} [{self.rule}]"

    def order(self) -> tuple[object, ...]:
        """What findings are sorted by: file, line, gravest first, rule, thing, property, value."""
        return (self.spot, -self.severity.rank, self.rule, self.thing, self.property, self.value)


@dataclass(frozen=True, slots=True)
class Report:
    """What a check returned: its findings in order, and what was looked at."""

    findings: tuple[Finding, ...] = ()
    rules: tuple[str, ...] = ()
    """Names of all the rules that were tried, whether they found anything or not."""

    @classmethod
    def of(cls, findings: Iterable[Finding], rules: Iterable[str] = ()) -> Report:
        """A report with its findings sorted and doubles removed."""
        return cls(tuple(sorted(dict.fromkeys(findings), key=lambda finding: finding.order())), tuple(sorted(rules)))

    def counts(self) -> dict[Severity, int]:
        """Number of findings of each severity; zero where there are none."""
        found = Counter(finding.severity for finding in self.findings)
        return {severity: found.get(severity, 0) for severity in Severity}

    def at_or_above(self, severity: Severity) -> tuple[Finding, ...]:
        """The unanswered findings that are at least this grave."""
        return tuple(
            finding for finding in self.findings if finding.severity.rank >= severity.rank and not finding.remark
        )


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a question asks for: `$name` in its text, with kind, class and default."""

    name: str
    kind: str
    """iri, text, integer, decimal, boolean, date, year or language."""
    description: Words
    class_name: str = ""
    """For an iri: the class of our ontology the thing must belong to, or empty for any."""
    default: str = ""

    @property
    def required(self) -> bool:
        """Whether the asker must give it."""
        return not self.default


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an answer: the variable, what kind of value, and what it means."""

    name: str
    kind: str
    description: Words


@dataclass(frozen=True, slots=True)
class Query:
    """A `.rq` file: its SPARQL text, and what its header says of it."""

    name: str
    text: str
    title: Words
    path: Path
    summary: Words = Words()
    audience: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    columns: tuple[Column, ...] = ()
    since: str = ""
    chart: tuple[str, ...] = ()
    """For an answer that is worth a picture: the column of names and the column of numbers."""
    severity: Severity | None = None
    problem: Words = Words()
    fix: Words = Words()
    header_lines: int = field(default=0, compare=False)

    def parameter(self, name: str) -> Parameter | None:
        """The parameter called `name`, or None."""
        return next((parameter for parameter in self.parameters if parameter.name == name), None)
