"""Questions of the library that are answered without a thread: what is asked of a worker, and what it may answer."""

from __future__ import annotations

import re
from functools import partial
from urllib.parse import parse_qsl

from kg.graph.ask import bound_text, judged
from kg.graph.workers import Asked
from kg.graph.written import is_csv
from kg.records import Query
from kg_web.formats import CSV, JSON, TSV, Format
from kg_web.front import Head
from kg_web.headers import tag_of
from kg_web.lane import Place
from kg_web.sparql_plan import Plan
from kg_web.state import State

__all__ = ["BEGINNING", "RESULTS", "Questions"]

BEGINNING = "/questions/"
RESULTS = Format("json", "application/json", "JSON", ("application/sparql-results+json",))
"""An answer as JSON."""
_FORMS = {CSV.suffix: CSV, JSON.suffix: RESULTS, TSV.suffix: TSV}
_NAME = re.compile(r"([a-z0-9-]+)\.(csv|json|tsv)")


class Questions:
    """Plans answers to questions, as tables in a form that the address names.

    A worker writes them as the store of this process does, but for CSV of one column, which the engine writes in a way
    that is not read back.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._narrow: set[str] = set()
        """Questions whose answer has one column."""

    def plan(self, question: Query, form: Format, text: str, tag: str = "") -> Plan | None:
        """What is asked of a worker for a question whose parameters are in the text; None when none can answer it."""
        measures = judged(question.text)
        narrow = form.suffix == CSV.suffix and question.name in self._narrow
        if measures.form != "SELECT" or form.suffix not in _FORMS or narrow:
            return None
        asked = Asked(text, form.suffix, own_dataset=measures.dataset)
        return Plan(asked, form, tag, partial(self._sound, question.name, form))

    def plan_address(self, path: str, query: bytes, head: Head, place: Place) -> Plan | None:
        """The plan of a question that stands in an address; None when a thread has to see to it.

        Raises BadParameter and UnknownName.
        """
        found = _NAME.fullmatch(path.removeprefix(BEGINNING))
        question = self._state.questions.get(found[1]) if found else None
        if not found or not question:
            return None
        pairs = parse_qsl(query.decode("ascii"), keep_blank_values=True, errors="werkzeug.url_quote")
        given = dict(reversed(pairs))  # of a name that is given twice, the first value, as Flask has it
        text = bound_text(self._state.store, question, given, hints=False)
        asked = f"{path}?{query.decode('ascii')}"
        told = (head.told("HTTP_ACCEPT"), head.told("HTTP_ACCEPT_LANGUAGE"))
        tag = tag_of(self._state.edition, place.host, place.root, asked, *told)
        return self.plan(question, _FORMS[found[2]], text, tag)

    def _sound(self, name: str, form: Format, content: bytes) -> bool:
        if form.suffix != CSV.suffix:
            return True
        columns = content.partition(b"\r\n")[0].count(b",") + 1
        if columns == 1:
            self._narrow.add(name)
        return columns > 1 and is_csv(content, columns)
