"""The words of a letter's statements.

Here belongs what counts as a word, and where words stand; what they mean, is in `lexicon`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np

from assets.findings.symbols import spread
from assets.language.typography import plain

_TOKEN = re.compile(r"[A-Za-z]+(?:['-][A-Za-z]+)*|\d+|[,;:]")


class Words(NamedTuple):
    """The words of a letter's statements, one statement's after the other's.

    Attributes:
        tokens: The words, numbers, and marks that part clauses.
        statement: Of each token, the index of its statement.
        starts: Of each statement, the index of its first token; and how many tokens there are.
        forms: The tokens that differ, each once, and maybe others.
        form: Of each token, its index in `forms`.
    """

    tokens: list[str]
    statement: np.ndarray
    starts: np.ndarray
    forms: list[str]
    form: np.ndarray

    def only(self, statements: Sequence[int]) -> Words:
        """The words of some statements, by their indexes."""
        counts = np.diff(self.starts)[statements]
        kept = spread(self.starts[statements], counts)
        return Words(
            [self.tokens[index] for index in kept.tolist()],
            *_parted(counts),
            self.forms,
            self.form[kept],
        )


def tokens(text: str) -> list[str]:
    """The tokens of a text: words, numbers, and marks that part clauses.

    They are in lower case, with straight apostrophes.
    """
    return _lowered(_TOKEN.findall(plain(text)))


def _lowered(found: Sequence[str]) -> list[str]:
    # Only once they are found: among other alphabets' letters are some that lower to these.
    return " ".join(found).lower().split()


def token_spans(text: str) -> list[tuple[int, int]]:
    """Where each of a text's tokens begins and ends."""
    return [found.span() for found in _TOKEN.finditer(plain(text))]


def read(texts: Sequence[str]) -> Words:
    """Read the statements of a letter."""
    found = [_TOKEN.findall(plain(text)) for text in texts]
    counts = np.fromiter(map(len, found), dtype=np.intp, count=len(found))
    words = _lowered(list(chain.from_iterable(found)))
    numbers = {form: number for number, form in enumerate(dict.fromkeys(words))}
    return Words(
        words,
        *_parted(counts),
        list(numbers),
        np.fromiter(map(numbers.__getitem__, words), dtype=np.intp, count=len(words)),
    )


def _parted(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The statement of each token, and where statements start, by how many tokens each has."""
    return np.repeat(np.arange(len(counts)), counts), np.concatenate(([0], np.cumsum(counts)))
