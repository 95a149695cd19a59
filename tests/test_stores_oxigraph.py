"""A release on Oxigraph: everything is answered as the embedded store answers it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

import store_suite
import stores
from kg.errors import QueryError
from kg.graph.remote import RemoteStore
from kg.graph.remote_link import Link
from kg.graph.remote_settings import Remote
from kg.graph.store import Store

KIND = "oxigraph"


@pytest.fixture(scope="module")
def server() -> Iterator[Remote]:
    with stores.oxigraph() as remote:
        yield remote


@pytest.mark.parametrize("name", store_suite.names_for(KIND))
def test_a_store_answers_as_the_embedded_one_does(name: str, published: RemoteStore, embedded: Store) -> None:
    store_suite.same(KIND, name, published, embedded)


def test_what_the_kind_of_server_is_known_for_is_told_by_its_header(server: Remote) -> None:
    with closing(Link(server)) as link:
        assert link.dialect.name == "Oxigraph"


@pytest.mark.parametrize("name", store_suite.AWKWARD_NAMES)
def test_awkward_terms_come_back_as_they_went_in(name: str, awkward: tuple[RemoteStore, Store]) -> None:
    store_suite.same_awkward(KIND, name, *awkward)


def test_what_does_not_fit_one_answer_is_fetched_in_parts(
    server: Remote, published: RemoteStore, embedded: Store
) -> None:
    store_suite.paged(replace(server, page=40), published, embedded)


def test_a_query_can_name_its_own_graphs(published: RemoteStore, embedded: Store) -> None:
    store_suite.own_dataset(published, embedded)


@pytest.mark.parametrize("form", ["json", "csv", "tsv"])
def test_an_answer_is_written_as_the_embedded_store_writes_it(
    form: str, published: RemoteStore, embedded: Store
) -> None:
    for text in (
        "SELECT ?s ?code ?label ?rank WHERE { ?s a lg:Level ; skos:notation ?code ; skos:prefLabel ?label"
        " OPTIONAL { ?s lg:rank ?rank } } ORDER BY ?code ?label",
        "ASK { ?s a lg:Level }",
    ):
        mine, right = (store.written(text, form) for store in (published, embedded))
        assert json.loads(mine) == json.loads(right) if form == "json" else mine == right


def test_a_malformed_query_is_told_with_its_place(published: RemoteStore) -> None:
    with pytest.raises(QueryError, match="Line 2"):
        published.query("SELECT ?s {\n ?s ?p }")
