"""Imports: what comes in stands in the graph under rules that are told, nothing is dropped in silence."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from foreign import shared
from importing import case_package, imported, lines, link, project_in, uuid, violations, written
from kg.cli.main import cli
from kg.errors import BadParameter, ExchangeError, UnknownName
from kg.exchange.imports import Imported, formats, land, read
from kg.exchange.imports.draft import Choices
from kg.exchange.imports.ledger import How, account_table
from kg.files.project import Project
from kg.files.turtle import canonical
from kg.graph.load import load
from kg.names import DCT, LICENCE_UNKNOWN, OUTSIDE, lg

SKOS = OUTSIDE["skos"]
ESCO_HEADER = "conceptUri,reuseLevel,preferredLabel,altLabels\n"
ESCO_IRI = "http://data.europa.eu/esco/skill/00090cc1-1f27-439e-a4e0-19a87a501bfc"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return project_in(tmp_path)


def values(project: Project, subject: str, property_: str) -> list[str]:
    """The values of a property in the project's graph, as the engine writes them."""
    quads = load(project).engine.quads_for_pattern(ox.NamedNode(subject), ox.NamedNode(property_), None, None)
    return sorted(str(quad.object) for quad in quads)


def counts(made: Imported, field: str) -> dict[str, int]:
    """How many values of a field met which fate."""
    found: dict[str, int] = {}
    for entry in made.entries:
        if entry.field == field:
            found[entry.how.value] = found.get(entry.how.value, 0) + entry.count
    return found


def test_a_dutch_framework_becomes_competences_of_a_profile_and_passes_the_checks(
    project: Project, tmp_path: Path
) -> None:
    package = case_package(
        {"humanCodingScheme": "A.1"},
        {"humanCodingScheme": "A.2", "notes": "Nog iets"},
        associations=[link("isChildOf", 2, 1)],
    )
    made = imported(project, "case", written(tmp_path, "x.json", package))
    assert lines(made) == []
    assert violations(project) == []
    child = project.names.thing("competence", "a-2")
    assert values(project, child, SKOS + "broader") == [f"<{project.names.thing('competence', 'a-1')}>"]
    assert values(project, child, SKOS + "exactMatch") == [f"<https://other.example/{uuid(2)}>"]
    assert values(project, child, SKOS + "prefLabel") == ['"Kan 2"@nl']
    assert f"<{lg('Competence')}>" in values(project, child, OUTSIDE["rdf"] + "type")
    profile = project.names.thing("profile", uuid(0))
    assert values(project, child, SKOS + "inScheme") == [f"<{profile}>"]
    assert f"<{lg('CompetenceProfile')}>" in values(project, profile, OUTSIDE["rdf"] + "type")


def test_the_graph_says_where_it_is_from_and_that_its_licence_is_unknown(project: Project, tmp_path: Path) -> None:
    made = imported(project, "case", written(tmp_path, "x.json", case_package({})))
    graph, source = project.names.graph("new-things"), project.names.thing("source", "new")
    assert values(project, graph, lg("origin")) == [f"<{lg('reference')}>"]
    assert values(project, graph, DCT + "license") == [f"<{LICENCE_UNKNOWN}>"]
    assert values(project, graph, DCT + "source") == [f"<{source}>"]
    assert values(project, graph, DCT + "title") == [
        '"Imported from CASE: Raamwerk"@en',
        '"Ingevoerd uit CASE: Raamwerk"@nl',
    ]
    assert not made.licence_known
    assert any(next(iter(made.sources.values())) in note for note in values(project, source, SKOS + "note"))


def test_what_a_file_says_wins_over_what_is_told(project: Project, tmp_path: Path) -> None:
    package = case_package({})
    package["CFDocument"] |= {"licenseURI": {"uri": "https://creativecommons.org/publicdomain/zero/1.0/"}}
    path = written(tmp_path, "x.json", package)
    imported(project, "case", path, title="Anders", licence="https://example.org/licence", language="en")
    graph = project.names.graph("new-things")
    assert values(project, graph, DCT + "license") == ["<https://creativecommons.org/publicdomain/zero/1.0/>"]
    assert '"Ingevoerd uit CASE: Raamwerk"@nl' in values(project, graph, DCT + "title")
    other = written(tmp_path, "y.ttl", f'<urn:a:b> <{SKOS}prefLabel> "x" .')
    told = {"title": "Lijst", "language": "nl", "licence": "https://example.org/licence"}
    imported(project, "skos", other, name="two", **told)
    assert values(project, project.names.graph("two-things"), DCT + "license") == ["<https://example.org/licence>"]
    assert '"Ingevoerd uit SKOS: Lijst"@nl' in values(project, project.names.graph("two-things"), DCT + "title")
    assert values(project, "urn:a:b", SKOS + "prefLabel") == ['"x"@nl']


