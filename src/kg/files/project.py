"""One project: its settings, its folders, and the named graph of every file."""

from __future__ import annotations

import hashlib
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import kg
from kg.errors import LoadError
from kg.names import BASE, CODE, Iri, Names
from kg.text import Words

__all__ = ["SETTINGS_FILE", "Project", "Settings", "find_project", "read_project"]

SETTINGS_FILE = "kg.toml"
_FOLDERS = {"ontology": "ontology", "data": "data", "queries": "queries", "releases": "dist"}
_BORROWED = ("ontology", "queries")
_CONTACT = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+|https?://[^\s<>\"]+")


@dataclass(frozen=True, slots=True)
class Settings:
    """What `kg.toml` says of a graph."""

    version: str
    base: str
    title: Words
    description: Words
    languages: tuple[str, ...]
    licence: str
    folders: Mapping[str, str] = field(default_factory=dict)
    """The folders it names; the others have their usual names."""
    name: str = ""
    """Short name of the graph, as in the names of its files: `leergraaf`."""
    issued: str = ""
    """The day this version is issued, as `2026-11-26`; empty when that is not said."""
    contact: str = ""
    """Where suggestions are sent: an e-mail address or a web address; empty when that is not said."""


@dataclass(frozen=True, slots=True)
class Project:
    """A folder with a `kg.toml`: where its files are and what they are called in the graph."""

    root: Path
    settings: Settings

    @property
    def names(self) -> Names:
        """The names of this graph."""
        return Names(self.settings.base)

    def folder(self, name: str) -> Path:
        """The folder for `ontology`, `data`, `queries` or `releases`.

        A project that has no ontology or queries of its own, and names none, borrows those of the program.
        """
        own = self.root / self.settings.folders.get(name, _FOLDERS[name])
        borrowed = name in _BORROWED and name not in self.settings.folders and not own.is_dir()
        return shipped() / _FOLDERS[name] if borrowed else own

    def relative(self, path: Path) -> str:
        """The path as findings and messages show it: relative to the root, with forward slashes."""
        try:
            return path.resolve().relative_to(self.root.resolve()).as_posix()
        except ValueError:
            return path.as_posix()

    def holds(self, path: Path) -> bool:
        """Whether a file is in this project's own folder, and not borrowed from another."""
        return path.resolve().is_relative_to(self.root.resolve())

    def data_files(self) -> Iterator[tuple[Path, Iri]]:
        """Every Turtle file of the graph with its named graph, sorted by path.

        `data/note/tasks.ttl` is `graph/note-tasks`. The ontology is the same for every project, and so are
        the names of its graphs: `ontology/leergraaf.ttl` is `graph/ontology` and
        `ontology/alignments/esco.ttl` is `graph/alignment-esco`, below Leergraaf's own base.
        """
        ontology, data, ours = self.folder("ontology"), self.folder("data"), Names()
        for path in sorted(ontology.glob("*.ttl")):
            yield path, ours.graph("ontology" if path.stem == "leergraaf" else f"ontology-{path.stem}")
        for path in sorted((ontology / "alignments").glob("*.ttl")):
            yield path, ours.graph(f"alignment-{path.stem}")
        for path in sorted(data.rglob("*.ttl")):
            yield path, self.names.graph("-".join(path.relative_to(data).with_suffix("").parts))

    def shape_files(self) -> list[Path]:
        """The SHACL files, sorted."""
        return sorted((self.folder("ontology") / "shapes").glob("*.ttl"))

    def rule_files(self) -> list[Path]:
        """The CONSTRUCT rules, sorted."""
        return sorted((self.folder("ontology") / "rules").glob("*.rq"))

    def context_file(self) -> Path:
        """The JSON-LD context of the ontology."""
        return self.folder("ontology") / "context.jsonld"

    def query_files(self, kind: str) -> list[Path]:
        """The `.rq` files of a folder of queries (`questions`, `checks`), sorted."""
        return sorted((self.folder("queries") / kind).glob("*.rq"))

    def digest(self) -> str:
        """SHA-256 over the names and bytes of every file that makes the graph or judges it."""
        everything = [self.root / SETTINGS_FILE, *(path for path, _ in self.data_files())]
        everything += [*self.shape_files(), *self.rule_files()]
        everything += [path for path in (self.context_file(),) if path.is_file()]
        everything += [path for kind in ("questions", "checks") for path in self.query_files(kind)]
        total = hashlib.sha256(kg.__version__.encode())
        for path in everything:
            content = path.read_bytes()
            total.update(f"{self.relative(path)}\0{len(content)}\0".encode())
            total.update(content)
        return total.hexdigest()


