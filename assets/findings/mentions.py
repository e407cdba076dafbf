"""What a statement mentions: how many it speaks of, and whom.

Here belong values that stand in the words themselves. The tables `quantifiers.csv` and
`cohorts.csv` have a row a way of saying it: the code, a word without which the pattern cannot
match, and the pattern. Here does not belong what has to be judged.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from assets.rule_tables import read_table


class Mention(NamedTuple):
    """A code, and the words that stand for it.

    Attributes:
        code: A code of the table's list.
        words: The words as they stand in the text.
    """

    code: str
    words: str


class _Way(NamedTuple):
    """One way of saying it."""

    code: str
    word: str
    pattern: re.Pattern[str]


def quantifier(text: str) -> Mention | None:
    """How many of those it speaks of a statement means: the first quantifier in it."""
    return _first("quantifiers", text)


def cohort(text: str) -> Mention | None:
    """Whom a statement is about: the first whom it names."""
    return _first("cohorts", text)


def _first(table: str, text: str) -> Mention | None:
    """The first mention; where two begin at the same word, the table's upper row."""
    folded = text.lower()
    found = [
        (match.start(), row, Mention(way.code, match.group()))
        for row, way in enumerate(_ways(table))
        # Most statements have none; the word alone tells so far more quickly than the pattern.
        if way.word in folded and (match := way.pattern.search(text))
    ]
    return min(found)[2] if found else None


@cache
def _ways(table: str) -> tuple[_Way, ...]:
    return tuple(
        _Way(row["code"], row["word"], re.compile(row["pattern"], re.IGNORECASE))
        for row in read_table("assets.findings", table)
    )
