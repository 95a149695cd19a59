"""What nginx keeps for a moment, set up as deploy/ has it: only whole good answers that may be kept, never too long.

It stands before a server that answers as a test says; tests/test_replicas.py has the site behind it.
"""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from origin import BROKEN, Origin, Told
from proxied import KEPT_SECONDS, Got, asked, keeps, nginx
from test_live import wait_until

TIMES = 4
"""So often is asked what must never be kept: nginx keeps what was asked twice."""
MAY = {"Cache-Control": "no-cache"}
LONGER = "public, max-age=31536000, immutable"
_NUMBERS = count()


@pytest.fixture(scope="module")
def origin() -> Iterator[Origin]:
    made = Origin()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def port(origin: Origin, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with nginx(tmp_path_factory.mktemp("nginx"), [origin.port]) as port:
        yield port


@pytest.fixture(params=["/", "/sparql?query="])
def path(request: pytest.FixtureRequest) -> str:
    """An address that no other test asks for, in each part of the settings that keeps answers."""
    return f"{request.param}{next(_NUMBERS)}"


def test_what_may_be_kept_is_kept_for_a_moment_and_then_asked_anew(origin: Origin, port: int, path: str) -> None:
    allowed = {f"{path}{one}": said for one, said in enumerate(("no-cache", "public, no-cache", "max-age=9", LONGER))}
    for one, said in allowed.items():
        origin.says(one, "old", Cache_Control=said)
        keeps(port, one)
        assert asked(port, one).headers["cache-control"] == said, "whoever asks hears what the site says"
        origin.says(one, "new", Cache_Control=said)
    time.sleep(KEPT_SECONDS)
    for one in allowed:
        assert asked(port, one).body == b"new", "the first one who asks after that has the new one"
        keeps(port, one)
        assert asked(port, one).body == b"new"


def test_what_was_asked_once_is_not_kept(origin: Origin, port: int, path: str) -> None:
    origin.says(path, "text", **_named(MAY))
    assert [asked(port, path).cache for _ in range(2)] == ["MISS", "MISS"]


NEVER: dict[str, dict[str, Any]] = {
    "no-store": {"Cache_Control": "no-store"},
    "no-store, among others": {"Cache_Control": "public, no-cache, no-store"},
    "private": {"Cache_Control": "private"},
    "private, for a time": {"Cache_Control": "private, max-age=60"},
    "private, one header": {"Cache_Control": 'private="set-cookie", max-age=60'},
    "in capitals": {"Cache_Control": "No-Store"},
    "nothing said": {},
    "what nobody knows": {"Cache_Control": "public, no-cache, other"},
    "a cookie": {"Cache_Control": "no-cache", "Set_Cookie": "a=b"},
    "differs by anything": {"Cache_Control": "no-cache", "Vary": "*"},
    "nginx told otherwise": {"Cache_Control": "no-store", "X_Accel_Expires": "60"},
    "expires later": {"Cache_Control": "no-store", "Expires": "Fri, 01 Jan 2100 00:00:00 GMT"},
    "as it is made": {"Cache_Control": "no-cache", "X_Accel_Buffering": "no"},
    **{f"{status}": {"status": status, "Cache_Control": LONGER} for status in (203, 206, 301, 303, 400, 403, 404)},
    **{f"{status}": {"status": status, "Cache_Control": LONGER} for status in (406, 410, 429, 500, 502, 503, 504)},
}


@pytest.mark.parametrize("how", NEVER)
def test_what_may_not_be_kept_never_is(origin: Origin, port: int, path: str, how: str) -> None:
    origin.says(path, "text", **NEVER[how])
    answers = [asked(port, path) for _ in range(TIMES)]
    assert {answer.status for answer in answers} == {NEVER[how].get("status", 200)}
    assert not [answer for answer in answers if answer.kept]
    assert origin.times(path) == TIMES


@pytest.mark.parametrize("path", ["/health", "/downloads/all.nq", "/releases/0.1.0/downloads/all.nq"])
def test_health_and_large_files_are_not_kept_whatever_they_say(origin: Origin, port: int, path: str) -> None:
    origin.says(path, "text", Cache_Control=LONGER)
    assert [asked(port, path).cache for _ in range(TIMES)] == [""] * TIMES
    assert origin.times(path) == TIMES


@pytest.mark.parametrize("path", ["/metrics", "/ready"])
def test_what_is_for_the_watch_is_not_even_asked(origin: Origin, port: int, path: str) -> None:
    origin.says(path, "text", **_named(MAY))
    assert asked(port, path).status == 404
    assert not origin.times(path)


def test_a_good_answer_that_became_an_error_is_told(origin: Origin, port: int, path: str) -> None:
    faults = {f"{path}{status}": status for status in (404, 500, 503, 504)}
    for one, status in faults.items():
        origin.says(one, "good", **_named(MAY))
        keeps(port, one)
        origin.says(one, "bad", status, Cache_Control=LONGER)
    time.sleep(KEPT_SECONDS)
    for one, status in faults.items():
        assert asked(port, one).status == status
        origin.says(one, "good again", **_named(MAY))
        assert asked(port, one).body == b"good again", "the error was not kept"


@pytest.mark.parametrize("name", ["Authorization", "Cookie", "Prefer", "Content-Type", "Content-Length"])
def test_what_one_reader_has_for_himself_passes_by(origin: Origin, port: int, path: str, name: str) -> None:
    def answer(headers: Mapping[str, str]) -> Told:
        return 200, MAY, b"particular" if name in headers else b"plain"

    origin.answers[path] = answer
    headers, body = ({}, "1") if name == "Content-Length" else ({name: "1"}, None)
    for _ in range(TIMES):
        assert asked(port, path, headers, body=body).body == b"particular"
        assert asked(port, path).body == b"plain"
    keeps(port, path)
    assert asked(port, path, headers, body=body).cache == "BYPASS"


def test_what_is_posted_is_not_kept(origin: Origin, port: int, path: str) -> None:
    origin.says(path, "text", **_named(MAY))
    keeps(port, path)
    before = origin.times(path)
    assert {asked(port, path, method="POST", body="").cache for _ in range(TIMES)} == {""}
    assert origin.times(path) == before + TIMES


def _variants() -> list[dict[str, str]]:
    """Many, and some that read the same when their values are put one after the other."""
    return [
        *({"Accept": f"text/turtle;q=0.{one}"} for one in range(10, 60)),
        *({"Accept": "text/html", "Accept-Language": one} for one in ("nl", "en", "nl, en", "en, nl", "")),
        *({"Accept": "text/html", "Accept-Encoding": one} for one in ("gzip", "br", "zstd, gzip", "identity")),
        *({"Host": one} for one in ("a.example", "a.example:81", "A.example", "b.example")),
        *({"Accept": "a", "Accept-Language": "b"}, {"Accept": "ab"}, {"Accept": "", "Accept-Language": "ab"}),
    ]


@pytest.mark.parametrize("vary", ["", "Accept", "Accept, Accept-Encoding, Accept-Language"])
def test_variants_of_one_address_are_never_mixed(origin: Origin, port: int, path: str, vary: str) -> None:
    names = ("Accept", "Accept-Language", "Accept-Encoding", "Host")

    def answer(headers: Mapping[str, str]) -> Told:
        content = "|".join(headers.get(name, "") for name in names)
        return 200, {**MAY, **({"Vary": vary} if vary else {})}, content.encode()

    origin.answers[path] = answer
    variants = [{"Accept-Encoding": "identity", "Host": "here", **one} for one in _variants()]
    for _ in range(TIMES):
        for one in variants:
            assert asked(port, path, one).body.decode() == "|".join(one.get(name, "") for name in names)
    for one in (variants[0], variants[-1]):
        keeps(port, path, one)


def test_the_end_of_an_address_is_not_taken_for_what_is_accepted(origin: Origin, port: int, path: str) -> None:
    origin.says(path, "short", **_named(MAY))
    origin.says(f"{path}text/html", "long", **_named(MAY))
    for _ in range(TIMES):
        assert asked(port, path, {"Accept": "text/html"}).body == b"short"
        assert asked(port, f"{path}text/html").body == b"long"


def _from_cache(origin: Origin, port: int, path: str, headers: Mapping[str, str], method: str = "GET") -> Got:
    """The answer that nginx gave without asking the server behind it."""
    got: list[Got] = []

    def given() -> bool:
        keeps(port, path)
        before = origin.times(path)
        got[:] = [asked(port, path, headers, method)]
        return origin.times(path) == before

    wait_until(given)
    return got[0]


@pytest.mark.parametrize("tag", ['"one"', 'W/"one"'])
def test_a_tag_and_a_head_are_answered_from_what_is_kept(origin: Origin, port: int, path: str, tag: str) -> None:
    origin.says(path, "text", **_named(MAY), ETag=tag)
    for method, body in (("GET", b"text"), ("HEAD", b"")):
        same = _from_cache(origin, port, path, {"If-None-Match": f'"zero", {tag}'}, method)
        assert (same.status, same.body, same.headers["etag"]) == (304, b"", tag)
        other = _from_cache(origin, port, path, {"If-None-Match": '"other"'}, method)
        assert (other.status, other.body, other.headers["etag"]) == (200, body, tag)
    origin.says(path, "new", **_named(MAY), ETag='"two"')
    time.sleep(KEPT_SECONDS)
    late = asked(port, path, {"If-None-Match": tag})
    assert (late.status, late.body, late.headers["etag"]) == (200, b"new", '"two"')


@pytest.mark.parametrize("ranges", ["bytes", ""])
def test_a_part_is_cut_from_what_is_kept_where_parts_are_given(
    origin: Origin, port: int, path: str, ranges: str
) -> None:
    origin.says(path, "0123456789", **_named(MAY), **({"Accept_Ranges": ranges} if ranges else {}))
    part = _from_cache(origin, port, path, {"Range": "bytes=2-4"})
    assert (part.status, part.body) == ((206, b"234") if ranges else (200, b"0123456789"))
    assert _from_cache(origin, port, path, {}).body == b"0123456789"


def test_what_is_unchanged_is_kept_on(origin: Origin, port: int) -> None:
    def answer(headers: Mapping[str, str]) -> Told:
        same = headers.get("If-None-Match") == '"one"'
        return (304, {**MAY, "ETag": '"one"'}, b"") if same else (200, {**MAY, "ETag": '"one"'}, b"text")

    origin.answers["/unchanged"] = answer
    keeps(port, "/unchanged")
    time.sleep(KEPT_SECONDS)
    late = asked(port, "/unchanged")
    assert (late.cache, late.status, late.body) == ("REVALIDATED", 200, b"text")
    keeps(port, "/unchanged")


def test_what_a_client_has_of_a_query_is_told_to_the_site(origin: Origin, port: int) -> None:
    def answer(headers: Mapping[str, str]) -> Told:
        same = headers.get("If-None-Match") == '"two"'
        return (304, {**MAY, "ETag": '"two"'}, b"") if same else (200, {**MAY, "ETag": '"two"'}, b"new")

    path = "/sparql?query=told"
    origin.says(path, "old", **_named(MAY), ETag='"one"')
    keeps(port, path)
    origin.answers[path] = answer
    time.sleep(KEPT_SECONDS)
    for _ in range(TIMES):
        assert asked(port, path, {"If-None-Match": '"two"'}).status == 304
    assert asked(port, path).body == b"new", "what was kept is not what that client has"


def test_what_breaks_off_is_seen_to_and_not_kept(origin: Origin, port: int, path: str) -> None:
    origin.says(path, "half", **_named({**MAY, BROKEN: "1"}))
    for _ in range(TIMES):
        with pytest.raises(http.client.IncompleteRead):
            asked(port, path)
    origin.says(path, "whole", **_named(MAY))
    assert asked(port, path).body == b"whole"


def test_when_nobody_answers_what_was_kept_is_given(tmp_path: Path) -> None:
    falling = Origin()
    falling.says("/kept", "text", **_named(MAY))
    with nginx(tmp_path, [falling.port]) as port:
        keeps(port, "/kept")
        falling.stop()
        wait_until(lambda: asked(port, "/kept").cache == "STALE")
        assert asked(port, "/kept").body == b"text"
        assert asked(port, "/another").status == 502


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("-", "_"): value for name, value in headers.items()}