def test_without_dutch_names_all_stay_concepts_of_another_list(project: Project, tmp_path: Path) -> None:
    package = case_package({}, {"language": "en", "humanCodingScheme": "B"})
    made = imported(project, "case", written(tmp_path, "x.json", package))
    assert made.without_dutch == 1
    assert violations(project) == []
    thing = project.names.thing("competence", "b")
    assert values(project, thing, OUTSIDE["rdf"] + "type") == [f"<{SKOS}Concept>"]
    assert values(project, thing, SKOS + "notation") == ['"b"']


def test_a_text_of_unknown_language_is_marked_so(project: Project, tmp_path: Path) -> None:
    package = case_package({})
    del package["CFDocument"]["language"]
    made = imported(project, "case", written(tmp_path, "x.json", package))
    assert made.unknown_language == 2
    assert values(project, project.names.thing("competence", uuid(1)), SKOS + "prefLabel") == ['"Kan 1"@und']
    assert violations(project) == []


def test_a_code_is_theirs_when_it_is_unique_and_else_a_uuid(project: Project, tmp_path: Path) -> None:
    package = case_package({"humanCodingScheme": "A.1"}, {"humanCodingScheme": "A-1"}, {"humanCodingScheme": "Één"}, {})
    imported(project, "case", written(tmp_path, "x.json", package))
    for code in (uuid(1), uuid(2), "een", uuid(4)):
        assert values(project, project.names.thing("competence", code), SKOS + "notation") == [f'"{code}"']
    again = {"humanCodingScheme": "één", "identifier": uuid(7), "uri": f"https://x.example/{uuid(7)}"}
    imported(project, "case", written(tmp_path, "y.json", case_package(again)), name="two")
    assert values(project, project.names.thing("competence", uuid(7)), SKOS + "notation") == [f'"{uuid(7)}"']


def test_things_of_this_graph_keep_their_iris(project: Project, tmp_path: Path) -> None:
    iri = project.names.thing("task", "ow-b1")
    package = case_package({"uri": iri})
    imported(project, "case", written(tmp_path, "x.json", package))
    assert f"<{lg('Task')}>" in values(project, iri, OUTSIDE["rdf"] + "type")
    assert values(project, iri, SKOS + "exactMatch") == []
    assert violations(project) == []


def test_two_imports_of_the_same_give_the_same_bytes(project: Project, tmp_path: Path) -> None:
    path = written(tmp_path, "x.json", case_package({}, {}, associations=[link("isChildOf", 2, 1)]))
    first, again = (read(project, "case", [path], project.folder("data") / "new") for _ in range(2))
    assert first.files == again.files
    assert first.entries == again.entries
    for text in first.files.values():
        triples = [quad.triple for quad in ox.parse(input=text, format=ox.RdfFormat.TURTLE)]
        assert canonical(triples, project.names) == text


@pytest.mark.parametrize("path", shared("samples", "case", "*.json"), ids=lambda path: path.stem)
def test_a_strangers_framework_comes_in_whole(path: Path, project: Project) -> None:
    made = imported(project, "case", path)
    content = json.loads(path.read_text(encoding="utf-8"))
    assert lines(made) == []
    assert counts(made, "CFItems") == {"taken": len(content["CFItems"])}
    associations = sum(entry.count for entry in made.entries if entry.field.startswith("CFAssociations "))
    assert associations == len(content["CFAssociations"])
    for name in {key for item in content["CFItems"] for key in item}:
        present = sum(1 for item in content["CFItems"] if item.get(name) not in (None, "", [], {}))
        assert sum(counts(made, f"CFItems.{name}").values()) == present, name
    assert violations(project) == []


