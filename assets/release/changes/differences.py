"""Two folders of tables held against each other: which rows and values differ, and why.

Here belongs the comparing, row by row and column by column: one full join a table, made from the
columns of both. Why a difference is there is found in `reasons.sql`; how differences are shown to a
person, in `difference_reports`. Any two folders will do, also of other schemas: a table or column
that one of them lacks is one difference, not one a row.
"""

from __future__ import annotations

import filecmp
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from assets.language.patterns import read_table
from assets.tables.corrections_file import KEY_SEPARATOR
from assets.tables.derived import VISIT_KEY_PARTS
from warehouse.column_types import type_of
from warehouse.parquet import table_path
from warehouse.schema import SCHEMA, Column, Table
from warehouse.sql_text import sql_file, sql_name, sql_text

if TYPE_CHECKING:
    import duckdb
    import polars as pl

#: The table of differences, as it is written to Parquet; it is no part of the schema.
DIFFERENCES = Table(
    name="changes",
    description=(
        "What differs between two releases or states: one row a row that was added or removed, and "
        "one row a value that changed. A table or column that only one of them has is a single row."
    ),
    columns=tuple(
        Column(
            row["name"],
            "string",
            row["description"],
            row["example"],
            nullable=row["nullable"] == "true",
            pattern=row["pattern"] or None,
        )
        for row in read_table("assets.release.changes", "columns")
    ),
    primary_key=(),
)

#: When a file was seen tells no two rows apart.
_OF_LOOKS = ("first_seen", "last_seen")

#: The tables and columns from which a reason is told.
_TELLING: Mapping[str, tuple[str, ...]] = {
    "letters": ("letter_id", "status", "superseded_by", "parser_version", "is_listed"),
    "visits": ("visit_id", "letter_id", "authority_id", "start_date", "document_kind"),
    "findings": ("finding_id", "visit_id"),
    "authorities": ("authority_id", "name"),
    "corrections": SCHEMA["corrections"].column_names,
}

_REASONS = Path(__file__).with_name("reasons.sql")


@dataclass(frozen=True, slots=True)
class TableCounts:
    """How far one table differs.

    Attributes:
        table_name: The table.
        before: How many rows it had; `None` if there was no such table.
        after: How many it has; `None` if there is none.
        added: How many rows are new.
        removed: How many are gone.
        changed: How many have another value in some column.
    """

    table_name: str
    before: int | None
    after: int | None
    added: int
    removed: int
    changed: int


@dataclass(frozen=True, slots=True, eq=False)
class Differences:
    """What differs between two folders of tables; false if nothing does.

    Attributes:
        rows: The differences, with the columns of `DIFFERENCES`, in the order of the schema's
            tables and of keys.
        counts: The tables of both, in the same order.
        visits: Every visit of either, as it is now, else as it was: `visit_id`, `letter_id`,
            `authority`, `start_date`, `document_kind`.
        corrections: Rows of `corrections` that were made or taken back, with `is_made`.
    """

    rows: pl.DataFrame
    counts: tuple[TableCounts, ...]
    visits: pl.DataFrame
    corrections: pl.DataFrame

    def __bool__(self) -> bool:
        return not self.rows.is_empty()


class _TableFile(NamedTuple):
    """One table of a folder, with the types of its columns as polars names them."""

    path: Path
    types: Mapping[str, str]

    def text(self, column: str | None) -> str:
        """A column as a CSV file holds it, in SQL; NULL where there is none."""
        if column is None or column not in self.types:
            return "NULL"
        name = f"file.{sql_name(column)}"
        if not self.types[column].startswith("Datetime"):
            return f"{name}::VARCHAR"
        # A `Z` only where it is known to be UTC.
        zone = "" if "time_zone=None" in self.types[column] else "Z"
        return f"replace(make_timestamp(epoch_us({name}))::VARCHAR, ' ', 'T') || '{zone}'"

    def row_count(self) -> int:
        import pyarrow.parquet as pq

        return int(pq.read_metadata(self.path).num_rows)


