"""What catalogues and crawlers read: DCAT-AP-NL, VoID, sitemap and robots."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from flask import Flask
from rdflib.namespace import DCAT, RDF, SH, VOID

from foreign import shared
from kg.files.project import Project
from kg.graph.load import load
from kg.publish.archive import history
from kg.publish.build import ensure_release
from kg.publish.catalogue import catalogue
from kg.publish.counts import counts, counts_of
from kg.publish.void import void
from kg_web.sitemap import _MOST
from kg_web.state import State

SITE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
SHAPES = shared("foreign", "dcat-ap-nl", "*.ttl")


def read(triples: list[ox.Triple]) -> rdflib.Graph:
    return rdflib.Graph().parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), format="nt")


@pytest.fixture(scope="module")
def described(shipped: Project) -> rdflib.Graph:
    release = ensure_release(shipped)
    return read(catalogue(shipped, release.store(shipped), release, "https://data.example.org/"))


def findings(graph: rdflib.Graph) -> set[tuple[str, str]]:
    found = set()
    for path in SHAPES:
        shapes = rdflib.Graph().parse(path)
        report = pyshacl.validate(graph, shacl_graph=shapes)[1]
        assert isinstance(report, rdflib.Graph)
        for result in report.subjects(RDF.type, SH.ValidationResult):
            found.add((str(report.value(result, SH.resultPath)), str(report.value(result, SH.focusNode))))
    return found


def test_the_catalogue_conforms_to_dcat_ap_nl_with_what_it_recommends(described: rdflib.Graph) -> None:
    assert findings(described) == set()
    assert len(SHAPES) in {0, 4}


def test_the_shapes_find_a_catalogue_that_lacks_something(described: rdflib.Graph) -> None:
    if not SHAPES:
        return
    broken = rdflib.Graph() + described
    for node in list(broken.subjects(RDF.type, DCAT.Dataset))[:1]:
        broken.remove((node, DCAT.contactPoint, None))
        assert (str(DCAT.contactPoint), str(node)) in findings(broken)


def test_another_graph_has_a_catalogue_that_conforms_as_well(tmp_path) -> None:  # type: ignore[no-untyped-def]
    from minis import mini_copy

    project = mini_copy(tmp_path)
    release = ensure_release(project)
    graph = read(catalogue(project, release.store(project), release, "https://data.example.org"))
    assert findings(graph) == set()


def test_the_contact_is_an_organisation_and_never_a_person(described: rdflib.Graph) -> None:
    contacts = set(described.objects(None, DCAT.contactPoint))
    assert len(contacts) == 1
    text = described.serialize(format="nt")
    assert "vcard/ns#Organization" in text
    assert "vcard/ns#Individual" not in text
    assert "mailto:" not in text


def test_the_same_release_gives_the_same_catalogue(shipped: Project) -> None:
    release = ensure_release(shipped)
    store = release.store(shipped)
    assert catalogue(shipped, store, release, "https://x.example") == catalogue(
        shipped, release.store(shipped), release, "https://x.example/"
    )
    assert counts_of(release, store) == counts(store)
    assert void(shipped, counts(store), release, "https://x.example") == void(
        shipped, counts(release.store(shipped)), release, "https://x.example/"
    )


def test_every_file_in_the_catalogue_is_there_with_its_size_and_sum(app: Flask) -> None:
    client = app.test_client()
    graph = rdflib.Graph().parse(data=client.get("/catalog.nt").data, format="nt")
    state: State = app.extensions["kg"]
    releases = history(state.project)
    sums = {file.sha256 for release in releases for file in release.files()}
    spdx = rdflib.Namespace("http://spdx.org/rdf/terms#")
    counted = 0
    for node, address in graph.subject_objects(DCAT.downloadURL):
        path = str(address).removeprefix("http://localhost")
        answer = client.head(path)
        assert answer.status_code == 200, path
        checksum = graph.value(node, spdx.checksum)
        if checksum is not None:
            counted += 1
            assert str(graph.value(checksum, spdx.checksumValue)) in sums
            assert answer.content_length == int(str(graph.value(node, DCAT.byteSize)))
    assert counted == 15 * len(releases)


def test_every_service_in_the_catalogue_answers(app: Flask) -> None:
    client = app.test_client()
    graph = rdflib.Graph().parse(data=client.get("/catalog.nt").data, format="nt")
    addresses = {*graph.objects(None, DCAT.endpointURL), *graph.objects(None, DCAT.endpointDescription)}
    assert len(addresses) >= 4
    for address in addresses:
        path = str(address).removeprefix("http://localhost")
        assert client.get(path, follow_redirects=True).status_code in {200, 400}, path


def test_void_counts_what_the_graph_holds(app: Flask, shipped: Project) -> None:
    client = app.test_client()
    graph = rdflib.Graph().parse(data=client.get("/void.nt").data, format="nt")
    state: State = app.extensions["kg"]
    dataset = rdflib.URIRef(shipped.settings.base)
    assert int(str(graph.value(dataset, VOID.triples))) == len(state.store)
    assert int(str(graph.value(dataset, VOID.entities))) == len(state.known)
    parts = [graph.value(part, VOID.triples) for part in graph.objects(dataset, VOID.propertyPartition)]
    assert sum(int(str(part)) for part in parts) == len(state.store)
    assert len(set(graph.objects(dataset, VOID.classPartition))) == int(str(graph.value(dataset, VOID.classes)))
    links = list(graph.subjects(RDF.type, VOID.Linkset))
    targets = {str(graph.value(link, VOID.objectsTarget)).rpartition("#")[2] for link in links}
    assert {"esco", "eqf", "qdr", "tooi"} <= targets


def test_a_release_holds_its_own_catalogue_and_void(shipped: Project) -> None:
    release = ensure_release(shipped)
    for name in ("metadata/dcat.ttl", "metadata/void.ttl"):
        file = release.file(name)
        assert file is not None
        assert rdflib.Graph().parse(file.path)
    own = rdflib.Graph().parse(release.folder / "metadata" / "dcat.ttl")
    assert findings(own) == set()


def test_the_well_known_address_leads_to_void(app: Flask) -> None:
    answer = app.test_client().get("/.well-known/void", headers={"Accept": "text/turtle"}, follow_redirects=True)
    assert (answer.status_code, answer.mimetype) == (200, "text/turtle")


@pytest.mark.parametrize("address", ["/catalog", "/void"])
@pytest.mark.parametrize("suffix", ["ttl", "jsonld", "nt", "rdf"])
def test_catalogue_and_void_say_the_same_in_every_form(app: Flask, address: str, suffix: str) -> None:
    client = app.test_client()
    answer = client.get(f"{address}.{suffix}")
    form = ox.RdfFormat.from_media_type(answer.mimetype)
    assert form is not None
    read_here = {quad.triple for quad in ox.parse(input=answer.data, format=form)}
    plain = ox.parse(input=client.get(f"{address}.nt").data, format=ox.RdfFormat.N_TRIPLES)
    assert read_here == {quad.triple for quad in plain}


def test_the_sitemap_lists_every_page_in_both_languages_and_all_answer(app: Flask) -> None:
    client = app.test_client()
    answer = client.get("/sitemap.xml")
    assert answer.mimetype == "application/xml"
    tree = ElementTree.fromstring(answer.data)
    pages = [url.findtext(f"{SITE}loc") or "" for url in tree]
    assert len(pages) == len(set(pages)) <= _MOST
    state: State = app.extensions["kg"]
    for iri in state.known:
        kind, code = state.names.segment_and_code(iri) or ("", "")
        assert {f"http://localhost/{lang}/{kind}/{code}" for lang in ("nl", "en")} <= set(pages)
    for url in tree:
        others = [link.get("hreflang") for link in url if link.tag.endswith("link")]
        assert others == ["nl", "en"]
    for page in pages[:: max(1, len(pages) // 150)]:
        assert client.get(page.removeprefix("http://localhost")).status_code == 200, page


def test_a_sitemap_of_too_many_pages_is_an_index_of_parts(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = app.test_client()
    whole = re.findall(r"<loc>(.*?)</loc>", client.get("/sitemap.xml").text)
    monkeypatch.setattr("kg_web.sitemap._MOST", 1000)
    index = client.get("/sitemap.xml")
    assert b"<sitemapindex" in index.data
    parts = re.findall(r"<loc>http://localhost(.*?)</loc>", index.text)
    found = [page for part in parts for page in re.findall(r"<loc>(.*?)</loc>", client.get(part).text)]
    assert found == whole
    assert client.get(f"/sitemap-{len(parts) + 1}.xml").status_code == 404
    assert client.get("/sitemap-0.xml").status_code == 404


def test_robots_name_the_sitemap(app: Flask) -> None:
    answer = app.test_client().get("/robots.txt")
    assert answer.mimetype == "text/plain"
    assert "Sitemap: http://localhost/sitemap.xml" in answer.text


def test_behind_a_proxy_the_site_says_the_address_it_is_told(shipped: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    from kg_web.app import create_app

    monkeypatch.setenv("KG_SITE", "https://data.example.org/graaf/")
    site = create_app(shipped, ensure_release(shipped))
    client = site.test_client()
    assert "Sitemap: https://data.example.org/graaf/sitemap.xml" in client.get("/robots.txt").text
    assert "<https://data.example.org/graaf/sparql>" in client.get("/catalog.nt").text
    assert load(shipped).names.base == "https://w3id.org/leergraaf/"
    site.extensions["kg.sparql"].guard.close()
