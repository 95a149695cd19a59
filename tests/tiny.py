"""A site over a few quads: a project and a release made on the spot, without building either."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from flask import Flask

from kg.checks.formats import report_to_json
from kg.files.project import Project, read_project
from kg.publish.release import Release, open_release
from kg.records import Report
from kg_web.app import create_app

__all__ = ["BASE", "tiny_app", "tiny_project", "tiny_release"]

BASE = "https://example.org/mini/"
_ROOT = Path(__file__).parents[1]

_TOML = """\
[graph]
version = "1.0.0"
base = "{base}"
languages = ["nl", "en"]
licence = "https://creativecommons.org/licenses/by/4.0/"
title = {{ nl = "Klein", en = "Tiny" }}

[folders]
ontology = "{root}/ontology"
data = "data"
queries = "queries"
releases = "dist"

[limits]
{limits}
"""


def tiny_project(folder: Path, limits: Mapping[str, float] | None = None) -> Project:
    """A project without data in `folder`, with these limits."""
    folder.mkdir(parents=True, exist_ok=True)
    told = "\n".join(f"{name} = {value}" for name, value in (limits or {}).items())
    (folder / "kg.toml").write_text(_TOML.format(base=BASE, root=_ROOT, limits=told), encoding="utf-8")
    return read_project(folder)


def tiny_release(folder: Path, quads: str, version: str = "1.0.0", issued: str = "") -> Release:
    """A release of these N-Quads in `folder`, issued on a day (`2026-11-26`) when that is given.

    They are written in order, as a build does.
    """
    folder.mkdir(parents=True, exist_ok=True)
    quads = "".join(sorted(f"{line}\n" for line in quads.split("\n") if line))
    content = {"leergraaf.nq": quads.encode(), "report.json": report_to_json(Report()).encode()}
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in content.items()}
    manifest = {"version": version, "digest": sums["leergraaf.nq"], "quads": quads.count("\n"), "sums": sums}
    manifest |= {"issued": issued} if issued else {}
    content["manifest.json"] = json.dumps(manifest).encode()
    for name, data in content.items():
        (folder / name).write_bytes(data)
    return open_release(folder)


def tiny_app(folder: Path, quads: str, limits: Mapping[str, float] | None = None) -> Flask:
    """The site over these N-Quads. Close it with `app.extensions["kg.sparql"].guard.close()`."""
    app = create_app(tiny_project(folder, limits), tiny_release(folder / "dist" / "1.0.0", quads))
    app.testing = True
    return app
