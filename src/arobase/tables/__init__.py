"""Reading tabular bytes: delimited text, workbooks, archives. Import from here."""

from arobase.tables.header import notices
from arobase.tables.loading import IrregularTable, Loaded, Provenance, load_table
from arobase.tables.reading import Table, read_tables
from arobase.tables.reasons import Rejected

__all__ = [
    "IrregularTable",
    "Loaded",
    "Provenance",
    "Rejected",
    "Table",
    "load_table",
    "notices",
    "read_tables",
]