def compare(before: Path, after: Path) -> Differences:
    """Holds two folders of Parquet tables against each other.

    Args:
        before: The older folder.
        after: The newer one.

    Raises:
        FileNotFoundError: A folder has no tables.
        OSError, duckdb.Error: A table cannot be read.
    """
    import duckdb

    old, new = _tables(before), _tables(after)
    names = [*(name for name in SCHEMA if name in old or name in new)]
    names += sorted((old.keys() | new.keys()) - SCHEMA.keys())
    with duckdb.connect(config={"python_enable_replacements": "false"}) as connection:
        for side, files in (("before", old), ("after", new)):
            connection.execute(f"CREATE SCHEMA {side}")
            for table, columns in _TELLING.items():
                told = _telling(SCHEMA[table], columns, files.get(table))
                connection.execute(f"CREATE VIEW {side}.{table} AS {told}")
        connection.execute(
            "CREATE TABLE found (table_name VARCHAR, row_key VARCHAR, change VARCHAR, "
            "field VARCHAR, position BIGINT, old_value VARCHAR, new_value VARCHAR, "
            "visit_id VARCHAR, letter_id VARCHAR, owner VARCHAR)"
        )
        for name in names:
            for whole in _whole(old.get(name), new.get(name)):
                connection.execute(
                    "INSERT INTO found VALUES (?, NULL, ?, ?, ?, ?, ?, NULL, NULL, NULL)",
                    [name, *whole],
                )
            if name in old and name in new and not _same(old[name].path, new[name].path):
                connection.execute(f"INSERT INTO found {_join(name, old[name], new[name])}")
        _explain(connection)
        order = f"list_position([{', '.join(map(sql_text, names))}], table_name)"
        rows = connection.sql(
            f"SELECT {', '.join(DIFFERENCES.column_names)} FROM explained ORDER BY {order}, "
            "row_key NULLS FIRST, change, position, old_value NULLS FIRST, new_value NULLS FIRST"
        )
        counted = connection.sql(
            "SELECT table_name, {'added': count(*) FILTER (change = 'added'), "
            "'removed': count(*) FILTER (change = 'removed'), "
            "'changed': count(DISTINCT row_key) FILTER (change = 'changed')} "
            "FROM found WHERE row_key IS NOT NULL GROUP BY table_name"
        )
        counts = dict(counted.fetchall())
        visits = connection.sql(
            "SELECT visit_id, letter_id, coalesce(new.name, old.name, authority_id) AS authority, "
            "start_date, document_kind FROM known_visits "
            "LEFT JOIN after.authorities AS new USING (authority_id) "
            "LEFT JOIN before.authorities AS old USING (authority_id) "
            "WHERE NOT is_gone ORDER BY visit_id"
        )
        corrections = connection.sql("FROM changed_corrections ORDER BY table_name, row_key, field")
        none = {"added": 0, "removed": 0, "changed": 0}
        return Differences(
            rows=rows.pl(),
            counts=tuple(
                TableCounts(
                    name,
                    old[name].row_count() if name in old else None,
                    new[name].row_count() if name in new else None,
                    **counts.get(name, none),
                )
                for name in names
            ),
            visits=visits.pl(),
            corrections=corrections.pl(),
        )


def _tables(folder: Path) -> dict[str, _TableFile]:
    import polars as pl

    paths = sorted(folder.glob(table_path(Path(), "*").name))
    if not paths:
        raise FileNotFoundError(f"{folder} holds no Parquet tables")
    try:
        schemas = {path: pl.scan_parquet(path, glob=False).collect_schema() for path in paths}
    except pl.exceptions.PolarsError as error:
        raise OSError(str(error)) from error
    return {
        path.stem: _TableFile(path, {name: str(type_) for name, type_ in schema.items()})
        for path, schema in schemas.items()
    }


def _telling(table: Table, columns: tuple[str, ...], file: _TableFile | None) -> str:
    """Columns of one side's table in the types of the schema, in SQL; what it lacks is NULL."""
    there = file.types if file else ()
    values = ", ".join(
        f"TRY_CAST({sql_name(name) if name in there else 'NULL'} "
        f"AS {type_of(table.column(name)).duckdb}) AS {sql_name(name)}"
        for name in columns
    )
    return f"SELECT {values} " + (
        f"FROM read_parquet({sql_file(file.path)})" if file else "LIMIT 0"
    )


def _same(one: Path, other: Path) -> bool:
    return filecmp.cmp(one, other, shallow=False)


