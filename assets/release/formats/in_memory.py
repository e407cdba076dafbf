"""The tables of a release in memory, with the ready-made views, and with what was chosen of them.

Here belongs the connection that the workbook and parts of a release are made from, and its guard.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from warehouse.column_types import type_of
from warehouse.database import View, load_macros, load_views, macro_statements
from warehouse.kinds import SAFEGUARDING_BOARD
from warehouse.limits import MOST_SECONDS, OF_QUESTIONS, limit_time
from warehouse.parquet import table_path
from warehouse.schema import SCHEMA, Table
from warehouse.sql_text import sql_file, sql_name, sql_text, sql_value

if TYPE_CHECKING:
    import duckdb

VISITS_VIEW = "visits_with_names"
FINDINGS_VIEW = "findings_with_visits"
JUDGEMENTS_VIEW = "judgements_with_names"
POINTS_VIEW = "points_through_time"
#: The visits chosen, as `VISITS_VIEW` has them, with counts of the findings chosen.
CHOSEN_VISITS = "chosen_visits_with_names"
#: For so many months up to the newest, what became new is told as such.
NEW_MONTHS = 3
#: The columns of it that are counted so.
COUNTED_OVER_PART = frozenset(
    {
        "finding_count",
        "strength_count",
        "concern_count",
        "improvement_count",
        "priority_action_count",
        "has_priority_action",
    }
)
#: What is said of them where not everything is chosen.
OVER_PART = "Counted over this part: the letter may have more."
_CHOSEN_VISITS_QUERY = Path(__file__).with_name("chosen_visits.sql")

#: What is chosen, which is everything until `select_findings` says otherwise; and what coverage and
#: quarantine are told of, which is everything until `limit_gaps_to` does.
EVERYTHING = {
    "chosen_findings": "SELECT finding_id FROM findings",
    "chosen_visits": "SELECT visit_id FROM visits",
    "chosen_authorities": "SELECT authority_id FROM authorities",
    "chosen_kinds": "SELECT code AS document_kind FROM codes WHERE list = 'document_kind'",
    "chosen_years": f"SELECT unnest(range({date.min.year}, {date.max.year + 1})) AS year",
}


def view(name: str) -> View:
    """The ready-made view of that name."""
    return next(view for view in load_views() if view.name == name)


@contextmanager
def open_in_memory(tables: Path, *, guarded: bool = True) -> Iterator[duckdb.DuckDBPyConnection]:
    """Opens a folder of tables as a database in memory, in which everything is chosen.

    Args:
        tables: A folder of tables, of this schema or an older one.
        guarded: Whether others may ask it anything. It then holds all rows itself, which takes
            memory, and reaches no file, no network and no variable of this process.

    Raises:
        duckdb.Error: A table cannot be read.
    """
    import duckdb

    config = OF_QUESTIONS if guarded else {}
    config = {"python_enable_replacements": "false", **config}
    with duckdb.connect(config=config) as connection:
        for table in SCHEMA.values():
            path = table_path(tables, table.name)
            add_table(connection, table, path, "TABLE" if guarded else "VIEW")
        for name in (VISITS_VIEW, FINDINGS_VIEW, JUDGEMENTS_VIEW, POINTS_VIEW):
            connection.execute(f"CREATE VIEW {name} AS {view(name).sql}")
        for macro in load_macros():
            for statement in macro_statements(macro):
                connection.execute(statement)
        for name, rows in EVERYTHING.items():
            connection.execute(f"CREATE TABLE {name} AS {rows}")
        connection.execute(f"SET VARIABLE safeguarding_board = {sql_text(SAFEGUARDING_BOARD)}")
        connection.execute(
            f"SET VARIABLE new_from = (SELECT max(new_date) - INTERVAL {NEW_MONTHS} MONTH "
            "FROM new_since(DATE '0001-01-01'))"
        )
        query = _CHOSEN_VISITS_QUERY.read_text(encoding="utf-8")
        connection.execute(f"CREATE VIEW {CHOSEN_VISITS} AS {query}")
        if guarded:
            connection.execute("SET enable_external_access = false")
            connection.execute("SET lock_configuration = true")
        yield connection


def select_findings(connection: duckdb.DuckDBPyConnection, condition: str) -> int:
    """Narrows the findings chosen, and the visits that they are from.

    Args:
        connection: As `open_in_memory` gives it.
        condition: What must hold of a row of the view `findings_with_visits`, in SQL.

    Returns:
        How many are left.

    Raises:
        duckdb.Error: It cannot be asked.
    """
    with limit_time(connection, MOST_SECONDS):
        # In lines of its own: it may end with a comment.
        connection.execute(
            f"CREATE OR REPLACE TABLE chosen_findings AS SELECT finding_id FROM {FINDINGS_VIEW} "
            f"WHERE finding_id IN (FROM chosen_findings) AND (\n{condition}\n)"
        )
    connection.execute(
        "CREATE OR REPLACE TABLE chosen_visits AS SELECT DISTINCT visit_id FROM findings "
        "WHERE finding_id IN (FROM chosen_findings)"
    )
    return len(connection.sql("FROM chosen_findings"))


def limit_gaps_to(connection: duckdb.DuckDBPyConnection, what: str, values: list[Any]) -> None:
    """Limits coverage and quarantine to these `authorities`, `kinds` or `years`."""
    connection.execute(
        f"CREATE OR REPLACE TABLE chosen_{what} AS SELECT unnest(?) AS chosen", [values]
    )


def tell_new_since(connection: duckdb.DuckDBPyConnection, day: str) -> None:
    """Tells what is new since a day, as `2024-03-31`, in place of the newest months."""
    connection.execute(f"SET VARIABLE new_from = DATE {sql_text(day.strip())}")


def ask(
    query: Path,
    tables: Path,
    names: Iterable[str],
    values: Mapping[str, Any],
    newer: Iterable[str] = (),
) -> dict[str, Any] | None:
    """The row that a query gives, by the names of its columns; `None` if it gives none.

    Args:
        query: The file of the query. In it, `label(list, code)` is the label of a code.
        tables: A folder of tables, of this schema or an older one.
        names: The tables that it asks.
        values: What it is asked with.
        newer: Tables that it asks as well, and that are empty where an older release has none.

    Raises:
        FileNotFoundError, duckdb.Error: A table is missing, or cannot be read.
    """
    import duckdb

    with duckdb.connect() as connection:
        for name in names:
            table_path(tables, name).stat()
        for name in (*names, *newer):
            add_table(connection, SCHEMA[name], table_path(tables, name), "VIEW")
        # Looked up, not asked for: to plan a query in each place takes longer than all else.
        connection.execute(
            "SET VARIABLE labels = (SELECT map_from_entries(list((list || ' ' || code, label)))"
            " FROM codes)"
        )
        connection.execute(
            "CREATE MACRO label(of, given) AS "
            "coalesce(getvariable('labels')[of || ' ' || given], given)"
        )
        answer = connection.execute(query.read_text(encoding="utf-8"), dict(values))
        columns = [name for name, *_ in answer.description or ()]
        row = answer.fetchone()
    return None if row is None else dict(zip(columns, row, strict=True))


def add_table(
    connection: duckdb.DuckDBPyConnection, table: Table, path: Path, kind: Literal["TABLE", "VIEW"]
) -> None:
    """Adds a table as the schema has it now.

    Of a release of an older schema, a column or table that it had not yet is empty.

    Raises:
        duckdb.Error: It cannot be read.
    """
    there = connection.sql(f"FROM read_parquet({sql_file(path)})").columns if path.is_file() else ()
    values = ", ".join(
        f"{sql_value(column) if column.name in there else f'NULL::{type_of(column).duckdb}'} "
        f"AS {sql_name(column.name)}"
        for column in table.columns
    )
    source = f"FROM read_parquet({sql_file(path)})" if there else "LIMIT 0"
    connection.execute(f"CREATE {kind} {sql_name(table.name)} AS SELECT {values} {source}")
