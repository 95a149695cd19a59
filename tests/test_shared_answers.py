"""Answers that a worker lays down in shared memory: the same bytes as sent ones, and memory that can be trusted."""

from __future__ import annotations

import fcntl
import gc
import mmap
import os
import signal
import socket
import struct
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.errors import LimitExceeded, QueryError
from kg.graph import worker_link
from kg.graph.frames import DATA, END, MEMORY, PIECE, READY, Channel, FrameWriter, read_end
from kg.graph.limits import Limits
from kg.graph.shared import SIZE, made, mapped
from kg.graph.workers import Asked, Pool
from kg.names import Names
from running import until

E = "https://example.org/"
QUADS = "".join(f'<{E}{i}> <{E}p> "text {i}" <{E}g> .\n' for i in range(3000))
LIMITS = Limits(seconds=5, memory_mib=150, answer_mib=8, queries_at_once=1, query_bytes=1_000_000)
MANY = "SELECT * { ?a ?b ?c . ?d ?e ?f }"


@pytest.fixture(scope="module")
def quads(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    path = tmp_path_factory.mktemp("shared") / "leergraaf.nq"
    path.write_text(QUADS, encoding="utf-8")
    descriptor = os.open(path, os.O_RDONLY)
    yield descriptor
    os.close(descriptor)


@pytest.fixture(scope="module")
def pool(quads: int) -> Iterator[Pool]:
    running = Pool(quads, Names(E), LIMITS)
    pieces(running, "ASK {}")
    yield running
    running.close()


@pytest.fixture(scope="module")
def sending(quads: int) -> Iterator[Pool]:
    """A pool whose server maps no memory, so that all is sent."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker_link, "mapped", lambda _: None)
        running = Pool(quads, Names(E), LIMITS)
        pieces(running, "ASK {}")
    yield running
    running.close()


def pieces(pool: Pool, text: str, form: str = "csv") -> list[bytes]:
    return list(pool.ask(Asked(text, form)))


def long_text(size: int) -> str:
    """A query whose answer as CSV has so many bytes: `x`, the value, and the ends of two lines."""
    parts, rest = divmod(size - 5, 1000)
    return f'SELECT ?x {{ BIND("{"a" * 1000}" AS ?a) BIND(CONCAT({"?a, " * parts}"{"b" * rest}") AS ?x) }}'


@pytest.mark.parametrize("size", [5, 6, PIECE - 1, PIECE, PIECE + 1, SIZE - 1, SIZE, SIZE + 1, SIZE + PIECE, 3 * SIZE])
def test_an_answer_of_any_length_is_the_same_sent_or_shared(pool: Pool, sending: Pool, size: int) -> None:
    shared, sent = pieces(pool, long_text(size)), pieces(sending, long_text(size))
    assert b"".join(shared) == b"".join(sent)
    assert len(b"".join(shared)) == size
    assert max(map(len, sent)) <= PIECE
    assert len(shared) == 1 if size <= SIZE else max(map(len, shared)) <= PIECE


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
@pytest.mark.parametrize("rows", [0, 1, 2999, 20000])
def test_tables_are_the_same_sent_or_shared(pool: Pool, sending: Pool, form: str, rows: int) -> None:
    text = f"{MANY} LIMIT {rows}"
    assert b"".join(pieces(pool, text, form)) == b"".join(pieces(sending, text, form))


@pytest.mark.parametrize("form", ["nt", "nq", "jsonld"])
@pytest.mark.parametrize("rows", [0, 1, 3000])
def test_graphs_are_the_same_sent_or_shared(pool: Pool, sending: Pool, form: str, rows: int) -> None:
    text = f"CONSTRUCT {{ ?s ?p ?o }} {{ ?s ?p ?o }} LIMIT {rows}"
    assert b"".join(pieces(pool, text, form)) == b"".join(pieces(sending, text, form))


def test_an_answer_holds_nothing_of_the_one_before(pool: Pool) -> None:
    assert b"text" in b"".join(pieces(pool, f"{MANY} LIMIT 2000"))
    assert pieces(pool, "SELECT * {}") == [b"\r\n\r\n"]
    first = pieces(pool, "SELECT (1 AS ?n) {}")
    assert pieces(pool, "SELECT (2 AS ?n) {}") == [b"n\r\n2\r\n"]
    assert first == [b"n\r\n1\r\n"], "and none is written over later"


def test_a_limit_that_is_reached_late_is_told_after_what_was_sent(pool: Pool) -> None:
    got = []
    with pytest.raises(LimitExceeded) as told:
        got.extend(pool.ask(Asked(MANY, "csv")))
    assert told.value.values["limit"] == "answer_mib"
    assert sum(map(len, got)) <= 8 * 1024 * 1024
    assert pieces(pool, "ASK {}") == [b"true"]


def test_what_is_waited_for_is_known_to_its_size_before_it_is_taken(pool: Pool) -> None:
    for text, size in (("SELECT * {}", 4), (long_text(SIZE), SIZE), (long_text(SIZE + 1), SIZE + 1)):
        pieces(pool, "ASK {}")
        pending = pool.begin(Asked(text, "csv"))
        assert pending
        assert pool.begin(Asked("ASK {}", "csv")) is None, "there is one worker, and it has a query"
        end = time.monotonic() + 20
        while not pending.come(2 * SIZE):
            assert time.monotonic() < end
        assert (pending.whole, pending.size) == (True, size)
        assert len(b"".join(pending.pieces())) == size
        pending.close()
    assert pieces(pool, "ASK {}") == [b"true"]


def test_a_fault_and_a_death_are_no_answer(pool: Pool) -> None:
    for text, harm in (("SELECT * { ?s ?p }", False), ("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }", True)):
        pieces(pool, "ASK {}")
        pending = pool.begin(Asked(text, "csv"))
        assert pending
        if harm:
            os.kill(pool.processes()[0], signal.SIGKILL)
        end = time.monotonic() + 20
        while not pending.come(SIZE):
            assert time.monotonic() < end
        assert not pending.whole
        pending.close()
        pending.close()
    assert pieces(pool, "ASK {}") == [b"true"]


def test_a_dead_worker_is_asked_in_vain_only_until_another_is_there(quads: int) -> None:
    fresh = Pool(quads, Names(E), LIMITS)
    pieces(fresh, "ASK {}")
    os.kill(fresh.processes()[0], signal.SIGKILL)
    end = time.monotonic() + 20
    while (pending := fresh.begin(Asked("ASK {}", "csv"))) is None or not pending.come(SIZE) or not pending.whole:
        if pending:
            pending.close()
        assert time.monotonic() < end
        time.sleep(0.01)
    assert list(pending.pieces()) == [b"true"]
    fresh.close()


def test_workers_that_come_and_go_leave_nothing_behind(quads: int) -> None:
    def open_now() -> tuple[int, int]:
        maps = Path("/proc/self/maps").read_text(encoding="ascii")
        return len(list(Path("/proc/self/fd").iterdir())), maps.count("memfd:answer")

    before = open_now()
    fresh = Pool(quads, Names(E), LIMITS)
    for _ in range(5):
        pieces(fresh, "ASK {}")
        os.kill(fresh.processes()[0], signal.SIGKILL)
        time.sleep(0.05)
    pieces(fresh, "ASK {}")
    assert open_now()[1] - before[1] <= 2, "of the one there is, and of the last that ended"
    fresh.close()
    del fresh
    gc.collect()
    until(lambda: all(now <= then for now, then in zip(open_now(), before, strict=True)))


def test_memory_is_mapped_only_when_nobody_can_make_it_shorter() -> None:
    found = made()
    assert found
    memory, descriptor = found
    memory[:3] = b"abc"
    ours = mapped(descriptor)
    assert ours
    assert (ours[:3], len(ours)) == (b"abc", SIZE)
    with pytest.raises(TypeError):
        ours[:1] = b"x"
    with pytest.raises(PermissionError):
        os.ftruncate(descriptor, 1)
    os.close(descriptor)
    plain = os.memfd_create("answer", os.MFD_ALLOW_SEALING)
    os.ftruncate(plain, SIZE)
    assert mapped(plain) is None
    fcntl.fcntl(plain, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW)
    assert mapped(plain) is None, "a seal could be added that nobody asked for"
    os.close(plain)
    short = os.memfd_create("answer", os.MFD_ALLOW_SEALING)
    fcntl.fcntl(short, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL)
    assert mapped(short) is None
    os.close(short)
    with open(os.devnull, "rb") as file:  # noqa: PTH123 (a device, not a file)
        assert mapped(file.fileno()) is None


def test_without_memory_of_this_kind_answers_are_sent(quads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "memfd_create")
    assert made() is None
    ours, theirs = socket.socketpair()
    with ours, theirs:
        receiver, sender = Channel(ours), Channel(theirs)
        sender.send(MEMORY)
        assert receiver.take_descriptors(5) == []
        assert receiver.receive(5) == (MEMORY, b"")
        writer = FrameWriter(sender, 100)
        writer.write(b"abc")
        writer.write(b"")
        writer.write(memoryview(b"def"))
        writer.end(7)
        assert receiver.receive(5) == (DATA, b"abcdef")
        kind, content = receiver.receive(5)
        assert (kind, read_end(content, 0)) == (END, (7, 0))
        with pytest.raises(OSError, match="answer_mib"):
            writer.write(b"x" * 95)


def test_a_writer_fills_its_memory_before_it_sends() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, mmap.mmap(-1, SIZE) as memory:
        receiver, sender = Channel(ours), Channel(theirs)
        writer = FrameWriter(sender, 10 * SIZE, memory)
        for _ in range(SIZE // 1000):
            writer.write(b"x" * 1000)
        with pytest.raises(BlockingIOError):
            ours.recv(1, socket.MSG_DONTWAIT)
        writer.end(7)
        kind, content = receiver.receive(5)
        assert (kind, read_end(content, SIZE)) == (END, (7, SIZE // 1000 * 1000))
        assert memory[: SIZE // 1000 * 1000].count(b"x") == SIZE // 1000 * 1000
        del writer


class Puppet:
    """A process that does nothing by itself."""

    pid = 0

    def kill(self) -> None:
        """It is none."""

    def wait(self, timeout: float | None = None) -> int:  # noqa: ARG002 (its protocol has it)
        return 0


@pytest.mark.parametrize(
    ("content", "mapped_here"),
    [
        (struct.pack(">II", 1, SIZE + 1), True),
        (struct.pack(">II", 1, 1), False),
        (b"", True),
        (b'{"shared": 1}', True),
        (struct.pack(">iI", -1, 2**32 - 1), True),
    ],
)
def test_a_worker_that_tells_no_sensible_end_is_not_believed(content: bytes, mapped_here: bool) -> None:
    ours, theirs = socket.socketpair()
    memory, descriptor = made() or (None, -1)
    assert memory is not None
    with theirs:
        worker, puppet = worker_link.Worker(Puppet(), Names(E), LIMITS, ours), Channel(theirs)
        if mapped_here:
            puppet.give(MEMORY, descriptor)
        else:
            puppet.send(MEMORY)
        puppet.tell(READY, {"memory_mib": 1, "without_network": True})
        worker.ready(5)
        worker.ask(Asked("ASK {}", "csv"))
        puppet.send(END, content)
        assert worker.come(SIZE) == (True, False, 0)
        with pytest.raises(QueryError, match="told no end"):
            list(worker.pieces(Asked("ASK {}", "csv")))
        assert not worker.healthy
        worker.end()
    os.close(descriptor)


def test_a_fault_of_the_engine_leaves_its_worker_to_be_asked_again(pool: Pool) -> None:
    pieces(pool, "ASK {}")
    before = pool.processes()
    for rows in (1, 30_000):
        text = f"SELECT * {{ {{ {MANY[9:-2]} LIMIT {rows} }} SERVICE <http://127.0.0.1:1/> {{ ?x ?y ?z }} }}"
        with pytest.raises(QueryError):
            pieces(pool, text)
        assert pieces(pool, "SELECT (2 AS ?n) {}") == [b"n\r\n2\r\n"]
    assert pool.processes() == before
