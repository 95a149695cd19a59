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
from kg.publish.place import write
from kg.publish.release import LAYOUT, MANIFEST, REPORT, STORE, Release, ReleaseFile, manifest_of
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


def project(triples: int) -> Project:
    """A project whose release holds that graph, as if it had just been built; its checks are not run."""
    root, source = DATA / f"{triples}.project", quads(triples)
    shutil.rmtree(root, ignore_errors=True)
    folder = root / "dist" / "1.0.0"
    folder.mkdir(parents=True)
    (root / "kg.toml").write_text(_SETTINGS.format(base=BASE), encoding="utf-8")
    (folder / "bench.nq").hardlink_to(source)
    (folder / STORE).symlink_to(on_disk(triples))
    with source.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        count = sum(piece.count(b"\n") for piece in iter(lambda: file.read(1 << 24), b""))
    made, report = read_project(root), report_to_json(Report()).encode()
    files = (
        ReleaseFile("bench.nq", "application/n-quads", source.stat().st_size, digest, folder / "bench.nq"),
        _file(folder, REPORT, report),
    )
    release = Release(folder, "1.0.0", made.digest(), count, described=files, layout=LAYOUT)
    write(folder, {REPORT: report, MANIFEST: json.dumps(manifest_of(release)).encode()})
    return made


def _file(folder: Path, name: str, content: bytes) -> ReleaseFile:
    return ReleaseFile(name, "application/json", len(content), hashlib.sha256(content).hexdigest(), folder / name)
