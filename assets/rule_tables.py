"""Rules that are data: how the CSV tables beside a stage's modules are read.

A table that a person can review stands in a file, one row a variant or decision, with its reason
where it is not plain; the modules hold no such lists.
"""

from __future__ import annotations

import csv
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
    with files(package).joinpath(f"{name}.csv").open(encoding="utf-8") as table:
        rows = tuple(csv.DictReader(table))
    for number, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            raise ValueError(f"{name}.csv, line {number}: not as many cells as the header has")
    return rows
