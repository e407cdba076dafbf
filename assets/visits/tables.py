"""The rule tables of this stage: their patterns, compiled."""

from __future__ import annotations

import re
from functools import cache

from assets import rule_tables


def read_table(name: str) -> tuple[dict[str, str], ...]:
    """Read a CSV table of this folder; see `assets.rule_tables`."""
    return rule_tables.read_table("assets.visits", name)


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
