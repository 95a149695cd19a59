"""JSON-LD as N-Quads, in a process of its own that is stopped when it takes too long or too much.

A context can hold contexts, and the parser works through them again for every thing: 100 kB can take minutes.
Run as a program it reads JSON-LD from standard input; broken JSON-LD ends it with 3 and the reason.
"""

from __future__ import annotations

import resource
import subprocess
import sys

import pyoxigraph as ox

__all__ = ["SECONDS", "BrokenJsonLd", "SlowJsonLd", "as_nquads"]

SECONDS = 20.0
_BYTES = 2 * 1024**3
_MOST_CPU = 60
"""Seconds of work after which it ends by itself, should nobody be there to stop it."""
_BROKEN = 3


class BrokenJsonLd(ValueError):
    """The parser does not understand it."""


class SlowJsonLd(ValueError):
    """It takes longer, or more memory, than a file may."""


def as_nquads(text: str, seconds: float = SECONDS) -> str:
    """The statements of JSON-LD without contexts elsewhere. Raises BrokenJsonLd or SlowJsonLd."""
    try:
        ran = subprocess.run(
            [sys.executable, "-P", "-m", "kg.exchange.imports.json_ld"],
            input=text.encode("utf-8", "surrogatepass"),
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise SlowJsonLd from None
    if ran.returncode == _BROKEN:
        raise BrokenJsonLd(ran.stderr.decode("utf-8", "replace").strip())
    if ran.returncode != 0:
        raise SlowJsonLd
    return ran.stdout.decode("utf-8")


def _main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_BYTES, _BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (_MOST_CPU, _MOST_CPU))
    try:
        quads = ox.parse(input=sys.stdin.buffer, format=ox.RdfFormat.JSON_LD)
        ox.serialize(quads, sys.stdout.buffer, format=ox.RdfFormat.N_QUADS)
    except (SyntaxError, ValueError) as error:
        sys.stderr.write(str(error))
        sys.exit(_BROKEN)


if __name__ == "__main__":
    _main()
