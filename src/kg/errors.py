"""What stops the work: one family of errors, each with what, where and what to do."""

from __future__ import annotations

import errno

__all__ = [
    "NONE_LEFT",
    "BadParameter",
    "ExchangeError",
    "KgError",
    "LimitExceeded",
    "LoadError",
    "QueryError",
    "ReleaseError",
    "StoreError",
    "UnknownName",
]

NONE_LEFT = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM})
"""Faults of a machine that has no descriptors or memory left: they pass, and tell nothing of what was to be opened."""


class KgError(Exception):
    """A fault told to a person: a message, and a hint what to do.

    Both are templates in English with the values kept apart, so that whoever prints
    the error can put it in the reader's language: `error.told(translate)`.
    """

    def __init__(self, message: str, hint: str = "", **values: object) -> None:
        self.message = message
        self.hint = hint
        self.values = values
        super().__init__(message.format(**values))

    def __str__(self) -> str:
        return self.told()

    def told(self, translate: dict[str, str] | None = None) -> str:
        """Message and hint with their values; `translate` maps English templates to another language."""
        words = translate or {}
        parts = (words.get(part, part).format(**self.values) for part in (self.message, self.hint) if part)
        return " ".join(parts)


class LoadError(KgError):
    """A file could not be read: missing, unreadable, not UTF-8, or broken Turtle."""


class QueryError(KgError):
    """A query is malformed, or asks what is not allowed here."""


class UnknownName(KgError):
    """A name, code or format that does not exist; the hint suggests the nearest."""


class BadParameter(KgError):
    """A parameter is missing, unknown or has the wrong kind of value."""


class LimitExceeded(KgError):
    """A published limit was reached; the message names it."""


class ExchangeError(KgError):
    """A file of another party could not be read or written."""


class StoreError(KgError):
    """The SPARQL server that holds the graph is away, too slow, refuses us, or answers with something else."""


class ReleaseError(KgError):
    """A release could not be built, found or verified."""
