"""Which SPARQL server a graph is read from: told by `KG_STORE` or `kg.toml`, with credentials from the environment."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from kg.errors import LoadError
from kg.graph.dialects import dialects

__all__ = ["Remote", "read_remote", "remote_at"]

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@dataclass(frozen=True, slots=True)
class Remote:
    """Where a server answers, who asks, and how long and how much it may take."""

    url: str
    """The address that answers queries (SPARQL 1.1 Protocol)."""
    update: str = ""
    """The address that takes updates, where that is not what its kind of server has."""
    graph_store: str = ""
    """The address of the Graph Store Protocol, where that is not what its kind of server has."""
    kind: str = ""
    """Its kind in `dialects.toml`, where its `Server` header does not tell: behind a proxy."""
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    seconds: float = 60.0
    """How long one answer may take in all."""
    connect_seconds: float = 3.0
    attempts: int = 4
    """How often something is asked before the server counts as away."""
    page: int = 10_000
    """Rows fetched at once where everything is fetched."""
    answer_mib: int = 512
    """MiB of one answer."""

    @property
    def shown(self) -> str:
        """The address as it is told to people and in the log: without a query, which may hold a key."""
        return self.url.partition("?")[0]


def read_remote(folder: Path) -> Remote | None:
    """The server that `KG_STORE` names, else the table [remote] of the `kg.toml` in a folder; None for none.

    The other settings of the table hold for either. Raises LoadError for an address or setting that is none.
    """
    path = folder / "kg.toml"
    with path.open("rb") as file:
        told = tomllib.load(file).get("remote", {})
    url = os.environ.get("KG_STORE") or str(told.get("url", ""))
    return _checked(Remote(url), {name: value for name, value in told.items() if name != "url"}, path) if url else None


def remote_at(url: str, folder: Path) -> Remote:
    """The server at this address, with the settings of the project when they are of the same one."""
    known = read_remote(folder)
    return known if known and known.url == url else _checked(Remote(url), {}, folder)


def _checked(remote: Remote, told: Mapping[str, Any], path: Path) -> Remote:
    kinds = {one.name: one.type for one in fields(Remote) if one.name not in {"url", "user", "password", "token"}}
    values: dict[str, Any] = {}
    for name, value in told.items():
        if name not in kinds:
            raise LoadError(
                "{path}: [remote] has no setting {name}.",
                "Settings: {known}.",
                path=path,
                name=name,
                known=", ".join(kinds),
            )
        number = isinstance(value, int | float) and not isinstance(value, bool) and value > 0
        if not (isinstance(value, str) if kinds[name] == "str" else number):
            raise LoadError("{path}: {name} cannot be {value!r}.", path=path, name=f"remote.{name}", value=value)
        values[name] = value
    values["kind"] = os.environ.get("KG_STORE_KIND", "") or values.get("kind", remote.kind)
    if values["kind"] and values["kind"] not in dialects():
        raise LoadError(
            "There is no kind of SPARQL server {kind!r}.",
            "Kinds: {known}.",
            kind=values["kind"],
            known=", ".join(dialects()),
        )
    secrets: dict[str, Any] = {
        name: os.environ.get(f"KG_STORE_{name.upper()}", "") for name in ("user", "password", "token")
    }
    remote = replace(remote, **values, **secrets)
    for address in filter(None, (remote.url, remote.update, remote.graph_store)):
        _check_address(address, secret=any(secrets.values()))
    return remote


def _check_address(address: str, *, secret: bool) -> None:
    try:
        parts = urlsplit(address)
        fits = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        fits = False
    if not fits:
        raise LoadError(
            "{address!r} is no address of a SPARQL server.",
            "KG_STORE is one such as https://example.org/sparql.",
            address=address,
        )
    if parts.username or parts.password:
        raise LoadError(
            "The address of the SPARQL server holds a name or password.",
            "Give them in KG_STORE_USER and KG_STORE_PASSWORD.",
        )
    if secret and parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise LoadError(
            "Credentials are not sent to {address} over http, where others can read them.",
            "Use its https address.",
            address=address,
        )
