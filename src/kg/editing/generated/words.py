"""The words a made-up curriculum is told in: Dutch and English beside each other."""

from __future__ import annotations

__all__ = ["FIELDS", "OBJECTS", "SETTINGS", "SIDES", "SUBJECTS", "VERBS", "Pair"]

Pair = tuple[str, str]
"""Dutch and English."""

FIELDS: tuple[Pair, ...] = (
    ("begeleider in de jeugdzorg", "youth care supervisor"),
    ("medewerker in de bibliotheek", "library assistant"),
    ("adviseur duurzaam wonen", "sustainable housing adviser"),
    ("docent in het praktijkonderwijs", "teacher in practical education"),
    ("coördinator vrijwilligerswerk", "volunteer coordinator"),
    ("monteur van warmtepompen", "heat pump technician"),
    ("verpleegkundige in de wijk", "district nurse"),
    ("planner in het openbaar vervoer", "public transport planner"),
    ("sportcoach in de buurt", "neighbourhood sports coach"),
    ("beheerder van een natuurgebied", "nature area manager"),
    ("ontwerper van leermiddelen", "designer of learning materials"),
    ("begeleider van statushouders", "refugee support worker"),
)
SUBJECTS: tuple[Pair, ...] = (
    ("bewoners", "residents"),
    ("vrijwilligers", "volunteers"),
    ("jongeren", "young people"),
    ("ouderen", "older people"),
    ("ondernemers", "entrepreneurs"),
    ("collega's", "colleagues"),
    ("gezinnen", "families"),
    ("nieuwkomers", "newcomers"),
    ("bestuurders", "administrators"),
    ("cursisten", "course members"),
)
OBJECTS: tuple[Pair, ...] = (
    ("een gezamenlijk plan", "a shared plan"),
    ("de vragen in een gebied", "the needs of an area"),
    ("een veilige werkwijze", "a safe way of working"),
    ("de belangen rond een project", "the interests around a project"),
    ("een netwerk van partijen", "a network of parties"),
    ("de resultaten van een proef", "the results of a trial"),
    ("een gesprek over tegenstellingen", "a conversation about differences"),
    ("de kosten en opbrengsten", "the costs and returns"),
    ("een programma voor het najaar", "a programme for the autumn"),
    ("de kwaliteit van de begeleiding", "the quality of the support"),
    ("een advies aan de gemeente", "advice to the municipality"),
    ("de overdracht van het werk", "the transfer of the work"),
    ("een aanpak van eenzaamheid", "an approach to loneliness"),
    ("de afspraken met een opdrachtgever", "the agreements with a client"),
)
SETTINGS: tuple[Pair, ...] = (
    ("in een dorp", "in a village"),
    ("in een stadswijk", "in a city district"),
    ("op een school", "at a school"),
    ("in een wijkteam", "in a neighbourhood team"),
    ("bij een vereniging", "at an association"),
    ("in een bedrijf", "in a company"),
)
SIDES: tuple[Pair, ...] = (
    ("nabijheid", "closeness"),
    ("afstand", "distance"),
    ("snelheid", "speed"),
    ("zorgvuldigheid", "care"),
    ("eigen regie", "self-direction"),
    ("bescherming", "protection"),
    ("vakmanschap", "craftsmanship"),
    ("regels", "rules"),
)
VERBS: tuple[tuple[Pair, Pair], ...] = (
    (("analyseren", "analyse"), ("Analyseert", "Analyses")),
    (("ontwerpen", "design"), ("Ontwerpt", "Designs")),
    (("onderzoeken", "examine"), ("Onderzoekt", "Examines")),
    (("evalueren", "evaluate"), ("Evalueert", "Evaluates")),
    (("organiseren", "organise"), ("Organiseert", "Organises")),
    (("presenteren", "present"), ("Presenteert", "Presents")),
)
"""Verbs of the reference list: the verb itself, and how a statement begins with it."""
