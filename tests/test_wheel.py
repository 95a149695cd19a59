"""The built wheel, in an empty environment and an empty folder, answers and serves."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import urllib.request
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that holds the wheel and what it depends on, and nothing else."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv" / "bin" / "python"
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
    subprocess.run([*install, "-c", str(ROOT / "constraints.txt"), str(wheel)], check=True, capture_output=True)
    return python


def environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("KG_", "PYTHON"))}
    return {**kept, "HOME": str(folder), "XDG_CACHE_HOME": str(folder / "cache"), "LANG": "C.UTF-8"}


@pytest.mark.long
def test_it_answers_in_an_empty_folder(python: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    kg = [str(python.parent / "kg"), "show", "ow-07"]
    ran = subprocess.run(kg, cwd=empty, env=environment(tmp_path), check=True, capture_output=True, text=True)
    assert "partijen strategisch" in ran.stdout
    assert list(empty.iterdir()) == []


@pytest.mark.long
def test_it_serves_in_an_empty_folder(python: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kg = [str(python.parent / "kg"), "serve", "--port", str(port)]
    process = subprocess.Popen(kg, cwd=empty, env=environment(tmp_path), stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if f"http://127.0.0.1:{port}" in line:
                break
        query = "query=ASK%7B%3Fx%20a%20%3Chttps%3A%2F%2Fw3id.org%2Fleergraaf%2Fdef%23Competence%3E%7D"
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/sparql?{query}&format=json") as answer:
            assert b"true" in answer.read()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/nl/") as answer:
            assert "Leergraaf" in answer.read().decode()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/nl/handleiding/prepare-a-dossier") as answer:
            assert "accreditatiepanel" in answer.read().decode()
    finally:
        process.terminate()
        assert process.wait(timeout=15) == 0
        process.stdout.close()
    assert list(empty.iterdir()) == []
