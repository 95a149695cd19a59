"""How long the server takes over a search and over suggestions, on the shipped graph and on made-up names.

python tests/bench/searching.py --names 20000
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from flask import Flask

import kg
from kg.files.project import read_project
from kg.graph.match import index_of
from kg.graph.store import Store
from kg.graph.texts import texts_of
from kg.names import OUTSIDE, lg
from kg.publish.build import ensure_release
from kg_web.app import create_app

sys.path += [str(Path(__file__).parents[1]), str(Path(__file__).parent)]
from matching import NAMES, made_up

from misspelling import misspelt
from tiny import BASE, tiny_app

ROOT = Path(__file__).parents[2]


def questions(app: Flask, count: int) -> dict[str, list[str]]:
    """What people type: words, misspelt names, codes, beginnings of words, single letters, and what is nowhere."""
    chance = random.Random(1)
    index = app.extensions["kg"].index
    names = [(shelf.language, known.iri, known.text) for shelf in index.shelves for known in shelf.names]
    words = [word for shelf in index.shelves for word in shelf.vocabulary]
    wrong = [asked for *_, asked in misspelt(chance.sample(names, min(len(names), count * 2)))]
    return {
        "one word": chance.choices(words, k=count),
        "two words": [" ".join(chance.choices(words, k=2)) for _ in range(count)],
        "a beginning": [word[: chance.randint(2, 5)] for word in chance.choices(words, k=count)],
        "a misspelt name": wrong[:count],
        "a code": [chance.choice(list(index.by_code)).replace("-", "") for _ in range(count)],
        "one letter": list("abcdefghijklmnopqrstuvwxyz"),
        "nowhere": ["".join(chance.choices("qxzjv", k=9)) for _ in range(count)],
        "two hundred letters": [" ".join(chance.choices(words, k=40))[:200] for _ in range(count)],
    }


def told(name: str, app: Flask, count: int) -> None:
    """Prints the time of each kind of question, for the page, its data and the suggestions."""
    site = app.test_client()
    store = app.extensions["kg"].store
    made = min(timed(lambda: texts_of(store)) for _ in range(3))
    print(f"{name}: {len(texts_of(store).texts):,} texts, index made in {made:.0f} ms; median, 95% and longest in ms")
    for kind, asked in questions(app, count).items():
        line = f"  {kind:20}"
        for what in ("/suggest?lang=nl&q=", "/nl/zoek?q=", "/search.json?lang=nl&q="):
            times = sorted(timed(lambda: site.get(what + quote(text))) for text in asked)  # noqa: B023
            shown = (times[len(times) // 2], times[int(len(times) * 0.95)], times[-1])
            line += f"   {what.split('?')[0]} {' '.join(f'{milliseconds:.1f}' for milliseconds in shown)}"
        print(line)


def as_lines(store: Store) -> str:
    """The made-up names as N-Quads below the base of the site, every thing with its class."""
    things = {quad.subject for quad in store}
    kinds = [f"{thing} <{OUTSIDE['rdf']}type> <{lg('Competence')}> ." for thing in sorted(things, key=str)]
    return "\n".join([*kinds, *(f"{quad} ." for quad in store), ""]).replace(NAMES.base, BASE)


def timed(call: Callable[[], object]) -> float:
    """Milliseconds that a call takes."""
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


def main() -> None:
    """Measures both graphs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--names", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=100)
    arguments = parser.parse_args()
    project = read_project(ROOT)
    told("shipped graph", create_app(project, ensure_release(project)), arguments.runs)
    store = made_up(index_of(kg.load(ROOT).store), arguments.names, 1)
    with TemporaryDirectory() as folder:
        app = tiny_app(Path(folder), as_lines(store))
        told("made-up graph", app, arguments.runs)
        app.extensions["kg.sparql"].guard.close()


if __name__ == "__main__":
    main()
