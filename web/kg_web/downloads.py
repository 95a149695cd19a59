"""The files of a release: what there is, with sizes and sums, and the files themselves, whole or in part."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.http import is_resource_modified, quote_etag
from werkzeug.wrappers import Response as AnyResponse
from werkzeug.wsgi import wrap_file

from kg.publish.release import MANIFEST, PROGRAM, ReleaseFile
from kg.table import Table
from kg.text import nearest
from kg_web.errors import Choice, Fault, problem
from kg_web.formats import CSV, HTML, JSON, negotiated
from kg_web.headers import conditional, issued
from kg_web.reader import Reader
from kg_web.state import state
from kg_web.things import text_answer
from kg_web.urls import language
from kg_web.watch import watch
from kg_web.words import N_

__all__ = ["Download", "blueprint", "downloads"]

_SUMS = "SHA256SUMS"
_CODINGS = {"gzip": "application/gzip", "zstd": "application/zstd"}
"""Compression of a file → its media type when it is fetched as it is; the name of the coding is the same in HTTP."""
_BESIDE = {_SUMS: "text/plain", MANIFEST: "application/json", PROGRAM: "application/vnd.cyclonedx+json"}
"""Files that tell of the others, or of what made them, and so are not in the manifest."""

blueprint = Blueprint("downloads", __name__)


@dataclass(frozen=True, slots=True)
class Download:
    """One file in every way it is packed."""

    plain: ReleaseFile
    packed: tuple[ReleaseFile, ...]


def downloads() -> list[Download]:
    """The files of the release that is served, each with its packed forms; those of the whole graph first."""
    files = state().release.files()
    packed: dict[str, list[ReleaseFile]] = {}
    for file in files:
        if file.compression:
            packed.setdefault(file.name.rpartition(".")[0], []).append(file)
    plain = [file for file in files if not file.compression]
    plain.sort(key=lambda file: ("/" in file.name, file.name))
    return [Download(file, tuple(packed.get(file.name, ()))) for file in plain]


@blueprint.get("/downloads", strict_slashes=False, defaults={"suffix": ""})
@blueprint.get("/downloads.<suffix>")
def index(suffix: str) -> AnyResponse:
    """The files of the release, with media type, size and SHA-256."""
    form = negotiated((HTML, JSON, CSV), suffix)
    if form.suffix == HTML.suffix:
        return redirect(url_for("reference.datasets", lang=language()) + "#files-of-release", 302)
    rows = [
        {
            "name": file.name,
            "href": url_for("downloads.file", name=file.name, _external=True),
            "mediaType": file.media_type,
            "compression": file.compression,
            "size": file.size,
            "sha256": file.sha256,
        }
        for file in state().release.files()
    ]
    if form.suffix == JSON.suffix:
        return conditional(text_answer(json.dumps(rows, indent=1) + "\n", form))
    columns = ("name", "href", "mediaType", "compression", "size", "sha256")
    table = Table(columns, tuple(tuple(ox.Literal(str(row[name])) for name in columns) for row in rows))
    return conditional(text_answer(table.to_csv(), form))


@blueprint.get("/downloads/<path:name>")
def file(name: str) -> Response:
    """One file, whole or a range of its bytes; packed when the asker takes that, for it was packed at the build."""
    release = state().release
    if name in _BESIDE and (release.folder / name).is_file():
        path = release.folder / name
        return _sent(path, _BESIDE[name], hashlib.sha256(path.read_bytes()).hexdigest())
    found = release.file(name)
    if found is None:
        say = Reader(state(), language()).say
        known = {one.name: one for one in release.files()}
        close = [Choice(near, url_for("downloads.file", name=near)) for near in nearest(name[:100], known)]
        raise Fault(404, say(N_("This release has no file called {name}."), name=name[:200]), choices=close)
    if name in watch().damaged or not found.path.is_file():
        raise Fault(503, Reader(state(), language()).say(N_("This file is damaged on the disk of the server.")))
    if found.compression:
        return _sent(found.path, _CODINGS[found.compression], found.sha256)
    packed = {
        one.compression: one
        for one in release.files()
        if one.compression and one.name.rpartition(".")[0] == name and one.name not in watch().damaged
    }
    coding = _coding(packed)
    chosen = packed.get(coding, found)
    response = _sent(chosen.path, found.media_type, chosen.sha256)
    if coding and response.status_code != 416:
        response.headers["Content-Encoding"] = coding
    if packed:
        response.vary.add("Accept-Encoding")
    return response


def _coding(packed: Mapping[str, ReleaseFile]) -> str:
    """The coding the asker likes best, zstd before gzip; empty where it rather has the file as it is."""
    wanted = request.accept_encodings
    best = max(packed, key=lambda coding: (wanted[coding], coding), default="")
    return best if best and wanted[best] > 0 and wanted[best] >= wanted["identity"] else ""


def _sent(path: Path, media_type: str, sha256: str) -> Response:
    """A file with its sum as strong ETag: whole, a range of it, or only that it is still the same."""
    size, tag, day = path.stat().st_size, quote_etag(sha256), issued()
    changed = is_resource_modified(request.environ, tag, last_modified=day)
    whole = request.method == "GET" and changed
    response = Response(wrap_file(request.environ, path.open("rb")) if whole else b"", mimetype=media_type)
    response.direct_passthrough = whole
    response.content_length = size
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Repr-Digest"] = f"sha-256=:{base64.b64encode(bytes.fromhex(sha256)).decode()}:"
    response.accept_ranges = "bytes"
    if day:
        response.last_modified = day
    asked = request.range if whole else None
    partly = asked is not None and asked.units == "bytes" and len(asked.ranges) == 1
    try:  # whether it changed is asked before which part (RFC 9110, section 13.2.2); several parts are sent as a whole
        response.make_conditional(request, accept_ranges=partly, complete_length=size)
    except RequestedRangeNotSatisfiable:
        response.close()
        say = Reader(state(), language()).say
        refused = problem(
            Fault(416, say(N_("This file has {size} bytes; the part asked for is not in it."), size=size))
        )
        refused.headers["Content-Range"] = f"bytes */{size}"
        return refused
    return response
