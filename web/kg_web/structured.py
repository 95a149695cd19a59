"""What search engines read in a page: the same as its visitors see, as JSON-LD of schema.org."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import request, url_for
from markupsafe import Markup

from kg.exchange.schema_org import CONTEXT, read_alignment, schema_of
from kg.exchange.source import Source
from kg.names import Iri
from kg.publish.catalogue import publisher_of
from kg_web.designer_memory import remembered
from kg_web.reader import Reader
from kg_web.signposting import site_items
from kg_web.urls import absolute

__all__ = ["about_graph", "about_list", "about_thing", "as_script"]


def about_thing(reader: Reader, iri: Iri) -> dict[str, Any]:
    """A thing, and the page about it."""
    settings = reader.state.project.settings
    source = Source(reader.state.store, settings, language=reader.lang)
    thing = schema_of(source, remembered(read_alignment), iri)
    page = _page(reader, "WebPage") | {"mainEntity": {"@id": iri}}
    return {"@context": CONTEXT, "@graph": [thing, page]}


def about_list(reader: Reader, segment: str) -> dict[str, Any]:
    """A list of things in the order of their codes, and the page it is on."""
    things = reader.state.members.get(segment, ())
    items = [
        {"@type": "ListItem", "position": place, "name": reader.label(iri), "url": absolute(reader.address(iri))}
        for place, iri in enumerate(things, start=1)
    ]
    listed = {"@type": "ItemList", "numberOfItems": len(items), "itemListElement": items}
    page = _page(reader, "CollectionPage") | {"name": reader.plural(segment), "mainEntity": listed}
    return {"@context": CONTEXT, **page}


def about_graph(reader: Reader) -> dict[str, Any]:
    """The graph as a dataset with its files, in the catalogue of this site."""
    settings, release = reader.state.project.settings, reader.state.release
    publisher, names = publisher_of(reader.state.project, reader.state.store)
    organisation = {"@type": "Organization", "@id": publisher, "name": names.get(reader.lang) or min(names.values())}
    files = [
        {"@type": "DataDownload", "contentUrl": absolute(item.href), "encodingFormat": item.type}
        for item in site_items()
    ]
    dataset = {
        "@type": "Dataset",
        "@id": settings.base,
        "name": settings.title.within(reader.lang),
        "description": settings.description.within(reader.lang),
        "url": settings.base,
        "identifier": settings.base,
        "version": release.version,
        "license": settings.licence,
        "creator": organisation,
        "publisher": organisation,
        "datePublished": release.issued,
        "inLanguage": list(settings.languages),
        "isAccessibleForFree": True,
        "distribution": files,
        "includedInDataCatalog": {
            "@type": "DataCatalog",
            "name": settings.title.within(reader.lang),
            "url": absolute(url_for("reference.datasets", lang=reader.lang)),
        },
    }
    return {"@context": CONTEXT, **{name: value for name, value in dataset.items() if value}}


def as_script(content: Mapping[str, Any]) -> Markup:
    """A data block; browsers do not run it, and nothing in it can end it (HTML, section 4.12.1.3)."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup('<script type="application/ld+json">{}</script>').format(Markup(text))


def _page(reader: Reader, type_: str) -> dict[str, Any]:
    settings = reader.state.project.settings
    page: dict[str, Any] = {
        "@type": type_,
        "@id": absolute(request.script_root + request.path),
        "url": absolute(request.script_root + request.path),
        "inLanguage": reader.lang,
        "isPartOf": {"@type": "Dataset", "@id": settings.base, "name": settings.title.within(reader.lang)},
    }
    return page | ({"license": settings.licence} if settings.licence else {})
