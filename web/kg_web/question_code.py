"""How to get the answer to a question from Python and R: a few lines to copy, for each way."""

from __future__ import annotations

import json

from flask import request

from kg.records import Query
from kg_web.formats import CSV, TURTLE, Format
from kg_web.words import N_

__all__ = ["code_for"]


def code_for(query: Query, addresses: tuple[tuple[Format, str], ...]) -> list[tuple[str, str]]:
    """What each way is called (a message of the site), and its lines. `addresses` are those of the forms of data."""
    by_suffix = {form.suffix: _whole(address) for form, address in addresses}
    if CSV.suffix in by_suffix:
        address = by_suffix[CSV.suffix]
        ways = [
            (N_("With pandas:"), f"import pandas\n\nanswer = pandas.read_csv({_quoted(address)})"),
            (N_("In R:"), f"answer <- read.csv({_quoted(address)})"),
        ]
    else:
        address = by_suffix[TURTLE.suffix]
        ways = [
            (
                N_("With rdflib:"),
                f'import rdflib\n\nanswer = rdflib.Graph().parse({_quoted(address)}, format="turtle")',
            ),
            (N_("In R:"), f'answer <- rdflib::rdf_parse({_quoted(address)}, format = "turtle")'),
        ]
    given = [f"{name}={_quoted(value)}" for name, value in request.args.items() if query.parameter(name) and value]
    asked = ", ".join([_quoted(query.name), *given])
    return [*ways, (N_("With this library, offline:"), f"import kg\n\nanswer = kg.load().ask({asked})")]


def _whole(address: str) -> str:
    return request.url_root.rstrip("/") + address.removeprefix(request.script_root)


def _quoted(text: str) -> str:
    """A string as both Python and R read it; characters beyond the basic plane stand as they are."""
    return json.dumps(text, ensure_ascii=False)
