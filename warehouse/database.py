"""The DuckDB file: the published tables with comments, ready-made views and macros.

Here belongs the making of the file from a folder of Parquet. The views are SQL files in `views/`,
the table macros, which answer for a value that is asked with, in `macros/`;
what users may ask of the file is in `query.py`, and when it is swapped in, in `states.py`.

It declares no primary key. That keys are unique is asked by the rules before anything is published;
DuckDB would hold every key in memory while it makes the file, which would be half as large again.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import dropwhile, takewhile
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from warehouse.column_types import type_of
from warehouse.limits import spilling
from warehouse.parquet import table_path
from warehouse.schema import SCHEMA
from warehouse.sql_text import sql_name, sql_rows, sql_text

VIEWS = Path(__file__).with_name("views")
MACROS = Path(__file__).with_name("macros")

# A file of DuckDB 2 opens in an older one only if it says which it is written for.
STORAGE_VERSION = "v1.2.0"


class View(NamedTuple):
    """A view of the DuckDB file, or a table macro: a view that is asked with values.

    Attributes:
        name: Its name: that of its file.
        description: What one row is, and what to beware of.
        columns: Descriptions of the columns that are its own; the others are described in the
            schema under the same name.
        sql: The query.
        parameters: Descriptions of what a macro is asked with, in that order.
    """

    name: str
    description: str
    columns: Mapping[str, str]
    sql: str
    parameters: Mapping[str, str] = MappingProxyType({})

    def column_description(self, name: str) -> str:
        """The description of one of its columns; `KeyError` if nobody has written one."""
        if name in self.columns:
            return self.columns[name]
        for table in SCHEMA.values():
            if name in table.column_names:
                return table.column(name).description
        folder = MACROS if self.parameters else VIEWS
        raise KeyError(f"{folder.name}/{self.name}.sql says nothing of its column {name}")

    @property
    def comment(self) -> str:
        """The description, of a macro with those of what it is asked with and of its own columns.

        DuckDB keeps one comment for a macro, and none for its columns.
        """
        described = {**self.parameters, **self.columns} if self.parameters else {}
        return " ".join(
            [self.description, *(f"{name}: {text}" for name, text in described.items())]
        )


@cache
def load_views() -> tuple[View, ...]:
    """The views, by name."""
    return tuple(map(_read_view, sorted(VIEWS.glob("*.sql"))))


@cache
def load_macros() -> tuple[View, ...]:
    """The table macros, by name."""
    return tuple(map(_read_view, sorted(MACROS.glob("*.sql"))))


def definition_fingerprint() -> str:
    """A SHA-256 over what the file is made from besides the rows: tables, comments, queries."""
    queries = map(repr, (*load_views(), *load_macros()))
    definition = [STORAGE_VERSION, *_table_statements(), *queries]
    return hashlib.sha256("\n".join(definition).encode()).hexdigest()


def build_database(folder: Path, path: Path) -> None:
    """Builds the DuckDB file of a folder of tables.

    Args:
        folder: A folder with every table of the schema.
        path: The file to be made; there must be none.

    Raises:
        FileExistsError: There is such a file.
        duckdb.Error: The rows hold a NULL where the schema allows none.
    """
    import duckdb

    if path.exists():
        raise FileExistsError(path)
    with (
        tempfile.TemporaryDirectory(prefix="warehouse-") as aside,
        duckdb.connect(config=spilling(Path(aside))) as connection,
    ):
        connection.execute(
            f"ATTACH {sql_text(path)} AS built "
            f"(STORAGE_VERSION '{STORAGE_VERSION}', BLOCK_SIZE 16384)"
        )
        connection.execute("USE built")
        # One transaction: a commit for each of the many comments would take longer than the rows.
        connection.execute("BEGIN")
        for statement in _table_statements():
            connection.execute(statement)
        for table in SCHEMA.values():
            rows = sql_rows(table, table_path(folder, table.name))
            connection.execute(f"INSERT INTO {sql_name(table.name)} {rows}")
        for view in load_views():
            connection.execute(f"CREATE VIEW {sql_name(view.name)} AS {view.sql}")
            columns = connection.execute(
                "SELECT column_name FROM duckdb_columns() WHERE table_name = ?", [view.name]
            ).fetchall()
            for statement in _view_comments(view, [name for (name,) in columns]):
                connection.execute(statement)
        for macro in load_macros():
            for statement in macro_statements(macro):
                connection.execute(statement)
        connection.execute("COMMIT")
        connection.execute("USE memory")
        # Detaching writes everything into the one file and leaves no write-ahead log beside it.
        connection.execute("DETACH built")


def _read_view(path: Path) -> View:
    """Reads a query.

    The comment that opens its file is the description; after an empty line of comment, each further
    `-- name: text` describes a column, and `-- @name: text` what a macro is asked with.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    comment = [line.removeprefix("--").strip() for line in takewhile(_is_comment, lines)]
    gap = comment.index("") if "" in comment else len(comment)
    described = dict(line.split(": ", 1) for line in comment[gap + 1 :])
    return View(
        name=path.stem,
        description=" ".join(comment[:gap]),
        columns={name: text for name, text in described.items() if name[0] != "@"},
        sql="\n".join(dropwhile(_is_comment, lines)),
        parameters={name[1:]: text for name, text in described.items() if name[0] == "@"},
    )


def _is_comment(line: str) -> bool:
    return line.startswith("--")


def _table_statements() -> Iterator[str]:
    for table in SCHEMA.values():
        columns = [
            f"{sql_name(column.name)} {type_of(column).duckdb}"
            f"{'' if column.nullable else ' NOT NULL'}"
            for column in table.columns
        ]
        yield f"CREATE TABLE {sql_name(table.name)} ({', '.join(columns)})"
        yield f"COMMENT ON TABLE {sql_name(table.name)} IS {sql_text(table.description)}"
        for column in table.columns:
            yield _column_comment(table.name, column.name, column.description)


def _view_comments(view: View, columns: list[str]) -> Iterator[str]:
    yield f"COMMENT ON VIEW {sql_name(view.name)} IS {sql_text(view.description)}"
    for column in columns:
        yield _column_comment(view.name, column, view.column_description(column))


def macro_statements(macro: View) -> Iterator[str]:
    """The statements that make a table macro, and say what it answers."""
    parameters = ", ".join(map(sql_name, macro.parameters))
    yield f"CREATE MACRO {sql_name(macro.name)}({parameters}) AS TABLE {macro.sql}"
    yield f"COMMENT ON MACRO TABLE {sql_name(macro.name)} IS {sql_text(macro.comment)}"


def _column_comment(table: str, column: str, description: str) -> str:
    return f"COMMENT ON COLUMN {sql_name(table)}.{sql_name(column)} IS {sql_text(description)}"
