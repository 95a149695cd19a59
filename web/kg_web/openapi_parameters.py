"""What the OpenAPI document says of parameters: what each means."""

from __future__ import annotations

from collections.abc import Mapping

from kg_web.designer import ANALYSES

__all__ = ["IN_PATH", "QUERY"]

_PART = ("of", "code of a programme or profile: only that part of the graph")
_PREFIX = ("prefix", "what has been typed so far")
_CURSOR = ("cursor", "how many suggestions to pass over")
_THING = ("id", "identifier of a thing, for example competence/ow-07, or its IRI")
_ONE_LANGUAGE = ("lang", "nl or en: language of forms that have one; else that of Accept-Language")
_EXPLORED = (
    ("thing", "code of the thing to start from"),
    ("open", "code of a thing whose every link is followed; may be repeated"),
    ("steps", "how far from the start, 1 to 6; when not given, as far as thirty things go"),
    ("kind", "kind that is shown, for example competence; may be repeated"),
    ("origin", "origin that is shown: stated, proposed, reference or derived; may be repeated"),
    ("status", "status that is shown, for example proposed; may be repeated"),
    ("level", "code of a level that is shown; may be repeated"),
    ("most", "at most so many things, from 60 to 420"),
)
_DESIGN: Mapping[str, str] = {
    "programme": "code of a programme; without it one that is designed",
    "profile": "code of the profile whose competences count; without it that of the programme",
    "first": "code of a profile or programme",
    "second": "code of what it is held against",
    "state": "how a link must stand to be told: gap, unknown or not-applicable; may be repeated",
    "pace": "credits in one period, in EC",
    "weeks": "length of one period",
    "have": "code of an outcome, unit or competence that someone holds; may be repeated",
    "evidence": "kind of evidence for all that is held; evidence.CODE for one thing",
    "date": "day of the evidence for all that is held; date.CODE for one thing",
    "on": "day on which it is weighed; without it today",
    "wish": "code of a competence or outcome that must be reached; may be repeated",
    "depth": "how deeply a wish must be reached: introduced, practised or assessed",
    "thing": "code of the thing to follow the chain of; segment/code where the code alone is not enough",
    "drop": "code of a unit to leave out; may be repeated",
    "add": "code of a unit to add; may be repeated",
    "level": "code of a level: only what is offered at it",
    "learner": "code of a kind of learner: only what is offered to them",
}


def _of_analyses() -> dict[str, tuple[tuple[str, str], ...]]:
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for name, analysis in ANALYSES.items():
        part = "advice" if analysis.private else "designer"
        own = tuple((each, _DESIGN[each]) for each in analysis.parameters)
        found[f"{part}.{name}"] = own
        found[f"{part}.{name}_data"] = (*own, ("table", f"of the CSV: {', '.join(analysis.tables)}"))
    return found


QUERY: Mapping[str, tuple[tuple[str, str], ...]] = {
    "changes.atom": (("by", "thing: an entry for every thing the newest release changed, instead of every release"),),
    "changes.data": (
        ("since", "version or day that is known already; without it the release before this one"),
        ("lang", "nl or en: language of labels; else that of Accept-Language"),
    ),
    "changes.page": (("since", "version or day that is known already; without it the release before this one"),),
    "editor.questions": (("lang", "nl or en: language of texts; else that of Accept-Language"),),
    "editor.terms": (("lang", "nl or en: language of labels; else that of Accept-Language"),),
    "explorer.data": (*_EXPLORED, ("table", "of the CSV: things or links")),
    "explorer.page": _EXPLORED,
    "exports.data": (_PART, _ONE_LANGUAGE),
    "exports.file": (_PART, _ONE_LANGUAGE),
    "exports.loss": (_PART,),
    "exports.target": (_PART,),
    "pages.search": (
        ("q", "words that a thing holds in its code, names or definition"),
        ("kind", "only hits of this kind, for example competence"),
    ),
    "pages.suggest": (
        ("q", "what has been typed so far"),
        ("limit", "at most so many things, 10 when not given, never more than 50"),
        ("lang", "nl or en: language of labels; else that of Accept-Language"),
    ),
    "pages.search_data": (
        ("q", "words that a thing holds in its code, names or definition"),
        ("kind", "only hits of this kind, for example competence"),
        ("lang", "nl or en: language of labels; else that of Accept-Language"),
    ),
    "reconcile.properties": (
        ("type", "kind of thing, for example Competence"),
        ("limit", "at most so many properties"),
    ),
    "reconcile.service": (
        ("queries", "a batch of queries, as JSON (Reconciliation Service API 0.2, section 4)"),
        ("extend", "things and properties to tell of them, as JSON (the same, section 7)"),
    ),
    "reconcile.suggest_entity": (_PREFIX, ("type", "kind of thing, for example Competence"), _CURSOR),
    "reconcile.suggest_property": (_PREFIX, ("type", "kind of thing, for example Competence"), _CURSOR),
    "reconcile.suggest_type": (_PREFIX, _CURSOR),
    "reconcile.view": (_THING,),
    "reconcile_page.preview": (_THING,),
    "suggesting.file": (("suggestion", "the suggestion, as docs/suggestions.md describes it"),),
    "suggesting.made": (
        ("on", "release the form was made on"),
        ("field", "a field that is on the form, for example skos:prefLabel@nl; its values have that name"),
        ("reason", "why"),
        ("source", "where it can be verified"),
        ("sender", "who suggests it; may be left out"),
    ),
    "sparql_page.limits": (("format", "json, txt or html, instead of Accept"),),
    **_of_analyses(),
}
"""Endpoint → its parameters after the question mark, each with its meaning."""

IN_PATH: Mapping[str, str] = {
    "code": "code of a thing, for example ow-07",
    "name": "name as the lists give it; a suffix such as .ttl, .json or .csv chooses the form, else Accept does",
    "digest": "sum in the name of a version of a thing",
    "key": "release and sum, as the event stream names them",
    "number": "number of the page, from 1",
    "version": "version of a release, for example 0.1.0",
    "file": "file name as the page of the export lists it",
    "segment": "kind of thing",
    "suffix": "form of the answer",
}
