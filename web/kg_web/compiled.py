"""Templates compiled once for a process: the site over another release need not compile them again."""

from __future__ import annotations

from types import CodeType

from flask import Flask
from jinja2 import BytecodeCache, StrictUndefined
from jinja2.bccache import Bucket

__all__ = ["install"]


class _Compiled(BytecodeCache):
    """What templates were compiled to, by their name and content."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code:
            self._code[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


def install(app: Flask) -> None:
    """How the site's templates are read; to be called before anything else asks for them."""
    blocks = {"trim_blocks": True, "lstrip_blocks": True}
    app.jinja_options = {"undefined": StrictUndefined, "bytecode_cache": _COMPILED, **blocks}
