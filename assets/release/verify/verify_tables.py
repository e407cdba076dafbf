"""Whether a release's tables are what the schema says: columns, order, keys, codes, limits.

Here belongs what the schema says of one table or of a key into another. What must agree between
rows is in `verify_values`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from assets.release.verify.problems import Problem, Subject, row_key, rows_at_fault, table_file
from warehouse.frames import polars_schema
from warehouse.parquet import table_path
from warehouse.schema import Table

if TYPE_CHECKING:
    import polars as pl


def check_columns(
    folder: Path, schema: Mapping[str, Table]
) -> tuple[dict[str, pl.DataFrame], list[Problem]]:
    """That every table is there with the columns and types of the schema.

    Args:
        folder: The folder of Parquet files.
        schema: What they should be.

    Returns:
        The tables that are well-formed, by name, and what is wrong with the others.
    """
    import polars as pl

    frames, problems = {}, []
    for table in schema.values():
        file = table_file(table.name)
        try:
            frame = pl.read_parquet(table_path(folder, table.name))
        except (OSError, pl.exceptions.PolarsError) as error:
            what = "missing" if isinstance(error, FileNotFoundError) else f"unreadable ({error})"
            problems.append(Problem(file, what, "a table of the schema"))
            continue
        found, expected = dict(frame.schema), polars_schema(table)
        wrong = [
            Problem(
                file,
                f"the type {found[name]}" if name in found else "missing",
                str(expected[name]) if name in expected else "no such column",
                column=name,
            )
            for name in dict.fromkeys([*expected, *found])
            if found.get(name) != expected.get(name)
        ]
        if not wrong and frame.columns != list(expected):
            order = f"the order {', '.join(frame.columns)}"
            wrong = [Problem(file, order, f"the order {', '.join(expected)}")]
        if wrong:
            problems += wrong
        else:
            frames[table.name] = frame
    odd = sorted(path.stem for path in folder.glob("*.parquet") if path.stem not in schema)
    problems += [Problem(table_file(name), "there", "no table of the schema") for name in odd]
    return frames, problems


def check_order(on: Subject) -> Iterator[Problem]:
    """That rows stand in the published order."""
    import polars as pl

    for table, frame in _tables(on):
        keys = frame.select(table.sort_by)
        ordered = keys.sort(table.sort_by, nulls_last=True, maintain_order=True)
        if not keys.equals(ordered, null_equal=True):
            same = pl.all_horizontal(
                *(keys[name].eq_missing(ordered[name]).alias(name) for name in table.sort_by)
            )
            first = keys.select(same.alias("same"))["same"].arg_min() or 0
            yield Problem(
                table_file(table.name),
                "another row",
                f"row {'/'.join(map(str, ordered.row(first)))} in this place, by the order of "
                f"{', '.join(table.sort_by)}",
                row_key(table, frame.row(first, named=True), first + 1),
            )


def check_required(on: Subject) -> Iterator[Problem]:
    """That no value is missing where the schema requires one, and no text is empty or not NFC."""
    import polars as pl

    for table, frame in _tables(on):
        for column in table.columns:
            value = pl.col(column.name)
            if not column.nullable or column.name in table.primary_key:
                yield from rows_at_fault(table, frame, value.is_null(), column.name, "a value")
            if column.dtype == "string":
                yield from rows_at_fault(
                    table,
                    frame,
                    value.str.strip_chars().str.len_bytes() == 0,
                    column.name,
                    "a text, or NULL where it is unknown",
                )
                yield from rows_at_fault(
                    table, frame, value != value.str.normalize("NFC"), column.name, "Unicode NFC"
                )


def check_keys(on: Subject) -> Iterator[Problem]:
    """That no key and no unique value comes twice."""
    import polars as pl

    for table, frame in _tables(on):
        keys = [table.primary_key] if table.primary_key else []
        keys += [(column.name,) for column in table.columns if column.unique]
        for key in keys:
            known = pl.all_horizontal(pl.col(name).is_not_null() for name in key)
            yield from rows_at_fault(
                table,
                frame,
                known & ~pl.struct(key).is_first_distinct(),
                key[0] if len(key) == 1 else None,
                f"a {', '.join(key)} that no other row has",
            )


def check_references(on: Subject) -> Iterator[Problem]:
    """That every key into another table resolves."""
    import polars as pl

    for table, frame in _tables(on):
        for column in table.columns:
            if column.references is None:
                continue
            other, _, key = column.references.partition(".")
            if other not in on.frames:
                continue
            yield from rows_at_fault(
                table,
                frame,
                ~pl.col(column.name).is_in(on.frames[other][key].drop_nulls().implode()),
                column.name,
                f"a {key} of {table_file(other)}",
            )


def check_codes(on: Subject) -> Iterator[Problem]:
    """That every code is in its list as published, and is one of the release's schema."""
    import polars as pl

    codes = on.frames.get("codes")
    if codes is None:
        return
    known = pl.DataFrame(
        [(name, code) for name, codes_of in on.codes.items() for code in codes_of],
        schema={"list": pl.String, "code": pl.String},
        orient="row",
    )
    yield from rows_at_fault(
        on.schema["codes"],
        codes,
        ~pl.struct("list", "code").is_in(
            known.select(pl.struct("list", "code")).to_series().implode()
        ),
        "code",
        "a code of the lists in schema.json",
    )
    for table, frame in _tables(on):
        for column in table.columns:
            if column.code_list is not None:
                allowed = codes.filter(pl.col("list") == column.code_list)["code"].drop_nulls()
                yield from rows_at_fault(
                    table,
                    frame,
                    ~pl.col(column.name).is_in(allowed.implode()),
                    column.name,
                    f"a code of the list {column.code_list}",
                )


def check_limits(on: Subject) -> Iterator[Problem]:
    """That values match their patterns and lie within their limits."""
    import polars as pl

    for table, frame in _tables(on):
        for column in table.columns:
            value = pl.col(column.name)
            # What is taken from another column has the form that it has there.
            if column.pattern is not None and column.references is None:
                matches = value.str.contains(f"^(?:{column.pattern})$")
                yield from rows_at_fault(
                    table, frame, ~matches, column.name, f"of the form {column.pattern}"
                )
            if column.minimum is not None:
                least = f"{column.minimum:g} at least"
                yield from rows_at_fault(table, frame, value < column.minimum, column.name, least)
            if column.maximum is not None:
                most = f"{column.maximum:g} at most"
                yield from rows_at_fault(table, frame, value > column.maximum, column.name, most)
            if column.dtype == "float64":
                yield from rows_at_fault(
                    table, frame, ~value.is_finite(), column.name, "a finite number"
                )


def _tables(on: Subject) -> Iterator[tuple[Table, pl.DataFrame]]:
    for name, frame in on.frames.items():
        yield on.schema[name], frame
