"""The report of the checks as people read it: by gravity and rule, with the things concerned."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from kg.records import Finding, Severity
from kg_web.reader import Reader, Value
from kg_web.words import N_

__all__ = ["ChecksPage", "Found", "Grave", "RuleFound", "checks_page"]

_HEADINGS = {
    Severity.VIOLATION: (
        N_("Violations"),
        N_("violations"),
        N_("violation"),
        N_("These keep the graph from being published."),
    ),
    Severity.WARNING: (
        N_("Warnings"),
        N_("warnings"),
        N_("warning"),
        N_("A curator should act, or answer with a remark."),
    ),
    Severity.INFO: (N_("Notes"), N_("notes"), N_("note"), N_("Good to know; nothing needs to be done.")),
}


@dataclass(frozen=True, slots=True)
class Found:
    """One finding: the thing, the place in the files, the value, and the remark that answers it."""

    thing: Value | None
    spot: str
    value: Value | None
    remark: Value | None


@dataclass(frozen=True, slots=True)
class RuleFound:
    """What one rule found."""

    rule: str
    message: str
    fix: str
    findings: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class Grave:
    """One gravity: what it is called, what it means, how much of it was found, and by which rules."""

    name: str
    heading: str
    counted: str
    """The word that goes with the number."""
    meaning: str
    count: int
    rules: tuple[RuleFound, ...]


@dataclass(frozen=True, slots=True)
class ChecksPage:
    """The report: the number of rules tried, and what they found by gravity."""

    rules: int
    graves: tuple[Grave, ...]


def checks_page(reader: Reader) -> ChecksPage:
    """The report of this release."""
    report = reader.state.report
    counts = report.counts()
    graves = tuple(
        Grave(
            name=severity.value,
            heading=reader.say(heading),
            counted=reader.say(one if counts[severity] == 1 else many),
            meaning=reader.say(meaning),
            count=counts[severity],
            rules=_rules(reader, severity),
        )
        for severity, (heading, many, one, meaning) in _HEADINGS.items()
    )
    return ChecksPage(len(report.rules), graves)


def _rules(reader: Reader, severity: Severity) -> tuple[RuleFound, ...]:
    found: dict[tuple[str, str, str], list[Finding]] = defaultdict(list)
    for finding in reader.state.report.findings:
        if finding.severity is severity:
            key = (finding.rule, finding.message.within(reader.lang), finding.fix.within(reader.lang))
            found[key].append(finding)
    return tuple(
        RuleFound(rule.removeprefix("lgsh:"), message, fix, tuple(_found(reader, finding) for finding in findings))
        for (rule, message, fix), findings in sorted(found.items())
    )


def _found(reader: Reader, finding: Finding) -> Found:
    return Found(
        thing=_value(reader, finding.thing),
        spot=str(finding.spot) if finding.spot.path else "",
        value=_value(reader, finding.value),
        remark=_value(reader, finding.remark),
    )


def _value(reader: Reader, text: str) -> Value | None:
    if not text:
        return None
    return reader.thing(text) if text.startswith(("http://", "https://")) else Value(text)
