"""The changes as Atom feeds (RFC 4287): an entry for every release, or for every thing the newest one changed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from xml.etree import ElementTree as Xml

from flask import request, url_for

from kg.publish.differences import Difference, How
from kg.publish.feed_pages import Step
from kg_web.changes_page import COUNTED, HEADINGS, altered, counted
from kg_web.compared import compared
from kg_web.feed import index_of, whole
from kg_web.reader import Reader, Value
from kg_web.releases import within_release
from kg_web.state import state
from kg_web.words import LANGUAGES, N_

__all__ = ["releases_feed", "things_feed"]

_ATOM = "http://www.w3.org/2005/Atom"
_NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")
_RELEASES, _THINGS, _NAMED = 20, 250, 20
"""Most entries of each feed, and most things named for a release."""


def releases_feed(reader: Reader, steps: Sequence[Step]) -> str:
    """An entry for each of the newest releases: how much changed, and what."""
    feed = _feed(reader, steps, reader.say(N_("{title}: releases"), title=_title(reader)))
    for place in reversed(range(max(0, len(steps) - _RELEASES), len(steps))):
        step, older = steps[place], steps[place - 1] if place else None
        version = step.newer.version
        told = _told(older, step, reader.lang)
        summary = ", ".join(told.counts) or reader.say(N_("nothing changed"))
        if older is None:
            summary = reader.say(N_("The first release that is here: {counts}."), counts=summary)
        named = [f"<li>{escape(_heading(reader, how))}: {escape(name)}</li>" for how, name in told.named]
        if told.more:
            named.append(f"<li>{escape(reader.say(N_('and {count} more'), count=reader.number(told.more)))}</li>")
        entry = _entry(feed, _release_iri(version), reader.say(N_("Release {version}"), version=version), step)
        _link(entry, "alternate", _outside(within_release(version, url_for("changes.page", lang=reader.lang))))
        _text(entry, "summary", summary)
        Xml.SubElement(entry, "content", {"type": "html"}).text = _paragraph(summary) + _list(named)
    return _written(feed)


def things_feed(reader: Reader, steps: Sequence[Step]) -> str:
    """An entry for each thing that the newest release changed; none for the first release, where all is new."""
    title = reader.say(N_("{title}: what the newest release changed"), title=_title(reader))
    feed = _feed(reader, steps, title, by="thing")
    if len(steps) > 1:
        for one in compared(steps[-2], steps[-1], reader.lang).told[:_THINGS]:
            _thing(feed, reader, one, steps[-1])
    return _written(feed)


def _thing(feed: Xml.Element, reader: Reader, one: Difference, step: Step) -> None:
    digest = hashlib.sha256(one.iri.encode()).hexdigest()[:20]
    heading = _heading(reader, one.how)
    name = _named(one)
    entry = _entry(feed, f"{_release_iri(step.newer.version)}#{digest}", f"{heading}: {name}", step)
    page = url_for("changes.page", lang=reader.lang)
    gone = one.how in {How.REMOVED, How.LOST}
    _link(entry, "alternate", _outside((not gone and reader.address(one.iri)) or page))
    Xml.SubElement(entry, "category", {"term": one.how.value, "label": heading})
    shown = [altered(reader, change) for change in one.properties]
    rows = [
        f"<li>{escape(change.label)}: "
        + (escape(change.moved) if change.moved else f"{_deleted(change.old)}{_inserted(change.new)}")
        + "</li>"
        for change in shown
    ]
    _text(entry, "summary", ", ".join(dict.fromkeys(change.label for change in shown)) or name)
    Xml.SubElement(entry, "content", {"type": "html"}).text = _list(rows) or _paragraph(name)


@dataclass(frozen=True, slots=True)
class _Told:
    """What one release changed, in short."""

    counts: tuple[str, ...]
    named: tuple[tuple[How, str], ...]
    more: int
    """Things that are not named."""


@lru_cache(maxsize=2 * _RELEASES * len(LANGUAGES))
def _told(older: Step | None, step: Step, lang: str) -> _Told:
    """Two releases never change, so what is told of them is kept; a few lines a release."""
    reader = Reader(state(), lang)
    if older is None:
        with whole():
            count = len(index_of(step.newer))
        return _Told((reader.say(COUNTED[How.ADDED], count=reader.number(count)),), (), 0)
    found = compared(older, step, lang)
    named = tuple((one.how, _named(one)) for one in found.told[:_NAMED])
    return _Told(counted(reader, found), named, len(found.told) - len(named))


def _feed(reader: Reader, steps: Sequence[Step], title: str, by: str | None = None) -> Xml.Element:
    feed = Xml.Element("feed", {"xmlns": _ATOM, "xml:lang": reader.lang})
    _text(feed, "id", f"{reader.state.names.base}changes/{reader.lang}{'/things' if by else ''}")
    _text(feed, "title", title)
    _text(feed, "updated", steps[-1].moment)
    _link(feed, "self", url_for("changes.atom", lang=reader.lang, by=by, _external=True), type="application/atom+xml")
    _link(feed, "alternate", url_for("changes.page", lang=reader.lang, _external=True), type="text/html")
    for other in LANGUAGES:
        if other != reader.lang:
            address = url_for("changes.atom", lang=other, by=by, _external=True)
            _link(feed, "alternate", address, type="application/atom+xml", hreflang=other)
    _text(Xml.SubElement(feed, "author"), "name", _title(reader))
    if reader.state.project.settings.licence:
        _text(feed, "rights", reader.state.project.settings.licence)
    return feed


def _entry(feed: Xml.Element, iri: str, title: str, step: Step) -> Xml.Element:
    entry = Xml.SubElement(feed, "entry")
    _text(entry, "id", iri)
    _text(entry, "title", title)
    _text(entry, "updated", step.moment)
    return entry


def _text(parent: Xml.Element, name: str, text: str) -> None:
    Xml.SubElement(parent, name).text = text


def _link(parent: Xml.Element, rel: str, href: str, **more: str) -> None:
    Xml.SubElement(parent, "link", {"rel": rel, "href": href, **more})


def _written(feed: Xml.Element) -> str:
    Xml.indent(feed, " ")
    text = _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", Xml.tostring(feed, encoding="unicode"))
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def _title(reader: Reader) -> str:
    return reader.state.project.settings.title.within(reader.lang)


def _release_iri(version: str) -> str:
    return f"{state().names.base}releases/{version}"


def _outside(address: str) -> str:
    """An address within this site as readers elsewhere need it."""
    return address if "://" in address else f"{request.host_url.rstrip('/')}{address}"


def _heading(reader: Reader, how: How) -> str:
    return reader.say(HEADINGS[how])


def _named(one: Difference) -> str:
    return " ".join(dict.fromkeys(part for part in (one.kind, one.code, one.label) if part))


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def _list(rows: Sequence[str]) -> str:
    return f"<ul>{''.join(rows)}</ul>" if rows else ""


def _deleted(values: Sequence[Value]) -> str:
    return "".join(f"<del>{escape(value.text)}</del> " for value in values)


def _inserted(values: Sequence[Value]) -> str:
    return " ".join(f"<ins>{escape(value.text)}</ins>" for value in values)
