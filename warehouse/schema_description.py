"""The schema as data: what a release's `schema.json` holds, and a later one is held against.

Here belongs what of a schema its users can build on: tables, columns, codes, and the columns of the
database's views and macros. How two descriptions differ, and what that makes of a version, is in
`schema_versions`.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from warehouse.codes import code_lists
from warehouse.database import load_macros, load_views
from warehouse.files import json_of
from warehouse.schema import SCHEMA, Column, Table

_Described = TypeVar("_Described", Table, Column)
#: What the program has to know of tables and columns and no query rests on; the first releases do
#: not say it.
TABLE_TRAITS = (
    "group",
    "owner",
    "source",
    "label_column",
    "is_required",
    "may_be_empty",
    "may_shrink",
)
COLUMN_TRAITS = ("source", "text_form", "explains", "correct_instead")

#: The schema as it was published last, kept by `tools/keep_schema.py`.
PUBLISHED_FILE = Path(__file__).with_name("published_schema.json")


class DescriptionError(ValueError):
    """A file describes no schema; the message says which file, and what is wrong with it."""


class CodeDescription(msgspec.Struct, frozen=True):
    """One code of a list."""

    name: str
    label: str
    definition: str


class CodeListDescription(msgspec.Struct, frozen=True):
    """One list of codes, in its order."""

    name: str
    codes: tuple[CodeDescription, ...]


class ViewColumnDescription(msgspec.Struct, frozen=True):
    """One column of a view or macro; its type is DuckDB's."""

    name: str
    dtype: str
    description: str


class ViewDescription(msgspec.Struct, frozen=True):
    """A view of the DuckDB file, or a macro that gives a table and has parameters.

    `query` is a checksum of its SQL: that it is asked in another way is told, not how.
    """

    name: str
    kind: Literal["view", "macro"]
    description: str
    parameters: tuple[str, ...]
    columns: tuple[ViewColumnDescription, ...]
    query: str = ""


class SchemaDescription(msgspec.Struct, frozen=True):
    """A whole schema.

    Attributes:
        version: The release that published it; `None` where it is not published.
        tables: The tables in the order of the schema.
        code_lists: The code lists by name.
        views: The views and macros of the DuckDB file by name.
    """

    version: str | None
    tables: tuple[Table, ...]
    code_lists: tuple[CodeListDescription, ...]
    views: tuple[ViewDescription, ...]


def describe_schema(database: Path | None = None, version: str | None = None) -> SchemaDescription:
    """Describes the schema as it stands in the code.

    Args:
        database: A DuckDB file made from it, whose views are described; without one, an empty file
            is made for that, which takes a third of a second.
        version: The release that publishes it.

    Raises:
        duckdb.Error: The file cannot be read, or a view does not fit the tables.
    """
    with nullcontext(database) if database else empty_database() as made:
        return msgspec.structs.replace(describe_tables(), version=version, views=_views(made))


def describe_tables() -> SchemaDescription:
    """Describes tables and codes as they stand in the code, and no views."""
    code_lists_in_order = tuple(
        CodeListDescription(
            name,
            tuple(CodeDescription(one.code, one.label, one.definition) for one in of.values()),
        )
        for name, of in sorted(code_lists().items())
    )
    return SchemaDescription(None, tuple(SCHEMA.values()), code_lists_in_order, ())


def tables_of(schema: SchemaDescription) -> dict[str, Table]:
    """The tables that a description describes, by name.

    Of a release that does not say whose rows are and where values come from, the code says so.
    """
    return {table.name: table if table.owner else _as_known(table) for table in schema.tables}


def has_the_codes_views(schema: SchemaDescription) -> bool:
    """Whether a description's views and macros ask what those of the code ask."""
    return {view.name: view.query for view in schema.views} == _queries()


def write_description(schema: SchemaDescription) -> str:
    """The description as JSON, the same text for the same schema."""
    return json_of(schema).decode()


def read_description(path: Path) -> SchemaDescription:
    """Reads a description that `write_description` made.

    Raises:
        DescriptionError: The file is missing, or does not hold one.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=SchemaDescription)
    except (OSError, msgspec.DecodeError) as error:
        raise DescriptionError(
            f"{path} does not describe a schema ({error}); take it from a copy of the release, or "
            "from the version history of the project"
        ) from error


def _as_known(table: Table) -> Table:
    known = SCHEMA.get(table.name)
    if known is None:
        return table
    columns = tuple(
        _with(COLUMN_TRAITS, column, known.column(column.name))
        if column.name in known.column_names
        else column
        for column in table.columns
    )
    return msgspec.structs.replace(_with(TABLE_TRAITS, table, known), columns=columns)


def _with(names: tuple[str, ...], old: _Described, known: _Described) -> _Described:
    return msgspec.structs.replace(old, **{name: getattr(known, name) for name in names})


@contextmanager
def empty_database() -> Iterator[Path]:
    """A DuckDB file of the code's own schema, without a row; a third of a second to make."""
    from warehouse.database import build_database
    from warehouse.frames import build_frame
    from warehouse.parquet import write_tables

    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        write_tables({name: build_frame(name, []) for name in SCHEMA}, folder)
        database = folder / "empty.duckdb"
        build_database(folder, database)
        yield database


def _queries() -> dict[str, str]:
    """Checksums of the SQL of the code's views and macros."""
    sql = {view.name: view.sql for view in (*load_views(), *load_macros())}
    return {name: hashlib.sha256(text.encode()).hexdigest()[:16] for name, text in sql.items()}


def _views(database: Path) -> tuple[ViewDescription, ...]:
    import duckdb

    queries = _queries()
    views = []
    with duckdb.connect(database, read_only=True) as connection:
        for view in (*load_views(), *load_macros()):
            # DuckDB alone can say what columns a query has, and of which types.
            asked = f"({', '.join('NULL' for _ in view.parameters)})" if view.parameters else ""
            columns = connection.execute(f'DESCRIBE SELECT * FROM "{view.name}"{asked}').fetchall()
            views.append(
                ViewDescription(
                    name=view.name,
                    kind="macro" if view.parameters else "view",
                    description=view.comment,
                    parameters=tuple(view.parameters),
                    columns=tuple(
                        ViewColumnDescription(
                            name, dtype, "" if view.parameters else view.column_description(name)
                        )
                        for name, dtype, *_ in columns
                    ),
                    query=queries[view.name],
                )
            )
    return tuple(sorted(views, key=lambda view: view.name))
