"""The page of a suggestion that was made: its changes in words, its file, and where to send it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from kg.exchange.suggestions.suggestion import Alteration, Suggestion, as_json
from kg.publish.catalogue import publisher_of
from kg_web.reader import Reader, Value
from kg_web.words import N_

__all__ = ["Changed", "MadePage", "made_page"]

_BODY = 1_500
"""Characters of a file that fit in the address of an e-mail."""


@dataclass(frozen=True, slots=True)
class Changed:
    """One field: what goes, what comes, and what stays."""

    name: str
    language: str
    gone: tuple[Value, ...]
    come: tuple[Value, ...]
    stays: int


@dataclass(frozen=True, slots=True)
class MadePage:
    """Everything the page shows."""

    segment: str
    code: str
    label: str
    changes: tuple[Changed, ...]
    notes: tuple[tuple[str, str], ...]
    file: str
    contact: str
    """Where it is sent; empty when the graph does not say."""
    href: str
    """The same as a link: an e-mail that is begun, or a page."""
    publisher: Value


def made_page(reader: Reader, segment: str, code: str, suggestion: Suggestion) -> MadePage:
    """The page of a suggestion about a thing."""
    found = reader.state
    iri, names = publisher_of(found.project, found.store)
    publisher = reader.thing(iri)
    if not publisher.code:
        publisher = Value(names.get(reader.lang) or min(names.values()))
    say = reader.say
    notes = ((say(N_("Reason")), suggestion.reason), (say(N_("Source")), suggestion.source))
    label = reader.label(found.names.thing(segment, code))
    contact = found.project.settings.contact
    file = as_json(suggestion)
    return MadePage(
        segment=segment,
        code=code,
        label=label,
        changes=tuple(_changed(reader, one) for one in suggestion.alterations),
        notes=tuple((name, text) for name, text in (*notes, (say(N_("Sent in by")), suggestion.sender)) if text),
        file=file,
        contact=contact,
        href=_href(contact, say(N_("Suggestion: {code} {label}"), code=code, label=label), file),
        publisher=publisher,
    )


def _changed(reader: Reader, one: Alteration) -> Changed:
    gone = tuple(_value(reader, one, text) for text in one.before if text not in one.after)
    come = tuple(_value(reader, one, text) for text in one.after if text not in one.before)
    return Changed(one.name, one.language, gone, come, len(set(one.before) & set(one.after)))


def _value(reader: Reader, one: Alteration, text: str) -> Value:
    """A text in its language; a link with the label of what it points at."""
    names = reader.state.names
    if one.language:
        return Value(text, lang=one.language if one.language != reader.lang else "")
    segment, slash, code = text.partition("/")
    iri = names.thing(segment, code) if slash and ":" not in segment else names.expand(text)
    return reader.thing(iri) if iri else Value(text)


def _href(contact: str, subject: str, file: str) -> str:
    if "@" not in contact or contact.startswith("http"):
        return contact
    body = {"body": file} if len(file) <= _BODY else {}
    return f"mailto:{contact}?{urlencode({'subject': subject, **body}, quote_via=quote)}"
