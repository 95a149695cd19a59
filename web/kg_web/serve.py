"""Serving the site with gunicorn: the graph is loaded once and shared by all processes."""

from __future__ import annotations

import gc
import logging
import os
import shlex
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from kg.errors import KgError, ReleaseError
from kg.files.project import Project
from kg.files.running import read_running
from kg.files.wording import catalogue
from kg.publish.build import build, ensure_release
from kg.publish.rescue import earlier_releases
from kg_web import logs
from kg_web.app import create_app
from kg_web.eager import EagerWorker
from kg_web.gate import Gate
from kg_web.live import Live
from kg_web.metrics import Measures
from kg_web.question_form import default_of
from kg_web.reader import Reader
from kg_web.state import State
from kg_web.warming import ask
from kg_web.words import LANGUAGES, N_, said_in

__all__ = ["serve"]

_THREADS = 16
_BACKLOG = 512
_LARGE = 200_000
"""Statements of a graph of which the front pages are made before the processes begin: the engine counts who reads what
within its memory, so a process that looks through the whole graph has it for itself from then on."""
_FIRST = "units-of-competence"

_log = logging.getLogger(__name__)


def serve(
    project: Project, host: str = "127.0.0.1", port: int = 8000, workers: int = 2, language: str = LANGUAGES[0]
) -> None:
    """Serves the project's site until SIGTERM or SIGINT; builds the release first when it is out of date.

    Raises KgError when the host or the port cannot be used, and before anything is built.
    """
    listening = _listening(host, port, language)
    gc.freeze()  # the program itself: of what is there now, nothing is ever let go of
    messages = catalogue(language)
    settings = read_running()
    logs.install(settings.log)
    measures = Measures() if settings.metrics_for else None
    app, unbuilt = _opened(project, lambda text: print(messages.get(text, text), file=sys.stderr, flush=True))
    ask(app, *(f"/{lang}/-/-/-" for lang in LANGUAGES))
    if app.extensions["kg"].release.quads > _LARGE:
        ask(app, *(f"/{lang}/" for lang in LANGUAGES))
    live = Live(app, unbuilt)
    gate = Gate(live, settings, measures.add if measures else lambda _: None, live.known, live.begin)
    root = f"http://{_in_address(host)}:{port}"
    lines = _welcome(root, app.extensions["kg"], language)
    options = {
        "bind": [f"fd://{listening.fileno()}"],
        "workers": workers,
        "threads": _THREADS,
        "worker_class": EagerWorker,
        "preload_app": True,
        "accesslog": None,
        "loglevel": "warning",
        "limit_request_line": 8190,
        "graceful_timeout": 10,
        "keepalive": 5,
        "control_socket_disable": True,
        "logger_class": _Lines,
        "post_worker_init": lambda worker: live.follow(lambda: not worker.alive),
        "worker_exit": _leave,
        "when_ready": lambda _: print("\n".join(lines), flush=True),
    }
    gc.freeze()  # a collection in a process would write to, and so copy, what all of them share
    try:
        _Site(gate, options).run()
    finally:
        if measures:
            measures.close()


def _leave(_server: object, _worker: object) -> None:
    """Ends a site process at once.

    Whoever built a release has threads of the on-disk store, which a process forked from it lacks: at the end of
    an ordinary exit it would wait for them until it is killed.
    """
    leaving = sys.exc_info()[1]
    code = leaving.code if isinstance(leaving, SystemExit) else 1
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))


def _opened(project: Project, say: Callable[[str], None]) -> tuple[Flask, KgError | None]:
    """The site over the release of the files as they are; or over the last sound one, and why.

    A server that is started again must answer again: with what it answered before, when nothing better can be had.
    Raises KgError when there is nothing at all.
    """
    try:
        release = ensure_release(project, say=say)
        try:
            return create_app(project, release), None
        except ReleaseError as damaged:
            _log.error("The release in place is damaged: %s", damaged)
            return create_app(project, build(project, say=say)), None
    except KgError as fault:
        for earlier in earlier_releases(project):
            with suppress(ReleaseError):
                app = create_app(project, earlier)
                told = fault.told()
                _log.error("The files as they are cannot be served, release %s is: %s", earlier.version, told)
                return app, fault
        raise


class _Site(BaseApplication):  # type: ignore[misc]
    """Our application and settings as gunicorn wants them; no configuration file is read."""

    def __init__(self, app: Gate, settings: dict[str, Any]) -> None:
        self.site = app
        self.settings = settings
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.settings.items():
            self.cfg.set(name, value)

    def load(self) -> Gate:
        return self.site


class _Lines(Logger):  # type: ignore[misc]
    """The server's own lines go where the site's go."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.handlers[:] = []
        self.error_log.propagate = True


def _listening(host: str, port: int, language: str) -> socket.socket:
    """A socket that listens there already, so that nobody can take the port while the graph is loaded."""
    say = said_in(language)
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError:
        raise _refusal(say, N_("The host {host} is not known on this machine."), host, port) from None
    listening = socket.socket(family, kind, protocol)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(where)
        listening.listen(_BACKLOG)
    except PermissionError:
        listening.close()
        raise _refusal(say, N_("You may not use port {port}."), host, port) from None
    except OSError as fault:
        listening.close()
        busy = fault.errno in {98, 48, 10048}
        message = N_("Port {port} on {host} is in use.") if busy else N_("The host {host} is not one of this machine.")
        raise _refusal(say, message, host, port) from None
    return listening


def _refusal(say: Callable[..., str], message: str, host: str, port: int) -> KgError:
    hint = say(N_("Choose another with HOST= and PORT=, or with --host and --port."))
    return KgError("{told}", "{advice}", told=say(message, host=host, port=port), advice=hint)


def _welcome(root: str, state: State, language: str) -> list[str]:
    """Where the site is, and three lines to try."""
    say = said_in(language)
    title = state.project.settings.title.within(language)
    query = "SELECT ?kind (COUNT(?thing) AS ?number) { ?thing a ?kind } GROUP BY ?kind ORDER BY DESC(?number)"
    question = _first_question(state, language)
    asked = shlex.quote(f"{root}/questions/{question}.csv") if question else shlex.quote(f"{root}/questions.csv")
    return [
        say(N_("{title} is at {root} (stop with Ctrl+C). Try:"), title=title, root=root),
        f"  {root}/{language}/",
        f"  curl {asked}",
        f"  curl {root}/sparql -H 'Accept: text/csv' --data-urlencode {shlex.quote('query=' + query)}",
    ]


def _first_question(state: State, language: str) -> str:
    """A question that this graph can answer as it is; empty when there is none."""
    reader = Reader(state, language)
    names = sorted(state.questions, key=lambda name: (name != _FIRST, name))
    answerable = (name for name in names if all(default_of(reader, p) for p in state.questions[name].parameters))
    return next(answerable, "")


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host
