"""IRIs and codes, and the nearest right word for a wrong one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.names import BASE, KINDS, Names
from kg.text import Words, did_you_mean, nearest

NAMES = Names()


def test_a_things_iri_tells_its_kind_and_code() -> None:
    iri = NAMES.thing("competence", "ow-07")
    assert iri == BASE + "id/competence/ow-07"
    assert NAMES.segment_and_code(iri) == ("competence", "ow-07")


@pytest.mark.parametrize(
    "iri", ["http://example.org/x", BASE + "id/competence/", BASE + "id/nope/a", BASE + "id/task/A B"]
)
def test_another_iri_is_no_thing_of_ours(iri: str) -> None:
    assert NAMES.segment_and_code(iri) is None


def test_every_prefix_compacts_and_expands_again() -> None:
    for prefix, namespace in NAMES.prefixes().items():
        assert NAMES.compact(namespace + "x-1") == f"{prefix}:x-1"
        assert NAMES.expand(f"{prefix}:x-1") == namespace + "x-1"


@given(st.text(max_size=30))
def test_expanding_any_text_never_fails(text: str) -> None:
    iri = NAMES.expand(text)
    assert iri is None or ":" in iri


def test_kinds_have_one_segment_and_one_class_each() -> None:
    assert len({kind.segment for kind in KINDS}) == len({kind.class_name for kind in KINDS}) == len(KINDS)


def test_another_base_gives_other_things_and_the_same_ontology() -> None:
    other = Names("https://example.org/zorg/")
    assert other.thing("task", "t-1").startswith("https://example.org/zorg/id/")
    assert other.prefixes()["lg"] == NAMES.prefixes()["lg"]


def test_the_nearest_names_come_first() -> None:
    assert nearest("ow-7", ["ow-07", "ow-12", "sw-01"])[0] == "ow-07"
    assert nearest("OW-07", ["ow-07"]) == ["ow-07"]
    assert nearest("zzzz", ["ow-07"]) == []


def test_few_names_are_all_named_when_none_is_near() -> None:
    assert did_you_mean("xyz", ["ttl", "json"]) == "json, ttl"


def test_words_fall_back_to_the_first_language() -> None:
    words = Words({"nl": "taak", "en": "task"})
    assert words.within("en") == "task"
    assert words.within("de") == "taak"
    assert not Words({})
