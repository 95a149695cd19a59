"""A harvester as a stranger would write it: from public specifications alone, knowing nothing of this project."""

from __future__ import annotations

import gzip
import http.client
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree as Xml

import pyoxigraph as ox

__all__ = ["Copy", "Replica", "Visitor", "Walk", "download", "listed"]

RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
LDES, TREE = "https://w3id.org/ldes#", "https://w3id.org/tree#"
QUADS = "application/n-quads"
_DEFAULT = ox.DefaultGraph()


@dataclass(frozen=True, slots=True)
class Copy:
    """What was received from an address, and how to ask whether it is still right."""

    address: str
    """Where it was in the end, after redirects."""
    status: int
    media_type: str
    body: bytes
    tag: str
    modified: str
    immutable: bool

    def quads(self) -> set[ox.Quad]:
        """The statements in it."""
        form = ox.RdfFormat.from_media_type(self.media_type)
        return set(ox.parse(self.body, format=form, base_iri=self.address))


@dataclass
class Visitor:
    """A client with a memory: it asks only whether its copies are still right, and counts what it receives."""

    root: str
    copies: dict[tuple[str, str], Copy] = field(default_factory=dict)
    requests: int = 0
    received: int = 0
    """Bytes of bodies, as they came over the line."""
    bodies: list[str] = field(default_factory=list)
    """The addresses that sent a body."""

    def begin(self) -> None:
        """Counts from nothing again."""
        self.requests = self.received = 0
        self.bodies = []

    def get(self, address: str, accept: str = "*/*") -> Copy:
        """What is at an address, in the form asked for: the copy held, when that is still right."""
        held = self.copies.get((address, accept))
        if held and held.immutable:
            return held
        asked = {"Accept": accept, "Accept-Encoding": "gzip"}
        if held and held.tag:
            asked["If-None-Match"] = held.tag
        elif held and held.modified:
            asked["If-Modified-Since"] = held.modified
        where = held.address if held else urljoin(self.root, address)
        for _ in range(5):
            status, headers, body = self._exchange(where, asked)
            if status == 304:
                assert held
                return held
            if status not in {301, 302, 303, 307, 308}:
                break
            where = urljoin(where, headers["Location"])
        body = gzip.decompress(body) if headers.get("Content-Encoding") == "gzip" else body
        immutable = "immutable" in headers.get("Cache-Control", "")
        copy = Copy(
            where,
            status,
            headers.get_content_type(),
            body,
            headers.get("ETag", ""),
            headers.get("Last-Modified", ""),
            immutable,
        )
        if status == 200:
            self.copies[address, accept] = copy
        return copy

    def _exchange(self, address: str, headers: dict[str, str]) -> tuple[int, http.client.HTTPMessage, bytes]:
        parts = urlsplit(address)
        assert parts.netloc == urlsplit(self.root).netloc, f"{address} is somewhere else"
        connection = http.client.HTTPConnection(parts.netloc, timeout=60)
        try:
            connection.request("GET", parts._replace(scheme="", netloc="", fragment="").geturl(), headers=headers)
            answer = connection.getresponse()
            body = answer.read()
        finally:
            connection.close()
        self.requests += 1
        self.received += len(body)
        self.bodies += [address] if body else []
        return answer.status, answer.headers, body


# The event stream


@dataclass(frozen=True, slots=True)
class Version:
    """A member: of what it is a version, since when, what it says, and whether that is that it is gone."""

    of: ox.NamedNode
    moment: str
    said: frozenset[ox.Quad]
    gone: bool


