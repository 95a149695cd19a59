"""At a switch nobody waits for pages that were asked for before; and the clients of the trial read answers rightly."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from kg.files.project import Project
from kg.publish.build import build
from kg.publish.release import open_release
from kg_web.app import create_app
from kg_web.live import Live
from minis import replaced
from wire import Reading

PAGE = "/en/assessment/as-02"
MINOR = "data/proposal/minor.ttl"
LABEL = ('"building test"@en', '"test of building"@en')


def test_a_new_release_has_the_pages_ready_that_the_old_one_was_asked_for(project: Project) -> None:
    app = create_app(project, open_release(project.folder("releases") / project.settings.version))
    live = Live(app)
    for _ in range(3):
        assert LABEL[0][1:14] in app.test_client().get(PAGE).text
    assert app.extensions["kg.answers"].given == 1
    build(replaced(project, MINOR, *LABEL))
    live.look()
    taken = live._site.app
    assert taken is not app
    assert len(taken.extensions["kg.answers"]) == 1
    assert LABEL[1][1:17] in taken.test_client().get(PAGE).text
    assert taken.extensions["kg.answers"].given == 1


@given(st.lists(st.binary(min_size=1, max_size=50), max_size=4), st.booleans(), st.lists(st.integers(1, 30)))
def test_an_answer_is_summed_whatever_pieces_it_comes_in(parts: list[bytes], chunked: bool, sizes: list[int]) -> None:
    body = b"".join(parts)
    head = b"HTTP/1.1 503 X\r\nRetry-After: 2\r\n"
    if chunked:
        sent = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
        sent = head + b"Transfer-Encoding: chunked\r\n\r\n" + sent
    else:
        sent = head + b"Content-Length: %d\r\n\r\n" % len(body) + body
    reading, at = Reading(), 0
    for size in [*sizes, len(sent)]:
        if at + size < len(sent):
            assert not reading.feed(sent[at : at + size])
            at += size
    assert not reading.ended().whole
    assert reading.feed(sent[at:])
    came = reading.ended()
    assert (came.status, came.again, came.whole, came.sha256) == (503, True, True, hashlib.sha256(body).hexdigest())
