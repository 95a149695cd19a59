"""The dumps of a release: every form gives the same statements back, and the same bytes each time."""

from __future__ import annotations

import csv
import gzip
import io
import json
import subprocess
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from backports import zstd

from kg.files.project import Project, read_project
from kg.graph.load import load
from kg.graph.store import Store
from kg.publish.build import build
from kg.publish.counts import counts
from kg.publish.dumps import dumps
from kg.publish.jsonld import context_of, write_jsonld
from kg.publish.packing import Writer
from kg.publish.release import Release
from kg.publish.tables import tables
from minis import mini_copy


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return mini_copy(tmp_path_factory.mktemp("dumps"))


@pytest.fixture(scope="module")
def release(project: Project) -> Release:
    return build(project)


@pytest.fixture(scope="module")
def store(shipped: Project) -> Store:
    return load(shipped)


@pytest.fixture(scope="module")
def written(store: Store, shipped: Project) -> dict[str, bytes]:
    return {name: content_of(write) for name, write in dumps(store, "g", context_of(shipped)).items()}


def content_of(write: Writer) -> bytes:
    out = io.BytesIO()
    write(out)
    return out.getvalue()


def as_jsonld(quads: list[ox.Quad], shipped: Project) -> bytes:
    graph = getattr(quads[0].graph_name, "value", "")
    return content_of(lambda out: write_jsonld([(graph, quads)], context_of(shipped), out))


@pytest.mark.parametrize(
    ("name", "form"),
    [("g.nq", ox.RdfFormat.N_QUADS), ("g.trig", ox.RdfFormat.TRIG), ("g.jsonld", ox.RdfFormat.JSON_LD)],
)
def test_forms_with_graphs_give_every_quad_back(
    store: Store, written: dict[str, bytes], name: str, form: ox.RdfFormat
) -> None:
    assert set(ox.parse(input=written[name], format=form)) == set(store.engine)


@pytest.mark.parametrize(("name", "form"), [("g.ttl", ox.RdfFormat.TURTLE), ("g.rdf", ox.RdfFormat.RDF_XML)])
def test_forms_without_graphs_give_every_triple_back(
    store: Store, written: dict[str, bytes], name: str, form: ox.RdfFormat
) -> None:
    read = {quad.triple for quad in ox.parse(input=written[name], format=form)}
    assert read == {quad.triple for quad in store.engine}


@pytest.mark.filterwarnings("ignore:(Dataset|ConjunctiveGraph):DeprecationWarning")
def test_another_reader_of_json_ld_finds_the_same(project: Project, release: Release) -> None:
    read = rdflib.Dataset()
    read.parse(data=(release.folder / "mini.jsonld").read_bytes(), format="json-ld")
    expected = {
        (str(q.subject.value), q.predicate.value, str(q.graph_name.value)) for q in release.store(project).engine
    }
    assert {(str(s), str(p), str(g)) for s, p, _, g in read.quads()} == expected
    assert len(list(read.quads())) == release.quads


def test_json_ld_says_it_in_the_terms_of_the_context(written: dict[str, bytes]) -> None:
    graphs = {graph["id"]: graph["@graph"] for graph in json.loads(written["g.jsonld"])["@graph"]}
    (unit,) = (node for node in graphs["lg-graph:proposal-minor"] if node["id"] == "lg-unit:mo-5")
    assert unit["type"] == "LearningUnit"
    assert unit["credits"] == "5"
    assert unit["status"] == "proposed"
    assert unit["requiresUnit"] == ["lg-unit:mo-2", "lg-unit:mo-3"]
    assert unit["prefLabel"]["en"] == "Self-organisation and residents' influence"


@pytest.mark.parametrize(
    "triple",
    [
        '<https://example.org/a> <https://example.org/no-term> "tekst" .',
        '<https://example.org/a> <https://example.org/no-term> "tekst"@nl .',
        '<https://example.org/a> <https://example.org/no-term> "1"^^<https://example.org/datatype> .',
        '<https://example.org/a> <https://w3id.org/leergraaf/def#credits> "vijf" .',
        '<urn:x:2> <https://w3id.org/leergraaf/def#credits> "5.50"^^<http://www.w3.org/2001/XMLSchema#double> .',
        '<https://example.org/a> <http://www.w3.org/2004/02/skos/core#prefLabel> "zonder taal" .',
        "<https://example.org/a> <http://www.w3.org/2004/02/skos/core#prefLabel> <https://example.org/b> .",
        '<https://example.org/a> <http://purl.org/dc/terms/source> "geen link" .',
        '<https://example.org/a> <http://purl.org/dc/terms/issued> "2010"^^<http://www.w3.org/2001/XMLSchema#gYear> .',
        "<https://example.org/a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> _:b .",
        "_:b <https://w3id.org/leergraaf/def#status> <https://w3id.org/leergraaf/def#noSuchStatus> .",
        "<urn:x:1> <https://w3id.org/leergraaf/def#status> <mailto:iemand@example.org> .",
    ],
)
def test_json_ld_keeps_values_that_no_term_fits(shipped: Project, triple: str) -> None:
    quads = [
        ox.Quad(q.subject, q.predicate, q.object, ox.NamedNode("https://example.org/graph"))
        for q in ox.parse(input=triple, format=ox.RdfFormat.N_TRIPLES)
    ]
    read = ox.parse(input=as_jsonld(quads, shipped), format=ox.RdfFormat.JSON_LD)
    assert [_without_names(quad) for quad in read] == [_without_names(quad) for quad in quads]


