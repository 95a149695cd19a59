"""The guide: how-tos for each audience, as pages and as the Markdown they are written in."""

from __future__ import annotations

from flask import Blueprint, Flask, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kg.text import nearest
from kg_web.errors import Choice, Fault
from kg_web.formats import Format
from kg_web.howtos import EXAMPLE_SITE, HowTo, howtos, rendered
from kg_web.state import state
from kg_web.things import text_answer
from kg_web.urls import in_each_language, site_root
from kg_web.words import N_, said_in

__all__ = ["blueprint", "register"]

MARKDOWN = Format("md", "text/markdown", "Markdown")
_AUDIENCES = {
    "designer": N_("For curriculum designers"),
    "researcher": N_("For researchers"),
    "partner": N_("For partners"),
}

blueprint = Blueprint("guide", __name__)


def register(app: Flask) -> None:
    """Adds the pages, and the function with which other pages lead to them."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals["howtos_for"] = howtos_for


def howtos_for(audience: str, lang: str) -> list[tuple[HowTo, str]]:
    """The how-tos of one audience, each with its address."""
    found = howtos(state().project.root, lang)
    return [(one, url_for("guide.howto", lang=lang, name=one.name)) for one in found if one.audience == audience]


@in_each_language(blueprint, "/{guide}/", "index")
def index(lang: str) -> str:
    """All how-tos by audience."""
    parts = [(heading, howtos_for(audience, lang)) for audience, heading in _AUDIENCES.items()]
    return render_template("guide/index.html", parts=[part for part in parts if part[1]])


@in_each_language(blueprint, "/{guide}/<name>", "howto")
def howto(lang: str, name: str) -> str | AnyResponse:
    """One how-to; its Markdown by suffix."""
    known = {one.name: one for one in howtos(state().project.root, lang)}
    found = known.get(name.removesuffix(f".{MARKDOWN.suffix}"))
    if found is None:
        close = [known[near] for near in nearest(name[:100], known)]
        choices = [Choice(one.title, url_for("guide.howto", lang=lang, name=one.name)) for one in close]
        raise Fault(404, said_in(lang)(N_("There is no how-to called {name}."), name=name[:100]), choices=choices)
    if name.endswith(f".{MARKDOWN.suffix}"):
        return text_answer(found.path.read_text(encoding="utf-8").replace(EXAMPLE_SITE, site_root()), MARKDOWN)
    return render_template(
        "guide/howto.html",
        page=found,
        body=rendered(found.text, site_root(), request.script_root),
        source=url_for("guide.howto", lang=lang, name=f"{found.name}.{MARKDOWN.suffix}"),
        others=[other for other in howtos_for(found.audience, lang) if other[0] != found],
        heading=_AUDIENCES.get(found.audience, ""),
    )
