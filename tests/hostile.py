"""The hostile queries of `cases/hostile/`: what is sent, and the statuses it may get.

In a text, `@name@` stands for a text of [repeat] so many times, in which `#i` is its number and `#j` the next; `@spy@`
is the port of a server that must not be asked.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

__all__ = ["CASES", "content_of", "hostile_queries", "statuses_of"]

CASES: dict[str, dict[str, Any]] = {
    path.stem: tomllib.loads(path.read_text(encoding="utf-8"))
    for path in sorted((Path(__file__).parent / "cases" / "hostile").glob("*.toml"))
}


def content_of(case: dict[str, Any], port: int) -> bytes:
    """The bytes of a query, with this port for the spy's."""
    if "hex" in case:
        return bytes.fromhex(case["hex"])
    text = case["text"].replace("@spy@", str(port))
    for name, part in case.get("repeat", {}).items():
        times = range(part["times"])
        whole = (
            "".join(part["text"].replace("#i", str(i)).replace("#j", str(i + 1)) for i in times)
            if "#i" in part["text"]
            else part["text"] * len(times)
        )
        text = text.replace(f"@{name}@", whole)
    return str(text).encode()


def statuses_of(case: dict[str, Any]) -> set[int]:
    """The statuses a query may get."""
    return set(case["status"]) if isinstance(case["status"], list) else {int(case["status"])}


def hostile_queries(port: int) -> list[tuple[str, bytes, set[int]]]:
    """Name, bytes and statuses of every query sent as it is; 200 too where a small graph stays within a limit."""
    return [
        (name, content_of(case, port), statuses_of(case) | ({200} if "limit" in case else set()))
        for name, case in CASES.items()
        if "send" not in case
    ]
