"""Rules that are data: how the CSV tables beside a stage's modules are read.

A table that a person can review stands in a file, one row a variant or decision, with its reason
where it is not plain; the modules hold no such lists.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from importlib.resources import files


@cache
def read_table(package: str, name: str) -> tuple[dict[str, str], ...]:
    """Read a CSV table.

    Args:
        package: The package in whose folder it lies.
        name: File name without `.csv`.

    Returns:
        One mapping a row.

    Raises:
        ValueError: A row has more or fewer cells than the header, as where a comma is not quoted.
    """
    return tuple(row for _, row in numbered_rows(package, name))


def numbered_rows(package: str, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a CSV table, each with the number of its line; otherwise as `read_table`."""
    with files(package).joinpath(f"{name}.csv").open(encoding="utf-8") as table:
        reader = csv.DictReader(table)
        for row in reader:
            if None in row or None in row.values():
                raise ValueError(
                    f"{name}.csv, line {reader.line_num}: not as many cells as the header has"
                )
            yield reader.line_num, row
