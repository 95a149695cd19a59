"""What the site serves of others' work: of exact versions, with its licences, and nothing but what was reviewed."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from pathlib import Path

import pytest

WEB = Path(__file__).parents[1] / "web"
_spec = importlib.util.spec_from_file_location("fetch_libraries", WEB / "fetch_libraries.py")
assert _spec is not None
assert _spec.loader is not None
fetch = importlib.util.module_from_spec(_spec)
sys.modules["fetch_libraries"] = fetch
_spec.loader.exec_module(fetch)

SERVED = {one.name: one for one in fetch.served_files()}
WANTED = json.loads((WEB / "package.json").read_text(encoding="utf-8"))


def test_versions_are_exact_and_no_lock_file_is_kept() -> None:
    versions = {**WANTED["dependencies"], **WANTED["devDependencies"]}
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions.values())
    assert not list(WEB.glob("*lock*"))


def test_every_package_that_is_served_is_wanted_and_none_is_wanted_in_vain() -> None:
    parts = {part for one in SERVED.values() for part in one.parts if not part.startswith("./")}
    assert {fetch._package(part) for part in parts} == set(WANTED["dependencies"])


@pytest.mark.parametrize("name", ["@zazuko/yasgui", "cytoscape"])
def test_what_is_bundled_is_served_with_its_licences(name: str) -> None:
    text = f"{name.rpartition('/')[2]}.licences.txt"
    assert f"{name} {WANTED['dependencies'][name]}: MIT" in (WEB / text).read_text(encoding="utf-8")
    assert SERVED[text].parts == (f"./{text}",)


def test_components_of_the_design_system_come_with_their_licence() -> None:
    assert "utrecht.licence.md" in SERVED
    assert SERVED["utrecht.css"].layer == "utrecht"


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one package, and another to serve from."""
    (tmp_path / "packages" / "@a" / "b").mkdir(parents=True)
    (tmp_path / "packages" / "@a" / "b" / "c.css").write_text("p { color: red }", encoding="utf-8")
    (tmp_path / "served").mkdir()
    monkeypatch.setattr(fetch, "_FOLDER", tmp_path / "served")
    return tmp_path / "packages"


def test_other_bytes_than_were_reviewed_are_not_served(packages: Path) -> None:
    strange = fetch.Served("c.css", ("@a/b/c.css",), "0" * 64)
    assert not fetch._serve(strange, packages)
    assert not (packages.parent / "served" / "c.css").exists()


def test_a_style_sheet_is_put_in_its_layer(packages: Path) -> None:
    one = fetch.Served("c.css", ("@a/b/c.css",), "", "below")
    right = fetch.Served("c.css", one.parts, fetch._sum(fetch.joined(one, packages)), "below")
    assert fetch._serve(right, packages)
    assert (packages.parent / "served" / "c.css").read_text(encoding="utf-8") == "@layer below {\np { color: red }\n}\n"
    assert fetch._is_right(right)


def test_what_is_no_longer_served_is_taken_away(packages: Path) -> None:
    (packages.parent / "served" / "old.js").write_text("1", encoding="utf-8")
    (packages.parent / "served" / "new.js").write_text("1", encoding="utf-8")
    fetch._remove_others({"new.js"})
    assert [path.name for path in (packages.parent / "served").iterdir()] == ["new.js"]
