"""Reading other parties' formats into a new folder of the graph: `read` judges and composes, `land` writes."""

from kg.exchange.imports.landing import land
from kg.exchange.imports.reading import Format, Imported, formats, read

__all__ = ["Format", "Imported", "formats", "land", "read"]
