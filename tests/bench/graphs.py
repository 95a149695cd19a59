"""Made-up graphs of any size for the bench, and releases of them that can be served without being built."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pyoxigraph as ox
from places import DATA

from kg.checks.formats import report_to_json
from kg.editing.generated.forms import FORMS
from kg.editing.generated.stream import BASE, Generated
from kg.files.project import Project, read_project
from kg.graph.store import Store
from kg.names import Names
from kg.publish.dumps import dumps
from kg.publish.feed_index import feed_index
from kg.publish.place import write
from kg.publish.release import FEED_INDEX, LAYOUT, MANIFEST, REPORT, STORE, Release, ReleaseFile, manifest_of
from kg.records import Report

_SETTINGS = """\
[graph]
version = "1.0.0"
base = "{base}"
title = {{ nl = "Meting", en = "Bench" }}
languages = ["nl", "en"]
licence = "https://creativecommons.org/licenses/by/4.0/"
"""


def quads(triples: int) -> Path:
    """The N-Quads of the graph of this size, made when they are not there."""
    path = DATA / f"{triples}.nq"
    if not path.is_file():
        DATA.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".part")
        with beside.open("w", encoding="utf-8") as file:
            file.writelines(FORMS["nq"](Generated(triples, 1).parts()))
        beside.replace(path)
    return path


def sectors(triples: int) -> int:
    """How many sectors that graph has: codes run from 1 to this number."""
    return Generated(triples, 1).sectors


def on_disk(triples: int) -> Path:
    """The same graph as a compacted Oxigraph store on disk."""
    folder = DATA / f"{triples}.store"
    if not folder.is_dir():
        beside = DATA / f"{triples}.store.part"
        engine = ox.Store(str(beside))
        engine.bulk_load(path=str(quads(triples)), format=ox.RdfFormat.N_QUADS)
        engine.optimize()
        engine.flush()
        del engine
        beside.replace(folder)
    return folder


def in_order(triples: int) -> Path:
    """The same graph as the N-Quads of a release, where all that is said of a subject stands together."""
    path = DATA / f"{triples}.ordered.nq"
    if not path.is_file():
        beside = path.with_suffix(".part")
        with beside.open("wb") as file:
            dumps(Store(Names(BASE), folder=on_disk(triples)), "graph", {})["graph.nq"](file)
        beside.replace(path)
    return path


def project(triples: int) -> Project:
    """A project whose release holds that graph, as if it had just been built; its checks are not run."""
    root = DATA / f"{triples}.project"
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    (root / "kg.toml").write_text(_SETTINGS.format(base=BASE), encoding="utf-8")
    made = read_project(root)
    folder = root / "dist" / "1.0.0"
    folder.mkdir(parents=True)
    (folder / "bench.nq").hardlink_to(in_order(triples))
    (folder / STORE).symlink_to(on_disk(triples))
    as_release(made, folder)
    return made


def as_release(made: Project, folder: Path) -> Release:
    """The folder as a release of the version that it is called after, with the N-Quads that are in it."""
    with (folder / "bench.nq").open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        count = sum(piece.count(b"\n") for piece in iter(lambda: file.read(1 << 24), b""))
        size = file.tell()
    report = report_to_json(Report()).encode()
    files = (
        ReleaseFile("bench.nq", "application/n-quads", size, digest, folder / "bench.nq"),
        _file(folder, REPORT, report),
    )
    release = Release(folder, folder.name, made.digest(), count, described=files, layout=LAYOUT)
    told = {REPORT: report, FEED_INDEX: feed_index(release), MANIFEST: json.dumps(manifest_of(release)).encode()}
    write(folder, told)
    return release


def _file(folder: Path, name: str, content: bytes) -> ReleaseFile:
    return ReleaseFile(name, "application/json", len(content), hashlib.sha256(content).hexdigest(), folder / name)
