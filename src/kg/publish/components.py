"""What the program is made of: its libraries as installed here, and a bill of materials of them (CycloneDX 1.6)."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from threading import Lock

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

__all__ = ["Component", "bill_of_materials", "components", "missing_components"]

_NAMESPACE = uuid.UUID("6f1d2f0e-3a0c-5f57-9a35-2f5b4d1c7e10")
_CLASSIFIERS = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
_SHORT = {"apache 2.0": "Apache-2.0", "apache license, version 2.0": "Apache-2.0", "bsd": "BSD-3-Clause", "mit": "MIT"}
_ONE_AT_A_TIME = Lock()
"""Marks are read with `ast.literal_eval`, and in CPython 3.11 two threads in it may fail (python/cpython#106905)."""
_SPDX = re.compile(r"[A-Za-z0-9.+-]+(?: (?:AND|OR|WITH) [A-Za-z0-9.+-]+)*\Z")


@dataclass(frozen=True, slots=True)
class Component:
    """One library: its name in one spelling, its version here, its licence in SPDX's words, and what it needs."""

    name: str
    version: str
    licence: str
    summary: str
    needs: tuple[str, ...]


def components(root: str) -> list[Component]:
    """The distribution called `root` and every one it needs to run on this system, the root first, then by name."""
    found: dict[str, Component] = {}
    waiting = [root]
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name not in found and (there := _installed(name)):
            needs = tuple(sorted({canonicalize_name(one.name) for one in _needs(there)}))
            summary = _told(there, "Summary")
            found[name] = Component(name, there.version, _licence(there), summary, needs)
            waiting += needs
    first = canonicalize_name(root)
    return sorted(found.values(), key=lambda one: (one.name != first, one.name))


def missing_components(root: str) -> list[tuple[str, str, str]]:
    """What is needed to run and is not there, or too old or new: name, what is wanted, and what there is."""
    missing = []
    for component in components(root):
        there = _installed(component.name)
        for need in _needs(there) if there else ():
            other = _installed(need.name)
            if other is None or not need.specifier.contains(other.version, prereleases=True):
                missing.append((need.name, str(need.specifier), other.version if other else ""))
    return sorted(set(missing))


def bill_of_materials(root: str) -> str:
    """A bill of materials in CycloneDX 1.6 (ECMA-424) as JSON: the same installation gives the same bytes.

    Empty when there is no such distribution here.
    """
    found = components(root)
    if not found:
        return ""
    names = {component.name: _reference(component) for component in found}
    described = [_described(component) for component in found]
    content = {
        "components": described[1:],
        "dependencies": [
            {"ref": names[one.name], "dependsOn": sorted(names[need] for need in one.needs if need in names)}
            for one in found
        ],
    }
    main = {**described[0], "type": "application"}
    serial = uuid.uuid5(_NAMESPACE, json.dumps([main, content], sort_keys=True))
    told = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {"component": main},
        **content,
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _installed(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def _needs(there: Distribution) -> Iterator[Requirement]:
    """What it needs here, without what is for extras alone."""
    for text in there.requires or ():
        with _ONE_AT_A_TIME:
            requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield requirement


def _licence(there: Distribution) -> str:
    """In SPDX's words where the distribution tells it so that it can be read; else empty."""
    expression = _told(there, "License-Expression")
    if expression:
        return expression
    for classifier in there.metadata.get_all("Classifier") or ():
        _, _, name = str(classifier).rpartition(" :: ")
        if str(classifier).startswith("License ::") and name in _CLASSIFIERS:
            return _CLASSIFIERS[name]
    text = _told(there, "License")
    return _SHORT.get(text.lower(), text if _SPDX.match(text) else "")


def _told(there: Distribution, name: str) -> str:
    """A field of its metadata; empty when it has none."""
    return str(next(iter(there.metadata.get_all(name) or ()), "")).strip()


def _reference(component: Component) -> str:
    return f"pkg:pypi/{component.name}@{component.version}"


def _described(component: Component) -> dict[str, object]:
    told: dict[str, object] = {
        "type": "library",
        "bom-ref": _reference(component),
        "name": component.name,
        "version": component.version,
        "purl": _reference(component),
    }
    if component.summary:
        told["description"] = component.summary
    if component.licence:
        told["licenses"] = [{"expression": component.licence}]
    return told