def _without_names(quad: ox.Quad) -> list[str]:
    return ["_:" if isinstance(term, ox.BlankNode) else str(term) for term in quad]


def test_json_ld_keeps_what_stands_in_no_graph(shipped: Project) -> None:
    (quad,) = ox.parse(input="<urn:a> <urn:b> <urn:c> .", format=ox.RdfFormat.N_QUADS)
    written = as_jsonld([quad], shipped)
    assert list(ox.parse(input=written, format=ox.RdfFormat.JSON_LD)) == [quad]


def test_the_order_of_the_quads_does_not_matter(store: Store, shipped: Project, written: dict[str, bytes]) -> None:
    shuffled = Store(store.names, sorted(store.engine, key=lambda quad: str(quad.object)))
    again = dumps(shuffled, "g", context_of(shipped))
    assert {name: content_of(write) for name, write in again.items()} == written


def test_every_file_is_there_plain_and_packed_and_is_the_same_inside(release: Release) -> None:
    packed = [file for file in release.files() if file.compression]
    assert len(packed) == 2 * len([file for file in release.files() if not file.compression])
    for file in packed:
        unpack = gzip.decompress if file.compression == "gzip" else zstd.decompress
        plain = release.file(file.name.rpartition(".")[0])
        assert plain is not None
        assert plain.media_type == file.media_type
        assert unpack(file.path.read_bytes()) == plain.path.read_bytes()


SUMS = ("SHA256SUMS", "store.sha256", "feed.sha256", "program.sha256")


@pytest.mark.parametrize("sums", SUMS)
def test_the_sums_are_right_by_the_judgement_of_sha256sum(release: Release, sums: str) -> None:
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", sums], cwd=release.folder, check=True)


def test_the_sums_cover_every_file(release: Release) -> None:
    lines = [
        line.split("  ")[1]
        for sums in SUMS
        for line in (release.folder / sums).read_text(encoding="utf-8").splitlines()
    ]
    files = {path.relative_to(release.folder).as_posix() for path in release.folder.rglob("*") if path.is_file()}
    assert set(lines) == files - set(SUMS)


def test_the_store_on_disk_holds_the_same_quads_and_is_opened_without_writing(
    project: Project, release: Release
) -> None:
    folder = release.folder / "store"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert set(ox.Store.read_only(str(folder))) == set(release.store(project).engine)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_table_has_a_row_for_a_thing_and_a_column_for_a_property_and_language(store: Store) -> None:
    rows = list(csv.DictReader(io.StringIO(content_of(tables(store)["tables/unit.csv"]).decode("utf-8"), newline="")))
    assert [row["code"] for row in rows if row["code"].startswith("mo-")] == [f"mo-{n}" for n in range(1, 7)]
    unit = next(row for row in rows if row["code"] == "mo-5")
    assert unit["origin"] == "proposed"
    assert unit["lg:credits"] == "5"
    assert unit["lg:requiresUnit"].split() == [store.names.thing("unit", code) for code in ("mo-2", "mo-3")]
    assert unit["skos:prefLabel@en"] == "Self-organisation and residents' influence"


def test_counts_add_up(store: Store) -> None:
    told = counts(store)
    assert told.quads == len(store) == sum(told.graphs.values()) == sum(told.properties.values())
    assert set(told.origins) == {"stated", "proposed", "reference", "derived"}
    assert told.classes["https://w3id.org/leergraaf/def#Competence"] == 17


@pytest.mark.parametrize(
    ("name", "told"), [("dcat", "http://www.w3.org/ns/dcat#distribution"), ("void", "http://rdfs.org/ns/void#dataDump")]
)
def test_a_release_describes_itself(project: Project, release: Release, name: str, told: str) -> None:
    file = release.file(f"metadata/{name}.ttl")
    assert file is not None
    triples = list(ox.parse(input=file.path.read_bytes(), format=ox.RdfFormat.TURTLE))
    assert any(triple.predicate.value == told for triple in triples)
    assert any(f"{project.settings.base}releases/1.0.0/downloads/mini.nq" in str(triple.object) for triple in triples)


def test_a_release_has_the_name_of_its_own_graph(project: Project, release: Release, shipped: Project) -> None:
    assert project.settings.name == "mini"
    assert release.quads_file.name == "mini.nq"
    assert shipped.settings.name == "leergraaf"


def test_a_release_of_layout_1_is_read(tmp_path: Path) -> None:
    from tiny import BASE, tiny_project, tiny_release

    release = tiny_release(tmp_path / "1.0.0", f'<{BASE}a> <{BASE}b> "c" <{BASE}graph/d> .\n')
    assert release.layout == 1
    assert release.quads_file.name == "leergraaf.nq"
    assert len(release.store(tiny_project(tmp_path))) == 1
    release.verify()


def test_the_day_of_issue_is_the_one_in_the_settings(project: Project, tmp_path: Path) -> None:
    assert build(project).issued == ""
    later = mini_copy(tmp_path)
    path = later.root / "kg.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("[graph]\n", "[graph]\nissued = 2026-11-26\n", 1), "utf-8")
    release = build(read_project(tmp_path))
    assert release.issued == "2026-11-26"
    assert json.loads((release.folder / "manifest.json").read_text(encoding="utf-8"))["issued"] == "2026-11-26"
