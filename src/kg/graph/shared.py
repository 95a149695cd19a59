"""Memory in which a worker lays down an answer, and from which the server takes it: copied once, and not four times."""

from __future__ import annotations

import fcntl
import mmap
import os

__all__ = ["SIZE", "made", "mapped"]

SIZE = 512 * 1024
"""Bytes of such a memory: what the server holds back of an answer. A longer one is sent."""


def made() -> tuple[mmap.mmap, int] | None:
    """New memory and the descriptor to give it away by; None where the system has none that can be given safely.

    Its size is sealed: a mapping of what another process made shorter would end the process that reads it.
    """
    if not hasattr(os, "memfd_create") or not hasattr(fcntl, "F_ADD_SEALS"):
        return None
    descriptor = -1
    try:
        descriptor = os.memfd_create("answer", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        os.posix_fallocate(descriptor, 0, SIZE)  # what there is no room for is known now, and not amid an answer
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, _seals())
        return mmap.mmap(descriptor, SIZE), descriptor
    except OSError:
        if descriptor >= 0:
            os.close(descriptor)
        return None


def mapped(descriptor: int) -> mmap.mmap | None:
    """The memory that was given by this descriptor, to be read; None when it is not sealed or has no room here."""
    try:
        sealed = fcntl.fcntl(descriptor, fcntl.F_GET_SEALS) & _seals() == _seals()
        if not sealed or os.fstat(descriptor).st_size != SIZE:
            return None
        return mmap.mmap(descriptor, SIZE, access=mmap.ACCESS_READ)
    except OSError:
        return None


def _seals() -> int:
    return fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL
