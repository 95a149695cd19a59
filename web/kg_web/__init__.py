"""The site: pages, linked data and a SPARQL endpoint over one release."""

from __future__ import annotations

from kg_web.app import create_app

__all__ = ["create_app"]
