"""Namespaces, kinds of things and their codes: the only place where an IRI is spelled in Python."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import NewType

__all__ = [
    "AUTHORITY",
    "BASE",
    "CODE",
    "CREDREG",
    "DCT",
    "KINDS",
    "KINDS_BY_SEGMENT",
    "LG",
    "LICENCE_UNKNOWN",
    "ONTOLOGY",
    "OUTSIDE",
    "SHAPES",
    "SNB",
    "Iri",
    "Kind",
    "Names",
    "lg",
]

Iri = NewType("Iri", str)

BASE = "https://w3id.org/leergraaf/"
ONTOLOGY = Iri(BASE + "def")
LG = BASE + "def#"
SHAPES = BASE + "shapes#"
DCT = "http://purl.org/dc/terms/"
LICENCE_UNKNOWN = Iri("http://standaarden.overheid.nl/owms/terms/licentieonbekend")
"""What Dutch catalogues say of a data set whose licence nobody told (DCAT-AP-DONL)."""

OUTSIDE: Mapping[str, str] = {
    "adms": "http://www.w3.org/ns/adms#",
    "as": "https://www.w3.org/ns/activitystreams#",
    "ceasn": "https://purl.org/ctdlasn/terms/",
    "ceterms": "https://purl.org/ctdl/terms/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": DCT,
    "elm": "http://data.europa.eu/snb/model/elm/",
    "esco": "http://data.europa.eu/esco/model#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "ldes": "https://w3id.org/ldes#",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "rov": "http://www.w3.org/ns/regorg#",
    "schema": "https://schema.org/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "tree": "https://w3id.org/tree#",
    "vann": "http://purl.org/vocab/vann/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "void": "http://rdfs.org/ns/void#",
    "vs": "http://www.w3.org/2003/06/sw-vocab-status/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""Prefixes of other parties' vocabularies that our files and queries use."""

CREDREG = "https://credreg.net/"
"""Where Credential Engine keeps the contexts of CTDL and CTDL-ASN, which an export names and nobody fetches."""

SNB = "http://data.europa.eu/snb/"
"""Where the authority lists of the European Learning Model are: `isced-f/0923`, `assessment/4f03b91c0e`."""

AUTHORITY = "http://publications.europa.eu/resource/authority/"
"""Where the other authority tables of the European Union are: `language/NLD`, `country/NLD`."""

CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
"""What a code looks like: lower case letters, digits and single hyphens."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing: the segment in its IRI, its class, and whether people browse it."""

    segment: str
    class_name: str

    @property
    def class_iri(self) -> Iri:
        """The class in our ontology."""
        return lg(self.class_name)

    @property
    def prefix(self) -> str:
        """The Turtle and SPARQL prefix of its things, without the colon."""
        return f"lg-{self.segment}"


def lg(name: str) -> Iri:
    """The term of our ontology called `name`."""
    return Iri(LG + name)


KINDS: tuple[Kind, ...] = (
    Kind("competence", "Competence"),
    Kind("profile", "CompetenceProfile"),
    Kind("occupation", "Occupation"),
    Kind("task-group", "TaskGroup"),
    Kind("task", "Task"),
    Kind("tension", "TensionField"),
    Kind("theme", "Theme"),
    Kind("knowledge", "KnowledgeElement"),
    Kind("programme", "Programme"),
    Kind("unit", "LearningUnit"),
    Kind("outcome", "LearningOutcome"),
    Kind("assessment", "Assessment"),
    Kind("policy", "RecognitionPolicy"),
    Kind("verb", "ActionVerb"),
    Kind("match", "Match"),
    Kind("offering", "Offering"),
    Kind("learner", "LearnerGroup"),
    Kind("framework", "Framework"),
    Kind("level", "Level"),
    Kind("organisation", "Organisation"),
    Kind("role", "Role"),
    Kind("participation", "Participation"),
    Kind("place", "Place"),
    Kind("field", "FieldOfWork"),
    Kind("law", "Law"),
    Kind("pilot", "Pilot"),
    Kind("phase", "Phase"),
    Kind("result", "Result"),
    Kind("agenda", "Agenda"),
    Kind("agenda-item", "AgendaItem"),
    Kind("observation", "Observation"),
    Kind("statement", "Statement"),
    Kind("remark", "Remark"),
    Kind("source", "Source"),
    Kind("passage", "Passage"),
)
"""Every kind of thing, in the order in which people meet them."""

KINDS_BY_SEGMENT: Mapping[str, Kind] = {kind.segment: kind for kind in KINDS}


@cache
def _prefixes(base: str) -> Mapping[str, str]:
    ours = {kind.prefix: f"{base}id/{kind.segment}/" for kind in KINDS}
    ours |= {"lg": LG, "lg-graph": f"{base}graph/", "lgsh": SHAPES}
    return dict(sorted((ours | dict(OUTSIDE)).items()))


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one graph: everything that depends on its base IRI."""

    base: str = BASE

    def thing(self, segment: str, code: str) -> Iri:
        """The IRI of the thing of this kind with this code."""
        return Iri(f"{self.base}id/{segment}/{code}")

    def graph(self, name: str) -> Iri:
        """The IRI of the named graph with this name."""
        return Iri(f"{self.base}graph/{name}")

    def segment_and_code(self, iri: str) -> tuple[str, str] | None:
        """The kind's segment and the code in a thing's IRI, or None when it is not one of ours."""
        start = f"{self.base}id/"
        segment, slash, code = iri.removeprefix(start).partition("/")
        if not iri.startswith(start) or not slash or segment not in KINDS_BY_SEGMENT:
            return None
        return (segment, code) if CODE.match(code) else None

    def prefixes(self) -> dict[str, str]:
        """Prefix → namespace, for Turtle, SPARQL and compact output, sorted by prefix."""
        return dict(_prefixes(self.base))

    def compact(self, iri: str) -> str:
        """`prefix:local` when a prefix fits and the local part is a plain name; else `<iri>`."""
        best = ""
        label = ""
        for prefix, namespace in self.prefixes().items():
            if iri.startswith(namespace) and len(namespace) > len(best):
                best, label = namespace, prefix
        local = iri[len(best) :]
        plain = re.fullmatch(r"[A-Za-z0-9_]([\w-]*[A-Za-z0-9_])?", local)
        return f"{label}:{local}" if best and plain else f"<{iri}>"

    def expand(self, text: str) -> Iri | None:
        """The IRI that `prefix:local`, `<iri>` or a bare absolute IRI stands for, or None."""
        if text.startswith("<") and text.endswith(">"):
            text = text[1:-1]
        prefix, colon, local = text.partition(":")
        if colon and prefix in self.prefixes() and not local.startswith("//"):
            return Iri(self.prefixes()[prefix] + local)
        return Iri(text) if re.match(r"(https?|urn):\S+\Z", text) else None
