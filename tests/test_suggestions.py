"""Suggestions: made on the site, kept as a file, compared three ways with the files, and shown in the next release."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from kg.cli.main import cli
from kg.errors import BadParameter, ExchangeError, LoadError
from kg.exchange.spreadsheet.importing import read_workbook
from kg.exchange.spreadsheet.reading import grids_in
from kg.exchange.suggestions.applying import apply_suggestion
from kg.exchange.suggestions.reading import LONGEST, MOST_BYTES, MOST_CHANGES, suggestion_in
from kg.exchange.suggestions.suggestion import FORMAT, as_json
from kg.files.project import Project, read_project
from kg.publish.build import build
from kg_web.app import create_app
from minis import mini_copy
from site_pages import page

PREF, UNIT = "skos:prefLabel", "unit/u-1"
Change = dict[str, Any]


@pytest.fixture(scope="module")
def mini(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The mini project, only read."""
    return mini_copy(tmp_path_factory.mktemp("suggested") / "mini")


@pytest.fixture(scope="module")
def site(mini: Project) -> Iterator[Flask]:
    app = create_app(mini, build(mini))
    yield app
    app.extensions["kg.sparql"].guard.close()


def change(thing: str, field: str, before: Sequence[str], after: Sequence[str], language: str = "") -> Change:
    told = {"thing": thing, "field": field, "from": list(before), "to": list(after)}
    return told | ({"language": language} if language else {})


def suggested(*changes: Change, **others: Any) -> bytes:
    base = {"format": FORMAT, "graph": "https://example.org/mini/", "release": "1.0.0"}
    return json.dumps(base | {"changes": list(changes)} | others).encode()


def applied(project: Project, *changes: Change, file: str = "") -> tuple[list[str], list[str], Callable[[], int]]:
    """The lines and faults of a suggestion in Dutch, and how to write it."""
    found = apply_suggestion(project, suggestion_in(suggested(*changes), "x.json"), "nl", file=file)
    return [line.strip() for line in found.lines], [str(fault) for fault in found.faults], found.save


def form_of(site: Flask, address: str) -> dict[str, list[str]]:
    """The form at an address as a browser would send it back unchanged."""
    html = site.test_client().get(address).text
    sent: dict[str, list[str]] = {}
    for match in re.finditer(r"<input[^>]*>|<textarea[^>]*>\n?(?P<text>[^<]*)|<option[^>]* selected[^>]*>", html):
        tag = match[0]
        name = re.search(r' name="([^"]*)"', tag)
        value = re.search(r' value="([^"]*)"', tag)
        unticked = 'type="checkbox"' in tag and " checked" not in tag
        if name and not unticked and name[1] != "q":
            text = match["text"] if match["text"] is not None else value[1] if value else ""
            sent.setdefault(unescape(name[1]), []).append(unescape(text))
    for select in re.finditer(r'<select name="([^"]*)".*?</select>', html, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', select[0])
        sent[unescape(select[1])] = [unescape(chosen[1]) if chosen else ""]
    return sent


FORM = "/nl/wijziging-voorstellen/unit/u-1"


def test_a_suggestion_goes_from_the_site_through_a_file_to_the_next_release(site: Flask, tmp_path: Path) -> None:
    sent = form_of(site, FORM)
    old = sent["skos:prefLabel@nl"][0]
    sent["skos:prefLabel@nl"] = ['bruggen "van hout" bouwen']
    sent["lg:introduces"] = ["c-03 · kan keuren"]
    sent |= {"reason": ["Zo heet het in de praktijk."], "source": ["Handboek, p. 3"]}
    shown = page(site.test_client().post(FORM, data=sent).text)
    assert 'bruggen "van hout" bouwen' in shown.text
    assert old in shown.text
    asked = form_of_made(site, sent)
    answer = site.test_client().post("/suggestions", data={"suggestion": asked})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="u-1.suggestion.json"'
    assert answer.headers["Cache-Control"] == "no-store"
    file = tmp_path / "u-1.suggestion.json"
    file.write_bytes(answer.data)

    project = mini_copy(tmp_path / "graph")
    before = bytes_of(project)
    command = ["--project", str(project.root), "--lang", "nl", "apply", str(file)]
    told = CliRunner().invoke(cli, [*command, "--dry-run"])
    assert (told.exit_code, bytes_of(project)) == (0, before), told.output
    for words in (f'“{old}” → “bruggen "van hout" bouwen”', "c-03", "Zo heet het in de praktijk.", "niets geschreven"):
        assert words in told.output
    assert CliRunner().invoke(cli, command).exit_code == 0
    again = CliRunner().invoke(cli, command)
    assert "Dit staat al zo in de bestanden." in again.output
    app = create_app(read_project(project.root), build(read_project(project.root)))
    shown = page(app.test_client().get("/nl/unit/u-1").text)
    assert 'bruggen "van hout" bouwen' in shown.text
    assert "/nl/competence/c-03" in shown.hrefs
    app.extensions["kg.sparql"].guard.close()


def form_of_made(app: Flask, sent: dict[str, list[str]]) -> str:
    html = app.test_client().post(FORM, data=sent).text
    found = re.search(r'name="suggestion" value="([^"]*)"', html)
    assert found
    return unescape(found[1])


def bytes_of(project: Project) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in project.folder("data").rglob("*.ttl")}


