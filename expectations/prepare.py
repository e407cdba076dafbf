"""Prepared tables: each table with the columns that its rules need besides its own.

Here belongs the joining and counting across tables, in SQL (`prepared/<table>.sql`), so that the
rules can stay simple comparisons within a row. A prepared table has exactly the rows of its table.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from expectations.from_schema import (
    MISSING_VALUES,
    NONE,
    OUT_OF_BOUNDS,
    UNKNOWN_REFERENCES,
    bounded_columns,
    referring_columns,
    required_columns,
)
from expectations.report import Tolerance
from expectations.rule import DOCUMENT_KIND, LETTER_TABLES
from warehouse.codes import FOLDER
from warehouse.parquet import arrow_schema, table_path
from warehouse.schema import CUE_SEPARATOR, SCHEMA, Table

PREPARED = Path(__file__).with_name("prepared")

#: The most that a rule needs to name a row of a suite about tables.
SUITE_KEYS = {"columns": ("table_name", "column_name"), "row_counts": ("table_name",)}


class PreparedTables:
    """The tables of a folder, as the rules see them.

    A context manager. `columns` and `row_counts` can be had of any folder; the others once their
    tables are known to have the declared columns.
    """

    def __init__(self, folder: Path, previous: Path | None, tolerance: Tolerance) -> None:
        """Looks at the folder's tables without reading them.

        Args:
            folder: The tables to be validated.
            previous: The tables published before, if there are any.
            tolerance: How many rows may be gone.
        """
        self._folder = folder
        self._previous = previous
        self._tolerance = tolerance
        self._connection = duckdb.connect()
        self._register("found_columns", _found_columns(folder))
        self._register("declared_columns", _declared_columns())
        self._register("coded_columns", _coded_columns())
        for name in ("kinds", "section_types"):
            self._connection.read_csv(str(FOLDER / f"{name}.csv")).create(name)
        self._connection.execute(f"SET VARIABLE cue_separator = '{CUE_SEPARATOR}'")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._connection.close()

    def load(self) -> None:
        """Reads the tables, all of which must have the declared columns."""
        for table in SCHEMA.values():
            path = str(table_path(self._folder, table.name))
            self._connection.read_parquet(path).create(table.name)
            if len(table.primary_key) == 1:
                # Joins take the key's first row, so that a doubled key is one fault and not many.
                self._connection.execute(
                    f"CREATE VIEW unique_{table.name} AS "
                    f"SELECT DISTINCT ON ({table.primary_key[0]}) * FROM {table.name}"
                )
        self._connection.execute(f"CREATE VIEW held_values AS {_held_values()}")

    def columns(self) -> pa.Table:
        """One row a column, found or declared."""
        return self._query(_sql("columns"))

    def row_counts(self) -> pa.Table:
        """One row a table, with its numbers of rows now and before."""
        before = {} if self._previous is None else _row_counts(self._previous)
        now = _row_counts(self._folder)
        rows = [
            {
                "table_name": table.name,
                "table_rows": now.get(table.name, 0),
                "previous_rows": before.get(table.name),
                "may_be_empty": table.may_be_empty,
                "may_shrink": table.may_shrink,
            }
            for table in SCHEMA.values()
        ]
        schema = pa.schema(
            {
                "table_name": pa.string(),
                "table_rows": pa.int64(),
                "previous_rows": pa.int64(),
                "may_be_empty": pa.bool_(),
                "may_shrink": pa.bool_(),
            }
        )
        self._register("counted_tables", pa.Table.from_pylist(rows, schema))
        return self._query(
            _sql("row_counts"),
            {"share": self._tolerance.share, "letters": float(self._tolerance.letters)},
        )

    def table(self, name: str) -> pa.Table:
        """A table of the schema, prepared.

        Raises:
            AssertionError: The table's SQL does not keep its rows: a fault of this room.
        """
        prepared = self._query(_with_promises(SCHEMA[name]))
        rows = self._count(name)
        if prepared.num_rows != rows:
            raise AssertionError(
                f"prepared/{name}.sql makes {prepared.num_rows} rows of {rows}: mend its joins"
            )
        return prepared

    def letter_count(self) -> int:
        """How many letters have a visit."""
        return self._count("visits")

    def _count(self, name: str) -> int:
        return int(self._query(f"SELECT count(*) AS n FROM {name}").column("n")[0].as_py())

    def _register(self, name: str, table: pa.Table) -> None:
        self._connection.register(name, table)

    def _query(self, sql: str, parameters: dict[str, Any] | None = None) -> pa.Table:
        return self._connection.sql(sql, params=parameters).to_arrow_table()


def key_columns(suite: str) -> tuple[str, ...]:
    """The columns that name a failing row of a suite: the letter, the visit, or the row's key."""
    if suite in SUITE_KEYS:
        return SUITE_KEYS[suite]
    if suite in LETTER_TABLES:
        return ("letter_id", "visit_id")
    table = SCHEMA[suite]
    return table.primary_key or table.sort_by[:2]


