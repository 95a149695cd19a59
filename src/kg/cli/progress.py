"""How far long work is: a bar on a terminal, a line for each step elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from kg.cli.context import Context

__all__ = ["telling"]


@contextmanager
def telling(context: Context, steps: int) -> Iterator[Callable[[str], None]]:
    """What to tell each of so many steps to, as it begins, in English; gone from the terminal in the end."""
    if not sys.stderr.isatty():
        yield lambda message: click.echo(context.say(message), err=True)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}"))
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=steps)
        begun = 0

        def tell(message: str) -> None:
            nonlocal begun
            progress.update(task, description=context.say(message), completed=begun)
            begun += 1

        yield tell
