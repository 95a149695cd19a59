"""Older releases: a list of them, the site as it was in each (`/releases/VERSION/…`), and how to cite."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
from flask import Blueprint, Flask, Response, after_this_request, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound, ServiceUnavailable
from werkzeug.wrappers import Response as AnyResponse

from kg.errors import ReleaseError
from kg.publish.archive import release_on_disk, releases_on_disk
from kg.publish.release import Release
from kg.table import Table
from kg_web.formats import CSV, HTML, JSON, negotiated
from kg_web.leased import Leased
from kg_web.state import State, state
from kg_web.things import text_answer
from kg_web.urls import in_each_language, language

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["blueprint", "install", "within_release"]

_OPEN = 2
"""Older releases that one site process holds in memory at the same time."""
_OUTSIDE, _FULL = "kg.releases.outside", "kg.releases.full"
"""In the environment of a request: the version and root of the site around an older one; that there is no room."""
_FORMATS = (HTML, JSON, CSV)

blueprint = Blueprint("releases", __name__)


def install(app: Flask, factory: Callable[[Release], Flask]) -> None:
    """Adds the list and the older releases to the site; `factory` makes the site over one of them."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals["newest_release"] = _newest
    older = _Older(app, factory)
    app.extensions["kg.releases"] = older
    app.wsgi_app = older  # type: ignore[method-assign]


@in_each_language(blueprint, "/{cite}", "cite")
def cite(lang: str) -> str:  # noqa: ARG001 (the route gives it; the templates ask for it themselves)
    """How to cite the data, a question of the library and a query of one's own; and all releases."""
    path = f"{outer_root()}/releases"
    where = request.host_url.rstrip("/") + path
    return render_template("releases/cite.html", releases=list(_known().values()), path=path, where=where)


@blueprint.get("/releases", strict_slashes=False, defaults={"suffix": ""})
@blueprint.get("/releases.<suffix>")
def index(suffix: str) -> AnyResponse:
    """The releases that can be asked, the newest first, each with its SPARQL endpoint."""
    form = negotiated(_FORMATS, suffix)
    if form.suffix == HTML.suffix:
        return redirect(url_for("releases.cite", lang=language()) + "#releases", 302)
    rows = [
        {
            "version": release.version,
            "digest": release.digest,
            "statements": release.quads,
            "endpoint": f"{request.host_url.rstrip('/')}{outer_root()}/releases/{release.version}/sparql",
        }
        for release in _known().values()
    ]
    if form.suffix == JSON.suffix:
        return text_answer(json.dumps(rows, indent=1) + "\n", form)
    columns = ("version", "digest", "statements", "endpoint")
    table = Table(columns, tuple(tuple(ox.Literal(str(row[name])) for name in columns) for row in rows))
    return text_answer(table.to_csv(), form)


class _Older:
    """Hands `/releases/VERSION/…` to the site over that release, opened when first asked for.

    The current release is this site itself, so that an address with its version works before and after the
    next release. At most `_OPEN` older releases are held; the one that was not asked for longest makes way.
    """

    def __init__(self, app: Flask, factory: Callable[[Release], Flask]) -> None:
        self._app = app
        self._inner: WSGIApplication = app.wsgi_app
        self._factory = factory
        self._lock = threading.Lock()
        self._sites: OrderedDict[str, Leased] = OrderedDict()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        _, first, version, rest = (*str(environ.get("PATH_INFO", "")).split("/", 3), "", "", "")[:4]
        if first != "releases" or not rest or _OUTSIDE in environ:
            return self._inner(environ, start_response)
        held: State = self._app.extensions["kg"]
        inside: dict[str, Any] = {
            **environ,
            "SCRIPT_NAME": f"{environ.get('SCRIPT_NAME', '')}/releases/{version}",
            "PATH_INFO": f"/{rest}",
            _OUTSIDE: (held.release.version, environ.get("SCRIPT_NAME", "")),
        }
        if version == held.release.version:
            return self._inner(inside, start_response)
        release = release_on_disk(held.project, version)
        if release is None:
            return self._inner(environ, start_response)  # which knows no such page either
        site = self._opened(release)
        if site is None:
            return self._inner({**environ, _FULL: True}, start_response)
        return site.answer(inside, start_response)

    def _opened(self, release: Release) -> Leased | None:
        """The site over a release, which now answers one request more; None when there is no room for it."""
        key = str(release.folder)
        with self._lock:
            site = self._sites.get(key)
            if site is None:
                idle = [name for name, other in self._sites.items() if not other.busy]
                if len(self._sites) >= _OPEN:
                    if not idle:
                        return None
                    self._sites.pop(idle[0]).close()
                try:
                    site = self._sites[key] = Leased(self._factory(release))
                except ReleaseError:
                    self._app.logger.exception("The release %s is damaged.", release.version)
                    return None
            self._sites.move_to_end(key)
            site.enter()
            return site

    def close(self) -> None:
        """Ends the workers of all older releases of this process."""
        with self._lock:
            while self._sites:
                self._sites.popitem()[1].close()


@blueprint.route("/releases/<version>/", defaults={"rest": ""})
@blueprint.route("/releases/<version>/<path:rest>")
def of_version(version: str, rest: str) -> AnyResponse:
    """The site as it was in one release: the same addresses as here, among them `/releases/VERSION/sparql`."""
    if _FULL in request.environ:
        after_this_request(_wait)
        raise ServiceUnavailable
    if rest or version not in _known():
        raise NotFound
    return redirect(f"{outer_root()}/releases/{version}/{language()}/", 302)


def _known() -> dict[str, Release]:
    """Version → release: those on disk, and the one that is served."""
    current = state().release
    found = releases_on_disk(state().project)
    return found if current.version in found else {current.version: current} | found


def outer_root() -> str:
    """The path of the site itself, also on pages within an older release."""
    return str(request.environ.get(_OUTSIDE, ("", request.script_root))[1])


def within_release(version: str, address: str) -> str:
    """The address of a page of this site as it was in a release, given its address here."""
    return f"{outer_root()}/releases/{version}{address.removeprefix(request.script_root)}"


def _newest() -> str:
    """The version that the site serves, on pages of an older one; else empty."""
    newest = str(request.environ.get(_OUTSIDE, ("", ""))[0])
    return newest if newest != state().release.version else ""


def _wait(response: Response) -> Response:
    response.headers["Retry-After"] = "5"
    return response
