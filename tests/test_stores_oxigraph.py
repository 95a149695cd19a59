"""A release on Oxigraph: everything is answered as the embedded store answers it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

import store_suite
import stores
from kg.errors import QueryError
from kg.files.project import Project
from kg.graph.remote import RemoteStore
from kg.graph.remote_link import Link
from kg.graph.remote_releases import open_current
from kg.graph.remote_settings import Remote
from kg.graph.store import Store
from kg.publish.build import ensure_release
from kg.publish.release import Release
from kg.publish.remote import publish

KIND = "oxigraph"


@pytest.fixture(scope="module")
def server() -> Iterator[Remote]:
    with stores.oxigraph() as remote:
        yield remote


@pytest.fixture(scope="module")
def release(shipped: Project) -> Release:
    return ensure_release(shipped)


@pytest.fixture(scope="module")
def store(server: Remote, shipped: Project, release: Release) -> Iterator[RemoteStore]:
    with closing(Link(server)) as link:
        publish(release, shipped.names, link)
    with closing(open_current(shipped.names, server)) as opened:
        yield opened


@pytest.fixture(scope="module")
def embedded(shipped: Project, release: Release) -> Store:
    return release.store(shipped)


@pytest.mark.parametrize("name", store_suite.names_for(KIND))
def test_a_store_answers_as_the_embedded_one_does(name: str, store: RemoteStore, embedded: Store) -> None:
    store_suite.same(KIND, name, store, embedded)


def test_what_the_kind_of_server_is_known_for_is_told_by_its_header(server: Remote) -> None:
    with closing(Link(server)) as link:
        assert link.dialect.name == "Oxigraph"


@pytest.fixture(scope="module")
def awkward(server: Remote, shipped: Project) -> Iterator[tuple[RemoteStore, Store]]:
    with closing(Link(server)) as link:
        yield store_suite.awkward_stores(link, shipped.names)


@pytest.mark.parametrize("name", store_suite.AWKWARD_NAMES)
def test_awkward_terms_come_back_as_they_went_in(name: str, awkward: tuple[RemoteStore, Store]) -> None:
    store_suite.same_awkward(KIND, name, *awkward)


def test_what_does_not_fit_one_answer_is_fetched_in_parts(server: Remote, store: RemoteStore, embedded: Store) -> None:
    store_suite.paged(replace(server, page=40), store, embedded)


def test_a_query_can_name_its_own_graphs(store: RemoteStore, embedded: Store) -> None:
    store_suite.own_dataset(store, embedded)


def test_a_malformed_query_is_told_with_its_place(store: RemoteStore) -> None:
    with pytest.raises(QueryError, match="Line 2"):
        store.query("SELECT ?s {\n ?s ?p }")
