"""Worker processes: they answer, keep to their limits, have no network, and are replaced without anyone noticing."""

from __future__ import annotations

import errno
import os
import re
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import LimitExceeded, LoadError, QueryError
from kg.graph.frames import DATA, END, Channel, Silence
from kg.graph.limits import Limits, read_limits
from kg.graph.nursery_link import Nursery
from kg.graph.worker_start import Starter
from kg.graph.workers import Asked, Pool
from kg.names import Names

E = "https://example.org/"
QUADS = (
    "".join(
        f'<{E}{i}> <{E}p> "text {i}" <{E}g{i % 3}> .\n<{E}{i}> <{E}q> <{E}{(i * 7) % 300}> <{E}g{i % 3}> .\n'
        for i in range(300)
    )
    + f"_:named <{E}p> _:other <{E}g0> .\n"
)
LIMITS = Limits(seconds=2, memory_mib=150, answer_mib=8, queries_at_once=2)


@pytest.fixture(scope="module")
def quads(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    path = tmp_path_factory.mktemp("workers") / "leergraaf.nq"
    path.write_text(QUADS, encoding="utf-8")
    descriptor = os.open(path, os.O_RDONLY)
    path.unlink()
    yield descriptor
    os.close(descriptor)


@pytest.fixture(scope="module")
def pool(quads: int) -> Iterator[Pool]:
    running = Pool(quads, Names(E), LIMITS)
    yield running
    running.close()


def answer(pool: Pool, text: str, format_: str = "csv", **more: object) -> bytes:
    return b"".join(pool.ask(Asked(text, format_, **more)))


def test_a_worker_answers_from_a_file_that_has_lost_its_name(pool: Pool) -> None:
    """A new release may take the name of the old one while the server runs."""
    assert answer(pool, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == b"n\r\n601\r\n"


def test_a_worker_is_asked_again_and_the_pool_stays_small(pool: Pool) -> None:
    answer(pool, "ASK {}")
    before = set(pool.processes())
    for _ in range(20):
        answer(pool, "ASK {}")
    with pytest.raises(QueryError, match="not valid SPARQL"):
        answer(pool, "SELECT * { ?s ?p }")
    assert before <= set(pool.processes())
    assert len(pool.processes()) <= 2, "the one that answers, and one that is ready"


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[1])


def until(come: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not come():
        assert time.monotonic() < end
        wait(0.01)


def test_workers_share_the_graph_of_one_process_and_end_with_it(quads: int) -> None:
    pool = Pool(quads, Names(E), LIMITS)
    pieces = pool.ask(Asked("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", "csv"))
    next(pieces)
    until(lambda: len(pool.processes()) == 2)
    workers = pool.processes()
    holds, *others = {parent_of(worker) for worker in workers}
    assert others == []
    assert holds != os.getpid()
    os.kill(holds, signal.SIGKILL)
    with pytest.raises(LimitExceeded):
        list(pieces)
    assert answer(pool, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == b"n\r\n601\r\n"
    assert not set(workers) & set(pool.processes())
    pool.close()


def test_a_query_whose_worker_ended_with_the_graph_is_put_to_the_next(quads: int) -> None:
    pool = Pool(quads, Names(E), LIMITS)
    assert answer(pool, "ASK {}") == b"true"
    workers = pool.processes()
    for worker in workers:
        os.kill(worker, signal.SIGSTOP)  # one will have the query, and begins nothing
    ending = threading.Timer(0.3, os.kill, (parent_of(workers[0]), signal.SIGKILL))
    ending.start()
    assert answer(pool, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == b"n\r\n601\r\n"
    ending.join()
    pool.close()


def test_who_waits_longest_is_answered_first(quads: int) -> None:
    pool = Pool(quads, Names(E), Limits(queries_at_once=1, queue_seconds=20))
    pieces = pool.ask(Asked("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 20000", "json"))
    next(pieces)
    answered: list[int] = []

    def ask(number: int) -> None:
        answer(pool, "ASK {}")
        answered.append(number)

    askers = [threading.Thread(target=ask, args=(number,)) for number in range(5)]
    for number, asker in enumerate(askers):
        asker.start()
        until(lambda asked=number + 1: len(pool._waiting) == asked)
    list(pieces)
    for asker in askers:
        asker.join()
    assert answered == sorted(answered)
    pool.close()


@pytest.mark.parametrize("piece", [1, 4, 5, 7, 1000])
def test_frames_are_read_however_they_arrive(piece: int) -> None:
    ours, theirs = socket.socketpair()
    sender, receiver = Channel(theirs), Channel(ours)
    sender.send(DATA, b"x" * 3000)
    sender.send(END, b"")
    sender.send(DATA, b"y")
    sent = ours.recv(1 << 16)
    with ours, theirs:
        reader = threading.Thread(
            target=lambda: [theirs.sendall(sent[at : at + piece]) for at in range(0, 3016, piece)]
        )
        reader.start()
        assert [receiver.receive(5) for _ in range(3)] == [(DATA, b"x" * 3000), (END, b""), (DATA, b"y")]
        reader.join()
        with pytest.raises(Silence):
            receiver.receive(0)


def test_a_graph_is_written_with_prefixes_in_every_form(pool: Pool) -> None:
    text = f"CONSTRUCT {{ ?s <{E}q> ?o }} WHERE {{ ?s <{E}q> ?o }} ORDER BY ?s LIMIT 3"
    graphs = set()
    for format_, form in (
        ("ttl", ox.RdfFormat.TURTLE),
        ("nt", ox.RdfFormat.N_TRIPLES),
        ("jsonld", ox.RdfFormat.JSON_LD),
        ("rdf", ox.RdfFormat.RDF_XML),
        ("nq", ox.RdfFormat.N_QUADS),
        ("trig", ox.RdfFormat.TRIG),
    ):
        content = answer(pool, text, format_, prefixes={"e": E})
        graphs.add(frozenset(map(str, ox.parse(content, format=form))))
        assert format_ != "ttl" or b"e:q" in content
    assert len(graphs) == 1


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p ?o }",
        "SELECT DISTINCT ?o { ?s ?p ?o }",
        "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g",
        "SELECT ?o (COUNT(*) AS ?n) (SAMPLE(?s) AS ?x) { ?s ?p ?o } GROUP BY ?o",
        f"SELECT * {{ ?s <{E}q>+ ?o }}",
        f"SELECT * {{ ?s <{E}p> ?o . ?s <{E}q> ?x OPTIONAL {{ ?x <{E}p> ?y }} MINUS {{ ?x <{E}q> ?s }} }}",
    ],
)
def test_two_workers_give_the_same_bytes(quads: int, text: str) -> None:
    """What a strong ETag promises: the order of rows and the names of blank nodes follow from the release."""
    answers = set()
    for _ in range(2):
        fresh = Pool(quads, Names(E), LIMITS)
        answers.add(answer(fresh, text, "json"))
        fresh.close()
    assert len(answers) == 1


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }", "seconds"),
        ("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?i ?f", "memory_mib"),
        ("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", "answer_mib"),
        (f"SELECT * {{ FILTER({'(' * 20000}1{')' * 20000}) }}", "nesting"),
    ],
)
def test_a_limit_is_named_and_the_next_query_is_answered(pool: Pool, text: str, limit: str) -> None:
    with pytest.raises(LimitExceeded) as caught:
        answer(pool, text)
    assert caught.value.values["limit"] == limit
    assert answer(pool, "ASK {}") == b"true"


