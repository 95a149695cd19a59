"""Every page in English: axe finds no violation, in either theme and width; nothing shifts or sticks out."""

from __future__ import annotations

from flask import Flask

from visiting import faults_of_pages, visitor


def test_every_english_page_is_accessible_light_and_still(app: Flask) -> None:
    with visitor(app) as visit:
        faults = faults_of_pages(app, *visit, "en") if visit else []
    assert not faults, "\n".join(["", *faults])
