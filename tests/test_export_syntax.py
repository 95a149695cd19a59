"""RDF of an export in the other forms of RDF: the same statements, the same bytes; and read back by our own import."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from importing import imported, project_in, written
from kg.cli.main import cli
from kg.errors import BadParameter, ExchangeError
from kg.exchange.export import export
from kg.exchange.look import labels_of, pointed_at
from kg.exchange.syntax import SYNTAXES, in_syntax
from kg.files.project import Project, read_project
from kg.graph.load import load
from kg.names import OUTSIDE

MINI = Path(__file__).parent / "data" / "mini"
SKOS = OUTSIDE["skos"]
MATCHES = ("closeMatch", "broadMatch", "narrowMatch", "relatedMatch")


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_the_statements_are_the_same_in_every_form(syntax: str) -> None:
    mini = read_project(MINI)
    files = export(load(mini), mini.settings, "elm").files
    (name,) = rewritten = in_syntax(files, syntax, name="elm")
    suffix, form = SYNTAXES[syntax]
    assert name == f"elm{suffix}"
    assert rewritten == in_syntax(files, syntax, name="elm")
    told = {quad.triple for quad in ox.parse(input=rewritten[name], format=form)}
    assert told == {quad.triple for quad in ox.parse(input=files["elm.ttl"], format=ox.RdfFormat.TURTLE)}
    assert not any(isinstance(node, ox.BlankNode) for triple in told for node in (triple.subject, triple.object))


def test_what_is_no_turtle_has_no_other_form() -> None:
    with pytest.raises(BadParameter, match="The export ctdl is not written as Turtle"):
        in_syntax({"ctdl.json": b"{}"}, "n-triples", name="ctdl")


def test_the_command_writes_the_form_asked_for(tmp_path: Path) -> None:
    out = tmp_path / "skos.nt"
    done = CliRunner().invoke(cli, ["--project", str(MINI), "export", "skos", "--rdf", "n-triples", "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert out.read_text(encoding="utf-8").startswith("<https://example.org/mini/")
    refused = CliRunner().invoke(cli, ["--project", str(MINI), "export", "ctdl", "--rdf", "rdf-xml"])
    assert isinstance(refused.exception, BadParameter)


@pytest.mark.parametrize("target", ["skos", "ctdl-asn"])
def test_competences_of_an_exported_profile_come_back_as_they_were(
    target: str, shipped: Project, tmp_path: Path
) -> None:
    """Into a graph with another base. SKOS stays a list of others; a framework becomes ours, with an exactMatch."""
    whole = load(shipped)
    made = export(whole, shipped.settings, target, of="profile/opbouwwerker-2010")
    ((name, content),) = made.files.items()
    project = project_in(tmp_path)
    imported(project, target, written(tmp_path, name, content))
    back = load(project)
    for code in (f"ow-{number:02}" for number in range(1, 13)):
        here = shipped.names.thing("competence", code)
        there = here if target == "skos" else project.names.thing("competence", code)
        assert labels_of(whole, here)
        assert labels_of(back, there) == labels_of(whole, here)
        assert labels_of(back, there, SKOS + "definition") == labels_of(whole, here, SKOS + "definition")
        for match in MATCHES:
            assert pointed_at(back, there, SKOS + match) == pointed_at(whole, here, SKOS + match)
        assert target == "skos" or here in pointed_at(back, there, SKOS + "exactMatch")


@pytest.mark.parametrize("target", ["skos", "nl-sbb", "elm", "ctdl-asn"])
def test_a_graph_without_anything_that_fits_is_told_and_no_empty_file_is_made(target: str, tmp_path: Path) -> None:
    project = project_in(tmp_path)
    with pytest.raises(ExchangeError, match=f"nothing that fits into {target}"):
        export(load(project), project.settings, target)


@pytest.mark.parametrize("target", ["elm", "ctdl"])
def test_credits_that_are_no_number_are_told(target: str, tmp_path: Path) -> None:
    project = project_in(tmp_path)
    text = (MINI / "data" / "proposal" / "minor.ttl").read_text(encoding="utf-8").replace("15.0", '"vijftien"')
    written(project.folder("data"), "minor.ttl", text)
    graphs = (MINI / "data" / "graphs.ttl").read_text(encoding="utf-8").replace("proposal-minor", "minor")
    written(project.folder("data"), "graphs.ttl", graphs)
    with pytest.raises(ExchangeError, match="vijftien is not a number"):
        export(load(project), project.settings, target)
