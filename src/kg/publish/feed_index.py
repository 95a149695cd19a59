"""Where the N-Quads of a release tell of each subject, and the sums of what they tell: what the event stream reads.

A build writes it beside the N-Quads. With it two releases are compared, and a page is made, without reading the
statements of any other subject.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise
from struct import Struct
from typing import IO

from kg.errors import ReleaseError
from kg.publish.release import FEED_INDEX, Release, unreadable, wrong_sum

__all__ = ["Action", "Subjects", "feed_index", "name_in", "subjects_of", "sum_of"]

_ENTRY = Struct(">QI10s10s10s")
"""Where the lines of a subject begin and how many bytes they are; the sum of the subject for each action, in order."""
_FIRST_SUM, _SUM = 12, 10
_HEAD = 32
"""Bytes at the beginning: the SHA-256 of the N-Quads' own sum and all entries."""
_NAME = 256
"""Bytes that hold the name of a subject, mostly."""


class Action(IntEnum):
    """What happened to a subject; the number is the place of its sum in an entry."""

    CREATED = 0
    UPDATED = 1
    DELETED = 2

    @property
    def word(self) -> str:
        """As Activity Streams 2.0 calls it."""
        return ("Create", "Update", "Delete")[self]


@dataclass(frozen=True, slots=True)
class Subjects:
    """The subjects of a release, known by their place in the order of their IRIs; blank nodes come first."""

    release: Release
    entries: bytes

    def __len__(self) -> int:
        return len(self.entries) // _ENTRY.size

    def sum(self, place: int, action: Action) -> bytes:
        """The sum of this subject with all that is said of it; of a deleted one that of its name alone."""
        start = place * _ENTRY.size + _FIRST_SUM + action * _SUM
        return self.entries[start : start + _SUM]

    def sums(self, action: Action) -> list[bytes]:
        """The same for every subject, in their order."""
        first = _FIRST_SUM + action * _SUM
        return [self.entries[start : start + _SUM] for start in range(first, len(self.entries), _ENTRY.size)]

    def not_in(self, other: Subjects, action: Action) -> list[int]:
        """The places of the subjects of which the other release has no such sum."""
        known = set(other.sums(action))
        return [place for place, own in enumerate(self.sums(action)) if own not in known]

    def place_of(self, wanted: bytes, action: Action) -> int | None:
        """The place of the subject that has this sum for this action; None when there is none."""
        first = _FIRST_SUM + action * _SUM
        start = self.entries.find(wanted)
        while start >= 0 and start % _ENTRY.size != first:
            start = self.entries.find(wanted, start + 1)
        return start // _ENTRY.size if start >= 0 else None

    def names(self, places: Iterable[int]) -> Iterator[str]:
        """The IRI of each of these subjects, `_:name` for a blank node. Raises ReleaseError when the file changed."""
        with self._file() as file:
            for place in places:
                start, length, *_ = _ENTRY.unpack_from(self.entries, place * _ENTRY.size)
                piece = os.pread(file.fileno(), min(length, _NAME), start)
                if b" " not in piece:
                    piece = os.pread(file.fileno(), length, start)
                name = name_in(piece)
                if sum_of(Action.DELETED, name) != self.sum(place, Action.DELETED):
                    raise self._damaged()
                yield name.decode()

    def lines(self, places: Iterable[int]) -> Iterator[bytes]:
        """The lines of N-Quads of each of these subjects. Raises ReleaseError when the file changed."""
        with self._file() as file:
            for place in places:
                start, length, *_ = _ENTRY.unpack_from(self.entries, place * _ENTRY.size)
                block = os.pread(file.fileno(), length, start)
                if sum_of(Action.CREATED, name_in(block), block) != self.sum(place, Action.CREATED):
                    raise self._damaged()
                yield block

    def _file(self) -> IO[bytes]:
        return _opened(self.release)

    def _damaged(self) -> ReleaseError:
        file = self.release.quads_file
        return wrong_sum(file.path, file.name)


def sum_of(action: Action, subject: bytes, lines: bytes = b"") -> bytes:
    """What a version of a subject is known by: the sum of the action, its name and its lines without their ends."""
    content = lines.replace(b" .\n", b"\n").removesuffix(b"\n")
    text = b"\n".join((action.word.encode(), subject, *((content,) if content else ())))
    return hashlib.sha256(text).digest()[:_SUM]


def name_in(line: bytes) -> bytes:
    """The subject of a line: an IRI without its brackets, or a blank node as it stands."""
    return line.partition(b" ")[0].removeprefix(b"<").removesuffix(b">")


def subjects_of(release: Release) -> Subjects:
    """The subjects of a release, by the index that was written when it was built.

    For a release from before there was one its N-Quads are read from begin to end. Raises ReleaseError when the
    index or the N-Quads are damaged.
    """
    path = release.folder / FEED_INDEX
    if not path.is_file():
        return Subjects(release, feed_index(release)[_HEAD:])
    try:
        content = path.read_bytes()
    except OSError as fault:
        raise unreadable(path, fault, FEED_INDEX) from None
    if content[:_HEAD] != _head(release, content[_HEAD:]):
        raise wrong_sum(path, FEED_INDEX)
    return Subjects(release, content[_HEAD:])


def feed_index(release: Release) -> bytes:
    """The index as a file: its own sum, and an entry for every subject.

    The N-Quads are read once, a line at a time. Raises ReleaseError when their sum is wrong, or when what they say of a
    subject does not stand together, as a build writes it.
    """
    found: list[tuple[bytes, bytes]] = []
    total, start = hashlib.sha256(), 0
    with _opened(release) as file:
        for name, block in _blocks(file):
            total.update(block)
            sums = (sum_of(Action.CREATED, name, block), sum_of(Action.UPDATED, name, block))
            found.append((name, _ENTRY.pack(start, len(block), *sums, sum_of(Action.DELETED, name))))
            start += len(block)
    path = release.quads_file.path
    if total.hexdigest() != release.quads_file.sha256:
        raise wrong_sum(path, release.quads_file.name)
    found.sort(key=lambda one: (not one[0].startswith(b"_:"), one[0]))
    if any(one[0] == other[0] for one, other in pairwise(found)):
        raise ReleaseError("{path}: the statements are not in order.", "Build again with `kg build`.", path=path)
    entries = b"".join(entry for _, entry in found)
    return _head(release, entries) + entries


def _head(release: Release, entries: bytes) -> bytes:
    return hashlib.sha256(release.quads_file.sha256.encode() + entries).digest()


def _blocks(file: IO[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """The name of each subject, and its lines."""
    held: list[bytes] = []
    begins = b""
    for line in file:
        if held and not line.startswith(begins):
            yield name_in(begins), b"".join(held)
            held.clear()
        if not held:
            begins = line.partition(b" ")[0] + b" "
        held.append(line)
    if held:
        yield name_in(begins), b"".join(held)


def _opened(release: Release) -> IO[bytes]:
    path = release.quads_file.path
    try:
        return path.open("rb")
    except OSError as fault:
        raise unreadable(path, fault, release.quads_file.name) from None
