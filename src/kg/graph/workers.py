"""Ad-hoc queries answered in processes that can be killed: a pool that lends, kills and replaces them."""

from __future__ import annotations

import atexit
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from kg.errors import LimitExceeded
from kg.graph.limits import Limits, reached
from kg.graph.worker_link import Asked, ClientGone, Worker
from kg.graph.worker_start import START_SECONDS, Starter
from kg.names import Names

__all__ = ["Asked", "ClientGone", "Pending", "Pool"]

_FAILURES = 3
"""So many workers in a row that do not start are no accident: those who wait are told."""


class _Turn:
    """One asker who waits: woken once, with a worker or without."""

    def __init__(self) -> None:
        self.worker: Worker | None = None
        self._called = threading.Lock()
        self._called.acquire()

    def wait(self, seconds: float) -> None:
        """Waits until it is called, or so long."""
        self._called.acquire(timeout=max(0.0, seconds))

    def call(self, worker: Worker | None = None) -> None:
        """Ends the waiting."""
        self.worker = worker
        self._called.release()


class Pending:
    """A query that a worker has, of who does not wait for it: to be looked at when something comes, and closed."""

    def __init__(self, worker: Worker, answer: Callable[[int], Iterator[bytes]], give_back: Callable[[], None]) -> None:
        self.whole = False
        """Whether the whole answer has come, and may be had from `pieces` without a wait or a fault."""
        self.size = 0
        """Bytes of the answer that have come."""
        self._worker = worker
        self._answer = answer
        self._give_back = give_back

    def fileno(self) -> int:
        """The descriptor that can be read when something has come."""
        return self._worker.channel.end.fileno()

    def come(self, most: int) -> bool:
        """Takes what has come, up to about so many bytes; whether `pieces` need not wait for the first of them."""
        sure, self.whole, self.size = self._worker.come(most)
        return sure

    def pieces(self, client: int = -1) -> Iterator[bytes]:
        """The answer as `Pool.ask` gives it; it is closed as that is."""
        self._give_back = _nothing  # the answer does
        yield from self._answer(client)

    def close(self) -> None:
        """Ends the worker when its answer was not begun; a second time does nothing."""
        self._give_back()
        self._give_back = _nothing


def _nothing() -> None:
    """It was given back."""


