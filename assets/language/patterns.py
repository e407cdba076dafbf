"""Rules that are data: how the CSV tables beside a stage's modules are read, and their patterns.

A table that a person can review stands in a file, one row a variant or decision, with its reason
where it is not plain; the modules hold no such lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import chain
from pathlib import Path

# There is no public way to look into a pattern.
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

from warehouse import csv_files

_Pattern = tuple[re.Pattern[str], dict[str, str]]  # a row, with what its column `pattern` says


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
def patterns(package: str, name: str, **only: str) -> tuple[_Pattern, ...]:
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

    def patterns(self, name: str, **only: str) -> tuple[_Pattern, ...]:
        """The rows of one; see `patterns`."""
        return patterns(self.package, name, **only)

    def likely(self, name: str, text: str, **only: str) -> Iterator[_Pattern]:
        """Those rows of one whose pattern a text may hold, by letters that it has; see `patterns`.

        Nearly no text holds a pattern, and to tell by letters takes a tenth of the time.
        """
        folded = text.lower()
        for letters, row in _by_letters(self.package, name, **only):
            for some in letters:
                if some in folded:
                    yield row
                    break

    def matches(self, name: str, text: str, **only: str) -> bool:
        """Whether a text holds one of a table's patterns."""
        return any(pattern.search(text) for pattern, _ in self.likely(name, text, **only))


@cache
def _by_letters(
    package: str, name: str, **only: str
) -> tuple[tuple[tuple[str, ...], _Pattern], ...]:
    """The rows of a table, each with the letters of its pattern."""
    return tuple((letters_of(row[0]), row) for row in patterns(package, name, **only))


def letters_of(pattern: re.Pattern[str]) -> tuple[str, ...]:
    """Runs of small letters: every text that holds the pattern has one of them.

    They are as long as can be found. Letters that only count as Latin ones, such as `ı`, do not.
    """
    return _letters(_parser.parse(pattern.pattern, pattern.flags))


def _letters(parsed: Any) -> tuple[str, ...]:
    """The same of a pattern, or a part of it, as `re` understands it."""
    found: list[tuple[str, ...]] = []
    row = ""
    for kind, value in parsed:
        if kind is op.LITERAL:
            row += chr(value).lower()
        elif kind is not op.AT:  # which takes no room
            found.append((row,))
            row = ""
            if kind is op.SUBPATTERN:
                found.append(_letters(value[-1]))
            elif kind is op.BRANCH:
                found.append(tuple(chain.from_iterable(map(_letters, value[1]))))
    return max((*found, (row,)), key=_least_length)


def _least_length(letters: Sequence[str]) -> int:
    return min(len(some.strip()) for some in letters)


def compile_pattern(pattern: str) -> re.Pattern[str]:
    """Compile a pattern of a table; see `patterns`."""
    return re.compile(pattern.replace("'", "[’'‘]"), re.IGNORECASE)
