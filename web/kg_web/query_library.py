"""The question library as RDF, at `/queries`: every question a SHACL SPARQL executable."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from kg.publish.queries import queries_as_rdf
from kg_web.formats import HTML, RDF, negotiated
from kg_web.rdf import write_rdf
from kg_web.state import state
from kg_web.things import text_answer
from kg_web.urls import language

__all__ = ["blueprint"]

blueprint = Blueprint("query_library", __name__)


@blueprint.get("/queries", defaults={"suffix": ""})
@blueprint.get("/queries.<suffix>")
def queries(suffix: str) -> AnyResponse:
    """The question library as RDF: SPARQL, texts, keywords and parameters, so that questions can be queried."""
    form = negotiated((HTML, *RDF), suffix)
    if form.suffix == HTML.suffix:
        return redirect(url_for("questions.index", lang=language()), 302)
    found = state()
    triples = queries_as_rdf(found.store, found.questions.values())
    return text_answer(write_rdf(triples, form, found.names, found.context), form)