def _sql(name: str) -> str:
    path = PREPARED / f"{name}.sql"
    return path.read_text(encoding="utf-8") if path.exists() else f"SELECT * FROM {name}"


def _with_promises(table: Table) -> str:
    """Adds what follows from the schema: the columns that break a promise, letter and kind."""
    missing = [
        f"CASE WHEN prepared.{column.name} IS NULL THEN '{column.name}' END"
        for column in required_columns(table)
    ]
    outside = [
        f"CASE WHEN prepared.{column.name} {sign} {bound} "
        f"THEN '{column.name}=' || prepared.{column.name} END"
        for column in bounded_columns(table)
        for sign, bound in (("<", column.minimum), (">", column.maximum))
        if bound is not None
    ]
    unknown = []
    joins = []
    for number, (column, to_table, to_column) in enumerate(referring_columns(table)):
        joins.append(
            f"LEFT JOIN (SELECT DISTINCT {to_column} AS value FROM {to_table}) AS k{number} "
            f"ON k{number}.value = prepared.{column.name}"
        )
        unknown.append(
            f"CASE WHEN k{number}.value IS NULL THEN '{column.name}=' || prepared.{column.name} END"
        )
    columns = [
        "prepared.*",
        f"{_listed(missing)} AS {MISSING_VALUES}",
        f"{_listed(outside)} AS {OUT_OF_BOUNDS}",
        f"{_listed(unknown)} AS {UNKNOWN_REFERENCES}",
    ]
    of_visit = [name for name in ("letter_id", DOCUMENT_KIND) if name not in table.column_names]
    if table.name in LETTER_TABLES and of_visit:
        joins.append("LEFT JOIN unique_visits AS visit ON visit.visit_id = prepared.visit_id")
        columns += [f"visit.{name}" for name in of_visit]
    return f"SELECT {', '.join(columns)} FROM ({_sql(table.name)}) AS prepared {' '.join(joins)}"


def _listed(texts: list[str]) -> str:
    """SQL that joins those texts that are not NULL, or says that all are."""
    joined = f"concat_ws(', ', {', '.join(texts)})" if texts else "''"
    return f"coalesce(nullif({joined}, ''), '{NONE}')"


def _found_columns(folder: Path) -> pa.Table:
    return _columns(
        {
            name: pq.read_schema(table_path(folder, name))
            for name in SCHEMA
            if table_path(folder, name).exists()
        }
    )


def _declared_columns() -> pa.Table:
    return _columns({name: arrow_schema(table) for name, table in SCHEMA.items()})


def _columns(schemas: dict[str, pa.Schema]) -> pa.Table:
    rows = [
        {
            "table_name": table_name,
            "column_name": field.name,
            "described": f"{position}. {field.type}",
        }
        for table_name, schema in schemas.items()
        for position, field in enumerate(schema, start=1)
    ]
    names = ("table_name", "column_name", "described")
    return pa.Table.from_pylist(rows, pa.schema({name: pa.string() for name in names}))


def _coded_columns() -> pa.Table:
    """The columns that hold codes, each with its list."""
    rows = [
        {"table_name": table.name, "column_name": column.name, "list": column.code_list}
        for table in SCHEMA.values()
        for column in table.columns
        if column.code_list is not None
    ]
    names = ("table_name", "column_name", "list")
    return pa.Table.from_pylist(rows, pa.schema({name: pa.string() for name in names}))


def _held_values() -> str:
    """SQL of every value of the rows that `corrections` names, written as a correction would.

    Rows are named as there: by their key, its values joined by `/`. Left out are points in time,
    which are no letter's.
    """
    return " UNION ALL ".join(
        _values_of(table)
        for table in SCHEMA.values()
        if table.primary_key and table.owner not in ("run", "person")
    )


def _values_of(table: Table) -> str:
    key = f"concat_ws('/', {', '.join(table.primary_key)})"
    texts = ", ".join(
        f"{column.name}::VARCHAR AS {column.name}"
        for column in table.columns
        if column.dtype != "timestamp"
    )
    return (
        "SELECT table_name, row_key, field, value FROM ("
        f"SELECT '{table.name}' AS table_name, {key} AS row_key, {texts} FROM {table.name} "
        f"WHERE {key} IN (SELECT row_key FROM corrections WHERE table_name = '{table.name}')"
        ") UNPIVOT INCLUDE NULLS (value FOR field IN (COLUMNS(* EXCLUDE (table_name, row_key))))"
    )


def _row_counts(folder: Path) -> dict[str, int]:
    # A folder of an earlier version may lack a table, or have one that the schema has no longer.
    paths = {name: table_path(folder, name) for name in SCHEMA}
    return {name: pq.read_metadata(path).num_rows for name, path in paths.items() if path.exists()}
