"""Where SPARQL servers differ from the standard, read from `dialects.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

__all__ = ["STANDARD", "Dialect", "dialect_of", "dialects"]


@dataclass(frozen=True, slots=True)
class Dialect:
    """What is particular about one kind of server; the defaults are what the standard says."""

    name: str
    server: str = ""
    """How its `Server` header begins."""
    update: str = ""
    """Where updates go, beside the address for queries; empty for the same address."""
    graph_store: str = ""
    """Where graphs are put (SPARQL 1.1 Graph Store HTTP Protocol); empty where that is not known."""
    digest: bool = False
    """Whether a name and a password are told by digest authentication."""
    dataset: str = "protocol"
    """How the graphs of a query are told: by the `protocol` or in the text (`from`)."""
    booleans: str = "terms"
    """What is true or false comes out as: `terms`, or the `numbers` 1 and 0."""
    iris: str = "terms"
    """What an IRI that a query names in VALUES comes out as: `terms`, or `strings` in a UNION."""
    durations: str = "terms"
    """What years and months come out as: `terms`, or a number of `months`."""
    faults: Sequence[int] = (400,)
    """HTTP statuses that say that a query is at fault."""
    cut: str = ""
    """The header that tells that an answer was cut; empty for a server that never cuts one."""

    @property
    def plain(self) -> bool:
        """Whether tables can be handed on as the server writes them."""
        return self.booleans == self.iris == self.durations == "terms" and not self.cut


STANDARD = Dialect("SPARQL 1.1")
"""A server about which nothing particular is known."""


@cache
def dialects() -> Mapping[str, Dialect]:
    """Every kind of server that is known, by its key in the file."""
    text = files("kg.graph").joinpath("dialects.toml").read_text(encoding="utf-8")
    return {key: Dialect(**told) for key, told in tomllib.loads(text).items()}


def dialect_of(server: str) -> Dialect:
    """The kind of server that calls itself so in its `Server` header."""
    found = (dialect for dialect in dialects().values() if server.lower().startswith(dialect.server.lower()))
    return next(found, STANDARD)
