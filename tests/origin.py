"""A server that answers as a test says and tells how often it was asked: what stands behind nginx in its trials."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

__all__ = ["BROKEN", "Origin", "Told"]

BROKEN = "X-Broken"
"""An answer with this header breaks off after its body."""

Told = tuple[int, Mapping[str, str], bytes]
"""Status, headers and body of an answer."""


class Origin:
    """Answers a path as it was told to, and others with 404; each answer over a connection of its own."""

    def __init__(self) -> None:
        self.answers: dict[str, Callable[[Mapping[str, str]], Told]] = {}
        self._asked: Counter[str] = Counter()
        self._lock = Lock()
        origin = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                origin.handle(self)

            def do_HEAD(self) -> None:
                origin.handle(self)

            def do_POST(self) -> None:
                origin.handle(self)

            def log_message(self, *_: Any) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = int(self._server.server_address[1])
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def stop(self) -> None:
        """It answers no longer."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def says(self, path: str, body: str, status: int = 200, **headers: str) -> None:
        """From now on it answers this path so; `_` in the name of a header stands for `-`."""
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[path] = lambda _: (status, told, body.encode())

    def times(self, path: str) -> int:
        """How often it was asked for this path."""
        with self._lock:
            return self._asked[path]

    def handle(self, request: BaseHTTPRequestHandler) -> None:
        """Answers one request."""
        with self._lock:
            self._asked[request.path] += 1
        request.rfile.read(int(request.headers.get("Content-Length") or 0))
        found = self.answers.get(request.path)
        status, headers, body = found(request.headers) if found else (404, {}, b"")
        length = len(body) + (1 if BROKEN in headers else 0)
        request.send_response(status)
        for name, value in {**headers, "Content-Length": str(length), "Connection": "close"}.items():
            request.send_header(name, value)
        request.end_headers()
        if request.command != "HEAD" and status != 304:
            request.wfile.write(body)
