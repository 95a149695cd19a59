"""Tables on the web: valid by a validator of others, and read back in standard mode they are the graph."""

from __future__ import annotations

import csv
import io
import json
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from csvw import CSVW
from uritemplate import expand

from kg.exchange.csvw import METADATA
from kg.exchange.export import export
from kg.files.project import Project, read_project
from kg.graph.load import load
from kg.graph.store import Store

MINI = Path(__file__).parent / "data" / "mini"
SKOS = "http://www.w3.org/2004/02/skos/core#"
XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.fixture(scope="module")
def mini() -> Project:
    return read_project(MINI)


@pytest.fixture(scope="module")
def whole(shipped: Project) -> Store:
    return load(shipped)


def is_valid(files: Mapping[str, bytes], folder: Path) -> bool:
    for name, content in files.items():
        (folder / name).write_bytes(content)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        try:
            found = CSVW(str(folder / METADATA), validate=True)
            return bool(found.is_valid) and not found.warnings and not told
        except ValueError:
            return False


def triples_of(files: Mapping[str, bytes]) -> Iterator[str]:
    """Generating RDF from Tabular Data (W3C, 2015), standard mode in its minimal form, for what these tables use."""
    for table in json.loads(files[METADATA])["tables"]:
        schema = table["tableSchema"]
        for row in csv.DictReader(io.StringIO(files[table["url"]].decode("utf-8"), newline="")):
            for column in schema["columns"]:
                if column.get("suppressOutput"):
                    continue
                cell = row.get(column["name"], "")
                if not cell and not column.get("virtual"):
                    continue
                subject = ox.NamedNode(expand(column.get("aboutUrl", schema.get("aboutUrl")), **row))
                predicate = ox.NamedNode(expand(column["propertyUrl"], **row))
                if "valueUrl" in column:
                    yield str(ox.Triple(subject, predicate, ox.NamedNode(expand(column["valueUrl"], **row))))
                    continue
                for part in cell.split(column["separator"]) if "separator" in column else [cell]:
                    yield str(ox.Triple(subject, predicate, literal(part, column)))


def literal(text: str, column: Mapping[str, Any]) -> ox.Literal:
    if "lang" in column:
        return ox.Literal(text, language=column["lang"])
    return ox.Literal(text, datatype=ox.NamedNode(XSD + column["datatype"]))


def triples_about_things(store: Store) -> set[str]:
    return {
        str(quad.triple) for quad in store.engine if store.names.segment_and_code(getattr(quad.subject, "value", ""))
    }


def test_the_shipped_graph_is_valid_and_comes_back_whole(whole: Store, shipped: Project, tmp_path: Path) -> None:
    files = export(whole, shipped.settings, "csvw").files
    assert is_valid(files, tmp_path)
    found = list(triples_of(files))
    assert len(found) == len(set(found))
    assert set(found) == triples_about_things(whole)


def test_another_professions_graph_is_valid(mini: Project, tmp_path: Path) -> None:
    assert is_valid(export(load(mini), mini.settings, "csvw").files, tmp_path)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("unit.csv", b",5,", b",vijf,"),
        ("things.csv", b"https://example.org/mini/id/unit/u-1,", b"https://example.org/mini/id/unit/u-9,"),
        ("links.csv", b"https://example.org/mini/id/unit/u-1,", b","),
    ],
)
def test_the_validator_finds_what_was_damaged(mini: Project, tmp_path: Path, name: str, old: bytes, new: bytes) -> None:
    files = dict(export(load(mini), mini.settings, "csvw").files)
    assert old in files[name]
    files[name] = files[name].replace(old, new, 1)
    assert not is_valid(files, tmp_path)


@pytest.mark.parametrize(
    "text", ["a|b;c", 'quote " and, comma', "two\nlines", "=1+1", "@x", "naïef 😀 שלום", " spaces "]
)
def test_a_text_comes_back_as_it_was(mini: Project, tmp_path: Path, text: str) -> None:
    store = load(mini)
    unit, alt = (ox.NamedNode(name) for name in ("https://example.org/mini/id/unit/u-1", f"{SKOS}altLabel"))
    graph = ox.NamedNode("https://example.org/mini/graph/proposal-minor")
    added = [ox.Triple(unit, alt, ox.Literal(value, language="nl")) for value in (text, "x")]
    store.add([ox.Quad(t.subject, t.predicate, t.object, graph) for t in added])
    files = export(store, mini.settings, "csvw").files
    assert {str(triple) for triple in added} <= set(triples_of(files))
    assert is_valid(files, tmp_path)
