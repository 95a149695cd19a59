"""docs/exchange.md says what the program does: commands, terms and losses are held against the exports."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kg.exchange.export import Exported, export
from kg.exchange.target import Target, targets
from kg.files.project import Project
from kg.graph.load import load
from kg.graph.store import Store
from kg.names import KINDS_BY_SEGMENT, Names

PAGE = Path(__file__).parents[1] / "docs" / "exchange.md"
EXPORTING = PAGE.read_text(encoding="utf-8").partition("## Exporting\n")[2].partition("\n## ")[0]
SECTIONS = dict(re.findall(r"^### (.+?)\n(.*?)(?=^### |\Z)", EXPORTING, re.DOTALL | re.MULTILINE))
TERM = re.compile(r"`([a-z]+:[A-Za-z]+)`")
DESCRIBED = [target for target in targets() if target.title.within("en") in SECTIONS]


@pytest.fixture(scope="module")
def whole(shipped: Project) -> Store:
    return load(shipped)


@pytest.fixture(scope="module")
def made(whole: Store, shipped: Project) -> dict[str, Exported]:
    return {target.name: export(whole, shipped.settings, target.name) for target in DESCRIBED}


def terms_there(section: str) -> set[str]:
    """The terms in the right column of the table."""
    rows = re.findall(r"^\| .+? \| (.+) \|$", section, re.MULTILINE)
    return {term for row in rows for term in TERM.findall(row)}


def test_every_section_is_of_a_form_and_rdf_and_graph_forms_have_one() -> None:
    titles = {target.title.within("en") for target in targets()}
    assert set(SECTIONS) <= titles
    assert {"skos", "nl-sbb", "elm", "ctdl", "ctdl-asn", "schema", "graphml"} <= {target.name for target in DESCRIBED}


@pytest.mark.parametrize("target", DESCRIBED, ids=lambda target: target.name)
def test_a_section_gives_a_command_of_its_form(target: Target, whole: Store, shipped: Project) -> None:
    (command,) = re.findall(r"^kg export (.+)$", SECTIONS[target.title.within("en")], re.MULTILINE)
    name, *options = command.split()
    assert name == target.name
    if "--of" in options:
        assert export(whole, shipped.settings, name, of=options[options.index("--of") + 1]).files


@pytest.mark.parametrize("target", DESCRIBED, ids=lambda target: target.name)
def test_the_terms_a_section_says_are_there_are_in_the_files(target: Target, made: dict[str, Exported]) -> None:
    text = b"\n".join(made[target.name].files.values()).decode()
    missing = []
    for term in sorted(terms_there(SECTIONS[target.title.within("en")])):
        iri = Names().expand(term)
        assert iri is not None, term
        short = f'"{term.partition(":")[2]}"' if term.startswith("schema:") else term
        if short not in text and iri not in text:
            missing.append(term)
    assert missing == []


@pytest.mark.parametrize("target", DESCRIBED, ids=lambda target: target.name)
def test_what_a_section_calls_lost_is_in_the_report(target: Target, made: dict[str, Exported]) -> None:
    losses = made[target.name].losses
    told = {loss.property for loss in losses} | {
        KINDS_BY_SEGMENT[loss.kind].class_iri for loss in losses if loss.property is None
    }
    lost = [
        term
        for line in re.findall(r"^- (`.+?): ", SECTIONS[target.title.within("en")], re.MULTILINE)
        for term in TERM.findall(line)
    ]
    assert [term for term in lost if Names().expand(term) not in told] == []