def test_every_kind_of_thing_has_a_form_that_changes_nothing_when_sent_back(site: Flask) -> None:
    state = site.extensions["kg"]
    for segment, things in state.members.items():
        code = things[0].rpartition("/")[2]
        for path in (f"/nl/wijziging-voorstellen/{segment}/{code}", f"/en/suggest-a-change/{segment}/{code}"):
            answer = site.test_client().post(path, data=form_of(site, path))
            assert answer.status_code == 422, path
            told = page(answer.text).text
            assert "Er is niets anders ingevuld" in told or "Nothing is different" in told, path


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(site: Flask) -> None:
    sent = form_of(site, FORM)
    sent["lg:credits"] = ["veel"]
    sent["lg:introduces"] = ["c-99"]
    sent["skos:definition@nl"] = ["Een <b>nieuwe</b> tekst."]
    answer = site.test_client().post(FORM, data=sent)
    assert answer.status_code == 422
    shown = page(answer.text)
    assert not shown.refused
    assert '"veel" is geen getal' in shown.text
    assert 'value="c-99"' in answer.text
    assert "Een &lt;b&gt;nieuwe&lt;/b&gt; tekst." in answer.text
    assert "#f-lg-credits" in shown.hrefs


def test_a_form_from_before_a_newer_release_is_looked_at_again(site: Flask) -> None:
    sent = form_of(site, FORM) | {"on": ["0123456789abcdef"], "skos:prefLabel@nl": ["Anders"]}
    answer = site.test_client().post(FORM, data=sent)
    assert answer.status_code == 422
    assert "Sinds u dit formulier opende, is er een nieuwe uitgave." in page(answer.text).text
    assert ">\nAnders</textarea>" in answer.text


def test_a_link_goes_by_taking_its_tick_away_and_a_field_that_was_not_sent_stays(site: Flask) -> None:
    sent = form_of(site, "/nl/wijziging-voorstellen/outcome/u-1-1")
    assert sent["lg:develops"][0] == "competence/c-01"
    kept = {"on": sent["on"], "field": ["lg:develops"], "lg:develops": ["c-02"]}
    html = site.test_client().post("/nl/wijziging-voorstellen/outcome/u-1-1", data=kept).text
    found = re.search(r'name="suggestion" value="([^"]*)"', html)
    assert found
    told = json.loads(unescape(found[1]))["changes"]
    assert [(one["field"], one["from"], one["to"]) for one in told] == [
        ("lg:develops", ["competence/c-01"], ["competence/c-02"])
    ]


def test_one_value_that_changed_since_is_a_conflict_and_nothing_is_written(mini: Project) -> None:
    before = bytes_of(mini)
    lines, faults, save = applied(mini, change(UNIT, PREF, ["Zoals het was"], ["Zoals het wordt"], "nl"))
    assert lines == []
    assert len(faults) == 1
    assert faults[0].startswith('changes[0].from: gewijzigd sinds uitgave 1.0.0: het was "Zoals het was", is nu')
    with pytest.raises(ExchangeError, match="nothing was written"):
        save()
    assert bytes_of(mini) == before


def test_of_several_values_only_what_is_taken_away_must_still_be_there(tmp_path: Path) -> None:
    project = mini_copy(tmp_path / "graph")
    outcome = "outcome/u-1-1"
    _, faults, save = applied(project, change(outcome, "lg:concernsTheme", [], ["theme/h-2"]))
    assert faults == []
    assert save() == 1
    _, faults, save = applied(project, change(outcome, "lg:concernsTheme", ["theme/h-1"], []))
    assert faults == []
    assert save() == 1
    text = (project.folder("data") / "proposal" / "minor.ttl").read_text(encoding="utf-8")
    assert "lg:concernsTheme lg-theme:h-2 ;" in text
    _, faults, _ = applied(project, change(outcome, "lg:concernsTheme", ["theme/h-1"], ["theme/h-2"]))
    assert faults == []


