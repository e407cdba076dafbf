"""The words of a statement, and what of the lexicon they are.

Here belongs the reading of `lexicon.csv`: words and phrases that inspectors praise and worry with,
each with its kind. What a kind weighs is learnt; a reviewer who finds a word wanting adds a line.
A word may end in `*`, for any ending.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from assets.rule_tables import read_table
from assets.typography import plain

_TOKEN = re.compile(r"[A-Za-z]+(?:['-][A-Za-z]+)*|\d+|[,;:]")
_LEAST_STEM = 3  # letters before a `*`


class Token(NamedTuple):
    """A word, a number, or a mark that parts clauses.

    Attributes:
        word: In lower case, with straight apostrophes.
        start: Where it begins in the text.
        end: Where it ends.
    """

    word: str
    start: int
    end: int


class Term(NamedTuple):
    """A word or phrase of the lexicon that a statement has.

    Attributes:
        first: Index of its first token.
        end: Index after its last token.
        kind: Its kind.
    """

    first: int
    end: int
    kind: str


class _Lexicon(NamedTuple):
    words: dict[str, frozenset[str]]
    stems: dict[str, frozenset[str]]
    phrases: dict[str, tuple[tuple[tuple[str, ...], str], ...]]


def tokens(text: str) -> list[Token]:
    """The tokens of a text."""
    return [
        Token(found.group().lower(), found.start(), found.end())
        for found in _TOKEN.finditer(plain(text))
    ]


@lru_cache(maxsize=20_000)
def kinds(word: str) -> tuple[str, ...]:
    """The kinds of a single word, in the order of the alphabet."""
    lexicon = _lexicon()
    found = set(lexicon.words.get(word, ()))
    for end in range(_LEAST_STEM, len(word) + 1):
        found |= lexicon.stems.get(word[:end], frozenset())
    return tuple(sorted(found))


def terms(words: Sequence[str]) -> Iterator[Term]:
    """The words and phrases of the lexicon that a statement has, in its order."""
    phrases = _lexicon().phrases
    for first, word in enumerate(words):
        for kind in kinds(word):
            yield Term(first, first + 1, kind)
        for phrase, kind in phrases.get(word, ()):
            end = first + len(phrase)
            if end <= len(words) and all(map(_is, words[first:end], phrase)):
                yield Term(first, end, kind)


def _is(word: str, entry: str) -> bool:
    return word.startswith(entry[:-1]) if entry.endswith("*") else word == entry


@cache
def _lexicon() -> _Lexicon:
    words: dict[str, frozenset[str]] = {}
    stems: dict[str, frozenset[str]] = {}
    phrases: dict[str, tuple[tuple[tuple[str, ...], str], ...]] = {}
    for row in read_table("assets.findings", "lexicon"):
        entry, kind = tuple(row["words"].split()), frozenset({row["kind"]})
        if len(entry) > 1:
            phrases[entry[0]] = (*phrases.get(entry[0], ()), (entry, row["kind"]))
        elif entry[0].endswith("*"):
            stem = entry[0][:-1]
            stems[stem] = stems.get(stem, frozenset()) | kind
        else:
            words[entry[0]] = words.get(entry[0], frozenset()) | kind
    return _Lexicon(words, stems, phrases)
