"""The site held against its own OpenAPI document by schemathesis: every address, status, header, form and body.

    PYTHONPATH=tests python tests/faults/api.py [--examples 20] [--seed 1]

Serves the shipped graph, and installs schemathesis in build/soak/venv when it is not there. What it is not asked stands
in schemathesis.toml, with the reasons. Exits with 1 when an answer is not as the document says.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from running import running

ROOT = Path(__file__).parents[2]
HOME = ROOT / "build" / "soak"
WANTED = "schemathesis>=4.32,<4.33"
WITHOUT_LIMITS = {"KG_RATE": "0", "KG_AT_ONCE": "0"}


def program() -> Path:
    """schemathesis in an environment of its own: what it needs is none of ours."""
    folder = HOME / "venv"
    if not (folder / "bin" / "python").exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--no-input", WANTED], check=True)
    return folder / "bin" / "schemathesis"


def main() -> int:
    """Runs it; 1 when an answer is not as the document says."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--examples", type=int, default=20, help="for each operation, besides those of the coverage")
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    asked = ["--config-file", str(Path(__file__).with_name("schemathesis.toml")), "run", "--no-color"]
    how = [f"--max-examples={given.examples}", f"--seed={given.seed}", "--generation-database=none", "--warnings=off"]
    command = [str(program()), *asked]
    with running(ROOT, HOME / "log", WITHOUT_LIMITS) as server:
        address = f"http://127.0.0.1:{server.port}/openapi.json"
        return subprocess.run([*command, address, *how], check=False, cwd=HOME).returncode


if __name__ == "__main__":
    sys.exit(main())
