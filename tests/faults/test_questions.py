"""Questions made up from the grammar, whole and broken: scanned in one pass, and answered without a fault."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hostile import CASES
from kg.errors import LoadError
from kg.files.project import read_project
from kg.graph.load import load
from kg.graph.measure import measure
from kg.graph.scan import asks_service, tokens
from kg.publish.build import build
from minis import mini_copy
from spying import Spy, spying
from tiny import BASE, tiny_app

QUADS = f"<{BASE}a> <{BASE}p> <{BASE}b> <{BASE}g> .\n" * 1
LIMITS = {"seconds": 1.0, "memory_mib": 100, "queries_at_once": 2}
STATUSES = {200, 400, 403, 406, 413, 415, 422, 503, 504}


@pytest.fixture(scope="module")
def spy() -> Iterator[Spy]:
    with spying() as found:
        yield found


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = tiny_app(tmp_path_factory.mktemp("questions"), QUADS, LIMITS)
    yield app
    app.extensions["kg.sparql"].guard.close()


SPACE = st.sampled_from([" ", "\n", "\t", "", "#x\n", "\r", " # SERVICE\n"])
PORT = "@spy@"
IRI = st.sampled_from(
    [
        f"<{BASE}p>",
        f"<http://127.0.0.1:{PORT}/>",
        "<file:///etc/passwd>",
        "<javascript:alert(1)>",
        "<>",
        "<#x>",
        "a",
        ":p",
        "rdf:type",
    ]
)
VARIABLE = st.sampled_from(["?s", "$s", "?a", "?x1"])
LITERAL = st.sampled_from(
    [
        '"x"',
        "'x'@nl",
        '"""x"y"""',
        "'''\n'''",
        '"\\u0053"',
        "1",
        "-1.5e3",
        "true",
        '"1"^^<http://x/>',
        '"SERVICE <http://x/> {"',
    ]
)
TERM = st.one_of(IRI, VARIABLE, LITERAL, st.sampled_from(["_:b", "[]", "()", "<<?s ?p ?o>>"]))
PATH = st.recursive(
    IRI,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("*+?")).map("".join),
        st.tuples(inner, st.sampled_from("/|"), inner).map("".join),
        inner.map(lambda path: f"^{path}"),
        inner.map(lambda path: f"!({path})"),
        inner.map(lambda path: f"({path})"),
    ),
    max_leaves=4,
)
TRIPLE = st.tuples(
    TERM, SPACE, st.one_of(PATH, VARIABLE), SPACE, TERM, st.sampled_from([" . ", " ; ", " , ", ". "])
).map("".join)
EXPRESSION = st.recursive(
    st.one_of(TERM, st.sampled_from(["NOW()", "RAND()", "COUNT(*)", "bound(?s)"])),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from([" + ", "=", "<", " && ", " IN ("]), inner).map("".join),
        st.tuples(st.sampled_from(["STR", "REGEX", "CONCAT", "IF", "REPLACE", "GROUP_CONCAT"]), inner, inner).map(
            lambda told: f"{told[0]}({told[1]}, {told[2]})"
        ),
    ),
    max_leaves=5,
)
CALL = st.sampled_from(
    [
        f"SERVICE <http://127.0.0.1:{PORT}/> {{ ?s ?p ?o }}",
        f"SERVICE SILENT <http://127.0.0.1:{PORT}/> {{ ?s ?p ?o }}",
        f"sErViCe<http://127.0.0.1:{PORT}/>{{}}",
        f"\\u0053ERVICE <http://127.0.0.1:{PORT}/> {{}}",
        f"SERVICE ?s {{ BIND(<http://127.0.0.1:{PORT}/> AS ?s) }}",
    ]
)
GROUP = st.recursive(
    st.lists(TRIPLE, max_size=3).map(" ".join),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda two: f"{{ {two[0]} }} UNION {{ {two[1]} }}"),
        inner.map(lambda group: f"OPTIONAL {{ {group} }}"),
        inner.map(lambda group: f"MINUS {{ {group} }}"),
        st.tuples(IRI, inner).map(lambda two: f"GRAPH {two[0]} {{ {two[1]} }}"),
        EXPRESSION.map(lambda expression: f"FILTER({expression})"),
        st.tuples(EXPRESSION, VARIABLE).map(lambda two: f"BIND({two[0]} AS {two[1]})"),
        inner.map(lambda group: f"{{ SELECT * {{ {group} }} }}"),
        st.lists(LITERAL, max_size=3).map(lambda values: f"VALUES ?x1 {{ {' '.join(values)} }}"),
        inner.map(lambda group: f"FILTER NOT EXISTS {{ {group} }}"),
        CALL,
    ),
    max_leaves=5,
)
HEAD = st.sampled_from(
    [
        "SELECT *",
        "SELECT (COUNT(*) AS ?n)",
        "ASK",
        "CONSTRUCT { ?s ?p ?o }",
        "CONSTRUCT",
        "DESCRIBE ?s",
        "DESCRIBE <x>",
        "INSERT DATA",
        "LOAD",
    ]
)
FROM = st.sampled_from(
    ["", "", f"FROM <http://127.0.0.1:{PORT}/>", "FROM NAMED <file:///etc/passwd>", f"FROM<http://127.0.0.1:{PORT}/>"]
)
PROLOGUE = st.sampled_from(
    ["", f"PREFIX : <{BASE}>\n", f"BASE <http://127.0.0.1:{PORT}/>", "PREFIX SERVICE: <http://x/>"]
)
TAIL = st.sampled_from(
    ["", "LIMIT 5", "ORDER BY ?s", "GROUP BY ?s", "HAVING (1=1)", "OFFSET 2", "} {", "VALUES ?s {1}"]
)
QUESTION = st.tuples(PROLOGUE, HEAD, FROM, GROUP, TAIL).map(lambda q: f"{q[0]} {q[1]} {q[2]} {{ {q[3]} }} {q[4]}")


