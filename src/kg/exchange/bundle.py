"""Several files as one archive, the same bytes each time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

__all__ = ["bundle"]

_NO_TIME = (1980, 1, 1, 0, 0, 0)
"""The first moment a ZIP archive can hold: a file of a release has no time of its own."""


def bundle(files: Mapping[str, bytes]) -> bytes:
    """A ZIP archive of these files, in the order of their names."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _NO_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return out.getvalue()
