"""How often one client may ask: a bucket for each, in memory that does not grow with the number of clients."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

__all__ = ["Throttle"]

_MOST_CLIENTS = 20_000


class Throttle:
    """Buckets that hold at most `burst` requests and fill with `rate` a second; a request takes one.

    No more than `at_once` of a client are answered at the same time: a slow reader holds a thread for as long.
    Of more than `most` clients, the one that was silent longest is forgotten: it then has a full bucket again, which
    is what it would have had by now, unless so many others came in that time that this limit is not what helps.
    """

    def __init__(
        self,
        rate: float,
        burst: int,
        at_once: int = 0,
        clock: Callable[[], float] = time.monotonic,
        most: int = _MOST_CLIENTS,
    ) -> None:
        self._rate = rate
        self._burst = burst
        self._at_once = at_once
        self._clock = clock
        self._most = most
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        """Client → what its bucket held, and when."""
        self._answering: dict[str, int] = {}
        """Client → how many of its requests are being answered; nobody is in it for whom that is none."""

    def __len__(self) -> int:
        return len(self._buckets)

    def wait(self, client: str) -> int:
        """Seconds after which this client may ask again; 0 when it may now: then `leave` must follow its answer."""
        with self._lock:
            answering = self._answering.get(client, 0)
            if 0 < self._at_once <= answering:
                return 1
            seconds = self._taken(client) if self._rate > 0 else 0
            if not seconds:
                self._answering[client] = answering + 1
            return seconds

    def leave(self, client: str) -> None:
        """A request of this client was answered."""
        with self._lock:
            left = self._answering.pop(client, 0) - 1
            if left > 0:
                self._answering[client] = left

    def _taken(self, client: str) -> int:
        """Takes a request from a bucket; the seconds until there is one in it."""
        now = self._clock()
        held, since = self._buckets.pop(client, (float(self._burst), now))
        held = min(self._burst, held + max(0.0, now - since) * self._rate)
        allowed = held >= 1
        self._buckets[client] = (held - 1 if allowed else held, now)
        if len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        return 0 if allowed else max(1, math.ceil((1 - held) / self._rate))
