"""The text of a cell and the terms it stands for; what cannot be written so that it reads back is refused."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pyoxigraph as ox

from kg.exchange.spreadsheet.codes import Codes
from kg.exchange.spreadsheet.columns import Column, Form
from kg.exchange.spreadsheet.grid import Cell, DateCell, ErrorCell, FormulaCell
from kg.exchange.spreadsheet.terms import TAGGED, Trouble, term_of
from kg.exchange.spreadsheet.words import word
from kg.names import OUTSIDE, Iri

__all__ = ["LONGEST", "POINTER", "decode", "encode", "fits_in_a_cell", "joined", "plain_text", "separated"]

LONGEST = 32_767
"""Characters Excel keeps in a cell."""
POINTER = "↳"
"""What the name of a thing begins with in a row that only adds to it."""
_XSD = OUTSIDE["xsd"]
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_ESCAPED_BY_EXCEL = re.compile(r"_x[0-9A-Fa-f]{4}_")


def fits_in_a_cell(text: str) -> bool:
    """Whether a spreadsheet keeps this text as it is."""
    return (
        len(text.encode("utf-16-le")) // 2 <= LONGEST
        and not _CONTROL.search(text)
        and not _ESCAPED_BY_EXCEL.search(text)
        and not TAGGED.search(text)
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
        term = term_of(value, column, codes, language, trouble)
        if term is not None:
            found.append(term)
    return list(dict.fromkeys(found))
