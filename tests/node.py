"""Node, and what it runs for tests, as `make test` puts it in place."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

__all__ = ["AXE", "CHROMIUM", "COMUNICA", "EDITOR", "LDES_CLIENT", "NODE", "missing"]

_WEB = Path(__file__).parents[1] / "web"
_BESIDE = Path(sys.executable).parent / "node"

NODE = shutil.which("node") or str(_BESIDE)
COMUNICA = _WEB / "node_modules" / "@comunica" / "query-sparql" / "bin" / "query.js"
AXE = _WEB / "node_modules" / "axe-core" / "axe.min.js"
LDES_CLIENT = _WEB / "node_modules" / "ldes-client" / "dist" / "bin" / "cli.js"
EDITOR = _WEB / "kg_web" / "static" / "vendor" / "yasgui.min.js"
CHROMIUM = Path(shutil.which("chromium") or "/usr/bin/chromium")


def missing(*needed: Path | str) -> bool:
    """Whether something that a test needs is not there, which outside CI is no fault of the change."""
    absent = [str(path) for path in needed if not Path(path).exists()]
    assert not (absent and os.environ.get("CI") == "true"), f"`make test` puts these in place: {absent}"
    return bool(absent)
