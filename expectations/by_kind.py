"""Rules that are another for each kind of document: how much is filled, and what is plausible.

Here belongs the reading of `fill_rates.csv` and `plausible_counts.csv`, one row a kind and column.
What holds of all kinds alike is in the schema and in `domain.toml`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from expectations.from_schema import fill_rate_rule
from expectations.rule import Rule, default_scope
from warehouse.csv_files import read_rows

_FOLDER = Path(__file__).parent


def rules_by_kind() -> Iterator[Rule]:
    """The rules of both tables, in their order."""
    for row in read_rows(_FOLDER / "fill_rates.csv"):
        least = float(row["minimum"])
        yield fill_rate_rule(row["table_name"], row["column_name"], least, row["document_kind"])
    for row in read_rows(_FOLDER / "plausible_counts.csv"):
        limits = {
            f"{end}_value": float(row[f"{end}imum"]) for end in ("min", "max") if row[f"{end}imum"]
        }
        yield Rule(
            suite=row["table_name"],
            check="counts",
            name=f"{row['column_name']}_of_{row['document_kind']}",
            description=row["description"],
            rationale=row["rationale"],
            expect="ExpectColumnValuesToBeBetween",
            arguments={"column": row["column_name"], **limits},
            scope=default_scope(row["table_name"]),
            document_kind=row["document_kind"],
        )
