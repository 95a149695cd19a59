"""The log on standard error: lines of text or of JSON, each record on one line whatever it holds."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

__all__ = ["FIELDS", "JsonLines", "TextLines", "install"]

FIELDS = "kg_fields"
"""Attribute of a record that holds what it says beside its message: names and values."""


class JsonLines(logging.Formatter):
    """A JSON object for each record."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        told: dict[str, Any] = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": record.process,
            "message": record.getMessage(),
            **getattr(record, FIELDS, {}),
        }
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=True, default=str)


class TextLines(logging.Formatter):
    """Time, level, logger and message; a message cannot begin a line that looks like another record."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line, and its traceback when it has one."""
        shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in record.getMessage())
        line = f"{_time(record)} {record.levelname.lower()} {record.name} [{record.process}] {shown}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def install(form: str) -> None:
    """Sends what this program and its server log to standard error, in this form: `text` or `json`."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in ("kg", "kg_web"):
        logging.getLogger(name).setLevel(logging.INFO)


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
