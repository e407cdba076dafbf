"""A rule: one expectation, as this project declares it.

Here belongs only its shape. Where rules come from is in `from_schema.py`, `domain.py` and
`residue.py`; what Great Expectations makes of them is in `runner.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from warehouse.schema import SCHEMA

Scope = Literal["letter", "table"]

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
        says: What must be true, in one sentence for a person who reads the data.
        why: What the rule or its limits rest on; empty where the schema says it all.
        expect: The class of Great Expectations that tests it.
        arguments: That class's arguments.
        scope: `letter` if the rows that break it can be taken out with their letters, `table` if
            all must wait.
        least_rows: Below so many rows the rule is not asked, as a share of few rows says nothing.
    """

    suite: str
    check: str
    name: str
    says: str
    expect: str
    arguments: Mapping[str, Any]
    why: str = ""
    scope: Scope = "table"
    least_rows: int = 0

    def __post_init__(self) -> None:
        # Great Expectations takes descriptions as templates, and puts them into pages as they are.
        if set("$<>&") & set(self.says + self.why):
            raise ValueError(f"rule {self.suite}.{self.name}: no $, <, > or & in its words")


def default_scope(table_name: str) -> Scope:
    """The scope of a rule that looks at each row of a table by itself."""
    table = SCHEMA.get(table_name)  # none of suites about tables
    return "letter" if table and table.is_read else "table"
