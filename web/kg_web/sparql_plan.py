"""How a query is to be answered: what it asks, in which form, and the name of the answer; nothing is asked yet."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import pyoxigraph as ox

from kg.graph.limits import Limits, check_text
from kg.graph.malformed import malformed
from kg.graph.measure import Measures
from kg.graph.prefixes import prefixes_of
from kg.graph.workers import Asked
from kg.names import Names
from kg_web.formats import Format, preferred
from kg_web.front import Head
from kg_web.refusals import Refused
from kg_web.sparql_request import ProtocolRequest, read_address
from kg_web.sparql_results import GRAPHS, PAGE, TABLES, form_called

__all__ = ["UNSTABLE", "Plan", "Planner", "chosen"]

UNSTABLE = {"ttl", "trig", "rdf"}
"""Forms whose bytes differ from one worker to the next: the engine writes the prefixes in no fixed order."""
_TABLE_SUFFIXES = {form.suffix for form in TABLES}


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked of a worker, and how its answer is told."""

    asked: Asked
    form: Format
    tag: str = ""
    """A name for the bytes of the answer: of the release, the engine, the query, its dataset and its form; empty when
    they differ from one time to the next."""
    sound: Callable[[bytes], bool] = lambda _: True
    """Whether an answer of the engine may be told as it is."""


@dataclass(frozen=True, slots=True)
class Planner:
    """Plans the queries to one release, within the published limits."""

    limits: Limits
    names: Names
    digest: str
    """Of the release."""

    def plan(self, request: ProtocolRequest, accept: str, *, with_page: bool = False) -> Plan | None:
        """The plan; None when the best form is a page.

        Raises LimitExceeded, Refused for an update, SERVICE, or a form that is not offered, QueryError for no query.
        """
        measures = self._checked(request.text)
        offered = TABLES if measures.form in {"SELECT", "ASK"} else GRAPHS
        form = chosen(offered, request.format, accept, with_page=with_page)
        if form.suffix == PAGE.suffix:
            return None
        asked = Asked(
            text=request.text,
            format=form.suffix,
            default_graphs=request.default_graphs,
            named_graphs=request.named_graphs,
            own_dataset=measures.dataset,
            prefixes={} if form.suffix in _TABLE_SUFFIXES else prefixes_of(request.text, self.names),
            seconds=request.seconds,
        )
        return Plan(asked, form, "" if measures.changing else self.tag(form, request.text, asked))

    def plan_address(self, _path: str, query: bytes, head: Head, _place: object) -> Plan | None:
        """The plan of a query that stands in an address; None when a thread has to see to it. Raises as `plan`."""
        asked = read_address(query)
        if not asked or asked.seconds:
            return None
        return self.plan(asked, head.told("HTTP_ACCEPT"), with_page=True)

    def tag(self, form: Format, text: str, asked: Asked | None = None) -> str:
        """A name for the bytes that follow from this text and the release."""
        parts = (self.digest, ox.__version__, form.suffix, text)
        total = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass"))
        total.update(repr((asked.default_graphs, asked.named_graphs) if asked else ()).encode())
        return total.hexdigest()[:32]

    def _checked(self, text: str) -> Measures:
        measures = check_text(text, self.limits)
        if measures.form == "UPDATE":
            raise Refused(
                403,
                "This graph is read-only: updates are refused.",
                "Change the files and build again: see CONTRIBUTING.md.",
            )
        if measures.service:
            raise Refused(
                403,
                "SERVICE is refused: this endpoint asks no other server.",
                "Ask the other server yourself and join the answers.",
            )
        if not measures.form:
            raise malformed(text, "", self.names)
        return measures


def chosen(offered: tuple[Format, ...], format_: str, accept: str, *, with_page: bool) -> Format:
    """The form named by `format=`, else the one the Accept header likes best. Raises Refused when none fits."""
    everything = (*offered, PAGE) if with_page else offered
    form = form_called(format_, everything) if format_ else preferred(accept, everything)
    if form is None:
        raise Refused(
            406,
            "The answer cannot be had as {asked}.",
            "It is offered as {offered}.",
            asked=format_ or accept,
            offered=", ".join(form.media_type for form in everything),
        )
    return form
