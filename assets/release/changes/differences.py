"""Two folders of tables held against each other: which rows and values differ, and why.

Here belongs the comparing, row by row and column by column. Why a difference is there is found in
`reasons`; how differences are shown to a person, in `difference_reports`. Any two folders will do,
also of other schemas: a table or column that one of them lacks is one difference, not one a row.
"""

from __future__ import annotations

import filecmp
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assets.release.changes.reasons import label_column, new_corrections, with_reasons
from assets.tables.corrections_file import KEY_SEPARATOR
from warehouse.parquet import table_path
from warehouse.schema import SCHEMA, Column, Table

if TYPE_CHECKING:
    import polars as pl

#: The table of differences, as it is written to Parquet; it is no part of the schema.
DIFFERENCES = Table(
    name="changes",
    description=(
        "What differs between two releases or states: one row a row that was added or removed, and "
        "one row a value that changed. A table or column that only one of them has is a single row."
    ),
    columns=(
        Column("table_name", "string", "The table.", example="findings"),
        Column(
            "row_key",
            "string",
            "The row: its primary key, or the values of it with `/` between them, in the schema's "
            "order; all values of the row where the table has no key. NULL where a table or column "
            "as a whole is new or gone.",
            nullable=True,
            example="ashmere-focused-visit-2021-10-26-1a2b3c4d",
        ),
        Column(
            "change",
            "string",
            "What happened to it: added, removed or changed.",
            example="changed",
            pattern="added|removed|changed",
        ),
        Column(
            "field",
            "string",
            "The column whose value changed, or that is new or gone; NULL for a whole row or "
            "table.",
            nullable=True,
            example="valence_code",
        ),
        Column(
            "old_value",
            "string",
            "What stood there before, as a CSV file would hold it; NULL for unknown. For a row "
            "that is gone, what a person would know it by, as the text of a finding; for a column "
            "as a whole, its type.",
            nullable=True,
            example="strength",
        ),
        Column(
            "new_value",
            "string",
            "What stands there now, in the same way; for a row that is new, what a person would "
            "know it by.",
            nullable=True,
            example="mixed",
        ),
        Column(
            "visit_id",
            "string",
            "The visit that the row is about; NULL for what belongs to no visit.",
            nullable=True,
            example="ashmere-focused-visit-2021-10-26",
        ),
        Column(
            "letter_id",
            "string",
            "The letter that the row is about, or is read in; NULL for what belongs to no letter.",
            nullable=True,
            example="0123456789abcdef",
        ),
        Column(
            "reason_code",
            "string",
            "Why, where it is known: new_letter, amended_letter, letter_no_longer_counts, "
            "withdrawn_letter, correction, listing, parser_version, reference_data, schema, "
            "follows (from other rows), or looked_at_again. NULL where it is not.",
            nullable=True,
            example="correction",
        ),
    ),
    primary_key=(),
    sort_by=(),
)

#: When a file was seen tells no two rows apart.
_OF_LOOKS = ("first_seen", "last_seen")
_AFTER = "\0after"  # no column's name ends so
_OCCURRENCE = "\0occurrence"


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


def compare(before: Path, after: Path) -> Differences:
    """Holds two folders of Parquet tables against each other.

    Args:
        before: The older folder.
        after: The newer one.

    Raises:
        FileNotFoundError: A folder has no tables.
    """
    import polars as pl

    old_paths, new_paths = (_paths(folder) for folder in (before, after))
    names = [
        *(name for name in SCHEMA if name in old_paths or name in new_paths),
        *sorted((old_paths.keys() | new_paths.keys()) - SCHEMA.keys()),
    ]
    same = {
        name
        for name in names
        if name in old_paths
        and name in new_paths
        and filecmp.cmp(old_paths[name], new_paths[name], shallow=False)
    }
    sides = _Sides(
        {name: pl.read_parquet(path) for name, path in old_paths.items()},
        {name: pl.read_parquet(path) for name, path in new_paths.items()},
    )
    parts = [
        part
        for name in names
        if name not in same
        for part in _table(name, sides, old_paths.get(name), new_paths.get(name))
        if part.height
    ]
    rows = _sorted(pl.concat([_nothing(), *parts]), names, sides)
    rows = with_reasons(sides.placed(rows), sides.before, sides.after)
    return Differences(
        rows=rows.select([column.name for column in DIFFERENCES.columns]),
        counts=tuple(_counts(name, sides, rows) for name in names),
        visits=sides.visits(),
        corrections=new_corrections(sides.before, sides.after),
    )


