"""The tables of a release in memory, with the ready-made views, and with what was chosen of them.

Here belongs the connection that the workbook and parts of a release are made from, and its guard.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from warehouse.database import TYPES, View, load_views
from warehouse.parquet import table_path
from warehouse.schema import SCHEMA, Column, Table
from warehouse.sql_text import sql_text, sql_value

if TYPE_CHECKING:
    import duckdb

VISITS_VIEW = "visits_with_names"
FINDINGS_VIEW = "findings_with_visits"

#: The ids of what was chosen: everything, until `choose` says otherwise.
CHOSEN_FINDINGS = "chosen_findings"
CHOSEN_VISITS = "chosen_visits"
#: What coverage and quarantine are told of: everything, until `narrow` says otherwise.
CHOSEN_AUTHORITIES = "chosen_authorities"
CHOSEN_YEARS = "chosen_years"

_EVERY_YEAR = f"SELECT unnest(range({date.min.year}, {date.max.year + 1})) AS year"


def view(name: str) -> View:
    """The ready-made view of that name."""
    return next(view for view in load_views() if view.name == name)


@contextmanager
def open_tables(tables: Path, *, guarded: bool = True) -> Iterator[duckdb.DuckDBPyConnection]:
    """Opens a folder of tables as a database in memory, in which everything is chosen.

    Args:
        tables: A folder of tables, of this schema or an older one.
        guarded: Whether others may ask it anything. It then holds all rows itself, which takes
            memory, and reaches no file, no network and no variable of this process.

    Raises:
        duckdb.Error: A table cannot be read.
        pyarrow.ArrowException: A file is no Parquet.
    """
    import duckdb

    with duckdb.connect(config={"python_enable_replacements": "false"}) as connection:
        for table in SCHEMA.values():
            connection.execute(
                f'CREATE {"TABLE" if guarded else "VIEW"} "{table.name}" AS '
                f"{_rows(table, table_path(tables, table.name))}"
            )
        for name in (VISITS_VIEW, FINDINGS_VIEW):
            connection.execute(f"CREATE VIEW {name} AS {view(name).sql}")
        connection.execute(f"CREATE TABLE {CHOSEN_FINDINGS} AS SELECT finding_id FROM findings")
        connection.execute(f"CREATE TABLE {CHOSEN_VISITS} AS SELECT visit_id FROM visits")
        connection.execute(
            f"CREATE TABLE {CHOSEN_AUTHORITIES} AS SELECT authority_id FROM authorities"
        )
        connection.execute(f"CREATE TABLE {CHOSEN_YEARS} AS {_EVERY_YEAR}")
        if guarded:
            connection.execute("SET enable_external_access = false")
            connection.execute("SET lock_configuration = true")
        yield connection


def choose(connection: duckdb.DuckDBPyConnection, findings: list[str]) -> None:
    """Chooses findings, and the visits that they are from."""
    connection.execute(
        f"CREATE OR REPLACE TABLE {CHOSEN_FINDINGS} AS SELECT unnest(?::VARCHAR[]) AS finding_id",
        [findings],
    )
    connection.execute(
        f"CREATE OR REPLACE TABLE {CHOSEN_VISITS} AS SELECT DISTINCT visit_id FROM findings "
        f"WHERE finding_id IN (FROM {CHOSEN_FINDINGS})"
    )


def narrow(
    connection: duckdb.DuckDBPyConnection,
    *,
    authorities: list[str] | None = None,
    years: list[int] | None = None,
) -> None:
    """Narrows what coverage and quarantine are told of, to these authorities or years, or both."""
    for name, column, values in (
        (CHOSEN_AUTHORITIES, "authority_id", authorities),
        (CHOSEN_YEARS, "year", years),
    ):
        if values is not None:
            connection.execute(
                f"CREATE OR REPLACE TABLE {name} AS SELECT unnest(?) AS {column}", [values]
            )


def _rows(table: Table, path: Path) -> str:
    """The rows of a table, as the schema has it now.

    Of a release of an older schema, a column or table that it had not yet is empty.
    """
    import pyarrow.parquet as pq

    there = frozenset(pq.read_schema(path).names) if path.is_file() else frozenset()
    values = ", ".join(f'{_value(column, there)} AS "{column.name}"' for column in table.columns)
    return f"SELECT {values} " + (f"FROM read_parquet({sql_text(path)})" if there else "LIMIT 0")


def _value(column: Column, there: frozenset[str]) -> str:
    return sql_value(column) if column.name in there else f"NULL::{TYPES[column.dtype]}"