def test_a_name_is_corrected_where_it_stands_and_a_link_of_ours_goes_to_our_own_files(tmp_path: Path) -> None:
    project = mini_copy(tmp_path / "graph")
    _, faults, save = applied(
        project,
        change("competence/c-01", PREF, ["kan meten"], ["kan opmeten"], "nl"),
        change("competence/c-01", "lg:concernsTheme", [], ["theme/h-1"]),
    )
    assert faults == ["changes[0]: note/craft bevat wat een bron zegt: vergelijk dit met de vindplaats."]
    assert save() == 2
    note = (project.folder("data") / "note" / "craft.ttl").read_text(encoding="utf-8")
    ours = (project.folder("data") / "proposal" / "minor.ttl").read_text(encoding="utf-8")
    assert '"kan opmeten"@nl' in note
    assert "lg-competence:c-01 lg:concernsTheme lg-theme:h-1 ." in ours
    with pytest.raises(BadParameter, match="holds what a source states"):
        applied(project, change("competence/c-01", "lg:concernsTheme", [], ["theme/h-2"]), file="note/craft")


FAULTS = {
    "thing": (change("competence/c-1", PREF, [], ["x"], "nl"), 'changes[0].thing: er is geen competence "c-1".'),
    "kind": (change("competense/c-01", PREF, [], ["x"], "nl"), "changes[0].thing: er is geen soort competense."),
    "field": (change(UNIT, "lg:credit", [], ["5"]), f"changes[0].field: {UNIT} heeft geen veld lg:credit."),
    "language": (change(UNIT, PREF, [], ["x"], "fr"), f"changes[0].field: {UNIT} heeft geen veld {PREF} (fr)."),
    "code": (change(UNIT, "lg:introduces", [], ["competence/c-99"]), "changes[0].to[0]: "),
    "wrong kind": (change(UNIT, "lg:introduces", [], ["outcome/u-1-1"]), "changes[0].to[0]: "),
    "script": (change(UNIT, "rdfs:seeAlso", [], ["javascript:alert(1)"]), "changes[0]."),
    "script in brackets": (change(UNIT, "dct:source", [], ["<javascript:alert(1)>"]), "changes[0].to[0]: "),
    "address of another kind": (change(UNIT, "dct:isReplacedBy", [], ["urn:x:1"]), "changes[0].to[0]: "),
    "two of one": (change(UNIT, "lg:credits", ["5.0"], ["5.0", "6.0"]), "changes[0].to: 2 waarden"),
    "empty": (change(UNIT, "skos:altLabel", [], ["  "], "nl"), "changes[0].to[0]: een lege waarde."),
    "status": (change(UNIT, "lg:status", [], ["lg:validated"]), "changes[0].field: een status verandert"),
}


def test_every_fault_is_told_at_its_place_all_at_once_also_those_of_the_checks(mini: Project) -> None:
    nameless = change("outcome/u-1-1", PREF, ["meet de overspanning van een brug"], [], "nl")
    _, faults, save = applied(mini, *(wrong for wrong, _ in FAULTS.values()), nameless)
    for index, told in enumerate(told for _, told in FAULTS.values()):
        place, _, text = told.partition(".")
        found = [fault for fault in faults if fault.startswith(f"changes[{index}].")]
        assert len(found) == 1, (told, found)
        assert found[0].startswith(f"{place[:-3]}[{index}].{text}")
    of_checks = [fault for fault in faults if fault.startswith(f"changes[{len(FAULTS)}].to: ")]
    assert of_checks
    assert all(fault.endswith("]") for fault in of_checks)
    with pytest.raises(ExchangeError, match="nothing was written"):
        save()