class _Sides:
    """The tables of both folders, and which visit and letter a row of theirs is about."""

    def __init__(
        self, before: Mapping[str, pl.DataFrame], after: Mapping[str, pl.DataFrame]
    ) -> None:
        self.before = before
        self.after = after

    def visits(self) -> pl.DataFrame:
        """Every visit with its authority's name."""
        import polars as pl

        columns = ("visit_id", "letter_id", "authority_id", "start_date", "document_kind")
        visits = self._either("visits", columns, "visit_id")
        names = self._either("authorities", ("authority_id", "name"), "authority_id")
        return (
            visits.join(names.rename({"name": "authority"}), on="authority_id", how="left")
            .select(
                "visit_id",
                "letter_id",
                pl.coalesce("authority", "authority_id").alias("authority"),
                "start_date",
                "document_kind",
            )
            .sort("visit_id")
        )

    def placed(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Differences with the visit and letter that each is about, where it does not say itself.

        A row that is gone is about what it was about when it was there.
        """
        import polars as pl

        gone = pl.col("change") == "removed"
        return (
            pl.concat(
                [
                    self._placed(rows.with_row_index("index").filter(gone), is_older=True),
                    self._placed(rows.with_row_index("index").filter(~gone), is_older=False),
                ]
            )
            .sort("index")
            .drop("index")
        )

    def _placed(self, rows: pl.DataFrame, *, is_older: bool) -> pl.DataFrame:
        import polars as pl

        for table, key in sorted({of for name in SCHEMA if (of := _owner_table(name))}):
            owners = self._either(table, (key, "visit_id"), key, is_older=is_older).rename(
                {key: "owner", "visit_id": "owner_visit"}
            )
            owned = [name for name in SCHEMA if _owner_table(name) == (table, key)]
            rows = (
                rows.join(owners, on="owner", how="left")
                .with_columns(
                    visit_id=pl.when(pl.col("table_name").is_in(owned))
                    .then(pl.coalesce("visit_id", "owner_visit"))
                    .otherwise("visit_id")
                )
                .drop("owner_visit")
            )
        visits = self._either("visits", ("visit_id", "letter_id"), "visit_id", is_older=is_older)
        rows = (
            rows.join(visits, on="visit_id", how="left", suffix="_visit")
            .with_columns(letter_id=pl.coalesce("letter_id", "letter_id_visit"))
            .drop("letter_id_visit")
        )
        letters = visits.drop_nulls("letter_id").unique(
            "letter_id", keep="first", maintain_order=True
        )
        return (
            rows.join(letters, on="letter_id", how="left", suffix="_letter")
            .with_columns(visit_id=pl.coalesce("visit_id", "visit_id_letter"))
            .drop("visit_id_letter")
        )

    def _either(
        self, table: str, columns: tuple[str, ...], key: str, *, is_older: bool = False
    ) -> pl.DataFrame:
        """Columns of a table of both sides, each row as it is now, else as it was, or reversed."""
        import polars as pl

        types = {"start_date": pl.Date()}
        sides = (self.before, self.after) if is_older else (self.after, self.before)
        frames = [
            frame.select(pl.col(name).cast(types.get(name, pl.String())) for name in columns)
            for side in sides
            if (frame := side.get(table)) is not None and set(columns) <= set(frame.columns)
        ]
        empty = pl.DataFrame(schema={name: types.get(name, pl.String()) for name in columns})
        return pl.concat([empty, *frames]).unique(key, keep="first", maintain_order=True)


def _paths(folder: Path) -> dict[str, Path]:
    paths = {path.stem: path for path in sorted(folder.glob(table_path(Path(), "*").name))}
    if not paths:
        raise FileNotFoundError(f"{folder} holds no Parquet tables")
    return paths


def _table(
    name: str, sides: _Sides, old_path: Path | None, new_path: Path | None
) -> Iterator[pl.DataFrame]:
    """The differences of one table, unsorted."""
    import polars as pl

    if old_path is None or new_path is None:
        yield _whole(name, "added" if old_path is None else "removed")
        return
    before, after = sides.before[name], sides.after[name]
    for column in before.columns:
        if column not in after.columns:
            yield _whole(name, "removed", column, old=str(before.schema[column]))
        elif before.schema[column] != after.schema[column]:
            types = (str(before.schema[column]), str(after.schema[column]))
            yield _whole(name, "changed", column, *types)
            # Other types are no other values: the texts are compared.
            before = before.with_columns(_as_text(before, column))
            after = after.with_columns(_as_text(after, column))
    for column in after.columns:
        if column not in before.columns:
            yield _whole(name, "added", column, new=str(after.schema[column]))
    key = _key(name, new_path, before, after)
    if key is None:
        # Rows without a key are the same if all that they say is, and as often.
        shared = [column for column in after.columns if column in before.columns]
        key = [column for column in shared if _source(name, column) not in _OF_LOOKS] or shared
        others = [column for column in shared if column not in key]
        before, after = (_numbered(frame, key, others) for frame in (before, after))
        match = [*key, _OCCURRENCE]
    else:
        match = key
    for frame, other, change in ((after, before, "added"), (before, after, "removed")):
        single = frame.join(other.select(match), on=match, how="anti", nulls_equal=True)
        yield _rows(single, name, key, change)
    common = [
        column for column in after.columns if column in before.columns and column not in match
    ]
    if not common:
        return
    both = before.join(after, on=match, how="inner", suffix=_AFTER, nulls_equal=True)
    for column in common:
        differing = both.filter(pl.col(column).ne_missing(pl.col(column + _AFTER)))
        yield _rows(differing, name, key, "changed", column)


def _source(table: str, column: str) -> str | None:
    """Where the values of a column come from; `None` for one that the schema has not."""
    known = table in SCHEMA and column in SCHEMA[table].column_names
    return SCHEMA[table].column(column).source if known else None


def _numbered(frame: pl.DataFrame, key: list[str], others: list[str]) -> pl.DataFrame:
    """A table with the number of each row among those that are alike in the columns `key`."""
    import polars as pl

    ordered = frame.sort(others, nulls_last=True) if others else frame
    number = pl.int_range(pl.len(), dtype=pl.Int64).over(key) if key else pl.int_range(pl.len())
    return ordered.with_columns(number.alias(_OCCURRENCE))


def _key(name: str, path: Path, before: pl.DataFrame, after: pl.DataFrame) -> list[str] | None:
    """The columns that name a row on both sides; `None` where there are none."""
    import pyarrow.parquet as pq

    metadata = pq.read_schema(path).metadata or {}
    told = metadata.get(b"primary_key", b"").decode()
    key = told.split(",") if told else list(SCHEMA[name].primary_key) if name in SCHEMA else []
    for frame in (before, after):
        if not set(key) <= set(frame.columns) or not key or frame.select(key).is_duplicated().any():
            return None
    return key


def _rows(
    frame: pl.DataFrame, table: str, key: list[str], change: str, field: str | None = None
) -> pl.DataFrame:
    """Differences from the rows of a table, or of both sides joined where a value changed."""
    import polars as pl

    def value(column: str | None) -> pl.Expr:
        if column is None or column not in frame.columns:
            return pl.lit(None, dtype=pl.String)
        return _as_text(frame, column)

    def place(column: str | None) -> pl.Expr:
        newer = f"{column}{_AFTER}"
        return value(newer if newer in frame.columns else column)

    return frame.select(
        table_name=pl.lit(table),
        row_key=pl.concat_str(
            [_as_text(frame, column) for column in key], separator=KEY_SEPARATOR, ignore_nulls=True
        ),
        change=pl.lit(change),
        field=pl.lit(field, dtype=pl.String),
        old_value=value({"changed": field, "removed": label_column(table)}.get(change)),
        new_value=value({"changed": f"{field}{_AFTER}", "added": label_column(table)}.get(change)),
        visit_id=place("visit_id"),
        letter_id=place("letter_id"),
        owner=place(_owner(table)),
    )


def _whole(
    table: str,
    change: str,
    column: str | None = None,
    old: str | None = None,
    new: str | None = None,
) -> pl.DataFrame:
    """One difference for a table or column as a whole."""
    return (
        _nothing()
        .clear(1)
        .with_columns(
            table_name=_text(table),
            change=_text(change),
            field=_text(column),
            old_value=_text(old),
            new_value=_text(new),
        )
    )


def _text(value: str | None) -> pl.Expr:
    import polars as pl

    return pl.lit(value, dtype=pl.String)


def _nothing() -> pl.DataFrame:
    import polars as pl

    names = [column.name for column in DIFFERENCES.columns if column.name != "reason_code"]
    return pl.DataFrame(schema=dict.fromkeys((*names, "owner"), pl.String()))


def _sorted(rows: pl.DataFrame, tables: list[str], sides: _Sides) -> pl.DataFrame:
    """In the order of tables, keys, and columns as they stand in the table."""
    import polars as pl

    places = {
        (table, column): index
        for table in tables
        for side in (sides.before, sides.after)
        for index, column in enumerate(side[table].columns if table in side else ())
    }
    order = pl.DataFrame(
        [(table, column, index) for (table, column), index in places.items()],
        schema={"table_name": pl.String, "field": pl.String, "column": pl.Int32},
        orient="row",
    )
    return (
        rows.join(order, on=["table_name", "field"], how="left")
        .sort(
            pl.col("table_name").cast(pl.Enum(tables)),
            "row_key",
            "change",
            "column",
            "old_value",
            "new_value",
        )
        .drop("column")
    )


def _counts(name: str, sides: _Sides, rows: pl.DataFrame) -> TableCounts:
    import polars as pl

    own = rows.filter((pl.col("table_name") == name) & pl.col("row_key").is_not_null())
    changed = own.filter(pl.col("change") == "changed")
    return TableCounts(
        table_name=name,
        before=sides.before[name].height if name in sides.before else None,
        after=sides.after[name].height if name in sides.after else None,
        added=own.filter(pl.col("change") == "added").height,
        removed=own.filter(pl.col("change") == "removed").height,
        changed=changed["row_key"].n_unique(),
    )


def _as_text(frame: pl.DataFrame, column: str) -> pl.Expr:
    """A column as a CSV file holds it."""
    import polars as pl

    dtype = frame.schema[column]
    if isinstance(dtype, pl.Datetime):
        # A `Z` only where it is known to be UTC.
        utc = pl.col(column).dt.convert_time_zone("UTC") if dtype.time_zone else pl.col(column)
        return utc.dt.strftime(f"%Y-%m-%dT%H:%M:%S%.f{'Z' if dtype.time_zone else ''}").alias(
            column
        )
    return pl.col(column).cast(pl.String)


def _owner(table: str) -> str | None:
    """The column that names whose row it is: the first of its key."""
    key = SCHEMA[table].primary_key if table in SCHEMA else ()
    return key[0] if key else None


def _owner_table(name: str) -> tuple[str, str] | None:
    """The table and column that lead from a row without a visit of its own to its visit."""
    table = SCHEMA[name]
    owner = _owner(name)
    if owner is None or "visit_id" in table.column_names:
        return None
    of, _, key = (table.column(owner).references or "").partition(".")
    return (of, key) if of in SCHEMA and "visit_id" in SCHEMA[of].column_names else None
