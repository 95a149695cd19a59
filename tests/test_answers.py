"""Finished answers are given again from memory: the same bytes, only what lasts, within their room."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import Client, EnvironBuilder

from kg.errors import LoadError
from kg.files.project import Project
from kg.files.room import Room, read_room
from kg_web.answers import Answers, lasts
from kg_web.front import IN_ENVIRONMENT, head_of

ROOM = 256 * 1024
QUERY = "SELECT ?c WHERE { ?c a lg:Competence } ORDER BY ?c LIMIT 3"


class Made:
    """An application that counts what it makes, and tells of what lasts."""

    def __init__(self, *, lasting: bool = True, size: int = 10, status: str = "200 OK") -> None:
        self.lasting, self.size, self.status = lasting, size, status
        self.count = 0
        self.broken = False

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.count += 1
        if self.lasting:
            lasts({**environ})  # in a copy, as an application around another one makes it
        start_response(self.status, [("Content-Type", "text/plain")])
        return self._pieces(environ["wsgi.input"].read())

    def _pieces(self, content: bytes) -> Iterator[bytes]:
        yield content
        yield b"x" * self.size
        if self.broken:
            raise OSError("broken")


def asked(answers: Answers, path: str = "/nl/", **given: Any) -> bytes:
    builder = EnvironBuilder(path=path, **given)
    body = answers(builder.get_environ(), lambda *_: lambda _: None)
    whole = b"".join(body)
    getattr(body, "close", lambda: None)()
    return whole


def test_what_is_asked_a_third_time_is_not_made_again() -> None:
    answers = Answers(made := Made(), ROOM)
    assert asked(answers) == asked(answers) == asked(answers) == b"x" * 10
    assert (made.count, answers.given) == (2, 1)


@pytest.mark.parametrize(
    "other",
    [
        {"path": "/en/"},
        {"query_string": "a=1"},
        {"headers": {"Accept": "text/turtle"}},
        {"headers": {"Accept-Language": "en"}},
        {"headers": {"Accept-Encoding": "gzip"}},
        {"headers": {"Host": "elsewhere.example"}},
        {"headers": {"Cookie": "a=1"}},
        {"base_url": "https://localhost/"},
        {"method": "HEAD"},
    ],
    ids=str,
)
def test_a_request_that_differs_gets_its_own_answer(other: dict[str, Any]) -> None:
    answers = Answers(made := Made(), ROOM)
    for _ in range(3):
        asked(answers)
    asked(answers, **{"path": "/nl/", **other})
    assert made.count == 3


def test_a_head_is_known_once_its_answer_was_given_and_while_it_is_kept() -> None:
    answers = Answers(Made(size=10_000), ROOM)
    head = head_of(bytearray(b"GET /a/?b=c HTTP/1.1\r\nHost: localhost\r\n\r\n"), "127.0.0.1")
    assert head
    told = {"query_string": "b=c", "environ_overrides": {IN_ENVIRONMENT: head}}
    for _ in range(2):
        asked(answers, "/a/", **told)
        assert answers.known(head) is None
    whole = asked(answers, "/a/", **told)
    found = answers.known(head)
    assert found
    assert (found[0].method, found[0].path, found[0].query) == ("GET", "/a/", "b=c")
    assert found[1].body == whole
    assert answers.given == 2
    for number in range(40):
        for _ in range(2):
            asked(answers, f"/{number}")
    assert answers.known(head) is None, "others took its room"


@pytest.mark.parametrize("name", ["If-None-Match", "Range", "Prefer", "If-Modified-Since"])
def test_a_particular_request_is_answered_by_the_site_itself(name: str) -> None:
    answers = Answers(made := Made(), ROOM)
    for _ in range(3):
        asked(answers, headers={name: "x"})
    assert made.count == 3


@pytest.mark.parametrize(
    "made",
    [Made(lasting=False), Made(status="503 Service Unavailable"), Made(size=ROOM // 16)],
    ids=("passing", "failed", "large"),
)
def test_what_does_not_last_failed_or_is_large_is_not_kept(made: Made) -> None:
    answers = Answers(made, ROOM)
    for _ in range(3):
        asked(answers)
    assert made.count == 3
    assert len(answers) == answers.bytes == 0


def test_an_answer_that_breaks_off_or_is_left_is_not_kept() -> None:
    answers = Answers(made := Made(), ROOM)
    made.broken = True
    for _ in range(2):
        with pytest.raises(OSError, match="broken"):
            asked(answers)
    left = answers(EnvironBuilder(path="/nl/").get_environ(), lambda *_: lambda _: None)
    next(iter(left))
    left.close()  # type: ignore[attr-defined]
    assert len(answers) == 0


def test_queries_sent_as_content_are_told_apart_by_it_and_others_are_not_kept() -> None:
    answers = Answers(made := Made(), ROOM)
    for query in (b"ASK { }", b"SELECT"):
        for _ in range(3):
            assert asked(answers, "/sparql", method="POST", data=query).startswith(query)
    assert made.count == 4
    for _ in range(3):
        asked(answers, "/nl/design", method="POST", data=b"a=1")
        asked(answers, "/sparql", method="POST", input_stream=BytesIO(b"ASK"), headers={"Transfer-Encoding": "chunked"})
    assert made.count == 10


def test_what_was_not_used_longest_makes_room_and_what_is_asked_once_takes_none() -> None:
    answers = Answers(made := Made(size=10_000), ROOM)
    for number in range(100):
        asked(answers, f"/once/{number}")
    assert len(answers) == 0
    for number in range(40):
        asked(answers, f"/{number}")
        asked(answers, f"/{number}")
        asked(answers, "/0")
    assert ROOM // 2 < answers.bytes <= ROOM
    made.count = 0
    asked(answers, "/0")
    asked(answers, "/39")
    assert made.count == 0
    asked(answers, "/1")
    assert made.count == 1


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        ("/nl/", "text/html"),
        ("/id/unit/mo-1", "text/html"),
        ("/doc/unit/mo-1.ttl", "*/*"),
        ("/questions/units-of-competence.csv?competence=ow-07", "*/*"),
        (f"/sparql?query={QUERY.replace('?', '%3F').replace(' ', '+')}", "text/csv"),
        ("/void.ttl", "*/*"),
    ],
)
def test_the_site_gives_the_same_answer_from_memory(app: Flask, path: str, accept: str) -> None:
    answers = Answers(app.wsgi_app, 16 * ROOM)
    client = Client(answers)
    first = client.get(path, headers={"Accept": accept}, buffered=True)
    client.get(path, headers={"Accept": accept}, buffered=True)
    before = answers.given
    kept = client.get(path, headers={"Accept": accept})
    if first.status_code == 200:
        assert answers.given == before + 1
    first.headers.pop("Date", None)
    assert (kept.status, kept.headers, kept.data) == (first.status, first.headers, first.data)
    again = client.get(path, headers={"Accept": accept, "If-None-Match": kept.headers.get("ETag", "")})
    assert again.status_code == (304 if first.status_code == 200 else first.status_code)


def test_advice_about_a_person_is_kept_nowhere(app: Flask) -> None:
    answers = Answers(app.wsgi_app, 16 * ROOM)
    client = Client(answers)
    for _ in range(3):
        assert client.get("/nl/ontwerpen/erkenning?programme=mi-ow&have=mo-1", buffered=True).status_code == 200
    assert len(answers) == answers.given == 0


def test_the_room_is_set_in_the_project_or_the_environment(
    tmp_path: Path, shipped: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = Project(tmp_path, shipped.settings)
    settings = tmp_path / "kg.toml"
    settings.write_text("[memory]\nanswers_mib = 3\n", encoding="utf-8")
    assert read_room(project) == Room(answers_mib=3)
    assert read_room(shipped) == Room(answers_mib=64, quads=2_000_000)
    monkeypatch.setenv("KG_ANSWERS_MIB", "0")
    assert read_room(project) == Room(answers_mib=0)
    monkeypatch.setenv("KG_MEMORY_QUADS", "veel")
    with pytest.raises(LoadError, match="cannot have quads = 'veel'"):
        read_room(project)
    monkeypatch.delenv("KG_MEMORY_QUADS")
    settings.write_text("[memory]\nanswer_mib = 3\n", encoding="utf-8")
    with pytest.raises(LoadError, match="cannot have answer_mib = 3"):
        read_room(project)
