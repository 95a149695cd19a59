"""The site's own files: its style sheet and icon."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from flask import Blueprint, Response, abort, request

from kg_web.state import state

__all__ = ["blueprint", "is_served"]

_FOLDER = Path(__file__).parent / "static"

blueprint = Blueprint("static_files", __name__)


@blueprint.get("/static/<path:name>")
def file(name: str) -> Response:
    """One file; an address with the edition of the site in it may be kept for good."""
    known = {path.relative_to(_FOLDER).as_posix(): path for path in _FOLDER.rglob("*") if path.is_file()}
    if name not in known:
        abort(404)
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    response = Response(known[name].read_bytes(), mimetype=media_type)
    response.add_etag()
    kept = request.args.get("v") == state().edition
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if kept else "no-cache"
    response.make_conditional(request)
    return response


def is_served(name: str) -> bool:
    """Whether there is such a file; what was not fetched at set-up is not."""
    return (_FOLDER / name).is_file()