SOUND = change(UNIT, "skos:altLabel", [], ["x"], "nl")
HOSTILE = {
    "too large": (b" " * (MOST_BYTES + 1), "too large"),
    "too deep": (b'{"format":' + b"[" * 100_000, "nested too deep"),
    "deep in a string": (b'{"a":"' + b"[" * 100, r"not JSON \(line 1"),
    "not UTF-8": (b"\xff\xfe{}", "not UTF-8"),
    "not JSON": (b"{format}", "not JSON"),
    "empty": (b"", "not JSON"),
    "a number without end": (suggested()[:-1] + b',"x":' + b"9" * 100_000 + b"}", "not JSON"),
    "no number": (b'{"format": NaN}', "not JSON"),
    "a key twice": (b'{"format": "a", "format": "b"}', "not JSON"),
    "a list": (b"[]", "not a suggestion made on the site"),
    "another format": (b'{"format": "leergraaf-suggestion 2"}', "not a suggestion made on the site"),
    "unknown field": (suggested(SOUND, owner="x"), "x.json: unknown field 'owner'"),
    "unknown field with escapes": (suggested(SOUND, **{"\x1b[2J": "x"}), r"unknown field '\\x1b\[2J'"),
    "unknown field of a change": (suggested(SOUND | {"graph": "x"}), r"changes\[0\]: unknown field 'graph'"),
    "nothing from": (suggested({"thing": UNIT, "field": PREF, "to": []}), r"changes\[0\]: the field from is missing"),
    "no list": (suggested(SOUND | {"to": "x"}), r"changes\[0\]\.to: a list .* goes here"),
    "no text": (suggested(SOUND | {"to": [1]}), r"changes\[0\]\.to\[0\]: a text .* goes here"),
    "no change": (suggested(changes=[]), "changes: there are no changes"),
    "a change that is none": (suggested(changes=["x"]), r"changes\[0\]: an object {…} goes here"),
    "too many": (suggested(*[SOUND] * (MOST_CHANGES + 1)), "changes: 501 entries"),
    "a long text": (suggested(SOUND | {"to": ["x" * (LONGEST + 1)]}), "a text of 20001 characters"),
    "control": (suggested(SOUND | {"to": ["x\x1b[2J"]}), r"a character that cannot be shown \(\\x1b\)"),
    "half a character": (suggested(SOUND | {"to": ["x"]}).replace(b'["x"]', b'["\\ud800"]'), "cannot be shown"),
    "twice": (suggested(SOUND | {"to": ["x", "x"]}), "the same value stands here twice"),
    "no language": (suggested(SOUND | {"language": "n l"}), "not a language"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_suggestion_is_refused_in_one_line(site: Flask, name: str) -> None:
    content, told = HOSTILE[name]
    with pytest.raises(ExchangeError, match=told) as refused:
        suggestion_in(content, "x.json")
    assert "\n" not in str(refused.value)
    if len(content) < MOST_BYTES / 4:
        text = content.decode("utf-8", "replace")
        answer = site.test_client().post("/suggestions", data={"suggestion": text})
        assert answer.status_code == 422
        assert answer.mimetype == "application/problem+json"


def test_the_example_in_the_documentation_does_what_it_says(shipped: Project) -> None:
    docs = shipped.root / "docs"
    shown = re.search(
        r"^\$ kg apply docs/suggestion.json --dry-run\n(.*?)^```",
        (docs / "suggestions.md").read_text("utf-8"),
        re.MULTILINE | re.DOTALL,
    )
    assert shown
    command = ["--project", str(shipped.root), "--lang", "en", "apply", str(docs / "suggestion.json"), "--dry-run"]
    ran = CliRunner().invoke(cli, command)
    assert (ran.exit_code, ran.stdout) == (0, shown[1])


def test_a_suggestion_about_another_graph_is_refused(mini: Project) -> None:
    other = suggestion_in(suggested(SOUND, graph="https://example.org/other/"), "x.json")
    with pytest.raises(ExchangeError, match=r"about another graph: https://example\.org/other/"):
        apply_suggestion(mini, other, "nl")


def test_a_suggestion_reads_back_as_it_was_written() -> None:
    read = suggestion_in(suggested(SOUND, reason="omdat\r\nhet klopt", sender="Gilde"), "x.json")
    assert read.reason == "omdat\nhet klopt"
    assert suggestion_in(as_json(read).encode(), "y.json") == read


def test_a_small_workbook_holds_a_thing_and_its_neighbours_and_reads_back(
    site: Flask, mini: Project, tmp_path: Path
) -> None:
    answer = site.test_client().get(f"{FORM}.xlsx")
    assert answer.mimetype.endswith("spreadsheetml.sheet")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="unit-u-1-1.0.0.xlsx"'
    file = tmp_path / "u-1.xlsx"
    file.write_bytes(answer.data)
    grids = {grid.name: grid for grid in grids_in(file)}
    assert "Leereenheden" in grids
    assert "Passages" not in grids
    assert {row[0] for row in grids["Leerresultaten"].rows[1:]} == {"u-1-1", "u-1-2"}
    found = read_workbook(mini, grids.values(), "nl")
    assert (found.changes, found.faults) == ((), ())


def test_where_to_send_it_stands_in_the_settings(site: Flask) -> None:
    held = site.extensions["kg"]
    sent = form_of(site, FORM) | {"skos:prefLabel@nl": ["Anders"]}
    addresses = {"redactie@example.org": "mailto:redactie@example.org?subject=", "https://e.org/x": "https://e.org/x"}
    for contact, shown in addresses.items():
        settings = replace(held.project.settings, contact=contact)
        site.extensions["kg"] = replace(held, project=replace(held.project, settings=settings))
        made = page(site.test_client().post(FORM, data=sent).text)
        assert any(href.startswith(shown) for href in made.hrefs)
    site.extensions["kg"] = held


@pytest.mark.parametrize("contact", ["javascript:alert(1)", "x@y", "https://a b", "https://a<b"])
def test_what_is_no_address_to_send_to_is_refused(tmp_path: Path, contact: str) -> None:
    (tmp_path / "kg.toml").write_text(f'[graph]\ncontact = "{contact}"\n', encoding="utf-8")
    with pytest.raises(LoadError, match="contact must be"):
        read_project(tmp_path)
