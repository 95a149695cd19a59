"""Turtle read with file and line, and its one canonical text."""

from __future__ import annotations

import random
from io import BytesIO
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import LoadError
from kg.files.turtle import _SortedTurtle, canonical, rdflib_graph, read_turtle
from kg.names import OUTSIDE, Names

ROOT = Path(__file__).parents[1]
NAMES = Names()
TASK = "https://w3id.org/leergraaf/id/task/"
PREFIXES = (
    "@prefix lg-task: <https://w3id.org/leergraaf/id/task/> .\n@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
)


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "x.ttl"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (PREFIXES + '\nlg-task:a skos:prefLabel "x"@nl\nlg-task:b skos:notation "y" .\n', "x.ttl:5: broken Turtle"),
        (PREFIXES + "lg-task:a nope:b 1 .\n", "x.ttl:3: broken Turtle: The prefix nope: has not been declared"),
        (b'<http://a> <http://b> "\xff" .\n', "x.ttl:1: this is not UTF-8 text (byte 0xff)"),
        ('<http://a> <http://b> "open\n', "x.ttl:1: broken Turtle"),
    ],
)
def test_a_broken_file_is_one_error_with_file_and_line(tmp_path: Path, text: str | bytes, told: str) -> None:
    with pytest.raises(LoadError) as caught:
        read_turtle(write(tmp_path, text), "x.ttl")
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="does not exist"):
        read_turtle(tmp_path / "nope.ttl")
    with pytest.raises(LoadError, match="cannot be read"):
        read_turtle(tmp_path)


def test_subjects_and_properties_have_their_lines(tmp_path: Path) -> None:
    text = (
        PREFIXES
        + '\nlg-task:a a skos:Concept ;\n    skos:notation "a" ;\n    skos:prefLabel "x"@nl,\n        "y"@en .\n'
    )
    file = read_turtle(write(tmp_path, text))
    assert file.line_of(TASK + "a") == 4
    assert file.line_of(TASK + "a", "http://www.w3.org/2004/02/skos/core#notation") == 5
    assert file.line_of(TASK + "a", "http://www.w3.org/2004/02/skos/core#prefLabel") == 6
    assert file.line_of(TASK + "a", "http://example.org/unstated") == 4
    assert file.line_of(TASK + "z") == 0


def test_a_byte_order_mark_does_not_count(tmp_path: Path) -> None:
    assert len(read_turtle(write(tmp_path, b"\xef\xbb\xbf<http://a> <http://b> 1 .")).triples) == 1


@pytest.mark.parametrize("path", sorted((ROOT / "data").rglob("*.ttl")), ids=lambda path: path.stem)
def test_canonical_text_is_a_fixed_point_that_keeps_every_triple(path: Path, tmp_path: Path) -> None:
    file = read_turtle(path)
    shuffled = list(file.triples)
    random.Random(1).shuffle(shuffled)
    text = canonical(shuffled, NAMES)
    again = read_turtle(write(tmp_path, text))
    assert set(again.triples) == set(file.triples)
    assert canonical(again.triples, NAMES) == text


texts = st.text(alphabet=st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), max_size=40)


@given(st.lists(st.tuples(st.integers(0, 3), texts, st.sampled_from(["nl", "en", ""])), max_size=8))
def test_any_text_survives_the_canonical_writer(rows: list[tuple[int, str, str]]) -> None:
    label = ox.NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")
    triples = {
        ox.Triple(ox.NamedNode(f"{TASK}t-{n}"), label, ox.Literal(text, language=lang) if lang else ox.Literal(text))
        for n, text, lang in rows
    }
    back = {quad.triple for quad in ox.parse(input=canonical(triples, NAMES), format=ox.RdfFormat.TURTLE)}
    assert back == triples


def test_one_new_link_changes_only_its_own_block() -> None:
    a, b, related = (ox.NamedNode(x) for x in (TASK + "a", TASK + "b", "http://www.w3.org/2004/02/skos/core#related"))
    notation = ox.NamedNode("http://www.w3.org/2004/02/skos/core#notation")
    triples = [ox.Triple(a, notation, ox.Literal("a")), ox.Triple(b, notation, ox.Literal("b"))]
    before = canonical(triples, NAMES).splitlines()
    after = canonical([*triples, ox.Triple(b, related, a)], NAMES).splitlines()
    assert [line for line in before if line not in after] == ['lg-task:b skos:notation "b" .']


def test_dutch_comes_first() -> None:
    label = ox.NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")
    subject = ox.NamedNode(TASK + "a")
    text = canonical(
        [ox.Triple(subject, label, ox.Literal(word, language=lang)) for lang, word in (("en", "a"), ("nl", "z"))], NAMES
    )
    assert text.index('"z"@nl') < text.index('"a"@en')


ODD = st.text(alphabet=st.sampled_from("ab\"\\\n\r\t'é😀."), max_size=8)
TERMS = st.one_of(
    ODD.map(ox.Literal),
    st.tuples(ODD, st.sampled_from(["nl", "en", "und", "en-GB"])).map(
        lambda pair: ox.Literal(pair[0], language=pair[1])
    ),
    st.integers(-9, 9).map(ox.Literal),
    st.booleans().map(ox.Literal),
    st.sampled_from([TASK + "a", TASK + "b/c", "http://example.org/x#1", OUTSIDE["rdf"] + "nil", "urn:x:y"]).map(
        ox.NamedNode
    ),
)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["type", "label", "value"]), TERMS), max_size=12))
def test_canonical_text_is_what_the_rdflib_writer_gives(told: list[tuple[str, str, ox.Literal]]) -> None:
    namespaces = {"type": OUTSIDE["rdf"], "label": OUTSIDE["rdfs"], "value": OUTSIDE["rdf"]}
    triples = [
        ox.Triple(ox.NamedNode(TASK + code), ox.NamedNode(namespaces[name] + name), term) for code, name, term in told
    ]
    graph = rdflib_graph(triples)
    for prefix, namespace in NAMES.prefixes().items():
        graph.bind(prefix, namespace, override=True)
    out = BytesIO()
    _SortedTurtle(graph).serialize(out, encoding="utf-8")
    assert canonical(triples, NAMES) == out.getvalue().decode().strip("\n") + "\n"
