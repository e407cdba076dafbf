"""Whether a release's tables have the schema's columns, and their rows the published order.

Here belongs what must be so before anything can be asked of rows, and what only a file shows. What
the rows say is for `verify_rules`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from assets.release.verify.problems import Problem, ReleaseUnderTest, row_key, table_file
from warehouse.frames import polars_schema
from warehouse.parquet import read_table
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
            frame = read_table(folder, table.name)
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


def check_order(on: ReleaseUnderTest) -> Iterator[Problem]:
    """That rows stand in the published order."""
    import polars as pl

    for name, frame in on.frames.items():
        table = on.schema[name]
        keys = frame.select(table.sort_by)
        ordered = keys.sort(table.sort_by, nulls_last=True, maintain_order=True)
        if not keys.equals(ordered, null_equal=True):
            same = pl.all_horizontal(
                *(keys[name].eq_missing(ordered[name]).alias(name) for name in table.sort_by)
            )
            first = keys.select(same.alias("same"))["same"].arg_min() or 0
            yield Problem(
                table_file(name),
                "another row",
                f"row {'/'.join(map(str, ordered.row(first)))} in this place, by the order of "
                f"{', '.join(table.sort_by)}",
                row_key(table, frame.row(first, named=True)),
            )
