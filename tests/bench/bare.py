"""A Flask application that does nothing but hand out finished bytes: what a server gives at most."""

from __future__ import annotations

import os

from flask import Flask, Response

app = Flask("bare")
_BODIES = {name: b"x" * int(size) for name, _, size in (told.partition("=") for told in os.environ["BARE"].split(","))}


@app.get("/<name>")
def finished(name: str) -> Response:
    """The bytes of this name."""
    return Response(_BODIES[name], mimetype="application/octet-stream")