def _whole(
    old: _TableFile | None, new: _TableFile | None
) -> Iterator[tuple[str, str | None, int | None, str | None, str | None]]:
    """What is new, gone or of another type as a whole: change, column, its place and types."""
    if old is None or new is None:
        yield ("added" if old is None else "removed"), None, None, None, None
        return
    for position, (column, type_) in enumerate(old.types.items(), start=1):
        if column not in new.types:
            yield "removed", column, position, type_, None
        elif type_ != new.types[column]:
            yield "changed", column, position, type_, new.types[column]
    for position, (column, type_) in enumerate(new.types.items(), start=1):
        if column not in old.types:
            yield "added", column, position, None, type_


def _join(table: str, old: _TableFile, new: _TableFile) -> str:
    """The differences of one table, in SQL: a row of `found` for each."""
    known = SCHEMA.get(table)
    shared = [column for column in new.types if column in old.types]
    key = _key(table, new.path)
    if not key or not set(key) <= set(shared):
        # Rows without a key are the same if all that they say is, and as often.
        seen = {one.name for one in known.columns if one.source in _OF_LOOKS} if known else set()
        key = [column for column in shared if column not in seen] or shared
    fields = f"([{', '.join(map(sql_text, shared))}]::VARCHAR[])"
    return f"""
        SELECT
            {sql_text(table)},
            coalesce(array_to_string(key, '{KEY_SEPARATOR}'), ''),
            unnest(CASE
                WHEN old.occurrence IS NULL THEN
                    [{{change: 'added', field: NULL, place: NULL, old: NULL, new: new.label}}]
                WHEN new.occurrence IS NULL THEN
                    [{{change: 'removed', field: NULL, place: NULL, old: old.label, new: NULL}}]
                ELSE [
                    {{change: 'changed', field: {fields}[place], place: place,
                     old: old.texts[place], new: new.texts[place]}}
                    FOR place IN range(1, {len(shared) + 1})
                    IF old.texts[place] IS DISTINCT FROM new.texts[place]
                ]
            END, recursive := true),
            coalesce(new.visit_id, old.visit_id),
            coalesce(new.letter_id, old.letter_id),
            coalesce(new.owner, old.owner)
        FROM ({_rows(table, old, key, shared, "before")}) AS old
        FULL JOIN ({_rows(table, new, key, shared, "after")}) AS new USING (key, occurrence)
        WHERE old.texts IS DISTINCT FROM new.texts"""


def _rows(table: str, file: _TableFile, key: list[str], shared: list[str], side: str) -> str:
    """The rows of one side as texts, in SQL; those of one key are numbered."""
    known = SCHEMA.get(table)
    owner = next(iter(known.primary_key), None) if known else None
    visit = file.text("visit_id")
    if known and known.parent_table == "findings" and "visit_id" not in file.types:
        visit = (
            f"(SELECT any_value(visit_id) FROM {side}.findings AS finding "
            f"WHERE finding.finding_id = {file.text('finding_id')})"
        )
    return f"""
        SELECT *, row_number() OVER (PARTITION BY key ORDER BY texts) AS occurrence
        FROM (
            SELECT
                [{", ".join(map(file.text, key))}]::VARCHAR[] AS key,
                [{", ".join(map(file.text, shared))}]::VARCHAR[] AS texts,
                {visit} AS visit_id,
                {file.text("letter_id")} AS letter_id,
                {file.text(owner)} AS owner,
                {file.text(known.label_column if known else None)} AS label
            FROM read_parquet({sql_file(file.path)}) AS file
        )"""


def _key(table: str, path: Path) -> list[str]:
    """The columns that name a row: as the file tells them, else as the schema does."""
    import pyarrow.parquet as pq

    told = (pq.read_schema(path).metadata or {}).get(b"primary_key", b"").decode()
    return told.split(",") if told else list(SCHEMA[table].primary_key) if table in SCHEMA else []


def _explain(connection: duckdb.DuckDBPyConnection) -> None:
    """Makes the table `explained` of `found`."""
    import polars as pl

    declared = pl.DataFrame(
        [
            {
                "table_name": table.name,
                "field": column and column.name,
                "owner": table.owner,
                "source": column and column.source,
                "follows": column is not None and column.follows,
                "is_ordered_list": table.is_ordered_list,
            }
            for table in SCHEMA.values()
            for column in (None, *table.columns)
        ],
        infer_schema_length=None,
    )
    connection.register("declared", declared)
    parts = ", ".join(map(sql_text, VISIT_KEY_PARTS))
    connection.execute(f"SET VARIABLE visit_key_parts = [{parts}]")
    connection.execute(_REASONS.read_text(encoding="utf-8"))
