"""What catalogues and crawlers read first: the DCAT catalogue and the VoID description of the graph."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox
from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kg.publish.archive import releases_on_disk
from kg.publish.catalogue import catalogue as dcat
from kg.publish.void import void as void_of
from kg_web.answers import lasts
from kg_web.formats import HTML, RDF, Format, negotiated
from kg_web.headers import conditional
from kg_web.rdf import write_rdf
from kg_web.releases import outer_root
from kg_web.signposting import Link, header
from kg_web.state import state
from kg_web.things import text_answer
from kg_web.urls import language

__all__ = ["blueprint"]

_FORMATS = (HTML, *RDF)

blueprint = Blueprint("catalogue", __name__)


@blueprint.get("/catalog", defaults={"suffix": ""})
@blueprint.get("/catalog.<suffix>")
def catalog(suffix: str) -> AnyResponse:
    """The catalogue in DCAT-AP 3 after DCAT-AP-NL 3.0: graph, releases, named graphs, files and services."""
    form = negotiated(_FORMATS, suffix)
    if form.suffix == HTML.suffix:
        return redirect(url_for("reference.datasets", lang=language()), 302)
    found = state()
    older = [one for one in releases_on_disk(found.project).values() if one.version != found.release.version]
    return _answer("catalogue.catalog", form, dcat(found.project, found.store, found.release, _root(), older))


@blueprint.get("/void", defaults={"suffix": ""})
@blueprint.get("/void.<suffix>")
def void(suffix: str) -> AnyResponse:
    """The graph in numbers (VoID): classes, properties, vocabularies, links to others."""
    form = negotiated(_FORMATS, suffix)
    if form.suffix == HTML.suffix:
        return redirect(url_for("reference.datasets", lang=language()), 302)
    found = state()
    lasts(request.environ)  # unlike the catalogue, which tells of the other releases on disk
    return _answer("catalogue.void", form, void_of(found.project, found.numbers, found.release, _root()))


@blueprint.get("/.well-known/void")
def well_known_void() -> AnyResponse:
    """Where the VoID description is (VoID, section 7.2)."""
    return redirect(url_for("catalogue.void"), 302)


def _root() -> str:
    """Where the newest release is served: an older one is described with addresses that hold its version."""
    return request.host_url.rstrip("/") + outer_root()


def _answer(endpoint: str, form: Format, triples: Iterable[ox.Triple]) -> AnyResponse:
    found = state()
    response = text_answer(write_rdf(triples, form, found.names, found.context), form)
    links = [Link(url_for(endpoint, suffix=one.suffix), "alternate", one.media_type) for one in _FORMATS]
    response.headers["Link"] = header([*links, Link(found.project.settings.base, "describes")])
    response.headers["Content-Location"] = url_for(endpoint, suffix=form.suffix)
    return conditional(response)
