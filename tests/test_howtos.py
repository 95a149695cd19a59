"""Every how-to is there in both languages, and every command, query, address and link in it does what it shows."""

from __future__ import annotations

import doctest
import io
import re
import shlex
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg.cli import main
from kg_web.howtos import EXAMPLE_SITE, FOLDER, HowTo, howtos, rendered
from kg_web.state import State
from serving import listening
from site_pages import page

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / FOLDER).rglob("*.md"))
ADDRESSES = {"nl": "/nl/handleiding/", "en": "/en/guide/"}


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    with listening(app) as here:
        yield here


def language_of(path: Path) -> str:
    return path.suffixes[-2].removeprefix(".")


def blocks(path: Path, kind: str) -> list[str]:
    """The fenced blocks of one kind."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def commands(path: Path) -> list[tuple[str, str]]:
    """The commands of a how-to, each with the output shown below it."""
    shown = "".join(blocks(path, "console"))
    return re.findall(r"^\$ kg (.*)\n((?:(?!\$ ).*\n)*)", shown, re.MULTILINE)


def squeezed(text: str) -> str:
    """Text without the widths of its columns."""
    return re.sub(r"─+", "─", re.sub(r" +", " ", text.replace("\r", "")))


def pattern_of(shown: str) -> str:
    """A line of `…` stands for any lines, `…` within a line for any text."""
    parts = [".*\n" if line == "…" else re.escape(line).replace("…", ".*") + "\n" for line in shown.splitlines()]
    return "".join("(?:.*\n)*?" if part == ".*\n" else part for part in parts)


def test_every_audience_has_three_to_five_and_each_in_both_languages(app: Flask) -> None:
    project = app.extensions["kg"].project
    dutch, english = howtos(project.root, "nl"), howtos(project.root, "en")
    assert [(one.audience, one.name) for one in dutch] == [(one.audience, one.name) for one in english]
    assert len(dutch) + len(english) == len(FILES)
    audiences = [one.audience for one in dutch]
    assert {audience: audiences.count(audience) for audience in set(audiences)} == {
        "designer": 4,
        "researcher": 3,
        "partner": 3,
    }
    for nl, en in zip(dutch, english, strict=True):
        kinds = [re.findall(r"^```(\w+)", one.text, re.MULTILINE) for one in (nl, en)]
        assert kinds[0] == kinds[1]
        assert set(kinds[0]) <= {"console", "csv", "pycon", "sh", "sparql"}


@pytest.mark.parametrize("path", [path for path in FILES if commands(path)], ids=lambda path: path.name)
def test_a_command_gives_what_is_shown(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    for command, shown in commands(path):
        told = io.StringIO()
        with redirect_stdout(told), pytest.raises(SystemExit) as ended:
            main(["--project", str(ROOT), "--lang", language_of(path), *shlex.split(command)])
        assert ended.value.code in {0, None}, command
        assert re.fullmatch(pattern_of(squeezed(shown.rstrip("\n"))), squeezed(told.getvalue().rstrip("\n") + "\n")), (
            told.getvalue()
        )


@pytest.mark.parametrize("path", [path for path in FILES if blocks(path, "sparql")], ids=lambda path: path.name)
def test_a_query_gives_the_answer_below_it(path: Path, app: Flask) -> None:
    state: State = app.extensions["kg"]
    queries, answers = blocks(path, "sparql"), blocks(path, "csv")
    assert len(queries) == len(answers)
    for query, answer in zip(queries, answers, strict=True):
        assert state.store.table(query).to_csv().splitlines() == answer.splitlines()


@pytest.mark.parametrize("path", [path for path in FILES if blocks(path, "pycon")], ids=lambda path: path.name)
def test_python_gives_what_is_shown(path: Path, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_PROJECT", str(ROOT))
    text = "\n".join(blocks(path, "pycon")).replace(EXAMPLE_SITE, address)
    runner = doctest.DocTestRunner(verbose=False)
    runner.run(doctest.DocTestParser().get_doctest(text, {}, path.name, path.name, 0))
    assert runner.tries > 0
    assert runner.failures == 0


@pytest.mark.parametrize("path", [path for path in FILES if blocks(path, "sh")], ids=lambda path: path.name)
def test_every_address_to_fetch_answers_in_the_form_asked_for(path: Path, client: FlaskClient) -> None:
    lines = [shlex.split(line) for block in blocks(path, "sh") for line in block.splitlines()]
    assert lines
    for line in lines:
        assert line[0] == "curl"
        accept = line[line.index("-H") + 1].removeprefix("Accept: ") if "-H" in line else "*/*"
        assert line[-1].startswith(EXAMPLE_SITE)
        answer = client.get(line[-1].removeprefix(EXAMPLE_SITE), headers={"Accept": accept})
        assert answer.status_code == 200, line
        assert accept in {"*/*", answer.mimetype}
        assert answer.data


@pytest.mark.parametrize("lang", ADDRESSES)
def test_every_how_to_is_a_page_whose_links_lead_somewhere_in_its_language(
    app: Flask, client: FlaskClient, lang: str
) -> None:
    listed = page(client.get(ADDRESSES[lang]).text)
    for one in howtos(app.extensions["kg"].project.root, lang):
        href = f"{ADDRESSES[lang]}{one.name}"
        assert href in listed.hrefs
        shown = page(client.get(href).text)
        assert one.title in shown.text
        assert not shown.refused
        links = re.findall(r"\]\((/[^)]+)\)", one.text)
        assert set(links) <= set(shown.hrefs), one.name
        for link in links:
            assert urlsplit(link).path.removeprefix("/releases/0.2.0").startswith(f"/{lang}/"), link
            assert client.get(link).status_code == 200, link
        written = client.get(f"{href}.md")
        assert written.mimetype == "text/markdown"
        assert EXAMPLE_SITE not in written.text


def test_every_audience_is_led_to_its_how_tos(app: Flask, client: FlaskClient) -> None:
    desks = {"designer": "/nl/ontwerpen/", "researcher": "/nl/onderzoeken/", "partner": "/nl/aansluiten/"}
    for audience, path in desks.items():
        hrefs = page(client.get(path).text).hrefs
        own = [one for one in howtos(app.extensions["kg"].project.root, "nl") if one.audience == audience]
        assert {f"/nl/handleiding/{one.name}" for one in own} <= set(hrefs)


def test_a_how_to_that_is_not_there_names_the_nearest(client: FlaskClient) -> None:
    answer = client.get("/en/guide/trace-competence")
    assert answer.status_code == 404
    assert "/en/guide/trace-a-competence" in page(answer.text).hrefs


def test_text_of_a_how_to_is_text() -> None:
    hostile = "<script>alert(1)</script> [x](javascript:alert(1)) ![y](javascript:alert(2))\n\n```\n<b>\n```\n"
    made = rendered(hostile, "http://here", "")
    assert not page(str(made)).refused
    assert "<script" not in made
    assert "&lt;b&gt;" in made


def test_links_are_written_from_where_the_site_is() -> None:
    made = rendered(f"[a](/nl/) [b](https://example.org/) `{EXAMPLE_SITE}/x`", "http://here/below", "/below")
    assert page(str(made)).hrefs == ["/below/nl/", "https://example.org/"]
    assert "http://here/below/x" in made


def test_a_file_is_read_as_title_summary_and_text(app: Flask) -> None:
    found: HowTo = howtos(app.extensions["kg"].project.root, "en")[0]
    assert (found.audience, found.name) == ("designer", "trace-a-competence")
    assert found.title == "Where does a competence come from, and where does someone learn it?"
    assert found.summary.endswith("whether it is assessed.")
    assert found.text.startswith("## Search")
