"""The difference between two graphs: every statement once, by subject; what was published does not get lost unseen."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox
import pytest

from kg.graph.store import Store
from kg.names import Names
from kg.publish.changes import Changes, changes, changes_between
from kg.publish.dumps import canonical_quads
from kg.publish.feed_index import subjects_of
from tiny import tiny_release

BASE = "https://example.org/mini/"
PREFIXES = f"""
@prefix lg: <https://w3id.org/leergraaf/def#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix u: <{BASE}id/unit/> .
@prefix g: <{BASE}graph/> .
"""


def store(trig: str) -> Store:
    return Store(Names(BASE), ox.parse(input=PREFIXES + trig, format=ox.RdfFormat.TRIG))


def unit(code: str) -> str:
    return f"{BASE}id/unit/{code}"


OLD = store("g:a { u:one lg:credits 5 ; lg:develops u:three . u:two lg:credits 6 . <urn:x> lg:credits 1 }")


def compared(older: Store, newer: Store) -> Changes:
    """What changed from the one graph to the other; the indexes of releases of them must tell the same."""
    found = changes(older, newer)
    with TemporaryDirectory() as folder:
        before, after = (
            subjects_of(tiny_release(Path(folder) / version, canonical_quads(one).decode(), version))
            for version, one in (("1.0.0", older), ("1.1.0", newer))
        )
        assert changes_between(before, after, older, newer) == found
    return found


def after(trig: str) -> Changes:
    return compared(OLD, store(trig))


def test_the_same_graph_has_no_compared() -> None:
    assert compared(OLD, OLD) == Changes()
    assert not compared(OLD, OLD)


def test_a_value_that_changed_is_one_removed_and_one_added() -> None:
    found = after("g:a { u:one lg:credits 6 ; lg:develops u:three . u:two lg:credits 6 . <urn:x> lg:credits 1 }")
    (change,) = found.changed
    assert change.subject == unit("one")
    assert [quad.object.value for quad in change.removed] == ["5"]
    assert [quad.object.value for quad in change.added] == ["6"]
    assert not found.added
    assert not found.removed


def test_a_statement_that_moved_to_another_graph_is_a_change() -> None:
    found = after("g:b { u:one lg:credits 5 ; lg:develops u:three . u:two lg:credits 6 } g:a { <urn:x> lg:credits 1 }")
    assert [change.subject for change in found.changed] == [unit("one"), unit("two")]
    assert found.lost == ()


def test_subjects_of_others_count_but_only_ours_get_lost() -> None:
    found = after("g:a { u:one lg:credits 5 ; lg:develops u:three }")
    assert [change.subject for change in found.removed] == [unit("two"), "urn:x"]
    assert found.lost == (unit("two"),)


def test_a_graph_and_a_term_of_the_ontology_get_lost_too() -> None:
    found = compared(
        store("g:a { lg:thing lg:credits 1 } g:b { u:one lg:credits 1 }"), store("g:a { u:one lg:credits 1 }")
    )
    assert found.lost == (f"{BASE}graph/b", "https://w3id.org/leergraaf/def#thing")


def test_a_graph_whose_statements_went_is_known_while_it_is_described_or_holds_others() -> None:
    described = "g:a { g:b lg:credits 1 }"
    assert compared(store(f"{described} g:b {{ u:one lg:credits 1 }}"), store(described)).lost == (unit("one"),)
    assert compared(store(described), store("g:b { u:one lg:credits 1 }")).lost == (f"{BASE}graph/a",)


@pytest.mark.parametrize("told", ["owl:deprecated true", "dct:isReplacedBy u:one"])
def test_what_is_deprecated_first_may_go_later(told: str) -> None:
    deprecating = store(f"g:a {{ u:one lg:credits 5 . u:two lg:credits 6 ; {told} }}")
    assert compared(OLD, deprecating).deprecated == (unit("two"),)
    assert compared(deprecating, deprecating).deprecated == ()
    assert compared(deprecating, store("g:a { u:one lg:credits 5 }")).lost == ()


def test_the_changes_make_the_newer_graph_of_the_older() -> None:
    newer = store("g:a { u:one lg:credits 5, 7 . u:four lg:credits 6 . _:b lg:credits 2 }")
    found = compared(OLD, newer)
    everything = (*found.added, *found.removed, *found.changed)
    quads = set(OLD.engine) - {q for c in everything for q in c.removed} | {q for c in everything for q in c.added}
    assert quads == set(newer.engine)
    assert sum(len(c.added) + len(c.removed) for c in everything) == len(set(OLD.engine) ^ set(newer.engine))
    assert found.added[-1].subject.startswith("_:")
