"""Passages verified against the text they come from."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pyoxigraph as ox
import pytest

import kg
from foreign import NOTE, shared
from kg.checks.passages import Passage, cite, passages_of, triples_of, verify
from kg.errors import UnknownName
from kg.graph.store import Store
from kg.names import Names, lg

NAMES = Names()
TEXT = "Kop\n\nDe brug is open. De brug is dicht.\nDe café's zijn vol.\n"


def store_of(*stretches: tuple[int, int]) -> Store:
    """A store with a source called `boek` and a passage for every stretch of TEXT."""
    graph = ox.NamedNode(NAMES.graph("x"))
    source = NAMES.thing("source", "boek")
    notation = ox.NamedNode("http://www.w3.org/2004/02/skos/core#notation")
    rdf_type = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    quads = [
        ox.Quad(ox.NamedNode(source), notation, ox.Literal("boek"), graph),
        ox.Quad(ox.NamedNode(source), rdf_type, ox.NamedNode(lg("Source")), graph),
    ]
    for number, (start, end) in enumerate(stretches, start=1):
        code = f"n-{number:03}"
        digest = hashlib.sha256(TEXT[start:end].encode()).hexdigest()
        passage = Passage(start, end, NAMES.thing("passage", code), code, digest, "Kop")
        quads += [ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples_of(passage, source)]
    return Store(NAMES, quads)


def test_every_passage_of_an_unchanged_text_stands() -> None:
    assert verify(store_of((5, 21), (22, 38), (42, 48)), TEXT, "boek") == (3, [])


def test_a_shifted_passage_says_where_it_went_and_a_changed_one_that_it_is_gone() -> None:
    store = store_of((5, 21), (22, 38))
    verified, findings = verify(store, "Nieuw. " + TEXT.replace("dicht", "stuk"), "boek")
    assert verified == 0
    moved, gone = (finding.message.within("en") for finding in findings)
    assert moved == "Passage n-001 moved from 5–21 to 12–28."
    assert gone == "Passage n-002 (22–38) is no longer in the text."


def test_a_known_phrase_gives_its_passage_and_a_new_one_gives_turtle_that_verifies() -> None:
    store = store_of((5, 21))
    assert cite(store, TEXT, "boek", "De brug is open.") == "lg-passage:n-001\n"
    made = cite(store, TEXT, "boek", "café's")
    graph = ox.NamedNode(NAMES.graph("x"))
    triples = [quad.triple for quad in ox.parse(input=made, format=ox.RdfFormat.TURTLE)]
    store.add([ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples])
    assert [passage.code for passage in passages_of(store, "boek")] == ["n-001", "n-002"]
    assert verify(store, TEXT, "boek") == (2, [])


@pytest.mark.parametrize(("phrase", "count"), [("De brug", 2), ("De dijk", 0), ("", 0)])
def test_a_phrase_that_is_not_there_once_is_told(phrase: str, count: int) -> None:
    with pytest.raises(UnknownName, match=f"holds this phrase {count} times"):
        cite(store_of(), TEXT, "boek", phrase)


def test_an_unknown_source_is_told() -> None:
    with pytest.raises(UnknownName, match="There is nothing called krant"):
        verify(store_of(), TEXT, "krant")


@pytest.mark.parametrize("note", shared("source", NOTE.name), ids=lambda path: path.stem)
def test_every_passage_of_the_note_stands_where_the_graph_says(note: Path) -> None:
    text = note.read_text(encoding="utf-8")
    graph = kg.load(Path(__file__).parents[1])
    verified, findings = verify(graph.store, text, "notitie-2023")
    assert findings == []
    assert verified > 500


@pytest.mark.parametrize("note", shared("source", NOTE.name), ids=lambda path: path.stem)
def test_no_sentence_of_the_note_stands_in_the_project(note: Path) -> None:
    """Facts and names go in, listed competences and tasks among them; twelve words of running text in a row do not."""
    text = note.read_text(encoding="utf-8")
    body = text[: text.index("Literatuur en andere documenten")]
    runs: set[str] = set()
    for paragraph in body.splitlines():
        words = [] if paragraph.startswith("- ") else paragraph.casefold().split()
        runs |= {" ".join(words[i : i + 12]) for i in range(len(words) - 11)}
    root = Path(__file__).parents[1]
    for path in sorted([*(root / "data").rglob("*.ttl"), *(root / "ontology").rglob("*.ttl"), *root.glob("*.md")]):
        own = path.read_text(encoding="utf-8").casefold().split()
        shared_runs = [run for i in range(len(own) - 11) if (run := " ".join(own[i : i + 12])) in runs]
        assert shared_runs == [], path
