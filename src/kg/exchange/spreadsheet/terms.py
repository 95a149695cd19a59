"""What one value in a cell stands for, by the kind of its column."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

import pyoxigraph as ox

from kg.exchange.spreadsheet.codes import Codes
from kg.exchange.spreadsheet.columns import Column, Form
from kg.exchange.spreadsheet.words import word
from kg.names import OUTSIDE, Iri

__all__ = ["TAGGED", "Trouble", "term_of"]

_XSD = OUTSIDE["xsd"]
TAGGED = re.compile(r'"@[A-Za-z]{2,3}(-[A-Za-z0-9]+)*(\s|\||\Z)')
"""A text with a language tag of its own, as Turtle writes it."""
_DURATION = re.compile(r"-?P(?=.)(\d+Y)?(\d+M)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?")
"""XML Schema 1.1, part 2, 3.3.6.2."""
_DATE_FORMS = (
    (re.compile(r"-?\d{4,}-\d\d-\d\d\Z"), "date"),
    (re.compile(r"-?\d{4,}-\d\d\Z"), "gYearMonth"),
    (re.compile(r"-?\d{4,}\Z"), "gYear"),
)


@dataclass(slots=True)
class Trouble:
    """What is wrong with one cell: message templates with their values, in the order found."""

    found: list[tuple[str, str, dict[str, object]]] = field(default_factory=list)

    def say(self, message: str, hint: str = "", **values: object) -> None:
        """Notes a fault."""
        self.found.append((message, hint, values))

    def __bool__(self) -> bool:
        return bool(self.found)


def term_of(
    value: str, column: Column, codes: Codes, language: str, trouble: Trouble
) -> ox.NamedNode | ox.Literal | None:
    """The term that one value stands for in a column; None, with the reason in `trouble`, when it stands for none."""
    match column.form:
        case Form.TEXT:
            if TAGGED.search(value):
                trouble.say(
                    "texts in two languages, or with a language tag, in one cell.",
                    "Put each language in its own column, without quotes and tag.",
                )
                return None
            return ox.Literal(value, language=column.language)
        case Form.LINK:
            return _link(value, column, codes, language, trouble)
        case Form.BOOLEAN:
            return _boolean(value, trouble)
        case Form.NUMBER:
            return _number(value, column, trouble)
        case Form.DATE:
            return _date(value, column, trouble)
        case Form.PLAIN:
            return _plain(value, column.datatypes[0], trouble)


def _plain(value: str, datatype: Iri, trouble: Trouble) -> ox.Literal | None:
    if datatype == _XSD + "duration" and not _DURATION.fullmatch(value):
        trouble.say(
            '"{value}" is not a duration.', "Write it as P5Y (five years) or P18M (eighteen months).", value=value
        )
        return None
    return ox.Literal(value, datatype=ox.NamedNode(datatype))


def _link(value: str, column: Column, codes: Codes, language: str, trouble: Trouble) -> ox.NamedNode | None:
    found = codes.meant(value, column)
    kinds = " / ".join(codes.label(kind, language) or codes.address(kind) for kind in column.classes)
    if not found:
        near = codes.near(value, column, language)
        hint = "Did you mean {near}?" if near else "Give the code of a thing that exists."
        if kinds:
            trouble.say('unknown {kind} "{value}".', hint, kind=kinds, value=value, near=near)
        else:
            trouble.say('unknown code "{value}".', hint, value=value, near=near)
        return None
    if len(found) > 1:
        trouble.say(
            '"{value}" can mean several things: {things}.',
            "Write the kind before it, as in {first}.",
            value=value,
            things=", ".join(_long(iri, codes) for iri in found),
            first=_long(found[0], codes),
        )
        return None
    ours = found[0] in codes.classes_of
    if not codes.fits(found[0], column) and (ours or column.choices):
        if column.choices:
            choices = ", ".join(codes.written(iri, column, language) for iri in column.choices)
            trouble.say('"{value}" is no choice here.', "Choose from: {choices}.", value=value, choices=choices)
        else:
            actual = [kind for kind in sorted(codes.classes_of[found[0]]) if not kind.startswith(OUTSIDE["skos"])]
            shown = ", ".join(codes.label(kind, language) or codes.address(kind) for kind in actual)
            trouble.say(
                '"{value}" is of the kind {actual}; here goes: {kind}.',
                "Did you mean {near}?" if (near := codes.near(value, column, language)) else "Choose another code.",
                value=value,
                actual=shown,
                kind=kinds,
                near=near,
            )
        return None
    return ox.NamedNode(found[0])


def _long(iri: Iri, codes: Codes) -> str:
    known = codes.names.segment_and_code(iri)
    return "/".join(known) if known else codes.address(iri)


def _boolean(value: str, trouble: Trouble) -> ox.Literal | None:
    for name, others in (("true", {"waar", "1"}), ("false", {"onwaar", "0"})):
        if value.casefold() in {name, *others, *(text.casefold() for text in word(name).by_language.values())}:
            return ox.Literal(name, datatype=ox.NamedNode(_XSD + "boolean"))
    trouble.say('"{value}" is neither yes nor no.', "Write yes or no.", value=value)
    return None


def _number(value: str, column: Column, trouble: Trouble) -> ox.Literal | None:
    text = value.replace("\u2212", "-")
    text = text.replace(",", ".") if text.count(",") == 1 and "." not in text else text
    try:
        number = Decimal(text) if re.fullmatch(r"[+-]?\d+(\.\d+)?([eE][+-]?\d{1,2})?", text) else Decimal("NaN")
    except InvalidOperation:
        number = Decimal("NaN")
    if number.is_nan():
        trouble.say('"{value}" is not a number.', "Write digits, with a comma or point for decimals.", value=value)
        return None
    whole = [kind for kind in column.datatypes if not kind.endswith("decimal")]
    decimal = [kind for kind in column.datatypes if kind.endswith("decimal")]
    if whole and number == number.to_integral_value() and ("." not in text or not decimal):
        if number < 0 and all(kind.endswith(("nonNegativeInteger", "positiveInteger")) for kind in whole):
            trouble.say('"{value}" is below zero.', "Write a number from 0.", value=value)
            return None
        return ox.Literal(str(int(number)), datatype=ox.NamedNode(whole[0]))
    if not decimal:
        trouble.say('"{value}" is not a whole number.', "Write digits only.", value=value)
        return None
    shown = f"{number:f}"
    return ox.Literal(shown if "." in shown else f"{shown}.0", datatype=ox.NamedNode(decimal[0]))


def _date(value: str, column: Column, trouble: Trouble) -> ox.Literal | None:
    for pattern, name in _DATE_FORMS:
        if pattern.match(value) and _XSD + name in column.datatypes and _possible(value):
            return ox.Literal(value, datatype=ox.NamedNode(_XSD + name))
    forms = {"date": "2026-05-31", "gYearMonth": "2026-05", "gYear": "2026"}
    wanted = ", ".join(form for name, form in forms.items() if _XSD + name in column.datatypes)
    trouble.say('"{value}" is not a date that can stand here.', "Write it as {forms}.", value=value, forms=wanted)
    return None


def _possible(value: str) -> bool:
    """Whether a date, month or year exists in the calendar."""
    parts = [int(part) for part in value.lstrip("-").split("-")]
    year, month, day = [*parts, 1, 1][:3]
    try:
        date(max(1, min(year, 9999)), month, day)
    except ValueError:
        return False
    return True
