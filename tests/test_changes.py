"""The difference between two graphs: every statement once, by subject; what was published does not get lost unseen."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg.graph.store import Store
from kg.names import Names
from kg.publish.changes import Changes, changes

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


def after(trig: str) -> Changes:
    return changes(OLD, store(trig))


def test_the_same_graph_has_no_changes() -> None:
    assert changes(OLD, OLD) == Changes()
    assert not changes(OLD, OLD)


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
    found = changes(
        store("g:a { lg:thing lg:credits 1 } g:b { u:one lg:credits 1 }"), store("g:a { u:one lg:credits 1 }")
    )
    assert found.lost == (f"{BASE}graph/b", "https://w3id.org/leergraaf/def#thing")


@pytest.mark.parametrize("told", ["owl:deprecated true", "dct:isReplacedBy u:one"])
def test_what_is_deprecated_first_may_go_later(told: str) -> None:
    deprecating = store(f"g:a {{ u:one lg:credits 5 . u:two lg:credits 6 ; {told} }}")
    assert changes(OLD, deprecating).deprecated == (unit("two"),)
    assert changes(deprecating, deprecating).deprecated == ()
    assert changes(deprecating, store("g:a { u:one lg:credits 5 }")).lost == ()


def test_the_changes_make_the_newer_graph_of_the_older() -> None:
    newer = store("g:a { u:one lg:credits 5, 7 . u:four lg:credits 6 . _:b lg:credits 2 }")
    found = changes(OLD, newer)
    everything = (*found.added, *found.removed, *found.changed)
    quads = set(OLD.engine) - {q for c in everything for q in c.removed} | {q for c in everything for q in c.added}
    assert quads == set(newer.engine)
    assert sum(len(c.added) + len(c.removed) for c in everything) == len(set(OLD.engine) ^ set(newer.engine))
    assert found.added[-1].subject.startswith("_:")