@dataclass
class Replica:
    """A copy of a collection, kept in step by following its event stream."""

    visitor: Visitor
    root: str
    versions: dict[str, Version] = field(default_factory=dict)

    def follow(self) -> None:
        """Reads the root and every page that its relations lead to, and takes the members that are new."""
        start = self.visitor.get(self.root, QUADS)
        quads = start.quads()
        (view,) = (quad for quad in quads if quad.predicate.value == TREE + "view")
        stream, first = view.subject, view.object.value
        context = {quad.predicate.value: quad.object for quad in quads if quad.subject == stream}
        waiting, seen = [first], {first}
        while waiting:
            page = self.visitor.get(waiting.pop(), QUADS)
            found = page.quads()
            for node in sorted(self._nodes(found, ox.NamedNode(page.address))):
                if node not in seen:
                    seen.add(node)
                    waiting.append(node)
            self._take(found, stream, context)

    def quads(self) -> set[ox.Quad]:
        """The newest version of everything, said of the thing itself."""
        newest: dict[str, Version] = {}
        for version in self.versions.values():
            held = newest.get(version.of.value)
            if held is None or held.moment < version.moment:
                newest[version.of.value] = version
        return {
            ox.Quad(version.of, quad.predicate, quad.object, quad.graph_name)
            for version in newest.values()
            if not version.gone
            for quad in version.said
        }

    @staticmethod
    def _nodes(found: set[ox.Quad], page: ox.NamedNode) -> Iterator[str]:
        relations = {q.object for q in found if q.subject == page and q.predicate.value == TREE + "relation"}
        return (q.object.value for q in found if q.subject in relations and q.predicate.value == TREE + "node")

    def _take(self, found: set[ox.Quad], stream: ox.NamedNode, context: dict[str, ox.NamedNode]) -> None:
        of, since = context[LDES + "versionOfPath"], context[LDES + "timestampPath"]
        delete = context[LDES + "versionDeleteObject"]
        names = {q.object for q in found if q.subject == stream and q.predicate.value == TREE + "member"}
        for name in names - {ox.NamedNode(iri) for iri in self.versions}:
            about = _bounded(found, name, names)
            said = {quad for quad in about if quad.graph_name != _DEFAULT}
            told = {quad.predicate: quad.object for quad in about - said if quad.predicate != RDF_TYPE}
            gone = ox.Quad(name, RDF_TYPE, delete) in about
            self.versions[name.value] = Version(told[of], told[since].value, frozenset(said), gone)


def _bounded(found: set[ox.Quad], name: ox.NamedNode, others: set[ox.NamedNode]) -> set[ox.Quad]:
    """The member extraction of TREE: the concise bounded description over all graphs but those of other members."""
    taken: set[ox.Quad] = set()
    waiting: list[ox.NamedNode | ox.BlankNode] = [name]
    while waiting:
        node = waiting.pop()
        for quad in found:
            if quad.subject == node and quad not in taken and quad.graph_name not in others - {name}:
                taken.add(quad)
                if isinstance(quad.object, ox.BlankNode):
                    waiting.append(quad.object)
    return taken


# The sitemap


@dataclass
class Walk:
    """Visits to all addresses of the sitemap that `robots.txt` names, each asked for as data."""

    visitor: Visitor
    barren: set[str] = field(default_factory=set)
    """Addresses that had no data; not asked again until the sitemap is another."""
    _maps: dict[str, bytes] = field(default_factory=dict)

    def quads(self) -> set[ox.Quad]:
        """The statements that are there now."""
        found: set[ox.Quad] = set()
        for address in list(self._pages()):
            if address in self.barren:
                continue
            copy = self.visitor.get(address, QUADS)
            if copy.status == 200 and copy.media_type == QUADS:
                found |= copy.quads()
            else:
                self.barren.add(address)
        return found

    def _pages(self) -> Iterator[str]:
        robots = self.visitor.get("/robots.txt").body.decode()
        closed = re.findall(r"(?im)^disallow: *(\S+)", robots)
        waiting = re.findall(r"(?im)^sitemap: *(\S+)", robots)
        while waiting:
            address = waiting.pop()
            content = self.visitor.get(address).body
            if self._maps.get(address) != content:
                self._maps[address] = content
                self.barren.clear()
            tree = Xml.fromstring(content)
            places = [element.text or "" for element in tree.iter() if element.tag.endswith("}loc")]
            if tree.tag.endswith("}sitemapindex"):
                waiting += places
            else:
                yield from (one for one in places if not urlsplit(one).path.startswith(tuple(closed)))


# The dump


def download(visitor: Visitor, listing: Iterable[dict[str, str]]) -> set[ox.Quad]:
    """The statements of the one file in a listing that is plain N-Quads; its sum must be right."""
    (dump,) = (one for one in listing if one["mediaType"] == QUADS and not one["compression"])
    copy = visitor.get(dump["href"])
    assert sha256(copy.body).hexdigest() == dump["sha256"]
    return copy.quads()


def listed(visitor: Visitor, address: str) -> list[dict[str, str]]:
    """The entries of a JSON list."""
    return list(json.loads(visitor.get(address, "application/json").body))
