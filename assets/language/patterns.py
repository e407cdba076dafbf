"""Rules that are data: how the CSV tables beside a stage's modules are read, and their patterns.

A table that a person can review stands in a file, one row a variant or decision, with its reason
where it is not plain; the modules hold no such lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from warehouse import csv_files


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
    return csv_files.numbered_rows(Path(str(files(package).joinpath(f"{name}.csv"))))


@cache
def patterns(
    package: str, name: str, **only: str
) -> tuple[tuple[re.Pattern[str], dict[str, str]], ...]:
    """The rows of a table with their column `pattern` compiled.

    Args:
        package: The package in whose folder it lies.
        name: File name without `.csv`.
        only: Values that a row must have in the columns named.

    Returns:
        Pattern and row, in the order of the file. Blanks in a pattern stand for any white space;
        apostrophes for straight and curly ones; capitals do not matter.
    """
    return tuple(
        (compile_pattern(row["pattern"]), row)
        for row in read_table(package, name)
        if all(row[column] == value for column, value in only.items())
    )


class RuleTables(NamedTuple):
    """The tables of one folder.

    Attributes:
        package: The package in whose folder they lie.
    """

    package: str

    def read_table(self, name: str) -> tuple[dict[str, str], ...]:
        """Read one; see `read_table`."""
        return read_table(self.package, name)

    def patterns(
        self, name: str, **only: str
    ) -> tuple[tuple[re.Pattern[str], dict[str, str]], ...]:
        """The rows of one; see `patterns`."""
        return patterns(self.package, name, **only)

    def matches(self, name: str, text: str, **only: str) -> bool:
        """Whether a text holds one of a table's patterns."""
        return any(pattern.search(text) for pattern, _ in self.patterns(name, **only))


def compile_pattern(pattern: str) -> re.Pattern[str]:
    """Compile a pattern of a table; see `patterns`."""
    return re.compile(pattern.replace("'", "[’'‘]"), re.IGNORECASE)
