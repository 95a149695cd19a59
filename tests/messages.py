"""The messages the program can print, read off its source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import kg
from kg import errors

__all__ = ["messages_in_source"]

_SAYING = {*errors.__all__, "say"}
_NAMED = {"message", "hint"}


def messages_in_source() -> dict[str, str]:
    """Message template → the file it stands in: the texts of errors, of `say(…)`, and of `message` and `hint`."""
    found: dict[str, str] = {}
    root = Path(kg.__file__).parent
    for path in sorted(root.rglob("*.py")):
        if path.name == "errors.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for text in _texts(node):
                found.setdefault(text, path.relative_to(root).as_posix())
    return found


def _texts(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in _SAYING:
            for argument in node.args:
                yield from _constants(argument)
    if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id in _NAMED for t in node.targets):
        yield from _constants(node.value)


def _constants(node: ast.AST) -> Iterator[str]:
    """The texts an expression can be: a constant, either side of a condition, a joined literal."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _constants(node.body)
        yield from _constants(node.orelse)
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from _constants(value)
