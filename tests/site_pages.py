"""Pages as tests read them: their links, their text, and what a strict policy would refuse."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

__all__ = ["Page", "page"]


@dataclass
class Page(HTMLParser):
    """One parsed page."""

    hrefs: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    """What the Content-Security-Policy would not let run or paint."""
    data: list[str] = field(default_factory=list)
    """Data blocks, which browsers do not run."""

    def __post_init__(self) -> None:
        super().__init__()
        self._in_data = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        if tag == "a" and "href" in given:
            self.hrefs.append(given["href"])
        if tag in {"link", "script", "img"}:
            self.sources.append(given.get("href", given.get("src", "")))
        if "id" in given:
            self.ids.append(given["id"])
        self._in_data = tag == "script" and given.get("type") == "application/ld+json"
        if tag == "style" or (tag == "script" and "src" not in given and not self._in_data):
            self.refused.append(tag)
        self.refused += [name for name in given if name == "style" or name.startswith("on")]
        self.refused += [value for value in given.values() if value.strip().lower().startswith("javascript:")]

    def handle_data(self, data: str) -> None:
        (self.data if self._in_data else self.words).append(data)

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002
        self._in_data = False

    @property
    def text(self) -> str:
        """All text with single spaces."""
        return " ".join(" ".join(self.words).split())


def page(html: str) -> Page:
    """The page in this HTML."""
    parsed = Page()
    parsed.feed(html)
    return parsed
