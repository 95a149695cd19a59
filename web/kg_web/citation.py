"""How to cite one thing of one release: as text, and in the forms that reference managers read."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date
from flask import Blueprint, url_for
from werkzeug.wrappers import Response as AnyResponse

from kg.publish.catalogue import publisher_of
from kg_web.designer_memory import remembered
from kg_web.formats import TEXT, Format, negotiated, split_suffix
from kg_web.reader import Reader
from kg_web.state import State, state
from kg_web.things import known_thing, text_answer
from kg_web.urls import language
from kg_web.words import LANGUAGES

__all__ = ["CITATION_FORMATS", "Citation", "blueprint", "citations", "cited", "written"]

BIBTEX = Format("bib", "application/x-bibtex", "BibTeX")
RIS = Format("ris", "application/x-research-info-systems", "RIS")
CSL = Format("json", "application/vnd.citationstyles.csl+json", "CSL-JSON", ("application/json",))
CITATION_FORMATS = (TEXT, BIBTEX, RIS, CSL)

_VERSION = {"nl": "versie", "en": "Version"}
_NO_DATE = {"nl": "z.d.", "en": "n.d."}
_DAY = {"nl": "y, d MMMM", "en": "y, MMMM d"}
_TEX = {
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}

blueprint = Blueprint("citation", __name__)


@dataclass(frozen=True, slots=True)
class Citation:
    """What a reference to a thing says, in one language."""

    title: str
    kind: str
    code: str
    container: str
    author: str
    version: str
    issued: str
    """The day as `2026-11-26`; empty when the release does not tell."""
    address: str
    language: str


@blueprint.get("/cite/<segment>/<name>")
def citation(segment: str, name: str) -> AnyResponse:
    """A reference to a thing, with the version it was seen in: as text, BibTeX, RIS or CSL-JSON."""
    code, suffix = split_suffix(name)
    known_thing(segment, code)
    form = negotiated(CITATION_FORMATS, suffix)
    response = text_answer(written(cited(Reader(state(), language()), segment, code), form), form)
    response.headers["Content-Disposition"] = f'inline; filename="{code}-{state().release.version}.{form.suffix}"'
    response.headers["Content-Location"] = url_for("citation.citation", segment=segment, name=f"{code}.{form.suffix}")
    return response


def citations(found: State, segment: str, code: str, first: str) -> Mapping[str, str]:
    """Language → a reference as text, the reader's own language first."""
    languages = sorted(LANGUAGES, key=lambda lang: lang != first)
    return {lang: written(cited(Reader(found, lang), segment, code), TEXT).strip() for lang in languages}


def cited(reader: Reader, segment: str, code: str) -> Citation:
    """What a reference to a thing of the release that is shown says."""
    found = reader.state
    iri = found.names.thing(segment, code)
    names = remembered(_publisher)
    return Citation(
        title=" ".join(reader.label(iri).split()),
        kind=reader.kind(segment),
        code=code,
        container=found.project.settings.title.within(reader.lang),
        author=names.get(reader.lang) or min(names.values()),
        version=found.release.version,
        issued=found.release.issued,
        address=iri,
        language=reader.lang,
    )


def written(one: Citation, form: Format) -> str:
    """The reference in one of the forms."""
    return {TEXT.suffix: _text, BIBTEX.suffix: _bibtex, RIS.suffix: _ris, CSL.suffix: _csl}[form.suffix](one)


def _publisher(_: object) -> Mapping[str, str]:
    found = state()
    return publisher_of(found.project, found.store)[1]


def _text(one: Citation) -> str:
    """As the seventh edition of the APA's manual has an entry in a reference work, with its version."""
    lang = one.language
    day = format_date(date.fromisoformat(one.issued), _DAY[lang], locale=lang) if one.issued else _NO_DATE[lang]
    kind = one.kind[:1].upper() + one.kind[1:]
    source = f"In {one.container} ({_VERSION[lang]} {one.version})"
    return f"{one.author}. ({day}). {one.title} [{kind} {one.code}]. {source}. {one.address}\n"


def _bibtex(one: Citation) -> str:
    year, month, day = [*one.issued.split("-"), "", "", ""][:3]
    fields = {
        "author": f"{{{_tex(one.author)}}}",
        "title": f"{{{_tex(one.title)}}}",
        "howpublished": _tex(f"{one.container}, {_VERSION[one.language].lower()} {one.version}"),
        "year": year,
        "month": month,
        "day": day,
        "version": _tex(one.version),
        "note": _tex(f"{one.kind[:1].upper()}{one.kind[1:]} {one.code}"),
        "url": one.address,
        "language": {"nl": "dutch", "en": "english"}[one.language],
    }
    lines = [f"  {name:<12} = {{{text}}}" for name, text in fields.items() if text]
    return f"@misc{{{_key(one)},\n" + ",\n".join(lines) + "\n}\n"


def _ris(one: Citation) -> str:
    """Tags of the RIS format, each on a line that ends as the format asks."""
    fields = [
        ("TY", "DATA"),
        ("ID", _key(one)),
        ("TI", one.title),
        ("AU", one.author),
        ("T2", one.container),
        ("PB", one.author),
        ("PY", one.issued[:4]),
        ("DA", one.issued.replace("-", "/")),
        ("ET", one.version),
        ("M3", f"{one.kind} {one.code}"),
        ("UR", one.address),
        ("LA", one.language),
    ]
    return "".join(f"{tag}  - {text}\r\n" for tag, text in fields if text) + "ER  - \r\n"


def _csl(one: Citation) -> str:
    item: dict[str, Any] = {
        "id": _key(one),
        "type": "dataset",
        "title": one.title,
        "author": [{"literal": one.author}],
        "container-title": one.container,
        "publisher": one.author,
        "version": one.version,
        "genre": f"{one.kind} {one.code}",
        "URL": one.address,
        "language": one.language,
    }
    if one.issued:
        item["issued"] = {"date-parts": [[int(part) for part in one.issued.split("-")]]}
    return json.dumps([item], ensure_ascii=False, indent=1) + "\n"


def _key(one: Citation) -> str:
    """A name for the entry that holds in every reference manager: letters, digits and hyphens."""
    container = re.sub(r"[^a-z0-9]+", "-", one.container.casefold()).strip("-") or "graph"
    return f"{container}-{one.code}-{re.sub(r'[^A-Za-z0-9.]+', '-', one.version)}"


def _tex(text: str) -> str:
    return "".join(_TEX.get(sign, sign) for sign in text)
