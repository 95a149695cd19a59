"""What the documentation of imports shows is what happens: its tables, mappings, commands and Python."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from importing import project_in
from kg.exchange.imports.json_text import DEEPEST
from kg.files.project import Project

TEXT = (Path(__file__).parents[1] / "docs" / "exchange.md").read_text(encoding="utf-8")
SECTION = re.split(r"^## ", TEXT.partition("## Importing")[2], flags=re.MULTILINE)[0]


def blocks(kind: str) -> list[str]:
    """The fenced blocks of this kind in the section on importing."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", SECTION, re.MULTILINE | re.DOTALL)


def commands() -> list[tuple[str, str]]:
    """Every command of the section with the output shown below it."""
    return [
        (command, output)
        for block in blocks("console")
        for command, output in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)
    ]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = project_in(tmp_path)
    (project.root / "training.csv").write_text(blocks("csv")[0], encoding="utf-8")
    (project.root / "training.toml").write_text(blocks("toml")[0], encoding="utf-8")
    return project


def test_the_commands_give_what_is_shown(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "KG_LANG": "en", "KG_PROJECT": str(project.root)}
    for command, output in commands():
        ran = subprocess.run(
            ["bash", "-c", command], cwd=project.root, env=environment, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stderr
        shown = output.rstrip("\n").splitlines()
        pattern = "".join("(?:.*\n)*?" if line == "…" else re.escape(line) + "\n" for line in shown)
        assert re.fullmatch(pattern, f"{ran.stdout.rstrip()}\n" if ran.stdout else ""), ran.stdout
    monkeypatch.chdir(project.root)
    monkeypatch.setenv("KG_PROJECT", str(project.root))
    runner = doctest.DocTestRunner(verbose=False)
    runner.run(doctest.DocTestParser().get_doctest(blocks("pycon")[0], {}, "exchange", "exchange", 0))
    assert runner.tries > 0
    assert runner.failures == 0


def test_the_limits_told_are_the_limits_kept() -> None:
    assert f"64 MiB and {DEEPEST} nested levels" in SECTION
