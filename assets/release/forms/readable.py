"""The tables of a release in memory, with the ready-made views, and with what was chosen of them.

Here belongs the connection that the workbook and parts of a release are made from, and its guard.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from warehouse.database import View, load_views
from warehouse.parquet import table_path
from warehouse.schema import SCHEMA, Table

if TYPE_CHECKING:
    import duckdb

VISITS_VIEW = "visits_with_names"
FINDINGS_VIEW = "findings_with_visits"

#: The ids of what was chosen: everything, until `choose` says otherwise.
CHOSEN_FINDINGS = "chosen_findings"
CHOSEN_VISITS = "chosen_visits"


def view(name: str) -> View:
    """The ready-made view of that name."""
    return next(view for view in load_views() if view.name == name)


@contextmanager
def open_tables(tables: Path, *, guarded: bool = True) -> Iterator[duckdb.DuckDBPyConnection]:
    """Opens a folder of tables as a database in memory, in which everything is chosen.

    Args:
        tables: A folder with every table of the schema.
        guarded: Whether others may ask it anything. It then holds all rows itself, which takes
            memory, and reaches no file, no network and no variable of this process.

    Raises:
        duckdb.Error: A table is missing, or cannot be read.
    """
    import duckdb

    with duckdb.connect(config={"python_enable_replacements": "false"}) as connection:
        for table in SCHEMA.values():
            source = str(table_path(tables, table.name)).replace("'", "''")
            connection.execute(
                f'CREATE {"TABLE" if guarded else "VIEW"} "{table.name}" AS '
                f"SELECT {_values(table)} FROM read_parquet('{source}')"
            )
        for name in (VISITS_VIEW, FINDINGS_VIEW):
            connection.execute(f"CREATE VIEW {name} AS {view(name).sql}")
        connection.execute(f"CREATE TABLE {CHOSEN_FINDINGS} AS SELECT finding_id FROM findings")
        connection.execute(f"CREATE TABLE {CHOSEN_VISITS} AS SELECT visit_id FROM visits")
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


def _values(table: Table) -> str:
    # A time without a zone, as in the DuckDB file: with one, Python would need another package.
    return ", ".join(
        f'make_timestamp(epoch_us("{column.name}")) AS "{column.name}"'
        if column.dtype == "timestamp"
        else f'"{column.name}"'
        for column in table.columns
    )
