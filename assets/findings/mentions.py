"""What a statement mentions: how many it speaks of, and whom.

Here belong values that stand in the words themselves. The tables `quantifiers.csv` and
`cohorts.csv` have a row a way of saying it: the code, a word without which the pattern cannot
match, and the pattern. Where a statement begins with those who are helped, who helps is not whom
it is about (`Children are seen by social workers`): the column `not_after` has the prepositions
that say so. Here does not belong what has to be judged.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from assets.language.patterns import read_table

# Those who are helped.
_HELPED = (
    r"(?<!\babout )\b(?:children(?!’s (?:services|social|homes?)\b)|young (?:people|person|adults?)"
    r"|families|parents|carers|babies|siblings)\b"
)
# What may stand between such a preposition and the words: a few, none of which begins a clause or
# another phrase.
_BETWEEN = (
    r"(?: (?!(?:that|which|who|whom|whose|how|whether|when|where|if|to|of|in|on|for|at|as|is|are"
    r"|was|were|has|have|had|not)\b|\w+ing\b)[\w’'-]+){0,4} $"
)


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
    not_after: re.Pattern[str] | None

    def search(self, text: str) -> re.Match[str] | None:
        """The first place where it is said."""
        for match in self.pattern.finditer(text):
            if self.not_after is None or not self.not_after.search(text, 0, match.start()):
                return match
        return None


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
        if way.word in folded and (match := way.search(text))
    ]
    return min(found)[2] if found else None


@cache
def _ways(table: str) -> tuple[_Way, ...]:
    return tuple(
        _Way(
            row["code"],
            row["word"],
            re.compile(row["pattern"], re.IGNORECASE),
            _after(row.get("not_after", "").split()),
        )
        for row in read_table("assets.findings", table)
    )


def _after(prepositions: Sequence[str]) -> re.Pattern[str] | None:
    """Matches a text that names the helped, and breaks off after one of the prepositions."""
    if not prepositions:
        return None
    return re.compile(rf"{_HELPED}.*\b(?:{'|'.join(prepositions)}){_BETWEEN}", re.IGNORECASE)