def test_every_row_and_cell_of_esco_is_accounted_for(project: Project, tmp_path: Path) -> None:
    rows = f'{ESCO_IRI},cross-sector,identify services,"know services\nidentify services\n"\n,,,\n'
    made = imported(project, "esco", written(tmp_path, "skills_en.csv", ESCO_HEADER + rows))
    assert counts(made, "row") == {"taken": 1, "left out": 1}
    assert counts(made, "altLabels") == {"taken": 1, "left out": 1}
    assert counts(made, "reuseLevel") == {"changed": 1}
    assert values(project, ESCO_IRI, SKOS + "prefLabel") == ['"identify services"@en']
    assert values(project, ESCO_IRI, SKOS + "notation") == []
    assert violations(project) == []


def test_esco_comes_in_beside_what_the_graph_says_of_it_already(project: Project, tmp_path: Path) -> None:
    already = f'@prefix skos: <{SKOS}> .\n\n<{ESCO_IRI}> skos:prefLabel "identify services"@en .\n'
    (project.folder("data") / "known.ttl").write_text(already)
    rows = f"{ESCO_IRI},cross-sector,identify services,know services\n"
    made = imported(project, "esco", written(tmp_path, "skills_en.csv", ESCO_HEADER + rows))
    assert counts(made, "preferredLabel") == {"left out": 1}
    assert values(project, ESCO_IRI, SKOS + "altLabel") == ['"know services"@en']
    assert violations(project) == []


@pytest.mark.parametrize("folder", shared("samples", "esc[o]"), ids=lambda path: path.name)
def test_the_whole_of_esco_comes_in(folder: Path, project: Project) -> None:
    made = imported(project, "esco", folder / "occupations.csv", folder / "skills_en.csv", language="en")
    assert made.things == 3007 + 4199
    assert sum(entry.count for entry in made.entries if entry.field == "row") == 3007 + 4199
    assert made.unknown_language == 0


def test_skos_of_others_keeps_its_iris_until_it_is_to_be_ours(project: Project, tmp_path: Path) -> None:
    text = f"""@prefix skos: <{SKOS}> .
<https://o.example/list> a skos:ConceptScheme ; skos:prefLabel "Lijst"@nl ; skos:hasTopConcept <https://o.example/1> .
<https://o.example/1> a skos:Concept ; skos:prefLabel "Een"@nl, "One"@en ; skos:narrower <https://o.example/2> ;
  skos:notation "N.1" .
<https://o.example/2> a skos:Concept ; skos:prefLabel "Twee"@nl ; skos:altLabel "II" ; <https://o.example/p> [ ] .
<https://o.example/about> <https://o.example/p> "x" .
"""
    path = written(tmp_path, "x.ttl", text)
    made = imported(project, "skos", path)
    assert lines(made) == []
    assert values(project, "https://o.example/2", SKOS + "broader") == ["<https://o.example/1>"]
    assert values(project, "https://o.example/1", SKOS + "inScheme") == ["<https://o.example/list>"]
    assert values(project, "https://o.example/1", SKOS + "notation") == ['"N.1"']
    assert counts(made, "skos:altLabel") == {"changed": 1}
    left = {entry.field for entry in made.entries if entry.how is How.LEFT_OUT}
    assert left == {"…", "<https://o.example/p>"}
    assert violations(project) == []
    ours = imported(project, "skos", path, name="ours", class_name="Competence")
    assert ours.files["things.ttl"].count("lg:Competence ;") == 2
    assert "lg-competence:n-1 a skos:Concept" in ours.files["things.ttl"]
    assert violations(project) == []


@pytest.mark.parametrize("suffix", ["ttl", "nt", "rdf", "jsonld"])
def test_skos_is_read_in_each_form_of_rdf(suffix: str, project: Project, tmp_path: Path) -> None:
    form = ox.RdfFormat.from_extension(suffix)
    assert form is not None
    triples = [
        ox.Triple(
            ox.NamedNode("https://o.example/1"), ox.NamedNode(SKOS + "prefLabel"), ox.Literal("Een", language="nl")
        )
    ]
    path = tmp_path / f"x.{suffix}"
    ox.serialize(triples, path, format=form)
    imported(project, "skos", path)
    assert values(project, "https://o.example/1", SKOS + "prefLabel") == ['"Een"@nl']