def find_project(given: Path | None = None) -> Project:
    """The project to work on.

    In order: the folder given, `KG_PROJECT`, the current folder or one above it that has a `kg.toml`,
    and else the graph that the program carries with it. Raises LoadError when a folder was named
    that holds no project.
    """
    named = given or (Path(os.environ["KG_PROJECT"]) if os.environ.get("KG_PROJECT") else None)
    if named is not None:
        return read_project(named)
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / SETTINGS_FILE).is_file():
            return read_project(folder)
    return read_project(shipped())


def shipped() -> Path:
    """The folder of the graph that comes with the program: in the wheel, or the checkout it runs from."""
    inside = Path(kg.__file__).parent / "shipped"
    return inside if inside.is_dir() else Path(kg.__file__).parents[2]


def read_project(root: Path) -> Project:
    """The project in `root`. Raises LoadError when `kg.toml` is missing, broken or incomplete."""
    path = root / SETTINGS_FILE
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise LoadError("{folder}: there is no kg.toml here.", "Name a folder with --project.", folder=root) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise LoadError("{path}: not valid TOML: {fault}.", path=path, fault=fault) from None
    except OSError as fault:
        raise LoadError("{path}: cannot be read: {fault}.", path=path, fault=fault.strerror) from None
    return Project(root, _settings(content, path))


def _settings(content: Mapping[str, Any], path: Path) -> Settings:
    graph = content.get("graph")
    if not isinstance(graph, dict):
        raise LoadError("{path}: the table [graph] is missing.", path=path)
    base = graph.get("base", BASE)
    if not isinstance(base, str) or not base.startswith(("http://", "https://")) or not base.endswith("/"):
        raise LoadError("{path}: base must be an http(s) address that ends in '/', not {base!r}.", path=path, base=base)
    languages = graph.get("languages", ["nl", "en"])
    if not isinstance(languages, list) or not languages:
        raise LoadError("{path}: languages must be a list such as ['nl', 'en'].", path=path)
    version = str(graph.get("version", "0.0.0"))
    if not CODE.match(version.replace(".", "-").replace("+", "-")):
        raise LoadError("{path}: version {version!r} is not a version number.", path=path, version=version)
    return Settings(
        version=version,
        base=base,
        title=_words(graph.get("title", ""), languages[0]),
        description=_words(graph.get("description", ""), languages[0]),
        languages=tuple(languages),
        licence=str(graph.get("licence", "")),
        folders=content.get("folders", {}),
        name=_name(graph, base, path),
        issued=_issued(graph, path),
        contact=_contact(graph, path),
    )


def _contact(graph: Mapping[str, Any], path: Path) -> str:
    contact = str(graph.get("contact", ""))
    if contact and not _CONTACT.fullmatch(contact):
        raise LoadError(
            "{path}: contact must be an e-mail address or a web address, not {contact!r}.", path=path, contact=contact
        )
    return contact


def _name(graph: Mapping[str, Any], base: str, path: Path) -> str:
    """The short name that is set, else the last part of the base: `https://w3id.org/leergraaf/` is `leergraaf`."""
    name = str(graph.get("name") or "-".join(re.findall(r"[a-z0-9]+", base.rstrip("/").rpartition("/")[2].lower())))
    if not CODE.match(name):
        raise LoadError(
            "{path}: name {name!r} is no short name.",
            "Use lower case letters, digits and single hyphens, as in 'leergraaf'.",
            path=path,
            name=name,
        )
    return name


def _issued(graph: Mapping[str, Any], path: Path) -> str:
    """The day as ISO 8601 writes it, from a TOML date or a text."""
    told = str(graph.get("issued", ""))
    try:
        return date.fromisoformat(told).isoformat() if told else ""
    except ValueError:
        raise LoadError(
            "{path}: issued must be a day such as 2026-11-26, not {issued!r}.", path=path, issued=told
        ) from None


def _words(value: object, language: str) -> Words:
    if isinstance(value, dict):
        return Words({str(key): str(text) for key, text in value.items()})
    return Words({language: str(value)})
