"""What this graph exports comes back as it was, but for what the accounts of import and export tell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from importing import violations
from kg.exchange.export import Exported, export
from kg.exchange.imports import Imported, land, read
from kg.exchange.imports.ledger import How
from kg.files.project import Project, read_project
from kg.graph.load import load
from kg.graph.store import Store
from kg.names import KINDS_BY_SEGMENT, OUTSIDE, lg

ROOT = Path(__file__).parents[1]
SKOS = OUTSIDE["skos"]


@pytest.fixture(scope="module")
def store(shipped: Project) -> Store:
    return load(shipped)


@pytest.fixture
def empty(tmp_path: Path) -> Project:
    """The shipped project without any data of its own."""
    settings = (ROOT / "kg.toml").read_text(encoding="utf-8")
    for folder in ("ontology", "queries"):
        settings = settings.replace(f'{folder} = "{folder}"', f'{folder} = "{ROOT / folder}"')
    (tmp_path / "kg.toml").write_text(settings, encoding="utf-8")
    (tmp_path / "data").mkdir()
    return read_project(tmp_path)


def returned(project: Project, made: Exported, pattern: str = "*") -> tuple[Imported, Store]:
    """The exported files of this name imported into an empty project, and the graph that gives."""
    folder = project.root / "exported"
    folder.mkdir()
    for name, content in made.files.items():
        (folder / name).write_bytes(content)
    into = project.folder("data") / "back"
    back = read(project, made.target.name, sorted(folder.glob(pattern)), into)
    assert back.report.findings == ()
    land(project, back.files, into)
    assert violations(project) == []
    return back, load(project)


def fields(made: Imported, *, reason: str = "") -> set[str]:
    """Fields of which values are left out, or changed for this reason."""
    return {
        entry.field
        for entry in made.entries
        if entry.how is How.LEFT_OUT or (entry.how is How.CHANGED and entry.reason.within("en") == reason)
    }


def nodes(content: bytes) -> dict[str, dict[str, Any]]:
    """The things of a CTDL-ASN file by their IRI, terms without their prefix."""
    return {
        node["@id"]: {term.rpartition(":")[2]: value for term, value in node.items()}
        for node in json.loads(content)["@graph"]
    }


def test_ctdl_asn_gives_back_every_field_but_those_that_are_told(
    store: Store, shipped: Project, empty: Project
) -> None:
    first = export(store, shipped.settings, "ctdl-asn")
    back, graph = returned(empty, first, "profile-*.json")
    again = export(graph, empty.settings, "ctdl-asn")
    told = {field.partition(".")[2] for field in fields(back, reason="Stands with the source of the import.")}
    profiles = [name for name in first.files if name.startswith("profile-")]
    assert sorted(again.files) == profiles
    for name in profiles:
        before, after = nodes(first.files[name]), nodes(again.files[name])
        assert list(after) == list(before)
        for iri, node in before.items():
            assert after[iri].items() <= node.items()
            assert node.keys() - after[iri].keys() <= told


def test_case_gives_back_every_item_of_a_profile_as_it_was(store: Store, shipped: Project, empty: Project) -> None:
    first = export(store, shipped.settings, "case")
    _, graph = returned(empty, first, "profile-*.json")
    again = export(graph, empty.settings, "case")
    profiles = [name for name in first.files if name.startswith("profile-")]
    assert sorted(again.files) == profiles
    for name in profiles:
        before, after = (json.loads(files[name])["CFItems"] for files in (first.files, again.files))
        assert after == before


def test_skos_gives_back_every_triple_but_those_that_are_told(store: Store, shipped: Project, empty: Project) -> None:
    first = export(store, shipped.settings, "skos")
    back, graph = returned(empty, first)
    again = export(graph, empty.settings, "skos")
    names = empty.names
    told = fields(back) | {names.compact(loss.property) for loss in again.losses if loss.property}
    concepts_only = {entry.field for entry in back.entries if entry.field[0].isupper()}

    def stays_a_concept(term: object) -> bool:
        known = names.segment_and_code(getattr(term, "value", ""))
        return bool(known) and KINDS_BY_SEGMENT[known[0]].class_name in concepts_only if known else False

    before, after = (
        {quad.triple for quad in ox.parse(input=made.files["skos.ttl"], format=ox.RdfFormat.TURTLE)}
        for made in (first, again)
    )
    assert after <= before
    for triple in before - after:
        field = names.compact(triple.predicate.value)
        assert field in told or stays_a_concept(triple.subject) or stays_a_concept(triple.object), triple


def test_what_comes_back_into_its_own_graph_is_all_there_already(
    store: Store, shipped: Project, tmp_path: Path
) -> None:
    for name in ("ctdl-asn", "skos"):
        folder = tmp_path / name
        folder.mkdir()
        for file, content in export(store, shipped.settings, name).files.items():
            (folder / file).write_bytes(content)
        back = read(shipped, name, sorted(folder.iterdir()), tmp_path / "back")
        assert back.report.findings == ()
        assert "lg:Competence" not in back.files["things.ttl"]
        assert "skos:prefLabel" not in back.files["things.ttl"]


CARRIED = ("develops", "drawsOn", "involvesTension", "requiresCompetence", "hasOutcome", "requiresUnit")
"""Properties of ours that an association between two of our own things says without a word lost."""


@pytest.mark.parametrize("form", ["case", "case11"])
def test_case_gives_back_every_item_and_every_link_between_our_own_things(
    store: Store, shipped: Project, empty: Project, form: str
) -> None:
    made = export(store, shipped.settings, form)
    folder = empty.root / "exported"
    folder.mkdir()
    for name, content in made.files.items():
        (folder / name).write_bytes(content)
    into = empty.folder("data") / "back"
    back = read(empty, "case", sorted(folder.iterdir()), into)
    assert back.report.findings == ()
    land(empty, back.files, into)
    derived = empty.names.graph("derived")  # which a project describes in its own `data/graphs.ttl`
    assert [finding for finding in violations(empty) if finding.thing != derived] == []
    graph = load(empty)
    items = {item["uri"]: item for content in made.files.values() for item in json.loads(content)["CFItems"]}
    assert len(items) > 80
    told = [f"<{OUTSIDE['skos']}prefLabel>", f"<{OUTSIDE['skos']}notation>", *(f"<{lg(name)}>" for name in CARRIED)]

    def said(of: Store) -> set[str]:
        """What a graph says of the items in Dutch and in links to what is there as well."""
        found = {
            str(quad.triple) for iri in items for quad in of.engine.quads_for_pattern(ox.NamedNode(iri), None, None)
        }
        return {text for text in found if any(f" {name} " in text for name in told) and '"@en' not in text}

    def inside(text: str) -> bool:
        """Whether a link leads to another item; a name or a code does not lead anywhere."""
        end = text.rpartition(" ")[2].strip("<>")
        return '"' in text or end in items

    assert {text for text in said(store) if inside(text)} == {text for text in said(graph) if inside(text)}