def test_ctdl_asn_is_read_without_its_context(project: Project, tmp_path: Path) -> None:
    framework = {
        "@context": "https://credreg.net/ctdlasn/schema/context/json",
        "@graph": [
            {
                "@id": "https://o.example/ce-00000000-0000-4000-8000-000000000001",
                "@type": "ceasn:CompetencyFramework",
                "ceasn:name": {"nl-NL": "Raamwerk", "en-US": "Framework"},
                "ceasn:hasTopChild": ["https://o.example/a"],
                "ceasn:publisher": ["https://o.example/publisher"],
                "ceterms:ctid": "ce-00000000-0000-4000-8000-000000000001",
            },
            {
                "@id": "https://o.example/a",
                "@type": "ceasn:Competency",
                "ceasn:competencyText": {"nl": "Kan iets"},
                "ceasn:codedNotation": "A",
                "ceasn:exactAlignment": ["https://elsewhere.example/a"],
                "ceasn:weight": 2,
            },
            {
                "@id": "https://o.example/b",
                "@type": "ceasn:Competency",
                "ceasn:competencyLabel": {"nl": "Iets"},
                "ceasn:competencyText": {"nl": "Kan iets anders"},
                "ceasn:isChildOf": ["https://o.example/a"],
            },
            {"@id": "https://o.example/c", "@type": "ceasn:Rubric"},
        ],
    }
    made = imported(project, "ctdl-asn", written(tmp_path, "x.json", framework))
    assert lines(made) == []
    assert violations(project) == []
    a = project.names.thing("competence", "a")
    assert values(project, a, SKOS + "exactMatch") == ["<https://elsewhere.example/a>", "<https://o.example/a>"]
    store = load(project)
    (b,) = {
        quad.subject.value
        for quad in store.engine.quads_for_pattern(None, ox.NamedNode(SKOS + "broader"), ox.NamedNode(a), None)
    }
    assert values(project, b, SKOS + "definition") == ['"Kan iets anders"@nl']
    profile = project.names.thing("profile", "00000000-0000-4000-8000-000000000001")
    assert values(project, profile, SKOS + "prefLabel") == ['"Framework"@en', '"Raamwerk"@nl']
    assert counts(made, "Competency.weight") == {"left out": 1}
    assert counts(made, "Rubric") == {"left out": 1}


def test_a_folder_that_exists_is_refused_and_replaced_only_when_an_import_made_it(
    project: Project, tmp_path: Path
) -> None:
    path = written(tmp_path, "x.json", case_package({}))
    imported(project, "case", path)
    into = project.folder("data") / "new"
    with pytest.raises(ExchangeError, match="exists already"):
        read(project, "case", [path], into)
    more = read(project, "case", [written(tmp_path, "y.json", case_package({}, {}))], into, replace=True)
    land(project, more.files, into, replace=True)
    assert values(project, project.names.thing("competence", uuid(2)), SKOS + "notation") == [f'"{uuid(2)}"']
    (into / "ours.ttl").write_text("")
    with pytest.raises(ExchangeError, match=r"ours\.ttl, which no import wrote"):
        read(project, "case", [path], into, replace=True)
    assert sorted(path.name for path in project.root.iterdir()) == ["data", "kg.toml"]


def test_what_cannot_be_written_leaves_nothing_behind(project: Project, tmp_path: Path) -> None:
    made = read(project, "case", [written(tmp_path, "x.json", case_package({}))], project.folder("data") / "new")
    (project.folder("data") / "file").write_text("")
    with pytest.raises(ExchangeError, match="cannot be written"):
        land(project, made.files, project.folder("data") / "file" / "new")
    assert sorted(path.name for path in project.root.rglob("*")) == ["data", "file", "kg.toml"]


@pytest.mark.parametrize(
    ("format_", "choices", "told"),
    [
        ("cases", {}, "There is no import called cases"),
        ("csv", {}, "needs a mapping"),
        ("case", {"licence": "CC BY"}, "no address of a licence"),
        ("case", {"language": "Dutch!"}, "no language tag"),
        ("case", {"class_name": "Competency"}, "There is no class Competency"),
    ],
)
def test_wrong_use_is_told(format_: str, choices: dict[str, str], told: str, project: Project, tmp_path: Path) -> None:
    path = written(tmp_path, "x.json", case_package({}))
    with pytest.raises((BadParameter, UnknownName), match=told):
        read(project, format_, [path], project.folder("data") / "new", choices=Choices(**choices))


@pytest.mark.parametrize("name", ["New", "a b", "é"])
def test_a_folder_must_be_able_to_name_a_graph(name: str, project: Project, tmp_path: Path) -> None:
    with pytest.raises(BadParameter, match="cannot be part of the name of a graph"):
        read(project, "case", [written(tmp_path, "x.json", case_package({}))], project.folder("data") / name)
    with pytest.raises(BadParameter, match="holds the graph itself"):
        read(project, "case", [tmp_path / "x.json"], project.folder("data"))


