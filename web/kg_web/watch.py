"""What one server process knows of its own condition: told by `/health`, and reason to be passed over at `/ready`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask import request

from kg.errors import KgError

__all__ = ["IN_ENVIRONMENT", "Watch", "watch"]

IN_ENVIRONMENT = "kg.watch"
"""Where a request finds the condition of the process that answers it."""


@dataclass(slots=True)
class Watch:
    """One for each process, over all releases it serves; written by whoever notices, read by `/health` and `/ready`."""

    unbuilt: KgError | None = None
    """Why the server began with another release than that of the files as they were then."""
    refused: KgError | None = None
    """Why the release that is in place is not the one that is served."""
    damaged: Mapping[str, KgError] = field(default_factory=dict)
    """File of the release that is served → what is wrong with it on the disk; what is in memory is sound."""
    stopping: Callable[[], bool] = lambda: False
    """Whether the server was asked to stop: what has begun is finished, new requests had better go elsewhere."""

    def faults(self) -> list[KgError]:
        """What somebody should look at, in a fixed order."""
        told = {str(fault): fault for fault in (self.unbuilt, self.refused) if fault}
        return [*told.values(), *(self.damaged[name] for name in sorted(self.damaged))]


def watch() -> Watch:
    """The condition of this process; a sound one where nobody watches, as in a program that embeds the site."""
    found = request.environ.get(IN_ENVIRONMENT)
    return found if isinstance(found, Watch) else Watch()
