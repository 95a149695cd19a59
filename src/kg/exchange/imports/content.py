"""The bytes of a file that is imported, under limits, and its text."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from kg.exchange.imports.faults import Place, fault
from kg.records import Finding

__all__ = ["MOST_BYTES", "Content", "decoded", "read_content"]

MOST_BYTES = 64 * 1024 * 1024
"""Largest file that is read; ESCO's largest table has a tenth of it."""
_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_HTML = re.compile(r"\s*(<!--.*?-->\s*)*(<!doctype\s+html|<html)", re.IGNORECASE | re.DOTALL)
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


@dataclass(frozen=True, slots=True)
class Content:
    """One file: its name as messages show it, and its bytes."""

    name: str
    data: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes, in hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()


def read_content(path: Path, shown: str) -> Content | Finding:
    """The file's bytes, or the fault: missing, a folder, not readable, empty, too large, no file of this kind."""
    place = Place(shown)
    try:
        if path.is_dir():
            return fault("folder", place)
        if not path.exists():
            return fault("missing-file", place)
        if not path.is_file():
            return fault("no-file", place)
        size = path.stat().st_size
        if size > MOST_BYTES:
            return fault("too-large", place, size=_megabytes(size), most=_megabytes(MOST_BYTES))
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        return fault("unreadable", place, reason=error.strerror or error)
    if len(data) > MOST_BYTES:
        return fault("too-large", place, size=_megabytes(len(data)), most=_megabytes(MOST_BYTES))
    if not data.strip(b"\xef\xbb\xbf \t\r\n"):
        return fault("empty-file", place)
    if data.startswith(_WORKBOOKS):
        return fault("workbook", place)
    return Content(shown, data)


def decoded(content: Content, encoding: str = "") -> str | Finding:
    """The text: UTF-8, or UTF-16 with its mark, or in the encoding named; or the fault, with its line."""
    marked = next((codec for mark, codec in _MARKS if content.data.startswith(mark)), "")
    codec = marked or encoding or "utf-8"
    try:
        text = content.data.decode(codec)
    except LookupError:
        return fault("encoding-unknown", Place(content.name), value=encoding)
    except UnicodeDecodeError as error:
        line = content.data[: error.start].count(b"\n") + 1
        byte = hex(content.data[error.start])
        return fault("not-utf-8", Place(content.name, line), byte=byte, codec=codec)
    if "\x00" in text:
        return fault("no-text", Place(content.name, text[: text.index("\x00")].count("\n") + 1))
    if _HTML.match(text[:2000]):
        return fault("web-page", Place(content.name, 1))
    return text


def _megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:.1f}"
