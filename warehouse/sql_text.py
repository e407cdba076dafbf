"""How names and values are written in the SQL that the project makes for DuckDB."""

from __future__ import annotations

import glob
from pathlib import Path

from warehouse.schema import Column, Table


def sql_name(name: str) -> str:
    """A name of a table or column, which may be a word of SQL too."""
    return '"' + name.replace('"', '""') + '"'


def sql_text(value: str | Path) -> str:
    """A text, or the path of a file."""
    return "'" + str(value).replace("'", "''") + "'"


def sql_file(path: Path) -> str:
    """The path of a file to be read: DuckDB would take it for a pattern of names."""
    return sql_text(glob.escape(str(path)))


def sql_value(column: Column) -> str:
    """The value of a column of a Parquet file, as the project's databases hold it.

    Times are without a zone, and UTC: with one, DuckDB would write them in that of the machine, and
    Python would need another package.
    """
    name = sql_name(column.name)
    return f"make_timestamp(epoch_us({name}))" if column.dtype == "timestamp" else name


def sql_rows(table: Table, path: Path) -> str:
    """The rows of a table's Parquet file, as the project's databases hold them."""
    values = ", ".join(
        f"{sql_value(column)} AS {sql_name(column.name)}" for column in table.columns
    )
    return f"SELECT {values} FROM read_parquet({sql_file(path)})"
