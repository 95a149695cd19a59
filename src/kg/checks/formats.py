"""A report of findings as text, JSON, SARIF and Turtle."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import rdflib
from rdflib import BNode, Literal, URIRef
from rdflib.namespace import RDF, SH, XSD

from kg.names import SHAPES
from kg.records import Finding, Report, Severity, Spot
from kg.text import Words

__all__ = [
    "FORMATS",
    "report_from_json",
    "report_to_json",
    "report_to_sarif",
    "report_to_text",
    "report_to_turtle",
]

FORMATS = ("text", "json", "sarif", "ttl")
_LEVELS = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_SHACL = {Severity.VIOLATION: SH.Violation, Severity.WARNING: SH.Warning, Severity.INFO: SH.Info}


def report_to_text(report: Report, language: str) -> str:
    """One line a finding, `file:line: severity: message [rule]`, in the reader's language."""
    return "".join(finding.line(language) + "\n" for finding in report.findings)


def report_to_json(report: Report) -> str:
    """The report as JSON; `report_from_json` reads it back."""
    answer = {"rules": list(report.rules), "findings": [_as_json(finding) for finding in report.findings]}
    return json.dumps(answer, ensure_ascii=False, indent=1) + "\n"


def report_from_json(text: str) -> Report:
    """The report that `report_to_json` wrote. Raises ValueError for other JSON."""
    answer = json.loads(text)
    return Report(tuple(_from_json(entry) for entry in answer["findings"]), tuple(answer["rules"]))


def report_to_sarif(report: Report, language: str, version: str) -> str:
    """The report as SARIF 2.1.0 (OASIS), for editors and code review; answered findings are suppressed."""
    rules = [{"id": rule} for rule in report.rules]
    results = [_sarif_result(finding, language) for finding in report.findings]
    driver = {"name": "leergraaf", "semanticVersion": version, "rules": rules}
    run = {"tool": {"driver": driver}, "results": results, "columnKind": "unicodeCodePoints"}
    sarif = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    return json.dumps(sarif, ensure_ascii=False, indent=1) + "\n"


def report_to_turtle(report: Report) -> str:
    """The report as a SHACL validation report (W3C SHACL, 3.6) in Turtle."""
    graph = rdflib.Graph()
    top = BNode("report")
    graph.add((top, RDF.type, SH.ValidationReport))
    conforms = not report.at_or_above(Severity.VIOLATION)
    graph.add((top, SH.conforms, Literal(conforms, datatype=XSD.boolean)))
    for number, finding in enumerate(report.findings):
        node = BNode(f"result{number}")
        graph.add((top, SH.result, node))
        graph.add((node, RDF.type, SH.ValidationResult))
        graph.add((node, SH.resultSeverity, _SHACL[finding.severity]))
        graph.add((node, SH.sourceConstraintComponent, URIRef(SHAPES + finding.rule.removeprefix("lgsh:"))))
        for predicate, value in ((SH.focusNode, finding.thing), (SH.resultPath, finding.property)):
            if value:
                graph.add((node, predicate, _node(value)))
        if finding.value:
            graph.add((node, SH.value, _node(finding.value)))
        for language, text in finding.message.by_language.items():
            graph.add((node, SH.resultMessage, Literal(text, lang=language)))
    return str(graph.serialize(format="turtle"))


def _node(value: str) -> URIRef | Literal:
    return URIRef(value) if value.startswith(("http://", "https://", "urn:")) else Literal(value)


def _as_json(finding: Finding) -> dict[str, Any]:
    entry = {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "message": dict(finding.message.by_language),
        "fix": dict(finding.fix.by_language),
        "thing": finding.thing,
        "property": finding.property,
        "value": finding.value,
        "file": finding.spot.path,
        "line": finding.spot.line,
        "remark": finding.remark,
    }
    return {key: value for key, value in entry.items() if value or key in {"rule", "severity", "message"}}


def _from_json(entry: Mapping[str, Any]) -> Finding:
    return Finding(
        rule=entry["rule"],
        severity=Severity(entry["severity"]),
        message=Words(entry["message"]),
        thing=entry.get("thing", ""),
        property=entry.get("property", ""),
        value=entry.get("value", ""),
        spot=Spot(entry.get("file", ""), entry.get("line", 0)),
        fix=Words(entry.get("fix", {})),
        remark=entry.get("remark", ""),
    )


def _sarif_result(finding: Finding, language: str) -> dict[str, Any]:
    text = " ".join(
        part for part in (finding.message.within(language), finding.fix.within(language), finding.thing) if part
    )
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": text},
    }
    if finding.spot.path:
        location: dict[str, Any] = {"artifactLocation": {"uri": finding.spot.path}}
        if finding.spot.line:
            location["region"] = {"startLine": finding.spot.line}
        result["locations"] = [{"physicalLocation": location}]
    elif finding.thing:
        result["locations"] = [{"logicalLocations": [{"fullyQualifiedName": finding.thing}]}]
    if finding.remark:
        result["suppressions"] = [{"kind": "external", "justification": finding.remark}]
    return result
