"""How-tos: Markdown files that anyone can edit, read and made into pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from kg.text import natural

if TYPE_CHECKING:
    from markdown_it.renderer import RendererHTML
    from markdown_it.token import Token
    from markdown_it.utils import OptionsDict

__all__ = ["EXAMPLE_SITE", "FOLDER", "HowTo", "howtos", "rendered"]

FOLDER = Path("docs") / "howto"
"""Where a project keeps its how-tos: `<audience>/<number>-<name>.<language>.md`."""
EXAMPLE_SITE = "http://127.0.0.1:8000"
"""The address of the site in the files; a page shows that of the site it is on."""


@dataclass(frozen=True, slots=True)
class HowTo:
    """One how-to in one language: for whom, how it is called, what it is for, and its text below that."""

    name: str
    audience: str
    title: str
    summary: str
    text: str
    path: Path


@cache
def howtos(root: Path, lang: str) -> tuple[HowTo, ...]:
    """The how-tos of a project, by its folder, in one language: by audience and number, and none when it has none."""
    folder = root / FOLDER
    return tuple(_read(path) for path in sorted(folder.glob(f"*/*.{lang}.md"), key=lambda path: natural(str(path))))


def _read(path: Path) -> HowTo:
    """A file begins with `# its title` and a paragraph that says what it is for."""
    title, summary, text = path.read_text(encoding="utf-8").split("\n\n", 2)
    name = path.name.partition(".")[0].partition("-")[2]
    return HowTo(name, path.parent.name, title.removeprefix("# ").strip(), " ".join(summary.split()), text, path)


def rendered(text: str, root: str, path: str) -> Markup:
    """Markdown as HTML: `root` is where the site is, `path` what its addresses begin with.

    HTML in the text is shown and not obeyed, and links take no scheme but those of the web.
    """
    from markdown_it import MarkdownIt  # seventy modules, and a how-to is read now and then

    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    markdown.add_render_rule("fence", _code)
    markdown.add_render_rule("link_open", _link)
    return Markup(markdown.render(text.replace(EXAMPLE_SITE, root), {"path": path}))


def _code(_: RendererHTML, tokens: Sequence[Token], place: int, *_rest: object) -> str:
    """A block that is wider than the page scrolls, also by keyboard."""
    return f'<pre class="shown" tabindex="0"><code>{escape(tokens[place].content)}</code></pre>\n'


def _link(
    renderer: RendererHTML, tokens: Sequence[Token], place: int, options: OptionsDict, env: Mapping[str, Any]
) -> str:
    """Links within the site are written from its root, wherever that is."""
    href = str(tokens[place].attrGet("href") or "")
    if href.startswith("/"):
        tokens[place].attrSet("href", env["path"] + href)
    else:
        tokens[place].attrSet("rel", "external noreferrer")
    return str(renderer.renderToken(tokens, place, options, dict(env)))
