"""The vocabulary and the data files: reference pages for people, and the same as linked data."""

from __future__ import annotations

import pyoxigraph as ox
from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kg.graph.describe import triples_about
from kg.names import ONTOLOGY, Iri, Names
from kg.text import nearest
from kg_web.datasets import dataset as read_dataset
from kg_web.datasets import datasets as read_datasets
from kg_web.errors import Choice, Fault
from kg_web.formats import HTML, RDF, negotiated, split_suffix
from kg_web.rdf import write_rdf
from kg_web.reader import Reader
from kg_web.state import state
from kg_web.things import text_answer
from kg_web.urls import in_each_language, iri_of_graph, language
from kg_web.vocabulary import vocabulary_page
from kg_web.words import N_

__all__ = ["blueprint"]

_FORMATS = (HTML, *RDF)

blueprint = Blueprint("reference", __name__)


@in_each_language(blueprint, "/{terms}", "terms")
def terms(lang: str) -> str | AnyResponse:
    """The vocabulary: every class, property and code with its definition; data on request."""
    if negotiated(_FORMATS).suffix != HTML.suffix:
        return redirect(url_for("reference.ontology"), 303)
    return render_template("terms.html", page=vocabulary_page(Reader(state(), lang)), formats=RDF)


@blueprint.get("/def", defaults={"suffix": ""})
@blueprint.get("/def.<suffix>")
def ontology(suffix: str) -> AnyResponse:
    """The ontology by suffix or Accept; people are sent on to the page in their language."""
    form = negotiated(_FORMATS, suffix)
    if form.suffix == HTML.suffix:
        return redirect(url_for("reference.terms", lang=language()), 302)
    found = state()
    quads = found.store.engine.quads_for_pattern(None, None, None, ox.NamedNode(Names().graph("ontology")))
    response = text_answer(write_rdf((quad.triple for quad in quads), form, found.names, found.context), form)
    response.headers["Link"] = f'<{ONTOLOGY}>; rel="describes"'
    return response


@in_each_language(blueprint, "/{data}/", "datasets")
def datasets(lang: str) -> str:
    """All data files, how to get and query them, and how to cite the graph."""
    reader = Reader(state(), lang)
    root = request.url_root.rstrip("/")
    return render_template("datasets.html", page=read_datasets(reader), root=root, formats=RDF)


@in_each_language(blueprint, "/{data}/<name>", "dataset")
def dataset(lang: str, name: str) -> str | AnyResponse:
    """One data file; data on request."""
    iri = _known_graph(name)
    if negotiated(_FORMATS).suffix != HTML.suffix:
        return redirect(url_for("reference.graph", name=name), 303)
    return render_template("dataset.html", page=read_dataset(Reader(state(), lang), iri), formats=RDF)


@blueprint.get("/graph/<name>")
def graph(name: str) -> AnyResponse:
    """A named graph: its triples and its description, by suffix or Accept."""
    code, suffix = split_suffix(name)
    iri = _known_graph(code)
    form = negotiated(_FORMATS, suffix)
    if form.suffix == HTML.suffix:
        return redirect(url_for("reference.dataset", lang=language(), name=code), 302)
    found = state()
    quads = found.store.engine.quads_for_pattern(None, None, None, ox.NamedNode(iri))
    triples = [*(quad.triple for quad in quads), *triples_about(found.store, iri)]
    response = text_answer(write_rdf(triples, form, found.names, found.context), form)
    response.headers["Link"] = f'<{iri}>; rel="describes"'
    return response


def _known_graph(name: str) -> Iri:
    """The IRI of the graph called so. Raises a 404 that names the nearest."""
    found = state()
    known = found.store.graphs()
    iri = iri_of_graph(name, found.names, known.__contains__)
    if iri is not None:
        return iri
    reader = Reader(found, language())
    by_name = {iri.rpartition("/")[2]: iri for iri in known}
    close = [by_name[near] for near in nearest(name[:100], by_name)]
    choices = [Choice(value.text, value.href) for value in map(reader.thing, close)]
    raise Fault(404, reader.say(N_("This graph has no data file called {name}."), name=name), choices=choices)
