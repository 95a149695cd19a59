"""The front pages of researchers and partners: what they can do here, with numbers from the graph."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from kg.exchange.target import targets
from kg.records import Query
from kg_web.audiences import AUDIENCES, Example, example_of_kind, example_of_question, questions_for
from kg_web.reader import Reader
from kg_web.vocabulary import term_counts
from kg_web.words import N_

__all__ = ["Card", "DeskPage", "connect_page", "partner_examples", "research_examples", "research_page"]

_QUESTIONS = 6
_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Card:
    """One thing that can be done: what it is, where, and the addresses of what belongs to it by name."""

    title: str
    text: str
    href: str
    more: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class DeskPage:
    """The front page of one audience."""

    audience: str
    title: str
    lead: str
    examples: tuple[Example, ...]
    cards: tuple[Card, ...]
    questions: tuple[Query, ...]


def research_page(reader: Reader) -> DeskPage:
    """What a researcher can do here."""
    lang, say, state = reader.lang, reader.say, reader.state
    number = reader.number
    classes, properties = term_counts(state.store)
    cards = (
        Card(
            say("Ask a question of the library"),
            say(
                "{count} questions, each with a table, a file and lines for Python and R. "
                "The address of an answer is yours to share.",
                count=number(len(state.questions)),
            ),
            url_for("questions.index", lang=lang),
            ((say("The questions as data"), url_for("query_library.queries", suffix="ttl")),),
        ),
        Card(
            say("Write a query of your own"),
            say(
                "SPARQL 1.1 over {count} statements, with an editor that knows the vocabulary.",
                count=number(state.release.quads),
            ),
            url_for("sparql_page.editor", lang=lang),
            ((say("Limits"), url_for("sparql_page.limits")),),
        ),
        Card(
            say("Know what every word means"),
            say(
                "{classes} classes and {properties} properties with definitions, and how they compare with others'.",
                classes=number(classes),
                properties=number(properties),
            ),
            url_for("reference.terms", lang=lang),
        ),
        Card(
            say("See what changed"),
            say("From release to release, down to every property: before and after."),
            url_for("changes.page", lang=lang),
            ((say("Releases (Atom)"), url_for("changes.atom", lang=lang)),),
        ),
        Card(
            say("Cite, so that others get your answer"),
            say(
                "This is version {version}. A release never changes, and its endpoint stays.",
                version=state.release.version,
            ),
            url_for("releases.cite", lang=lang),
        ),
        Card(
            say("Judge how sound it is"),
            say(
                "{rules} rules are checked before a release; warnings and open questions are kept in sight.",
                rules=number(len(state.report.rules)),
            ),
            url_for("pages.checks", lang=lang),
        ),
    )
    return _desk(reader, "researcher", say("Research"), research_examples(reader), cards)


def connect_page(reader: Reader) -> DeskPage:
    """What a partner can do here."""
    lang, say, state = reader.lang, reader.say, reader.state
    cards = (
        Card(
            say("Take the graph in your own form"),
            say(
                "{count} forms, from CASE and ELM to OOAPI. Each tells what it cannot carry, with the reason.",
                count=reader.number(len(targets())),
            ),
            url_for("exports.index", lang=lang),
        ),
        Card(
            say("Match your names with the graph"),
            say("For OpenRefine, a spreadsheet or a script, however the names are spelt."),
            url_for("reconcile_page.guide", lang=lang),
        ),
        Card(
            say("Download everything"),
            say(
                "All {files} files of version {version}, with their sums, by origin and in every form of linked data.",
                files=reader.number(len(state.release.files())),
                version=state.release.version,
            ),
            url_for("reference.datasets", lang=lang),
            ((say("Sums"), url_for("downloads.file", name="SHA256SUMS")),),
        ),
        Card(
            say("Call it from your software"),
            say("Every page is data as well, as JSON, CSV or linked data. The description is OpenAPI 3.1."),
            url_for("openapi.openapi"),
            ((say("SPARQL endpoint"), url_for("sparql_page.editor", lang=lang)),),
        ),
        Card(
            say("Follow what changes"),
            say("A stream of events for systems (LDES), and what changed since a version as JSON, CSV or RDF Patch."),
            url_for("changes.page", lang=lang),
            (("LDES", url_for("feed.root", suffix="ttl")), ("Atom", url_for("changes.atom", lang=lang))),
        ),
        Card(
            say("Put it in a catalogue"),
            say("Described in DCAT-AP-NL and VoID, for data.overheid.nl and others to harvest."),
            url_for("catalogue.catalog", suffix="ttl"),
            (("VoID", url_for("catalogue.void", suffix="ttl")), (say("Map of the site"), url_for("sitemap.sitemap"))),
        ),
    )
    return _desk(reader, "partner", say("Connect"), partner_examples(reader), cards)


def research_examples(reader: Reader) -> tuple[Example, ...]:
    """Three numbers that lead a researcher further."""
    return _some(
        example_of_kind(reader, "passage", N_("passages of the source, each with its place in the text")),
        example_of_question(reader, "remarks-of-type", N_("contradictions found in the source, kept with a remark")),
        example_of_question(reader, "unproven-outcomes", N_("learning outcomes that no assessment proves yet")),
        example_of_question(reader, "figures", N_("figures with their year and their place in the source")),
        example_of_kind(reader, "source", N_("sources and publications")),
    )


def partner_examples(reader: Reader) -> tuple[Example, ...]:
    """Three numbers that lead a partner further."""
    forms = Example(
        reader.number(len(targets())),
        reader.say("forms to take the graph in, each with what it cannot carry"),
        url_for("exports.index", lang=reader.lang),
    )
    return _some(
        forms,
        example_of_question(reader, "who-is-interested", N_("organisations interested in the minor or its pilots")),
        example_of_question(reader, "outside-matches", N_("matches with ESCO, EQF and other schemes")),
        example_of_kind(reader, "organisation", N_("organisations, with what they take part in")),
    )


def _some(*found: Example | None) -> tuple[Example, ...]:
    """The first three there are."""
    return tuple(example for example in found if example)[:_EXAMPLES]


def _desk(
    reader: Reader, audience: str, title: str, examples: tuple[Example, ...], cards: tuple[Card, ...]
) -> DeskPage:
    lead = reader.say(AUDIENCES[audience].purpose)
    return DeskPage(audience, title, lead, examples, cards, tuple(questions_for(reader, audience)[:_QUESTIONS]))
