"""A check that goes on: what is found after each change is what a check from nothing finds."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from kg.checks.validate import validate
from kg.checks.watch import Watched
from kg.errors import LoadError
from kg.files.project import read_project
from kg.graph.load import load, read_files
from kg.records import Report
from minis import mini_copy


def afresh(root: Path) -> Report:
    project = read_project(root)
    files = read_files(project)
    return validate(project, files, load(project, files))


def write(path: Path, text: str) -> None:
    """Writes a file so that its time surely differs, however coarse the clock of the file system is."""
    path.write_text(text, encoding="utf-8")
    stat = path.stat()
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1_000_000_000))


def test_after_each_change_it_finds_what_a_check_from_nothing_finds(tmp_path: Path) -> None:
    root = mini_copy(tmp_path).root
    watched = Watched(read_project(root))
    assert watched.report() == afresh(root)
    assert watched.again() is None
    changes = [("@nl", "@fr"), (" a lg:", " a lg:X"), ("    lg:", "    lg:x")]
    for number, path in enumerate(sorted((root / "data").rglob("*.ttl"))[::3]):
        text = path.read_text(encoding="utf-8")
        changed = text.replace(*changes[number % 3], 1) if number else ""
        write(path, changed)
        assert watched.again() == afresh(root), path
        path.write_text(text, encoding="utf-8")
        assert watched.again() is not None
    assert watched.report() == afresh(root)
    (root / "data" / "new.ttl").write_text("<urn:a> <urn:b> <urn:c> .\n", encoding="utf-8")
    assert watched.again() == afresh(root)
    (root / "data" / "new.ttl").unlink()
    assert watched.again() == afresh(root)


def test_a_broken_file_is_told_once_and_once_mended_it_is_as_if_it_never_was(tmp_path: Path) -> None:
    root = mini_copy(tmp_path).root
    watched = Watched(read_project(root))
    path = next(iter(sorted((root / "data").rglob("*.ttl"))))
    text = path.read_text(encoding="utf-8")
    write(path, text + "\n<urn:a> <urn:b>\n")
    with pytest.raises(LoadError, match="broken Turtle"):
        watched.again()
    assert watched.again() is None
    path.write_text(text, encoding="utf-8")
    assert watched.again() == afresh(root)


def test_the_command_tells_a_fault_after_it_is_made(tmp_path: Path) -> None:
    root = mini_copy(tmp_path).root
    command = [sys.executable, "-m", "kg.cli", "--project", str(root), "--lang", "en", "check", "--watch"]
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        told: queue.Queue[str] = queue.Queue()
        reading = threading.Thread(target=lambda: [told.put(line) for line in process.stdout or ()], daemon=True)
        reading.start()
        while "Rules:" not in told.get(timeout=60):
            pass
        path = next(iter(sorted((root / "data").rglob("*.ttl"))))
        write(path, path.read_text(encoding="utf-8") + "\n<urn:a> <urn:b>\n")
        while "broken Turtle" not in told.get(timeout=60):
            pass
        process.terminate()
        reading.join(timeout=60)
