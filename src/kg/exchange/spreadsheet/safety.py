"""Files that are no honest workbook are refused before anything in them is parsed."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

from kg.errors import ExchangeError

__all__ = ["MOST_BYTES", "refuse_hostile", "too_large"]

MOST_BYTES = 100_000_000
"""Size of a workbook that is read at most."""
_MOST_UNPACKED = 400_000_000
_MOST_RATIO = 250
_MOST_PARTS = 5_000
_SMALL = 5_000_000
"""A part smaller than this may be packed as tightly as it likes."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DOCTYPE = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_UTF16 = (b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00")
_BOM = b"\xef\xbb\xbf \t\r\n"
_OTHER_ENCODING = re.compile(rb"[^<]{0,3}<\?xml[^>]*\sencoding\s*=\s*[\"'](?!utf-?8[\"']|us-ascii[\"'])", re.IGNORECASE)
_CHUNK = 1 << 20


def refuse_hostile(path: Path) -> None:
    """Raises ExchangeError, with the reason, for anything but a plain `.xlsx` of bearable size."""
    name = path.name
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as fault:
        raise ExchangeError("{path}: cannot be read: {fault}.", path=name, fault=fault.strerror) from None
    if size > MOST_BYTES:
        raise too_large(name, size)
    if start == _OLE:
        if path.suffix.lower() == ".xls":
            raise ExchangeError("{path}: an old Excel file (.xls).", "Save it as .xlsx.", path=name)
        raise ExchangeError(
            "{path}: protected with a password, or an old Excel file.",
            "Take the password off, and save it as .xlsx.",
            path=name,
        )
    if not start.startswith(b"PK"):
        raise ExchangeError("{path}: not a workbook.", "Save it as .xlsx.", path=name)
    try:
        with zipfile.ZipFile(path) as archive:
            _refuse_parts(archive, name)
    except (
        zipfile.BadZipFile,
        EOFError,
        zipfile.LargeZipFile,
        NotImplementedError,
        RuntimeError,
        ValueError,
        OSError,
        zlib.error,
    ) as fault:
        raise ExchangeError(
            "{path}: damaged or cut off: {fault}.", "Fetch or save it anew.", path=name, fault=fault
        ) from None


def too_large(name: str, size: int) -> ExchangeError:
    """The refusal of a file, or of files together, of so many bytes."""
    return ExchangeError(
        "{path}: too large: {size} MB, and {most} MB is read at most.",
        path=name,
        size=size // 1_000_000,
        most=MOST_BYTES // 1_000_000,
    )


def _refuse_parts(archive: zipfile.ZipFile, name: str) -> None:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if len(parts) > _MOST_PARTS or len(names) != len(parts):
        raise ExchangeError("{path}: too many parts, or parts that stand in it twice.", path=name)
    if any(part.flag_bits & 1 for part in parts):
        raise ExchangeError("{path}: protected with a password.", "Take the password off.", path=name)
    if "mimetype" in names or "content.xml" in names:
        raise ExchangeError("{path}: an OpenDocument file.", "Save it as .xlsx.", path=name)
    if any(part.casefold().endswith("vbaproject.bin") for part in names):
        raise ExchangeError("{path}: holds macros.", "Save it as .xlsx, without macros.", path=name)
    if any(part.startswith("xl/externalLinks/") for part in names):
        raise ExchangeError(
            "{path}: holds links to other files.", "Break the links (Data, Edit links), and save again.", path=name
        )
    if "xl/workbook.xml" not in names or "[Content_Types].xml" not in names:
        raise ExchangeError("{path}: not an Excel workbook.", "Save it as .xlsx.", path=name)
    declared = sum(part.file_size for part in parts)
    for part in parts:
        if part.file_size > _SMALL and part.file_size > _MOST_RATIO * max(1, part.compress_size):
            raise _bomb(name)
    if declared > _MOST_UNPACKED:
        raise _bomb(name)
    total = 0
    for part in parts:
        total = _refuse_content(archive, part, name, total)


def _refuse_content(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str, total: int) -> int:
    """Unpacks a part, keeps nothing, and gives the total so far: what the directory says of sizes may be a lie."""
    is_xml = part.filename.endswith((".xml", ".rels", ".vml"))
    before = b""
    with archive.open(part) as content:
        while chunk := content.read(_CHUNK):
            total += len(chunk)
            if total > _MOST_UNPACKED:
                raise _bomb(name)
            is_xml = is_xml or (not before and chunk.lstrip(_BOM).startswith((b"<", *_UTF16)))
            if is_xml:
                if not before and (chunk.startswith(_UTF16) or _OTHER_ENCODING.match(chunk)):
                    raise ExchangeError("{path}: {part} is not UTF-8.", "Save it anew.", path=name, part=part.filename)
                if _DOCTYPE.search(before[-16:] + chunk):
                    raise ExchangeError(
                        "{path}: {part} declares entities, which no spreadsheet does.", path=name, part=part.filename
                    )
                if part.filename == "[Content_Types].xml" and b"macroEnabled" in chunk:
                    raise ExchangeError("{path}: holds macros.", "Save it as .xlsx, without macros.", path=name)
                before = chunk
    return total


def _bomb(name: str) -> ExchangeError:
    return ExchangeError(
        "{path}: unpacks to more than a workbook of this graph can be.", "Copy the sheets to a new file.", path=name
    )
