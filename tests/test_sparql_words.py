"""The endpoint speaks Dutch: its pages, its refusals and its limits."""

from __future__ import annotations

import ast
import re
from dataclasses import fields
from pathlib import Path

import pytest

import kg_web
from kg.graph.limits import MEANING, Limits
from kg_web.refusals import reader_words

_WEB = Path(kg_web.__file__).parent


def messages() -> set[str]:
    """What the templates say, what refusals say, and what each limit is."""
    found = set(MEANING.values())
    for path in (_WEB / "templates" / "sparql").glob("*.html"):
        found |= {text for _, text in re.findall(r"""\bsay\((["'])(.+?)\1\)""", path.read_text(encoding="utf-8"))}
    for path in _WEB.glob("sparql*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refused":
                found |= {a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)}
    return found


@pytest.mark.parametrize("message", sorted(messages()))
def test_every_message_of_the_endpoint_is_translated(message: str) -> None:
    assert reader_words("nl").get(message), "web/kg_web/locale/sparql/nl.po lacks this"


def test_every_limit_is_explained() -> None:
    assert {field.name for field in fields(Limits)} == set(MEANING)
