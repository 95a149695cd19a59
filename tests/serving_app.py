"""What gunicorn serves in tests: the site over the release in the folder that TINY names."""

from __future__ import annotations

import os
from pathlib import Path

from kg.files.project import read_project
from kg.publish.release import open_release
from kg_web.app import create_app

__all__ = ["application"]

_FOLDER = Path(os.environ["TINY"])
application = create_app(read_project(_FOLDER), open_release(_FOLDER / "dist" / "1.0.0"))
