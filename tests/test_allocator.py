"""The allocator of the processes that answer queries: there, used by them, and left out where it is not wanted."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from kg.graph import allocator
from kg.graph.allocator import preloaded
from kg.graph.nursery_link import environment

LINUX = sys.platform == "linux" and os.uname().machine in {"x86_64", "aarch64"}
HELD = "print(any('mimalloc' in line for line in open('/proc/self/maps')))"


@pytest.mark.skipif(not LINUX, reason="the package has no library for this system")
def test_what_answers_queries_runs_with_it() -> None:
    assert Path(preloaded()["LD_PRELOAD"]).is_file()
    ran = subprocess.run([sys.executable, "-c", HELD], capture_output=True, text=True, check=True, env=environment())
    assert (ran.stdout.strip(), ran.stderr) == ("True", "")


@pytest.mark.skipif(not LINUX, reason="the package has no library for this system")
def test_a_setting_leaves_it_out_or_names_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_ALLOCATOR", "")
    assert "LD_PRELOAD" not in environment()
    monkeypatch.setenv("KG_ALLOCATOR", "/usr/lib/libjemalloc.so.2")
    assert environment()["LD_PRELOAD"] == "/usr/lib/libjemalloc.so.2"


def test_without_the_package_the_system_has_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise PackageNotFoundError(name)

    monkeypatch.delenv("KG_ALLOCATOR", raising=False)
    monkeypatch.setattr(allocator, "files", missing)
    allocator._installed.cache_clear()
    try:
        assert preloaded() == {}
    finally:
        allocator._installed.cache_clear()
