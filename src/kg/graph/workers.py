"""Ad-hoc queries answered in processes that can be killed: a pool that lends, kills and replaces them."""

from __future__ import annotations

import atexit
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from kg.graph.limits import Limits, reached
from kg.graph.worker_link import START_SECONDS, Asked, ClientGone, Worker, start_worker
from kg.names import Names

__all__ = ["Asked", "ClientGone", "Pool"]

_FAILURES = 3
"""So many workers in a row that do not start are no accident: those who wait are told."""


class Pool:
    """The workers of one server process, over one file of N-Quads, given by its open descriptor, or a store on disk.

    At most `queries_at_once` processes; one more than are busy is kept ready. All of them are
    started by one thread that lives as long as the pool, because Linux ends a child together with
    the *thread* that made it. Not to be carried over a fork: each process makes its own pool.
    """

    def __init__(self, quads: int, names: Names, limits: Limits, store: Path | None = None) -> None:
        self.limits = limits
        self.names = names
        self._quads = quads
        self._store = store
        self._state = threading.Condition()
        self._idle: list[Worker] = []
        self._busy: set[Worker] = set()
        self._dying: list[Worker] = []
        self._waiting = 0
        self._closed = False
        self._failures = 0
        """How many workers in a row could not start."""
        self._keeper = threading.Thread(target=self._keep, name="sparql-workers", daemon=True)
        self._keeper.start()
        atexit.register(self.close)

    def ask(self, asked: Asked, client: int = -1) -> Iterator[bytes]:
        """The answer in pieces of at most 64 KiB, as the engine makes them.

        Close the iterator to give up: its worker is killed and replaced. `client` is the descriptor of
        the asker's socket; when it hangs up while the engine works, ClientGone is raised. Raises QueryError,
        and LimitExceeded whose value `limit` names the limit: before the first piece or after any.
        """
        worker = self._asked(asked)
        try:
            yield from worker.pieces(asked, client)
        finally:
            self._give_back(worker)

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
            self._state.notify_all()
        atexit.unregister(self.close)
        self._keeper.join()
        for worker in (*self._idle, *self._busy, *self._dying):
            worker.process.kill()
            worker.process.wait()
        for worker in self._idle:
            worker.channel.close()

    def _asked(self, asked: Asked) -> Worker:
        """A worker that has the query; one that turns out to be dead (somebody else killed it) is passed over."""
        while True:
            worker = self._take()
            try:
                worker.ask(asked)
            except EOFError:
                self._give_back(worker)
            except BaseException:
                self._give_back(worker)
                raise
            else:
                return worker

    def _take(self) -> Worker:
        """A worker that is free, waited for in turn. Raises LimitExceeded when there is none in time."""
        until = time.monotonic() + self.limits.queue_seconds
        with self._state:
            self._bury()
            if not self._idle or self._waiting:
                places = self.limits.queries_at_once - len(self._busy)
                if self._waiting >= places + self.limits.queue:
                    raise reached("queue", self.limits)
                if self._waiting < places:  # a worker only has to start: that takes what it takes
                    until += START_SECONDS
                self._waiting += 1
                self._state.notify_all()
                try:
                    self._state.wait_for(lambda: self._idle or self._stuck(), until - time.monotonic())
                finally:
                    self._waiting -= 1
                if not self._idle:
                    raise reached("queue_seconds", self.limits)
            worker = self._idle.pop(0)
            self._busy.add(worker)
            self._state.notify_all()
            return worker

    def _give_back(self, worker: Worker) -> None:
        with self._state:
            self._busy.discard(worker)
            if worker.healthy and not self._closed:
                self._idle.append(worker)
            else:
                worker.end()
                self._dying.append(worker)
            self._state.notify_all()

    def _bury(self) -> None:
        """Lets go of idle workers that somebody else ended."""
        for worker in [worker for worker in self._idle if worker.process.poll() is not None]:
            self._idle.remove(worker)
            worker.channel.close()

    def _stuck(self) -> bool:
        """Whether no worker will come: the pool is closed, or they keep failing to start and none is busy."""
        return self._closed or self.failing

    def _wanted(self) -> bool:
        """Whether another worker must be started: none is ready for the next asker, and there may be one more."""
        fewer = len(self._idle) < max(1, self._waiting)
        return fewer and len(self._idle) + len(self._busy) < self.limits.queries_at_once

    def _keep(self) -> None:
        """What the keeper thread does: starts workers when they are wanted, and waits for those that were killed."""
        while True:
            with self._state:
                self._state.wait_for(lambda: self._closed or self._dying or self._wanted())
                if self._closed:
                    return
                dying, self._dying = self._dying, []
                wanted = self._wanted()
            started = start_worker(self._quads, self.names, self.limits, self._store) if wanted else None
            for worker in dying:
                worker.process.wait()
            with self._state:
                if started:
                    self._idle.append(started)
                    self._failures = 0
                elif wanted:
                    self._failures += 1
                self._state.notify_all()
                if self._failures >= _FAILURES:
                    self._state.wait(1.0)  # not to spin when workers cannot start