def test_the_command_lists_the_formats(project: Project) -> None:
    told = CliRunner().invoke(cli, ["--project", str(project.root), "--lang", "nl", "import"]).output
    for name, form in formats().items():
        assert name in told
        assert form.summary.within("nl") in told
        assert set(form.summary.by_language) == {"nl", "en"}


def test_the_command_writes_folder_and_report_and_a_dry_run_writes_none(project: Project, tmp_path: Path) -> None:
    path = written(tmp_path, "x.json", case_package({}))
    into, report = project.folder("data") / "deep" / "new", tmp_path / "report.json"
    arguments = ["--project", str(project.root), "--lang", "nl", "import", "case", str(path), "--into", str(into)]
    dry = CliRunner().invoke(cli, [*arguments, "--dry-run"])
    assert dry.exit_code == 0, dry.output
    assert "er is niets geschreven" in dry.output
    assert not into.exists()
    done = CliRunner().invoke(cli, [*arguments, "--report", str(report)])
    assert done.exit_code == 0, done.output
    assert "2 dingen in" in done.output
    assert sorted(path.name for path in into.iterdir()) == ["graphs.ttl", "things.ttl"]
    content = json.loads(report.read_text(encoding="utf-8"))
    assert content["things"] == 2
    assert {entry["how"] for entry in content["account"]} == {"taken", "left out"}
    assert all(set(entry["reason"]) in (set(), {"nl", "en"}) for entry in content["account"])


def test_the_report_of_a_refused_file_has_its_findings(project: Project, tmp_path: Path) -> None:
    path, report = written(tmp_path, "x.json", "{"), tmp_path / "report.csv"
    arguments = [
        "--project",
        str(project.root),
        "import",
        "case",
        str(path),
        "--into",
        str(project.folder("data") / "new"),
    ]
    done = CliRunner().invoke(cli, [*arguments, "--report", str(report.with_suffix(".json"))])
    assert done.exit_code == 1
    content = json.loads(report.with_suffix(".json").read_text(encoding="utf-8"))
    assert [finding["rule"] for finding in content["findings"]] == ["import-broken-json"]
    assert list(project.folder("data").iterdir()) == []
    CliRunner().invoke(cli, [*arguments, "--report", str(report)])
    assert report.read_text(encoding="utf-8").startswith("file,field,how,count,reason,example")
    assert account_table((), "nl").columns == ("file", "field", "how", "count", "reason", "example")


def test_links_between_things_of_ours_are_told_in_our_words(project: Project, tmp_path: Path) -> None:
    names = project.names
    unit, wider, outcome = names.thing("unit", "u1"), names.thing("unit", "u2"), names.thing("outcome", "u1-1")
    task, competence = names.thing("task", "t1"), names.thing("competence", "c1")
    items = [{"uri": iri} for iri in (unit, wider, outcome, task, competence)]
    links = [link("isChildOf", 3, 1), link("precedes", 1, 2), link("isRelatedTo", 3, 5), link("isRelatedTo", 4, 5)]
    made = imported(project, "case", written(tmp_path, "x.json", case_package(*items, associations=links)))
    assert lines(made) == []
    assert values(project, unit, lg("hasOutcome")) == [f"<{outcome}>"]
    assert values(project, wider, lg("requiresUnit")) == [f"<{unit}>"]
    assert values(project, outcome, lg("develops")) == [f"<{competence}>"]
    assert values(project, task, lg("requiresCompetence")) == [f"<{competence}>"]
    assert violations(project) == []


def test_a_match_that_repeats_an_exact_one_more_weakly_is_left_out(project: Project, tmp_path: Path) -> None:
    text = (
        f'<urn:a:b> <{SKOS}prefLabel> "x"@nl ; <{SKOS}exactMatch> <urn:c:d> ; <{SKOS}closeMatch> <urn:c:d>, <urn:c:e> .'
    )
    made = imported(project, "skos", written(tmp_path, "x.ttl", text))
    assert counts(made, "skos:closeMatch") == {"taken": 1, "left out": 1}
    assert values(project, "urn:a:b", SKOS + "closeMatch") == ["<urn:c:e>"]
    assert violations(project) == []
