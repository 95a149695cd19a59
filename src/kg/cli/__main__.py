"""`python -m kg.cli` is the command `kg`."""

from __future__ import annotations

from kg.cli.main import main

__all__ = ["main"]

main()
