"""Many clients in one loop, in a process of their own: what is measured is the server, and not who asks."""

from __future__ import annotations

import heapq
import itertools
import os
import random
import selectors
import socket
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from wire import MOST_SECONDS, Came, Reading, Request

__all__ = ["Crowd", "Load", "Measured", "ask_for", "percentile"]

PIECE = 256 * 1024


@dataclass(frozen=True, slots=True)
class Crowd:
    """Clients that ask the same things."""

    number: int
    pause: float
    """Mean seconds that each waits between two requests."""
    requests: Mapping[str, Sequence[Request]]
    """By kind."""
    weights: Mapping[str, float]
    """How often a client chooses each kind."""


@dataclass(frozen=True, slots=True)
class Load:
    """Who asks what, and for how long."""

    port: int
    seconds: float
    crowds: Sequence[Crowd]
    seed: int


@dataclass
class Measured:
    """What came of it."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    slow: list[tuple[float, str, float]] = field(default_factory=list)
    """When, what and how long: answers that took more than a quarter of a second, hostile queries left out."""
    late: list[float] = field(default_factory=list)
    """Seconds a client began later than it meant to, because the loop was busy or not let run."""
    processor: float = 0.0
    """Seconds of processor time the clients took."""


class Client:
    """One who asks, waits, and asks again over the same connection."""

    def __init__(self, crowd: Crowd, chance: random.Random) -> None:
        self._crowd, self._chance = crowd, chance
        self.sock: socket.socket | None = None
        self.request: Request | None = None
        self.reading = Reading()
        self.unsent = memoryview(b"")
        self.begun = 0.0
        self.kept = False
        """Whether the connection was there before this request."""

    def choose(self) -> Request:
        weights = self._crowd.weights
        kind = self._chance.choices(list(weights), list(weights.values()))[0]
        return self._chance.choice(self._crowd.requests[kind])

    def rest(self) -> float:
        return self._chance.expovariate(1 / self._crowd.pause)


class Clients:
    """All of them, in one loop."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self.told = Measured()
        self.poller = selectors.DefaultSelector()
        self.start = self.end = 0.0
        self._due: list[tuple[float, int, Client]] = []
        self._order = itertools.count()
        self._asking: set[Client] = set()

    def run(self) -> Measured:
        chance = random.Random(self.load.seed)
        self.start = time.monotonic()
        self.end = self.start + self.load.seconds
        for crowd in self.load.crowds:
            for _ in range(crowd.number):
                self._later(Client(crowd, random.Random(chance.random())), chance.uniform(0, crowd.pause))
        while True:
            now = time.monotonic()
            if now >= self.end and not self._asking:
                break
            while self._due and self._due[0][0] <= now < self.end:
                due, _, one = heapq.heappop(self._due)
                self.told.late.append(now - due)
                one.request = one.choose()
                self._begin(one)
            wait = self._due[0][0] - time.monotonic() if self._due and now < self.end else 0.2
            for key, _ in self.poller.select(max(0.0, min(wait, 0.2))):
                self._ready(key.data)
            self._give_up()
        self.told.processor = time.process_time()
        return self.told

    def _later(self, one: Client, seconds: float) -> None:
        heapq.heappush(self._due, (time.monotonic() + seconds, next(self._order), one))

    def _begin(self, one: Client, *, again: bool = False) -> None:
        assert one.request is not None
        one.begun = one.begun if again else time.monotonic()
        one.reading, one.unsent, one.kept = Reading(), memoryview(one.request.sent), one.sock is not None
        self._asking.add(one)
        if one.sock is None:
            one.sock = socket.socket()
            one.sock.setblocking(False)
            one.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with suppress(BlockingIOError):
                one.sock.connect(("127.0.0.1", self.load.port))
        self.poller.register(one.sock, selectors.EVENT_READ | selectors.EVENT_WRITE, one)
        if one.kept:
            self._ready(one)

    def _ready(self, one: Client) -> None:
        """Sends and receives what can be sent and received now."""
        sock = one.sock
        assert sock is not None
        try:
            if one.unsent:
                self._send(one, sock)
            piece = sock.recv(PIECE)
        except BlockingIOError:
            return
        except OSError as fault:
            self._lost(one, repr(fault))
            return
        if not piece:
            self._lost(one, "")
        elif one.reading.feed(piece):
            if one.reading.closes:
                self._close(one)
            self._done(one, one.reading.ended())

    def _send(self, one: Client, sock: socket.socket) -> None:
        try:
            one.unsent = one.unsent[sock.send(one.unsent) :]
        except BrokenPipeError:
            one.unsent = memoryview(b"")  # it may have answered all the same
        if not one.unsent:
            self.poller.modify(sock, selectors.EVENT_READ, one)

    def _lost(self, one: Client, fault: str) -> None:
        """The connection ended: asked again if it was kept and nothing came; an answer may end so too."""
        self._close(one)
        if one.kept and not one.reading.status:
            self._begin(one, again=True)
            return
        came = one.reading.ended()
        self._done(one, came if came.status else Came(0, fault=fault or "no answer"))

    def _done(self, one: Client, came: Came) -> None:
        assert one.request is not None
        now, kind = time.monotonic(), one.request.kind
        seconds = now - one.begun
        self.told.seconds[kind].append(seconds)
        self.told.statuses[kind, came.status] += 1
        if wrong := one.request.wrong(came, seconds):
            self.told.wrong.append(wrong)
        if seconds > 0.25 and one.request.sums:
            self.told.slow.append((now - self.start, one.request.name, seconds))
        self._asking.discard(one)
        if one.sock is not None:
            self.poller.unregister(one.sock)
        self._later(one, one.rest())

    def _close(self, one: Client) -> None:
        if one.sock is not None:
            self.poller.unregister(one.sock)
            one.sock.close()
            one.sock = None

    def _give_up(self) -> None:
        now = time.monotonic()
        for one in [one for one in self._asking if now - one.begun > MOST_SECONDS]:
            self._close(one)
            self._done(one, Came(0, fault=f"nothing within {MOST_SECONDS:.0f} s"))


def ask_for(load: Load) -> Measured:
    """Lets all clients ask; before other processes where that is allowed, as those on machines of their own would."""
    with suppress(OSError):
        os.nice(-5)
    return Clients(load).run()


def percentile(values: Sequence[float], part: float) -> float:
    """The value below which this part of the values lies; 0 without values."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else 0.0
