"""A rule: one expectation, as this project declares it.

Here belongs only its shape. Where rules come from is in `from_schema.py`, `domain.py` and
`extraction_artefacts.py`. Two readers ask them of tables: DuckDB (`sql_reader.py`), and Great
Expectations before anything is published (`gx_reader.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from warehouse.schema import SCHEMA

Scope = Literal["letter", "table"]

#: The column that says of what kind the document is that a row is about.
DOCUMENT_KIND = "document_kind"

#: The tables whose every row was read out of one letter, so that a row that breaks a rule can be
#: put right by taking its letter out.
LETTER_TABLES = frozenset(table.name for table in SCHEMA.values() if table.is_read)


@dataclass(frozen=True, slots=True)
class Rule:
    """One expectation on a table.

    Attributes:
        suite: The table; or `columns` or `row_counts`, whose rows are about columns and tables.
        check: The asset check that it counts towards, of which a table has a few.
        name: Its name, unique within the suite and stable.
        description: What must be true, in one sentence for a person who reads the data.
        rationale: What the rule or its limits rest on; empty where the schema says it all.
        expect: The class of Great Expectations that tests it.
        arguments: That class's arguments.
        scope: `letter` if the rows that break it can be taken out with their letters, `table` if
            all must wait.
        least_rows: Below so many rows the rule is not asked, as a share of few rows says nothing;
            a rule of one kind is asked where there is any row of it.
        document_kind: The kind whose rows the rule is asked of, as if there were no others;
            `None` for all rows. A row without a kind is asked of no rule of one. Tables that
            belong to a visit have their visit's kind prepared where they have no such column;
            the rules of any other table without it cannot name one.
    """

    suite: str
    check: str
    name: str
    description: str
    expect: str
    arguments: Mapping[str, Any]
    rationale: str = ""
    scope: Scope = "table"
    least_rows: int = 0
    document_kind: str | None = None

    def __post_init__(self) -> None:
        if self.document_kind is not None and not has_document_kind(self.suite):
            raise ValueError(f"rule {self.title}: no row of {self.suite} has a kind")
        if self.document_kind is not None:
            object.__setattr__(self, "least_rows", max(self.least_rows, 1))
        # Great Expectations takes descriptions as templates, and puts them into pages as they are.
        if set("$<>&") & set(self.description + self.rationale):
            raise ValueError(f"rule {self.title}: no $, <, > or & in its words")

    @property
    def title(self) -> str:
        """The table and the rule."""
        return f"{self.suite}.{self.name}"

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the rule looks at."""
        named = (self.arguments.get(name) for name in ("column", "column_A", "column_B"))
        return (*(one for one in named if one is not None), *self.arguments.get("column_list", ()))

    @property
    def needs(self) -> frozenset[str]:
        """The columns without which the rule cannot be asked."""
        return frozenset((*self.columns, *([DOCUMENT_KIND] if self.document_kind else ())))


def has_document_kind(table_name: str) -> bool:
    """Whether each row of a table, or of it prepared, has the kind of a document."""
    table = SCHEMA.get(table_name)
    return table_name in LETTER_TABLES or (
        table is not None and DOCUMENT_KIND in table.column_names
    )


def default_scope(table_name: str) -> Scope:
    """The scope of a rule that looks at each row of a table by itself."""
    table = SCHEMA.get(table_name)  # none of suites about tables
    return "letter" if table and table.is_read else "table"
