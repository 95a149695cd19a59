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

    Of more than `most` clients, the one that was silent longest is forgotten: it then has a full bucket again, which
    is what it would have had by now, unless so many others came in that time that this limit is not what helps.
    """

    def __init__(
        self, rate: float, burst: int, clock: Callable[[], float] = time.monotonic, most: int = _MOST_CLIENTS
    ) -> None:
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._most = most
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        """Client → what its bucket held, and when."""

    def __len__(self) -> int:
        return len(self._buckets)

    def wait(self, client: str) -> int:
        """Seconds after which this client may ask again; 0 when it may now, and then that is counted."""
        if self._rate <= 0:
            return 0
        with self._lock:
            now = self._clock()
            held, since = self._buckets.pop(client, (float(self._burst), now))
            held = min(self._burst, held + max(0.0, now - since) * self._rate)
            allowed = held >= 1
            self._buckets[client] = (held - 1 if allowed else held, now)
            if len(self._buckets) > self._most:
                self._buckets.popitem(last=False)
        return 0 if allowed else max(1, math.ceil((1 - held) / self._rate))
