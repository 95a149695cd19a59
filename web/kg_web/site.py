"""Where the site says it is: at the address in `KG_SITE`, or else as each request reached it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask

from kg.files.address import site_address

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["install"]

_DONE = "kg.site"
"""In the environment of a request that is at the right address already."""


def install(app: Flask) -> None:
    """Behind a proxy the site cannot see its own address; `KG_SITE` tells it. Raises BadParameter for no address."""
    address = site_address()
    if address is None:
        return
    app.wsgi_app = _At(app.wsgi_app, address.scheme, address.netloc, address.path)  # type: ignore[method-assign]


class _At:
    """An application that takes every request for one to this address."""

    def __init__(self, inner: WSGIApplication, scheme: str, host: str, path: str) -> None:
        self._inner = inner
        self._told = {"wsgi.url_scheme": scheme, "HTTP_HOST": host, _DONE: True}
        self._path = path

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if _DONE in environ:  # the site over an older release, inside of this one
            return self._inner(environ, start_response)
        script = f"{self._path}{environ.get('SCRIPT_NAME', '')}"
        return self._inner({**environ, **self._told, "SCRIPT_NAME": script}, start_response)
