"""What a made-up source states of a profession, and what is proposed about it."""

from __future__ import annotations

from kg.editing.generated.sector import Sector, predicate, term, typed, value
from kg.editing.generated.words import OBJECTS, SETTINGS, SIDES, SUBJECTS, Pair
from kg.names import OUTSIDE

__all__ = ["concepts", "figures", "links", "profession"]

_SCHEME = term(OUTSIDE["skos"] + "ConceptScheme")
_SUBJECTS_AND_OBJECTS = [(subject, thing) for subject in SUBJECTS for thing in OBJECTS]
_OPPOSITES = [(one, other) for one in SIDES for other in SIDES if one < other]


def profession(made: Sector, name: Pair, town: str, province: str) -> None:
    """The occupation, its profile, and two organisations in one town."""
    for kind, label in (
        ("professionalAssociation", (f"beroepsvereniging {name[0]}", f"association of {name[1]}")),
        ("universityOfAppliedSciences", (f"hogeschool voor {name[0]}", f"university for {name[1]}")),
    ):
        node = made.thing("note", "organisation", made.code("org"), label)
        made.add("note", node, "organisationType", value(kind))
        made.add("note", node, "worksIn", town)
        made.add("derived", node, "worksInProvince", province)
    occupation = made.thing("note", "occupation", made.code("beroep"), name)
    profile = made.thing(
        "note", "profile", made.code("profiel"), (f"profiel van {name[0]} (2024)", f"profile of {name[1]} (2024)")
    )
    made.add("note", profile, "rdf:type", _SCHEME)
    made.add("note", profile, "profileOf", occupation)
    made.add("note", profile, "documentedIn", made.things["source"][0])
    made.add("note", profile, "dct:issued", typed("2024", "gYear"))
    made.add("note", profile, "dct:creator", made.things["organisation"][0])
    made.add("note", profile, "careerStage", value("beginningProfessional"))


def concepts(made: Sector, name: Pair) -> None:
    """What the profile is made of, and what outcomes draw on; every one with a definition of ours."""
    chance, number = made.chance, made.number
    profile = made.things["profile"][0]
    for i, (subject, thing) in enumerate(chance.sample(_SUBJECTS_AND_OBJECTS, 12)):
        words = (f"kan met {subject[0]} werken aan {thing[0]}", f"can work with {subject[1]} on {thing[1]}")
        _concept(made, "competence", made.code("c"), (f"{words[0]} ({number}.{i})", f"{words[1]} ({number}.{i})"))
    for i in range(3):
        _concept(made, "task-group", made.code("tg"), (f"taakgroep {i + 1} van {name[0]}", f"group {i + 1}, {name[1]}"))
    for i, (subject, thing) in enumerate(chance.sample(_SUBJECTS_AND_OBJECTS, 11)):
        label = (
            f"{thing[0]} maken voor {subject[0]} ({number}.{i})",
            f"making {thing[1]} for {subject[1]} ({number}.{i})",
        )
        task = _concept(made, "task", made.code("t"), label)
        made.add("note", task, "skos:broader", made.things["task-group"][i % 3])
    for i, (one, other) in enumerate(chance.sample(_OPPOSITES, 6)):
        label = (f"{one[0]} of {other[0]} ({number}.{i})", f"{one[1]} or {other[1]} ({number}.{i})")
        _concept(made, "tension", made.code("s"), label)
    for segment in ("competence", "task-group", "task", "tension"):
        for node in made.things[segment]:
            made.add("note", node, "skos:inScheme", profile)
    for i, setting in enumerate(SETTINGS):
        label = (f"veranderingen {setting[0]} ({number}.{i})", f"changes {setting[1]} ({number}.{i})")
        theme = _concept(made, "theme", made.code("th"), label)
        made.add("note", theme, "strand", value(("societal", "professional", "technological")[i % 3]))
    for i, (subject, thing) in enumerate(chance.sample(_SUBJECTS_AND_OBJECTS, 9)):
        label = (
            f"methode voor {thing[0]} met {subject[0]} ({number}.{i})",
            f"method for {thing[1]} with {subject[1]} ({number}.{i})",
        )
        element = _concept(made, "knowledge", made.code("k"), label)
        made.add("note", element, "knowledgeType", value(("method", "approach", "concept")[i % 3]))


def _concept(made: Sector, segment: str, code: str, label: Pair) -> str:
    node = made.thing("note", segment, code, label)
    made.tell(
        "proposal", node, "skos:definition", (f"Wat wordt bedoeld met: {label[0]}.", f"What is meant by: {label[1]}.")
    )
    return node


def links(made: Sector) -> None:
    """From the occupation to tasks, competences and tensions; and matches with ESCO."""
    chance = made.chance
    made.add("note", made.things["occupation"][0], "hasTask", *made.things["task"])
    for task in made.things["task"]:
        made.add("proposal", task, "requiresCompetence", *sorted(chance.sample(made.things["competence"], 3)))
        made.add("proposal", task, "involvesTension", chance.choice(made.things["tension"]))
    for i, competence in enumerate(made.things["competence"][:4]):
        esco = term(f"http://data.europa.eu/esco/skill/{made.number:08x}-0000-4000-8000-{i:012x}")
        label = (f"overeenkomst {made.number}.{i}", f"match {made.number}.{i}")
        match = made.thing("proposal", "match", made.code("ma"), label)
        made.add("proposal", match, "matchFrom", competence)
        made.add("proposal", match, "matchTo", esco)
        made.add("proposal", match, "matchType", predicate("skos:closeMatch"))
        made.tell("proposal", match, "rationale", ("De strekking is dezelfde.", "The intent is the same."))
        made.add("proposal", match, "status", value("proposed"))
        made.add("proposal", competence, "skos:closeMatch", esco)


def figures(made: Sector, name: Pair) -> None:
    """Figures and statements of the source, and a remark of ours."""
    occupation = made.things["occupation"][0]
    for year in (2022, 2023, 2024):
        label = (f"aantal werkenden als {name[0]} in {year}", f"number working as {name[1]} in {year}")
        figure = made.thing("note", "observation", made.code("ob"), label)
        least = made.chance.randrange(100, 9000)
        made.add("note", figure, "about", occupation)
        made.tell("note", figure, "measure", ("aantal werkenden", "number working"))
        made.tell("note", figure, "population", ("werkenden in Nederland", "people working in the Netherlands"))
        made.tell("note", figure, "unit", ("personen", "persons"))
        made.add("note", figure, "minimumValue", typed(str(least), "integer"))
        made.add("note", figure, "maximumValue", typed(str(least + 50), "integer"))
        made.add("note", figure, "year", typed(str(year), "gYear"))
    for kind, words in (
        ("need", (f"er is behoefte aan scholing voor {name[0]}", f"there is a need for training for {name[1]}")),
        ("bottleneck", (f"er zijn te weinig plaatsen voor {name[0]}", f"there are too few places for {name[1]}")),
    ):
        claim = made.thing("note", "statement", made.code("st"), words)
        made.add("note", claim, "statementType", value(kind))
        made.add("note", claim, "about", occupation)
    question = (f"hoeveel plaatsen zijn er nodig voor {name[0]}?", f"how many places are needed for {name[1]}?")
    remark = made.thing("proposal", "remark", made.code("rm"), question)
    made.add("proposal", remark, "remarkType", value("openQuestion"))
    made.add("proposal", remark, "about", made.things["statement"][1])
    made.tell("proposal", remark, "skos:note", ("De bron noemt geen getal.", "The source gives no number."))
