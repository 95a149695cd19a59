"""The text of a cell and the terms it stands for; what cannot be written so that it reads back is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

import pyoxigraph as ox

from kg.exchange.spreadsheet.codes import Codes
from kg.exchange.spreadsheet.columns import Column, Form
from kg.exchange.spreadsheet.grid import Cell, DateCell, ErrorCell, FormulaCell
from kg.exchange.spreadsheet.words import word
from kg.names import OUTSIDE, Iri

__all__ = ["LONGEST", "POINTER", "Trouble", "decode", "encode", "fits_in_a_cell", "joined", "plain_text", "separated"]

LONGEST = 32_767
"""Characters Excel keeps in a cell."""
POINTER = "↳"
"""What the name of a thing begins with in a row that only adds to it."""
_XSD = OUTSIDE["xsd"]
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_ESCAPED_BY_EXCEL = re.compile(r"_x[0-9A-Fa-f]{4}_")
_TAGGED = re.compile(r'"@[A-Za-z]{2,3}(-[A-Za-z0-9]+)*(\s|\||\Z)')
_DATE_FORMS = (
    (re.compile(r"-?\d{4,}-\d\d-\d\d\Z"), "date"),
    (re.compile(r"-?\d{4,}-\d\d\Z"), "gYearMonth"),
    (re.compile(r"-?\d{4,}\Z"), "gYear"),
)
Say = Callable[..., None]


@dataclass(slots=True)
class Trouble:
    """What is wrong with one cell: message templates with their values, in the order found."""

    found: list[tuple[str, str, dict[str, object]]] = field(default_factory=list)

    def say(self, message: str, hint: str = "", **values: object) -> None:
        """Notes a fault."""
        self.found.append((message, hint, values))

    def __bool__(self) -> bool:
        return bool(self.found)


def fits_in_a_cell(text: str) -> bool:
    """Whether a spreadsheet keeps this text as it is."""
    return (
        len(text.encode("utf-16-le")) // 2 <= LONGEST
        and not _CONTROL.search(text)
        and not _ESCAPED_BY_EXCEL.search(text)
        and not _TAGGED.search(text)
    )


def joined(texts: Iterable[str]) -> str:
    """Several values as the text of one cell, ` | ` between them; what would be read otherwise gets a backslash."""
    return " | ".join(_escaped(text) for text in texts)


def _escaped(text: str) -> str:
    text = re.sub(r"\\(?=[\\|\s↳]|\Z)", r"\\\\", text).replace("|", r"\|")
    core = text.strip()
    if not core:
        return "".join("\\" + character for character in text)
    start = text[: len(text) - len(text.lstrip())]
    end = text[len(text.rstrip()) :]
    core = "\\" + core if core.startswith(POINTER) else core
    return "".join("\\" + c for c in start) + core + "".join("\\" + c for c in end)


def separated(text: str) -> list[str]:
    """The values in the text of a cell; empty ones do not count."""
    if "|" not in text and "\\" not in text:
        return [text.strip()] if text.strip() else []
    values: list[str] = []
    letters: list[str] = []
    kept = 0
    index = 0

    def close() -> None:
        nonlocal letters, kept
        whole = "".join(letters)
        end = len(whole.rstrip()) if len(whole.rstrip()) > kept else kept
        values.append(whole[:end])
        letters, kept = [], 0

    while index < len(text):
        character = text[index]
        follows = text[index + 1 : index + 2]
        if character == "\\" and follows and (follows in "\\|↳" or follows.isspace()):
            letters.append(follows)
            kept = len(letters)
            index += 1
        elif character == "|":
            close()
        elif letters or not character.isspace():
            letters.append(character)
        index += 1
    close()
    return [value for value in values if value]


def encode(terms: list[ox.NamedNode | ox.Literal], column: Column, codes: Codes, language: str) -> Cell:
    """What stands in the cell for these terms, or None when no cell says just these."""
    shown = [_text(term, column, codes, language) for term in terms]
    if None in shown:
        return None
    text = joined(sorted(text for text in shown if text is not None))
    cell: Cell = text
    if column.form is Form.NUMBER and len(terms) == 1 and re.fullmatch(r"-?\d{1,14}(\.\d{1,6})?", text):
        number = float(text) if "." in text else int(text)
        if decode(number, column, codes, language, Trouble()) == terms:
            cell = number
    trouble = Trouble()
    back = decode(cell, column, codes, language, trouble)
    return cell if not trouble and len(back) == len(terms) and set(back) == set(terms) else None


def _text(term: ox.NamedNode | ox.Literal, column: Column, codes: Codes, language: str) -> str | None:
    if isinstance(term, ox.NamedNode):
        return codes.written(Iri(term.value), column, language) if column.form is Form.LINK else None
    if column.form is Form.LINK:
        return None
    if column.form is Form.BOOLEAN and term.value in {"true", "false"}:
        return word(term.value).within(language)
    return term.value


def plain_text(cell: Cell, trouble: Trouble) -> str:
    """The text of a cell; a number as it is written. What a spreadsheet made of it otherwise goes to `trouble`."""
    match cell:
        case None:
            return ""
        case str():
            text = cell.replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n")
            if found := _CONTROL.search(text) or _ESCAPED_BY_EXCEL.search(text):
                trouble.say(
                    "a character that cannot be shown ({code}).", "Type the text anew.", code=repr(found[0]).strip("'")
                )
            return text
        case bool():
            return word("true" if cell else "false").within("nl")
        case int():
            return str(cell)
        case float():
            return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
        case FormulaCell():
            trouble.say("a formula ({text}); formulas are not read.", "Write the value itself.", text=cell.text[:40])
        case DateCell():
            trouble.say(
                "the spreadsheet made a date of this ({date}).",
                "Give the cell the format Text and type it again.",
                date=cell.moment.date().isoformat(),
            )
        case ErrorCell():
            trouble.say("the spreadsheet shows an error here: {text}.", "Write the value itself.", text=cell.text)
    return ""


def decode(
    cell: Cell, column: Column, codes: Codes, language: str, trouble: Trouble
) -> list[ox.NamedNode | ox.Literal]:
    """The terms a cell stands for, sorted out of doubles. What is wrong with it goes to `trouble`."""
    if isinstance(cell, DateCell) and column.form is Form.DATE:
        if cell.day and _XSD + "date" in column.datatypes:
            cell = cell.moment.date().isoformat()
        elif not cell.day and _XSD + "gYearMonth" in column.datatypes:
            cell = cell.moment.date().isoformat()[:7]
    if isinstance(cell, float) and not cell.is_integer() and column.form is not Form.NUMBER:
        trouble.say(
            "a number ({number}) where text goes.", "Give the cell the format Text and type it again.", number=cell
        )
        return []
    text = plain_text(cell, trouble)
    if trouble or not text.strip():
        return []
    if len(text.encode("utf-16-le")) // 2 > LONGEST:
        trouble.say(
            "a text of {count} characters; Excel keeps {most}.", "Make it shorter.", count=len(text), most=LONGEST
        )
        return []
    values = separated(text)
    if column.single and len(values) > 1:
        trouble.say(
            "{count} values where one goes.", r"Keep one; write \| for a | that belongs to the text.", count=len(values)
        )
        return []
    found: list[ox.NamedNode | ox.Literal] = []
    for value in values:
        term = _term(value, column, codes, language, trouble)
        if term is not None:
            found.append(term)
    return list(dict.fromkeys(found))


def _term(
    value: str, column: Column, codes: Codes, language: str, trouble: Trouble
) -> ox.NamedNode | ox.Literal | None:
    match column.form:
        case Form.TEXT:
            if _TAGGED.search(value):
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
            return ox.Literal(value, datatype=ox.NamedNode(column.datatypes[0]))


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
    from datetime import date

    parts = [int(part) for part in value.lstrip("-").split("-")]
    year, month, day = [*parts, 1, 1][:3]
    try:
        date(max(1, min(year, 9999)), month, day)
    except ValueError:
        return False
    return True