def test_a_process_that_was_just_killed_is_not_asked_for_workers_again(
    quads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For a moment it still looks alive; three failures in a row would send those away who wait."""
    starter = Starter(quads, Names(E), LIMITS)
    try:
        first = starter.start()
        assert first
        assert starter._nursery
        monkeypatch.setattr(Nursery, "alive", property(lambda _: True))
        starter._nursery.process.kill()
        assert starter.start() is None
        second = starter.start()
        assert second
        for worker in (first, second):
            worker.end()
            worker.process.wait()
        assert second.process.pid != first.process.pid
    finally:
        starter.close()


def test_a_client_may_wait_shorter(pool: Pool) -> None:
    started = time.monotonic()
    with pytest.raises(LimitExceeded, match=r"seconds: 0\.3"):
        answer(pool, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }", seconds=0.3)
    assert time.monotonic() - started < 1


def test_the_engines_time_does_not_run_while_the_reader_is_slow(quads: int) -> None:
    pool = Pool(quads, Names(E), Limits(seconds=1, answer_mib=8))
    pieces = pool.ask(Asked("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 20000", "json"))
    size = len(next(pieces))
    wait(1.2)
    size += sum(map(len, pieces))
    assert size > 3_000_000
    pool.close()


def wait(seconds: float) -> None:
    """Waits by the clock: what is tested is that time passes."""
    select_nothing, other = socket.socketpair()
    with select_nothing, other:
        select_nothing.settimeout(seconds)
        with pytest.raises(TimeoutError):
            select_nothing.recv(1)


def test_an_answer_that_is_given_up_ends_its_worker(pool: Pool) -> None:
    answer(pool, "ASK {}")
    pieces = pool.ask(Asked("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", "csv"))
    next(pieces)
    before = set(pool.processes())
    pieces.close()
    assert len(before - set(pool.processes())) == 1
    assert answer(pool, "ASK {}") == b"true"


def test_a_worker_reaches_no_network_and_opens_no_file(pool: Pool) -> None:
    """Behind the scanner: the engine itself is asked to call another server."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    for host in ("127.0.0.1", "localhost", "[::1]"):
        with pytest.raises(QueryError, match="cannot be answered"):
            answer(pool, f"SELECT * {{ SERVICE <http://{host}:{port}/> {{ ?s ?p ?o }} }}")
    listener.setblocking(False)
    with listener, pytest.raises(BlockingIOError):
        listener.accept()
    for pid in pool.processes():
        limits = Path(f"/proc/{pid}/limits").read_text(encoding="ascii")
        most = int(re.search(r"Max open files\s+(\d+)", limits)[1])
        assert len(list(Path(f"/proc/{pid}/fd").iterdir())) == most


def test_a_worker_answers_nobody_else(quads: int) -> None:
    """Its environment holds nothing that a query could want to know."""
    os.environ["A_SECRET"] = "secret"
    try:
        fresh = Pool(quads, Names(E), LIMITS)
        answer(fresh, "ASK {}")
        for pid in fresh.processes():
            assert b"A_SECRET" not in Path(f"/proc/{pid}/environ").read_bytes()
        fresh.close()
    finally:
        del os.environ["A_SECRET"]


def test_workers_that_cannot_start_are_told_of(tmp_path: Path) -> None:
    broken = tmp_path / "leergraaf.nq"
    broken.write_text("this is no quad\n", encoding="utf-8")
    descriptor = os.open(broken, os.O_RDONLY)
    pool = Pool(descriptor, Names(E), Limits(queue_seconds=0.1))
    with pytest.raises(LimitExceeded) as caught:
        answer(pool, "ASK {}")
    assert caught.value.values["limit"] == "queue_seconds"
    pool.close()
    os.close(descriptor)


def test_workers_start_again_when_descriptors_are_there_again(quads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left(*_: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    with monkeypatch.context() as machine:
        machine.setattr(socket, "socketpair", none_left)
        pool = Pool(quads, Names(E), Limits(queue_seconds=0.1))
        with pytest.raises(LimitExceeded):
            answer(pool, "ASK {}")
        assert pool.failing
    until(lambda: not pool.failing)
    assert answer(pool, "ASK {}") == b"true"
    pool.close()


def test_a_pool_that_is_closed_leaves_no_process(quads: int) -> None:
    pool = Pool(quads, Names(E), LIMITS)
    answer(pool, "ASK {}")
    processes = pool.processes()
    pool.close()
    pool.close()
    assert not [pid for pid in processes if Path(f"/proc/{pid}").exists()]


def test_limits_come_from_the_settings(tmp_path: Path) -> None:
    path = tmp_path / "kg.toml"
    path.write_text("[limits]\nseconds = 3\nvalues = 20\n", encoding="utf-8")
    assert read_limits(path) == Limits(seconds=3.0, values=20)
    path.write_text("", encoding="utf-8")
    assert read_limits(path) == Limits()


@pytest.mark.parametrize("line", ["second = 3", "seconds = 0", "seconds = 'ten'", "seconds = true"])
def test_a_wrong_limit_is_one_clear_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "kg.toml"
    path.write_text(f"[limits]\n{line}\n", encoding="utf-8")
    with pytest.raises(LoadError, match="limit"):
        read_limits(path)
