"""Every code block of the READMEs is run, and gives what the README shows."""

from __future__ import annotations

import doctest
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from foreign import SHARED

ROOT = Path(__file__).parents[1]
READMES = {"README.md": "en", "README.nl.md": "nl"}
RUNNERS = {"console", "pycon", "sh"}


def blocks(name: str) -> Iterator[tuple[str, str]]:
    """The fenced blocks of a README: language, text."""
    yield from re.findall(r"^```(\w*)\n(.*?)^```$", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def commands(text: str) -> list[tuple[str, str]]:
    """The commands of a console block, each with the output shown below it."""
    return [(command, output) for command, output in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", text, re.MULTILINE)]


CONSOLE = [
    pytest.param(command, output, language, id=f"{name}: {command}")
    for name, language in READMES.items()
    for kind, text in blocks(name)
    if kind == "console"
    for command, output in commands(text)
]


def environment(language: str) -> dict[str, str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "KG_LANG": language, "COLUMNS": "200"}


@pytest.mark.parametrize("name", READMES)
def test_every_block_is_of_a_kind_that_is_run(name: str) -> None:
    kinds = {kind for kind, _ in blocks(name)}
    assert kinds <= RUNNERS
    assert "console" in kinds


@pytest.mark.parametrize(("command", "output", "language"), CONSOLE)
def test_a_command_gives_what_the_readme_shows(command: str, output: str, language: str) -> None:
    if "../shared" in command and not SHARED.is_dir():
        assert os.environ.get("CI") != "true", "../shared is needed to test"
        return
    ran = subprocess.run(
        ["bash", "-c", command], cwd=ROOT, env=environment(language), capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    shown = output.rstrip("\n").splitlines()
    pattern = "".join("(?:.*\n)*?" if line == "…" else re.escape(line) + "\n" for line in shown)
    assert re.fullmatch(pattern, ran.stdout.rstrip("\n") + "\n"), ran.stdout


@pytest.mark.parametrize("name", READMES)
def test_python_gives_what_the_readme_shows(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_PROJECT", str(ROOT))
    text = "\n".join(text for kind, text in blocks(name) if kind == "pycon")
    runner = doctest.DocTestRunner(verbose=False)
    runner.run(doctest.DocTestParser().get_doctest(text, {}, name, name, 0))
    assert runner.tries > 0
    assert runner.failures == 0


@pytest.mark.parametrize("name", READMES)
def test_the_shell_blocks_serve(name: str) -> None:
    (text,) = [text for kind, text in blocks(name) if kind == "sh"]
    assert text.split() == ["make", "serve"]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    make = ["make", "serve", f"PORT={port}", f"VENV={Path(sys.executable).parents[1]}"]
    process = subprocess.Popen(make, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        assert process.stdout is not None
        told = []
        for line in process.stdout:
            told.append(line)
            if sum("http" in said for said in told) >= 3:
                break
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/en/") as answer:
            assert answer.status == 200
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=20)
        process.stdout.close()


@pytest.mark.parametrize("name", [*READMES, "CONTRIBUTING.md", "CHANGELOG.md", "docs/decisions.md"])
def test_links_within_the_repository_lead_somewhere(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", text):
        assert (ROOT / name).parent.joinpath(target).exists(), target
