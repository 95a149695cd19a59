"""A stranger harvests three releases from the running site, and ends with exactly their statements."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest

from kg.editing.changes import deprecate, rename
from kg.editing.draft import Draft, open_draft
from kg.files.project import Project
from kg.publish.build import build
from kg.publish.release import Release
from kg.text import Words
from kg_web.app import create_app
from minis import mini_copy, replaced
from node import LDES_CLIENT, NODE, missing
from serving import listening
from stranger import QUADS, Replica, Visitor, Walk, download, listed

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


def test_the_stranger_knows_nothing_of_this_project() -> None:
    tree = ast.parse((Path(__file__).parent / "stranger.py").read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    modules = {alias.name for node in imports for alias in node.names}
    modules |= {node.module or "" for node in imports if isinstance(node, ast.ImportFrom)}
    assert not [name for name in modules if name.partition(".")[0] in {"kg", "kg_web", "flask", "werkzeug"}]


@dataclass
class Site:
    """A site that can be given a newer release while it runs."""

    project: Project
    releases: list[Release]
    address: str = ""
    application: Any = None

    def serve(self, number: int) -> None:
        """Serves release `number`, from 0."""
        self.application = create_app(self.project, self.releases[number])

    def quads(self, number: int) -> set[ox.Quad]:
        """What a release holds, read from its own file."""
        return set(ox.parse(path=self.releases[number].quads_file.path, format=ox.RdfFormat.N_QUADS))

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return self.application(environ, start_response)


def second(draft: Draft) -> None:
    """A new thing, a new name, and a thing that is no longer in use."""
    names = draft.project.names
    first, ended, new = (names.thing("assessment", code) for code in ("as-01", "as-02", "as-03"))
    for path, triples in draft.about(ended).items():
        for triple in triples:
            value = ox.Literal("as-03") if triple.object == ox.Literal("as-02") else triple.object
            draft.add(path, ox.Triple(ox.NamedNode(new), triple.predicate, value))
    rename(draft, first, Words({"nl": "meetexamen", "en": "measuring exam"}))
    deprecate(draft, ended, by=new, why=Words({"nl": "Opgevolgd.", "en": "Succeeded."}))


def third(draft: Draft) -> None:
    """What was deprecated goes, and a thing loses one of its links."""
    names = draft.project.names
    for triples in draft.about(names.thing("assessment", "as-02")).values():
        for triple in triples:
            draft.remove(triple)
    kept = names.thing("assessment", "as-01")
    links = [t for triples in draft.about(kept).values() for t in triples if t.predicate.value.endswith("#assesses")]
    draft.remove(links[-1])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    project = mini_copy(tmp_path_factory.mktemp("harvest"))
    at: tuple[str, str] = ("1.0.0", "")
    releases = []
    steps: list[tuple[str, str, Callable[[Draft], None] | None]] = [
        ("0.1.0", "2026-01-05", None),
        ("0.2.0", "2026-02-01", second),
        ("0.3.0", "2026-02-01", third),
    ]
    for version, day, change in steps:
        before = f'version = "{at[0]}"' + (f'\nissued = "{at[1]}"' if at[1] else "")
        project = replaced(project, "kg.toml", before, f'version = "{version}"\nissued = "{day}"')
        at = (version, day)
        if change:
            draft = open_draft(project)
            change(draft)
            draft.save()
        releases.append(build(project))
    made = Site(project, releases)
    made.serve(2)
    with listening(made) as made.address:
        yield made


def test_the_releases_differ_in_every_way(site: Site) -> None:
    first, second, third = (site.quads(number) for number in range(3))
    assert second - first
    assert first - second
    assert second - third
    gone = {quad.subject for quad in second} - {quad.subject for quad in third}
    assert [iri.value.rpartition("/")[2] for iri in gone] == ["as-02"]


# The event stream


@pytest.mark.parametrize("number", [0, 1, 2])
def test_following_the_event_stream_gives_exactly_the_release(site: Site, number: int) -> None:
    site.serve(number)
    replica = Replica(Visitor(site.address), "/ldes")
    replica.follow()
    assert replica.quads() == site.quads(number)


def test_following_it_again_transfers_no_body(site: Site) -> None:
    site.serve(2)
    visitor = Visitor(site.address)
    replica = Replica(visitor, "/ldes")
    replica.follow()
    assert visitor.received > 0
    visitor.begin()
    replica.follow()
    assert (visitor.requests, visitor.received) == (2, 0)
    assert replica.quads() == site.quads(2)


def test_a_new_release_transfers_only_what_it_changed(site: Site) -> None:
    site.serve(0)
    visitor = Visitor(site.address)
    replica = Replica(visitor, "/ldes")
    replica.follow()
    whole, known = visitor.received, set(replica.versions)
    for number in (1, 2):
        site.serve(number)
        visitor.begin()
        replica.follow()
        assert replica.quads() == site.quads(number)
        older, newer = site.quads(number - 1), site.quads(number)
        changed = {quad.subject for quad in older ^ newer}
        new = set(replica.versions) - known
        assert {replica.versions[iri].of for iri in new} == changed
        known |= new
        assert len([address for address in visitor.bodies if "/pages/" in address]) == 1
        assert visitor.received < whole / 5


# The sitemap


@pytest.mark.parametrize("number", [0, 2])
def test_walking_the_sitemap_gives_exactly_the_release(site: Site, number: int) -> None:
    site.serve(number)
    assert Walk(Visitor(site.address)).quads() == site.quads(number)


def test_walking_it_again_transfers_no_body_and_a_new_release_only_what_it_changed(site: Site) -> None:
    site.serve(0)
    visitor = Visitor(site.address)
    walk = Walk(visitor)
    walk.quads()
    whole = {address for address, accept in visitor.copies if accept == QUADS}
    visitor.begin()
    assert walk.quads() == site.quads(0)
    assert visitor.requests > 100
    assert (visitor.received, visitor.bodies) == (0, [])
    site.serve(1)
    visitor.begin()
    assert walk.quads() == site.quads(1)
    changed = {quad.subject.value for quad in site.quads(0) ^ site.quads(1)}
    changed |= {getattr(quad.object, "value", "") for quad in site.quads(0) ^ site.quads(1)}
    sent = {address.rpartition("/")[2] for address in visitor.bodies if "/doc/" in address}
    assert sent <= {iri.rpartition("/")[2] for iri in changed}
    assert len(sent) < len(whole) / 4


# The dump


@pytest.mark.parametrize("number", [0, 2])
def test_the_dump_is_exactly_the_release(site: Site, number: int) -> None:
    site.serve(number)
    visitor = Visitor(site.address)
    assert download(visitor, listed(visitor, "/downloads")) == site.quads(number)
    visitor.begin()
    assert download(visitor, listed(visitor, "/downloads")) == site.quads(number)
    assert (visitor.requests, visitor.received) == (2, 0)


# The client that those who wrote the specification made


_ABBREVIATED = re.compile(r"^(<\S+> <\S+>) (?:(true|false)|([+-]?\d+)|([+-]?\d*\.\d+)) ((?:<\S+> )?\.)$", re.MULTILINE)
_TYPES = ("boolean", "integer", "decimal")


def _in_full(found: re.Match[str]) -> str:
    """The client prints numbers as Turtle does; N-Quads wants them with their datatype."""
    values = zip(found.groups()[1:4], _TYPES, strict=True)
    value, name = next((value, name) for value, name in values if value)
    return f'{found[1]} "{value}"^^<http://www.w3.org/2001/XMLSchema#{name}> {found[5]}'


def replicated(address: str, *options: str) -> list[ox.Quad]:
    command = [NODE, str(LDES_CLIENT), address, *options]
    ran = subprocess.run(command, check=False, capture_output=True, text=True, encoding="utf-8", timeout=120)
    assert ran.returncode == 0, ran.stderr
    return list(ox.parse(_ABBREVIATED.sub(_in_full, ran.stdout), format=ox.RdfFormat.N_QUADS))


def test_a_standard_client_ends_with_exactly_the_release(site: Site) -> None:
    if missing(NODE, LDES_CLIENT):
        return
    site.serve(2)
    quads = replicated(f"{site.address}/ldes", "--materialize", "--last-version-only")
    assert {quad for quad in quads if quad.graph_name != ox.DefaultGraph()} == site.quads(2)


def test_a_standard_client_meets_the_versions_in_order(site: Site) -> None:
    if missing(NODE, LDES_CLIENT):
        return
    site.serve(2)
    quads = replicated(f"{site.address}/ldes", "--ordered", "ascending", "--materialize")
    moments = [quad.object.value for quad in quads if quad.predicate.value.endswith("#generatedAtTime")]
    assert moments == sorted(moments)
    assert len(set(moments)) == 3
