"""How we talk with a SPARQL server that is away, slow, strict, or no SPARQL server at all."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask, Response, request

from kg.errors import KgError, LimitExceeded, LoadError, QueryError, StoreError
from kg.graph.remote import RemoteStore
from kg.graph.remote_link import Link
from kg.graph.remote_settings import Remote, read_remote
from kg.graph.renaming import Renaming
from kg.names import Names
from serving import listening
from stores import free_port

JSON = "application/sparql-results+json"
TRUE = '{"head": {}, "boolean": true}'


@contextmanager
def answering(view: Callable[[], Response], **settings: object) -> Iterator[tuple[Link, list[float]]]:
    """A link to a server that answers like this, and how long it paused each time."""
    app = Flask("store")
    app.add_url_rule("/sparql", view_func=view, endpoint="sparql", methods=["GET", "POST", "PUT"])
    pauses: list[float] = []
    with listening(app) as root:
        remote = replace(Remote(f"{root}/sparql", kind="standard", seconds=20), **settings)  # type: ignore[arg-type]
        with closing(Link(remote, pauses.append)) as link:
            yield link, pauses


def told(link: Link, text: str = "ASK {}") -> KgError:
    with pytest.raises(KgError) as fault:
        link.ask(text, JSON)
    assert "\n" not in str(fault.value)
    return fault.value


def test_a_server_that_is_away_for_a_moment_is_asked_again_after_growing_pauses() -> None:
    answers = iter([Response(status=503), Response(status=502, headers={"Retry-After": "2"}), Response(TRUE)])
    with answering(lambda: next(answers)) as (link, pauses):
        assert link.ask("ASK {}", JSON).content == TRUE.encode()
    assert 0 < pauses[0] < 1
    assert pauses[1] == 2


def test_a_server_that_stays_away_is_told_in_one_line_with_its_address_and_without_its_key() -> None:
    with closing(
        Link(Remote(f"http://127.0.0.1:{free_port()}/sparql?key=secret", kind="standard"), lambda _: None)
    ) as link:
        fault = told(link)
    assert isinstance(fault, StoreError)
    assert "127.0.0.1" in str(fault)
    assert "KG_STORE" in str(fault)
    assert "secret" not in str(fault)
    with answering(lambda: Response(status=503, headers={"Retry-After": "3600"})) as (link, pauses):
        assert isinstance(told(link), StoreError)
        assert pauses == []


def test_a_server_that_does_not_answer_in_time_is_not_asked_again() -> None:
    done = threading.Event()
    asked: list[int] = []

    def slow() -> Response:
        asked.append(1)
        done.wait(20)
        return Response(TRUE)

    with answering(slow, seconds=0.3) as (link, _):
        fault = told(link)
        done.set()
    assert isinstance(fault, LimitExceeded)
    assert "0.3" in str(fault)
    assert asked == [1]


def test_an_answer_is_bounded_in_bytes() -> None:
    with answering(lambda: Response(b"x" * 1_100_000), answer_mib=1) as (link, _):
        assert told(link).values["limit"] == "answer_mib"


def test_what_is_no_sparql_result_is_told_as_such() -> None:
    with answering(lambda: Response("<html><title>Welcome</title></html>")) as (link, _):
        store = RemoteStore(Names(), link, Renaming(), ())
        for text in ("SELECT ?s { ?s ?p ?o }", "CONSTRUCT WHERE { ?s ?p ?o }"):
            with pytest.raises(StoreError, match="no SPARQL result"):
                store.query(text)
        with pytest.raises(StoreError, match="no SPARQL result"):
            list(store.stream("ASK {}", JSON))


def test_a_query_at_fault_is_told_with_its_place_and_another_refusal_with_the_servers_own_words() -> None:
    with answering(lambda: Response("<h1>No such function</h1>\nmore", status=400)) as (link, _):
        store = RemoteStore(Names(), link, Renaming(), ())
        with pytest.raises(QueryError, match="Line 2, column"):
            store.query("SELECT ?s {\n ?s ?p }")
        with pytest.raises(QueryError, match=r"answered: No such function\Z"):
            store.query("SELECT ?s { ?s ?p ?o }")
    with answering(lambda: Response("teapot", status=418)) as (link, _):
        assert "HTTP 418: teapot" in str(told(link))


def test_a_redirect_is_not_followed() -> None:
    with answering(lambda: Response(status=302, headers={"Location": "http://127.0.0.1:9/"})) as (link, _):
        assert "HTTP 302" in str(told(link))


def test_who_asks_is_told_by_token_or_name_and_a_refusal_says_what_to_set() -> None:
    seen: list[str | None] = []

    def strict() -> Response:
        seen.append(request.headers.get("Authorization"))
        return Response(status=401)

    with answering(strict, token="t0k") as (link, _):
        fault = told(link)
    with answering(strict, user="an", password="geheim") as (link, _):
        told(link)
    assert seen == ["Bearer t0k", "Basic YW46Z2VoZWlt"]
    assert "KG_STORE_USER" in str(fault)
    assert "geheim" not in repr(link.remote)


def test_updates_and_services_are_refused_before_anything_is_sent() -> None:
    with answering(lambda: pytest.fail("it was sent")) as (link, _):  # type: ignore[arg-type, return-value]
        store = RemoteStore(Names(), link, Renaming(), ())
        for text in ("CLEAR ALL", "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }"):
            with pytest.raises(QueryError):
                store.query(text)
        with pytest.raises(StoreError):
            store.add([])


@pytest.mark.parametrize(
    ("settings", "environment", "fault"),
    [
        ("", {"KG_STORE": "file:///etc/passwd"}, "no address"),
        ("", {"KG_STORE": "http://[broken"}, "no address"),
        ("", {"KG_STORE": "https://an:geheim@example.org/sparql"}, "KG_STORE_USER"),
        ("", {"KG_STORE": "http://example.org/sparql", "KG_STORE_TOKEN": "t"}, "https"),
        ("", {"KG_STORE": "https://example.org/sparql", "KG_STORE_KIND": "sesame"}, "virtuoso"),
        ('[remote]\nurl = "https://example.org/"\nsecond = 3\n', {}, "seconds"),
        ('[remote]\nurl = "https://example.org/"\nseconds = -3\n', {}, "-3"),
    ],
)
def test_a_wrong_setting_is_told(
    settings: str, environment: dict[str, str], fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kg.toml").write_text(settings, encoding="utf-8")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(LoadError, match=fault) as raised:
        read_remote(tmp_path)
    assert "geheim" not in str(raised.value)


def test_the_environment_goes_before_the_project_and_credentials_come_from_it_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KG_STORE", raising=False)
    path = tmp_path / "kg.toml"
    path.write_text("", encoding="utf-8")
    assert read_remote(tmp_path) is None
    path.write_text('[remote]\nurl = "https://example.org/a"\npage = 500\n', encoding="utf-8")
    assert read_remote(tmp_path) == Remote("https://example.org/a", page=500)
    monkeypatch.setenv("KG_STORE", "https://example.org/b")
    monkeypatch.setenv("KG_STORE_USER", "an")
    monkeypatch.setenv("KG_STORE_PASSWORD", "geheim")
    assert read_remote(tmp_path) == Remote("https://example.org/b", page=500, user="an", password="geheim")
