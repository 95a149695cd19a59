"""Drawing: SVG from shapes and text, readable in print, without script and by a screen reader."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from xml.etree import ElementTree

__all__ = ["Drawing", "wrapped"]

_SVG = "http://www.w3.org/2000/svg"


class Drawing:
    """An SVG picture of a given size in user units, with a title and a description for who cannot see it.

    Colours are presentation attributes, so the picture needs no style sheet; every element also has a
    class (`kg-…`) that a page may restyle, for a dark theme for example.
    """

    def __init__(self, width: float, height: float, title: str, description: str) -> None:
        self._root = ElementTree.Element(
            "svg",
            {
                "xmlns": _SVG,
                "viewBox": f"0 0 {_number(width)} {_number(height)}",
                "width": _number(width),
                "height": _number(height),
                "role": "img",
                "class": "kg-picture",
                "font-family": "system-ui, sans-serif",
                "font-size": "13",
            },
        )
        ElementTree.SubElement(self._root, "title").text = title
        ElementTree.SubElement(self._root, "desc").text = description
        self._open = [self._root]

    def add(self, tag: str, text: str = "", **attributes: str | float) -> ElementTree.Element:
        """Adds an element; `class_` and names with `_` become `class` and names with `-`, numbers are rounded."""
        named = {
            key.rstrip("_").replace("_", "-"): value if isinstance(value, str) else _number(value)
            for key, value in attributes.items()
        }
        element = ElementTree.SubElement(self._open[-1], tag, named)
        element.text = text or None
        return element

    @contextmanager
    def within(self, tag: str, tooltip: str = "", **attributes: str | float) -> Iterator[None]:
        """Everything added inside goes into this element (`g` or `a`); the tooltip is its title."""
        element = self.add(tag, "", **attributes)
        if tag == "a":  # what is an image to a screen reader cannot hold links (WAI-ARIA 1.2, img)
            self._root.set("role", "group")
        self._open.append(element)
        if tooltip:
            self.add("title", tooltip)
        try:
            yield
        finally:
            self._open.pop()

    def lines(self, x: float, y: float, text: str, *, width: int = 24, most: int = 3, **attributes: str | float) -> int:
        """Text broken into lines of at most `width` characters, 16 units apart; gives the number of lines."""
        broken = wrapped(text, width, most)
        element = self.add("text", "", x=x, y=y, **attributes)
        for number, line in enumerate(broken):
            span = ElementTree.SubElement(element, "tspan", {"x": _number(x), "dy": "16" if number else "0"})
            span.text = line
        return len(broken)

    def __str__(self) -> str:
        """The picture as XML text; whatever stands in labels is escaped."""
        ElementTree.indent(self._root)
        return ElementTree.tostring(self._root, encoding="unicode") + "\n"


def wrapped(text: str, width: int, most: int) -> list[str]:
    """Words in lines of at most `width` characters; what does not fit in `most` lines ends in an ellipsis."""
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + len(word) + 1 <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    if len(lines) > most:
        lines = [*lines[: most - 1], f"{lines[most - 1][: width - 1].rstrip()}…"]
    return [line if len(line) <= width else f"{line[: width - 1]}…" for line in lines]


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
