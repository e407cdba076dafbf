"""Rules that are another for each kind of document: how much is filled, and what is plausible.

Here belongs the reading of `fill_rates.csv` and `plausible_counts.csv`, one row a kind and column.
What holds of all kinds alike is in the schema and in `domain.toml`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from expectations.from_schema import ROWS_FOR_FILL_RATES
from expectations.rule import Rule, default_scope
from warehouse.codes import code_list
from warehouse.csv_files import read_rows

_FOLDER = Path(__file__).parent


def rules_by_kind() -> Iterator[Rule]:
    """The rules of both tables, in their order."""
    for row in read_rows(_FOLDER / "fill_rates.csv"):
        kind, column = row["document_kind"], row["column_name"]
        least = float(row["minimum"])
        label = code_list("document_kind")[kind].label
        yield Rule(
            suite=row["table_name"],
            check="fill_rates",
            name=f"{column}_filled_in_{kind}",
            description=f"{label}: {column} is filled in at least {least:.0%} of rows.",
            rationale="Below that, the reading has broken, not the letters.",
            expect="ExpectColumnValuesToNotBeNull",
            arguments={"column": column, "mostly": least},
            least_rows=ROWS_FOR_FILL_RATES,
            document_kind=kind,
        )
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
