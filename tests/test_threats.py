"""What docs/threats.md and docs/reliability.md promise is shown by tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BOUNDARIES = ("Author", "Builder", "Public reader", "Harvester", "Foreign file", "Remote store")


@pytest.mark.parametrize("name", ["threats.md", "reliability.md"])
def test_every_test_that_is_named_exists(name: str) -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", (ROOT / "docs" / name).read_text(encoding="utf-8"))
    assert len(named) > 5
    for path, test in named:
        assert (ROOT / path).is_file(), path
        assert f"def {test}(" in (ROOT / path).read_text(encoding="utf-8") if test else True, f"{path}::{test}"


def test_each_boundary_says_what_is_promised_what_is_not_and_what_shows_it() -> None:
    sections = re.split(r"^## ", (ROOT / "docs" / "threats.md").read_text(encoding="utf-8"), flags=re.M)[1:]
    assert [section.partition(":")[0] for section in sections] == list(BOUNDARIES)
    for section in sections:
        for part in ("**Promised.**", "**Not promised.**", "**Shown by**"):
            assert part in section, section[:40]