class Pool:
    """The workers of one server process, over one file of N-Quads, given by its open descriptor, or a store on disk.

    At most `queries_at_once` processes; one more than are busy is kept ready. All of them are
    started by one thread that lives as long as the pool, because Linux ends a child together with
    the *thread* that made it. A worker that comes free goes to who waits longest, and nobody else is woken; the
    one that came free last is asked first. Not to be carried over a fork: each process makes its own pool.
    """

    def __init__(self, quads: int, names: Names, limits: Limits, store: Path | None = None) -> None:
        self.limits = limits
        self._starter = Starter(quads, names, limits, store)
        self._state = threading.Lock()
        self._work = threading.Condition(self._state)
        """What the keeper waits for."""
        self._idle: list[Worker] = []
        self._busy: set[Worker] = set()
        self._dying: list[Worker] = []
        self._waiting: deque[_Turn] = deque()
        self._closed = False
        self._failures = 0
        """How many workers in a row could not start."""
        self._keeper = threading.Thread(target=self._keep, name="sparql-workers", daemon=True)
        self._keeper.start()
        atexit.register(self.close)

    def ask(self, asked: Asked, client: int = -1) -> Iterator[bytes]:
        """The answer: whole while it has at most 512 KiB, or in pieces of at most 128 KiB as the engine makes them.

        Close the iterator to give up: its worker is killed and replaced. `client` is the descriptor of
        the asker's socket; when it hangs up while the engine works, ClientGone is raised. Raises QueryError,
        and LimitExceeded whose value `limit` names the limit: before the first piece or after any. A worker that
        ends before its first piece because the process that holds the graph did is replaced by the next.
        """
        yield from self._answer(self._asked(asked), asked, client)

    def begin(self, asked: Asked) -> Pending | None:
        """Puts a query to a worker that is free now, and waits for nothing; None when there is none."""
        with self._state:
            worker = self._lent()
        if not worker or not self._put(worker, asked):
            return None
        return Pending(worker, partial(self._answer, worker, asked), partial(self._give_back, worker))

    def processes(self) -> list[int]:
        """The process ids of all workers that are there, sorted."""
        with self._state:
            return sorted(worker.process.pid for worker in (*self._idle, *self._busy))

    @property
    def failing(self) -> bool:
        """Whether no query can be answered, because workers keep failing to start."""
        return self._failures >= _FAILURES and not self._busy

    def close(self) -> None:
        """Kills all workers and waits for them; a second time does nothing."""
        with self._state:
            if self._closed:
                return
            self._closed = True
            self._work.notify()
        atexit.unregister(self.close)
        self._keeper.join()

    def _answer(self, worker: Worker, asked: Asked, client: int) -> Iterator[bytes]:
        """What this worker answers, or those that are put the query after it."""
        tries = self.limits.queries_at_once + 1  # all that there are may have ended with the graph
        while True:
            tries -= 1
            begun = False
            try:
                for piece in worker.pieces(asked, client):
                    begun = True
                    yield piece
            except LimitExceeded:
                if begun or not worker.bereft or not tries:
                    raise
            else:
                return
            finally:
                self._give_back(worker)
            worker = self._asked(asked)

    def _asked(self, asked: Asked) -> Worker:
        """A worker that has the query; one that turns out to be dead (somebody else killed it) is passed over."""
        while not self._put(worker := self._take(), asked):
            pass
        return worker

    def _put(self, worker: Worker, asked: Asked) -> bool:
        """Whether a worker has the query now; one that has not is given back."""
        try:
            worker.ask(asked)
        except EOFError:
            self._give_back(worker)
            return False
        except BaseException:
            self._give_back(worker)
            raise
        return True

    def _take(self) -> Worker:
        """A worker that is free, waited for in turn. Raises LimitExceeded when there is none in time."""
        until = time.monotonic() + self.limits.queue_seconds
        with self._state:
            if worker := self._lent():
                return worker
            if self._closed or self.failing:
                raise reached("queue_seconds", self.limits)
            places = self.limits.queries_at_once - len(self._busy)
            if len(self._waiting) >= places + self.limits.queue:
                raise reached("queue", self.limits)
            if len(self._waiting) < places:  # a worker only has to start: that takes what it takes
                until += START_SECONDS
            turn = _Turn()
            self._waiting.append(turn)
            self._work.notify()
        turn.wait(until - time.monotonic())
        if turn.worker is None:
            with self._state:
                if turn in self._waiting:
                    self._waiting.remove(turn)
        if turn.worker is None:
            raise reached("queue_seconds", self.limits)
        return turn.worker

    def _lent(self) -> Worker | None:
        if not self._idle:
            return None
        worker = self._idle.pop()
        self._busy.add(worker)
        if self._wanted():
            self._work.notify()
        return worker

    def _give_back(self, worker: Worker) -> None:
        with self._state:
            self._busy.discard(worker)
            if worker.healthy and not self._closed:
                self._free(worker)
            else:
                worker.end()
                self._dying.append(worker)
                self._work.notify()

    def _free(self, worker: Worker) -> None:
        """Gives a worker to who waits longest, or keeps it ready."""
        if self._waiting:
            self._busy.add(worker)
            self._waiting.popleft().call(worker)
        else:
            self._idle.append(worker)

    def _wanted(self) -> bool:
        """Whether another worker must be started: none is ready for the next asker, and there may be one more."""
        fewer = len(self._idle) < max(1, len(self._waiting))
        return fewer and len(self._idle) + len(self._busy) < self.limits.queries_at_once

    def _keep(self) -> None:
        """What the keeper thread does: starts workers when they are wanted, and waits for those that were killed."""
        while True:
            with self._state:
                self._work.wait_for(lambda: self._closed or self._dying or self._wanted())
                if self._closed:
                    break
                dying, self._dying = self._dying, []
                wanted = self._wanted()
            started = self._starter.start() if wanted else None
            for worker in dying:
                worker.process.wait()
            with self._state:
                if started:
                    self._free(started)
                    self._failures = 0
                elif wanted:
                    self._failures += 1
                if self.failing:
                    self._call_off()
                    self._work.wait(1.0)  # not to spin when workers cannot start
        self._end()

    def _end(self) -> None:
        """Ends all workers, in the thread that made them: what they are children of ends with it."""
        with self._state:
            self._call_off()
            for worker in (*self._idle, *self._busy):
                worker.process.kill()
            for worker in self._idle:
                worker.close()
            everything = (*self._idle, *self._busy, *self._dying)
        for worker in everything:
            worker.process.wait()
        self._starter.close()

    def _call_off(self) -> None:
        while self._waiting:
            self._waiting.popleft().call()
