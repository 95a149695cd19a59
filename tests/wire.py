"""A request written out beforehand, and its answer, summed while it comes in over a plain socket."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

__all__ = ["MOST_SECONDS", "Came", "Reading", "Request"]

MOST_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Request:
    """Something to ask, and how it may be answered."""

    kind: str
    name: str
    sent: bytes
    sums: frozenset[str] = frozenset()
    """SHA-256 of each body it may get; empty for a hostile query."""
    statuses: frozenset[int] = frozenset()
    """The statuses a hostile query may get, beside 503."""
    within: float = MOST_SECONDS
    """Seconds in which a hostile query is refused; an answer may take longer to be taken in."""

    def wrong(self, came: Came, seconds: float) -> str:
        """What is wrong with an answer; empty when nothing is."""
        if came.fault:
            return f"{self.name}: {came.fault}"
        if self.sums:
            fits = came.status == 200 and came.whole and came.sha256 in self.sums
            return "" if fits or (came.status == 503 and came.again) else f"{self.name}: {came.status}"
        late = seconds > self.within and came.status not in {200, 503}
        fits = came.status in self.statuses | {503} and not late
        return "" if fits else f"{self.name}: {came.status} in {seconds:.2f} s"


@dataclass(frozen=True, slots=True)
class Came:
    """An answer as it came."""

    status: int
    sha256: str = ""
    whole: bool = False
    again: bool = False
    """Whether it says when to come back."""
    fault: str = ""


class Reading:
    """An answer that is coming in (RFC 9112)."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._sum = hashlib.sha256()
        self._left = -1
        """Bytes of the body, or of this chunk and its end, that are to come; -1 when that is not known yet."""
        self._chunked = False
        self.status = 0
        self.again = self.closes = self.whole = False

    def feed(self, piece: bytes) -> bool:
        """Takes what came in; whether the answer is whole now."""
        self._held += piece
        if not self.status and not self._head():
            return False
        while not self.whole and (self._chunk() if self._chunked else self._plain()):
            pass
        return self.whole

    def ended(self) -> Came:
        """The answer as far as it came."""
        if self.status and not self._chunked and self._left < 0:
            self.whole = True  # nothing but the end of the connection tells how long it is
        return Came(self.status, self._sum.hexdigest(), self.whole, self.again)

    def _head(self) -> bool:
        end = self._held.find(b"\r\n\r\n")
        if end < 0:
            return False
        first, *lines = bytes(self._held[:end]).split(b"\r\n")
        del self._held[: end + 4]
        told = {name.strip().lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}
        self.status = int(first.split()[1])
        self.again = b"retry-after" in told
        self.closes = told.get(b"connection", b"").lower() == b"close"
        self._chunked = told.get(b"transfer-encoding", b"").lower() == b"chunked"
        if b"content-length" in told:
            self._left = int(told[b"content-length"])
        return True

    def _plain(self) -> bool:
        self._sum.update(self._held)
        if self._left >= 0:
            self._left -= len(self._held)
            self.whole = self._left <= 0
        self._held.clear()
        return False

    def _chunk(self) -> bool:
        if self._left < 0:
            end = self._held.find(b"\r\n")
            if end < 0:
                return False
            self._left = int(bytes(self._held[:end]).split(b";")[0], 16)
            del self._held[: end + 2]
        if len(self._held) < self._left + 2:
            return False
        self._sum.update(memoryview(self._held)[: self._left])
        self.whole = self._left == 0
        del self._held[: self._left + 2]
        self._left = -1
        return True
