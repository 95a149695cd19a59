"""What tests of faults share: the mini project, built once and copied for each."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kg.files.project import Project, read_project
from kg.publish.build import build
from minis import mini_copy


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the mini project with its release; not to be changed."""
    project = mini_copy(tmp_path_factory.mktemp("built") / "mini")
    build(project)
    return project.root


@pytest.fixture
def project(built: Path, tmp_path: Path) -> Project:
    """A copy of the mini project with its release."""
    shutil.copytree(built, tmp_path / "mini", symlinks=True)
    return read_project(tmp_path / "mini")
