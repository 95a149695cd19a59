"""The vocabulary and the data files: reference pages for people, and the same as linked data."""

from __future__ import annotations

import pyoxigraph as ox
from flask import Blueprint, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from kg.graph.describe import quads_about
from kg.names import LG, ONTOLOGY, Iri, Names
from kg.publish.release import PROGRAM
from kg.text import nearest
from kg_web.datasets import dataset as read_dataset
from kg_web.datasets import datasets as read_datasets
from kg_web.downloads import downloads
from kg_web.errors import Choice, Fault
from kg_web.formats import HTML, LINKED, negotiated, split_suffix
from kg_web.rdf import write_quads
from kg_web.reader import Reader
from kg_web.signposting import Link, graph_links, header, site_links
from kg_web.state import state
from kg_web.structured import about_graph, as_script
from kg_web.term_page import is_described, term_page
from kg_web.things import text_answer
from kg_web.urls import in_each_language, iri_of_graph, language, site_root
from kg_web.vocabulary import vocabulary_page
from kg_web.words import N_

__all__ = ["blueprint"]

_FORMATS = (HTML, *LINKED)

blueprint = Blueprint("reference", __name__)


@in_each_language(blueprint, "/{terms}", "terms")
def terms(lang: str) -> str | AnyResponse:
    """The vocabulary: every class, property and code with its definition; data on request."""
    if negotiated(_FORMATS).suffix != HTML.suffix:
        return redirect(url_for("reference.ontology"), 303)
    return render_template("terms.html", page=vocabulary_page(Reader(state(), lang)), formats=LINKED)


@in_each_language(blueprint, "/{terms}/<name>", "term")
def term(lang: str, name: str) -> str | AnyResponse:
    """One class or property with its rules, examples and uses; a code is found in its list."""
    found, iri = state(), Iri(LG + name)
    if not is_described(found.store, iri):
        listed = vocabulary_page(Reader(found, lang))
        codes = {code.name for one in listed.lists for code in one.codes} | {code.name for code in listed.codes}
        if name in codes or name in {one.term.name for one in listed.lists}:
            return redirect(url_for("reference.terms", lang=lang, _anchor=name), 302)
        known = {one.name: one for one in (*listed.classes, *listed.properties)}
        close = [known[near] for near in nearest(name[:100], known)]
        choices = [Choice(one.label, url_for("reference.term", lang=lang, name=one.name)) for one in close]
        told = Reader(found, lang).say(N_("The vocabulary has no term called {name}."), name=name[:100])
        raise Fault(404, told, choices=choices)
    if negotiated(_FORMATS).suffix != HTML.suffix:
        return redirect(url_for("reference.ontology"), 303)
    page = term_page(Reader(found, lang), iri)
    return render_template("term.html", page=page, formats=LINKED, segments=found.members)


@blueprint.get("/def", defaults={"suffix": ""})
@blueprint.get("/def.<suffix>")
def ontology(suffix: str) -> AnyResponse:
    """The ontology by suffix or Accept; people are sent on to the page in their language."""
    form = negotiated(_FORMATS, suffix)
    if form.suffix == HTML.suffix:
        return redirect(url_for("reference.terms", lang=language()), 302)
    found = state()
    quads = found.store.quads(None, None, None, ox.NamedNode(Names().graph("ontology")))
    response = text_answer(write_quads(quads, form, found.names, found.context), form)
    links = [Link(ONTOLOGY, "describes"), Link(ONTOLOGY, "cite-as")]
    links += [Link(url_for("reference.ontology", suffix=f.suffix), "alternate", f.media_type) for f in _FORMATS]
    response.headers["Link"] = header(links)
    response.headers["Content-Location"] = url_for("reference.ontology", suffix=form.suffix)
    return response


@in_each_language(blueprint, "/{data}/", "datasets")
def datasets(lang: str) -> AnyResponse:
    """All data files, how to get and query them, and how to cite the graph."""
    reader = Reader(state(), lang)
    root = site_root()
    structured = as_script(about_graph(reader))
    page = render_template(
        "datasets.html",
        page=read_datasets(reader),
        root=root,
        files=downloads(),
        program=PROGRAM if (state().release.folder / PROGRAM).is_file() else "",
        structured=structured,
    )
    response = make_response(page)
    response.headers["Link"] = header(site_links())
    return response


@in_each_language(blueprint, "/{data}/<name>", "dataset")
def dataset(lang: str, name: str) -> str | AnyResponse:
    """One data file; data on request."""
    iri = _known_graph(name)
    if negotiated(_FORMATS).suffix != HTML.suffix:
        return redirect(url_for("reference.graph", name=name), 303)
    return render_template("dataset.html", page=read_dataset(Reader(state(), lang), iri), formats=LINKED)


@blueprint.get("/graph/<name>")
def graph(name: str) -> AnyResponse:
    """A named graph: its triples and its description, by suffix or Accept."""
    code, suffix = split_suffix(name)
    iri = _known_graph(code)
    form = negotiated(_FORMATS, suffix)
    if form.suffix == HTML.suffix:
        return redirect(url_for("reference.dataset", lang=language(), name=code), 302)
    found = state()
    quads = found.store.quads(None, None, None, ox.NamedNode(iri))
    described = [*quads, *quads_about(found.store, iri)]
    response = text_answer(write_quads(described, form, found.names, found.context), form)
    response.headers["Link"] = header(graph_links(iri, code))
    response.headers["Content-Location"] = url_for("reference.graph", name=f"{code}.{form.suffix}")
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
