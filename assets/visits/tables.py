"""Rules that are data: how the CSV tables beside the modules of this stage are read.

A table that a person can review stands in a file, one row a variant, with its reason where it is
not plain; the modules hold no such lists.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib.resources import files


@cache
def read_table(name: str) -> tuple[dict[str, str], ...]:
    """Read a CSV table of this folder.

    Args:
        name: File name without `.csv`.

    Returns:
        One mapping a row.

    Raises:
        ValueError: A row has more or fewer cells than the header, as where a comma is not quoted.
    """
    with files("assets.visits").joinpath(f"{name}.csv").open(encoding="utf-8") as table:
        rows = tuple(csv.DictReader(table))
    for number, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            raise ValueError(f"{name}.csv, line {number}: not as many cells as the header has")
    return rows


@cache
def patterns(name: str, **only: str) -> tuple[tuple[re.Pattern[str], dict[str, str]], ...]:
    """The rows of a table with their column `pattern` compiled.

    Args:
        name: File name without `.csv`.
        only: Values that a row must have in the columns named.

    Returns:
        Pattern and row, in the order of the file. Blanks in a pattern stand for any white space;
        apostrophes for straight and curly ones; capitals do not matter.
    """
    return tuple(
        (compile_pattern(row["pattern"]), row)
        for row in read_table(name)
        if all(row[column] == value for column, value in only.items())
    )


def compile_pattern(pattern: str) -> re.Pattern[str]:
    """Compile a pattern of a table; see `patterns`."""
    return re.compile(pattern.replace("'", "[’'‘]"), re.IGNORECASE)


def matches(name: str, text: str, **only: str) -> bool:
    """Whether a text holds one of a table's patterns."""
    return any(pattern.search(text) for pattern, _ in patterns(name, **only))
