"""The texts the site shows, read off its templates and source."""

from __future__ import annotations

import ast
from pathlib import Path

import jinja2

import kg_web

__all__ = ["texts_in_site"]

ROOT = Path(kg_web.__file__).parent
_SAYING = {"_", "say", "N_"}


def texts_in_site() -> dict[str, str]:
    """English text → the file it stands in: what templates and modules hand to `_`, `say` and `N_`."""
    found: dict[str, str] = {}
    environment = jinja2.Environment(autoescape=True)
    for path in sorted((ROOT / "templates").rglob("*.html")):
        tree = environment.parse(path.read_text(encoding="utf-8"))
        for call in tree.find_all(jinja2.nodes.Call):
            if isinstance(call.node, jinja2.nodes.Name) and call.node.name == "_" and call.args:
                first = call.args[0]
                if isinstance(first, jinja2.nodes.Const):
                    found.setdefault(first.value, path.name)
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            first_argument = node.args[0]
            if name in _SAYING and isinstance(first_argument, ast.Constant) and isinstance(first_argument.value, str):
                found.setdefault(first_argument.value, path.relative_to(ROOT).as_posix())
    return found
