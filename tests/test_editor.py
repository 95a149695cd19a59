"""The editor's page and data: our own terms and questions, nothing from elsewhere, and a form without any of it."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask

import kg_web
from kg.graph.measure import measure
from kg_web import editor
from kg_web.state import State
from site_pages import page
from tiny import tiny_app

STATIC = Path(kg_web.__file__).parent / "static"
SCRIPT = (STATIC / "editor.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_terms_are_those_the_graph_uses_and_defines_with_their_labels(app: Flask, lang: str) -> None:
    terms = app.test_client().get(f"/editor/terms.json?lang={lang}").json
    classes = {term["name"]: term for term in terms["classes"]}
    assert classes["lg:Competence"]["label"] == {"nl": "competentie", "en": "competence"}[lang]
    assert classes["lg:Competence"]["uses"] == 17
    properties = {term["name"]: term for term in terms["properties"]}
    assert properties["lg:develops"]["uses"] > 0
    assert properties["skos:prefLabel"]["uses"] > 1000
    assert terms["prefixes"]["lg"] == "https://w3id.org/leergraaf/def#"
    for kind in ("classes", "properties"):
        uses = [term["uses"] for term in terms[kind]]
        assert uses == sorted(uses, reverse=True)
        assert len({term["name"] for term in terms[kind]}) == len(uses)


def test_every_question_that_can_be_asked_as_it_is_is_an_example(app: Flask) -> None:
    state: State = app.extensions["kg"]
    examples = app.test_client().get("/editor/questions.json?lang=nl").json
    assert len(examples) >= 40
    for example in examples:
        assert example["title"] == state.questions[example["name"]].title.within("nl")
        assert example["text"].startswith("# ")
        assert "$" not in example["text"]
        assert measure(example["text"]).form in {"SELECT", "ASK", "CONSTRUCT"}


def test_the_data_of_the_editor_is_kept_until_the_release_changes(app: Flask) -> None:
    site = app.test_client()
    tag = site.get("/editor/terms.json?lang=nl").headers["ETag"]
    assert site.get("/editor/terms.json?lang=nl", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_page_loads_nothing_from_elsewhere_and_keeps_its_form(app: Flask, lang: str) -> None:
    shown = page(app.test_client().get(f"/{lang}/sparql").text)
    assert all(not urlsplit(source).netloc for source in shown.sources)
    assert {"form", "textarea", "button"} <= set(shown.tags)
    assert not shown.refused


def test_the_script_asks_this_site_only() -> None:
    code = re.sub(r"/\*.*?\*/|//.*", "", SCRIPT, flags=re.DOTALL)
    assert "://" not in code
    assert "innerHTML" not in code
    assert "eval" not in code


def test_the_script_says_only_what_it_is_told() -> None:
    """Every `words.name` of the script is a message of the site, and no message is left over."""
    used = set(re.findall(r"\bwords\.(\w+)", SCRIPT))
    assert used == set(editor._WORDS)


def test_without_the_library_the_form_is_plain_and_the_log_says_so_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(editor, "_LIBRARY", tmp_path / "nothing.js")
    editor._tell_once.cache_clear()
    for name in ("one", "two"):
        shown = page(tiny_app(tmp_path / name, "").test_client().get("/nl/sparql").text)
        assert not [source for source in shown.sources if "yasgui" in source or "editor.js" in source]
        assert "textarea" in shown.tags
    assert [record.message for record in caplog.records].count(
        "The SPARQL editor was not fetched at set-up; its page has a plain form instead."
    ) == 1


def test_a_question_page_has_lines_to_copy_and_opens_in_the_editor(app: Flask) -> None:
    site = app.test_client()
    shown = site.get("/en/questions/units-of-competence?competence=ow-07").text
    address = "http://localhost/questions/units-of-competence.csv?competence=ow-07&amp;language=en"
    assert f"pandas.read_csv(&#34;{address}&#34;)" in shown
    assert f"answer &lt;- read.csv(&#34;{address}&#34;)" in shown
    assert "kg.load().ask(&#34;units-of-competence&#34;, competence=&#34;ow-07&#34;)" in shown
    found = re.search(r'<textarea name="query" hidden>\n(.*?)</textarea>', shown, re.DOTALL)
    assert found
    graph = site.get("/en/questions/skos-of-profile").text
    assert "rdflib.Graph().parse(" in graph


def test_lines_to_copy_are_code_whatever_was_asked(app: Flask) -> None:
    hostile = 'ow-07");import os#'
    text = app.test_client().get("/en/questions/things-named", query_string={"text": hostile}).text
    lines = re.search(r"<code>(import kg.*?)</code>", text, re.DOTALL)
    assert lines
    code = lines[1].replace("&#34;", '"').replace("&lt;", "<").replace("&#39;", "'").replace("&amp;", "&")
    tree = ast.parse(code)
    assert [type(node).__name__ for node in tree.body] == ["Import", "Assign"]