@st.composite
def broken(draw: st.DrawFn) -> str:
    """A question with a piece cut out, doubled, or replaced by noise."""
    text = draw(QUESTION)
    begin = draw(st.integers(0, len(text)))
    end = draw(st.integers(begin, min(len(text), begin + 12)))
    return text[:begin] + draw(st.one_of(st.just(""), st.text(max_size=5), st.just(text[begin:end] * 2))) + text[end:]


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.one_of(QUESTION, broken(), st.text(max_size=80)))
def test_the_scanner_loses_nothing_and_never_fails(text: str) -> None:
    found = list(tokens(text))
    assert all(text[token.start : token.start + len(token.text)] == token.text for token in found)
    ends = [token.start + len(token.text) for token in found]
    assert all(end <= token.start for end, token in zip(ends, found[1:], strict=False))
    measured = measure(text)
    assert measured.nesting <= text.count("(") + text.count("{") + text.count("[")
    assert measured.service == asks_service(text)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=st.one_of(QUESTION, broken()))
def test_the_endpoint_answers_every_question_and_asks_nobody(site: Flask, spy: Spy, text: str) -> None:
    sent = text.replace(PORT, str(spy.port)).encode("utf-8", "surrogatepass")
    begun = time.monotonic()
    answer = site.test_client().post("/sparql", data=sent, content_type="application/sparql-query", buffered=True)
    assert answer.status_code in STATUSES, (answer.status_code, text)
    assert time.monotonic() - begun < 20
    assert spy.asked == []


def test_every_kind_of_hostile_query_is_there() -> None:
    """SERVICE, LOAD and FROM; what is too deep, too wide or too long; what takes time or memory; what is no text."""
    names = " ".join(CASES)
    kinds = (
        "service load from- path parentheses braces values unions sum cross-product regex optimiser not-utf-8 null list"
    )
    assert [kind for kind in kinds.split() if kind not in names] == []
    assert len(CASES) >= 60


def test_no_input_of_the_program_makes_it_ask(spy: Spy, tmp_path: Path) -> None:
    """Settings, shapes, contexts and queries of a project that all name addresses: checking and building ask nobody."""
    project = mini_copy(tmp_path / "mini")
    address = f"http://127.0.0.1:{spy.port}"
    settings_file = project.root / "kg.toml"
    settings_file.write_text(
        settings_file.read_text(encoding="utf-8").replace("licence = ", f'contact = "{address}/c"\nlicence = ', 1),
        "utf-8",
    )
    owl = "http://www.w3.org/2002/07/owl#"
    (project.root / "ontology" / "shapes" / "theirs.ttl").write_text(
        f"<{address}/o> a <{owl}Ontology> ; <{owl}imports> <{address}/i> .\n", encoding="utf-8"
    )
    rule = project.root / "ontology" / "rules" / "ask.rq"
    others = (project.root / "ontology" / "rules" / "place-within.rq").read_text(encoding="utf-8")
    header = "".join(line for line in others.splitlines(keepends=True) if line.startswith("#+"))
    rule.write_text(
        f"{header}CONSTRUCT {{ ?s ?p ?o }} WHERE {{ SERVICE <{address}/> {{ ?s ?p ?o }} }}", encoding="utf-8"
    )
    with pytest.raises(LoadError, match="SERVICE is refused"):
        build(read_project(project.root))
    rule.unlink()
    load(read_project(project.root))
    assert spy.asked == []
