"""Features as numbers: a letter's features all at once, and what they are weighed by.

Here belongs the name of a feature: one to three symbols with blanks between them, such as words,
kinds of the lexicon (`<good>`) and marks (`section:`). Each symbol has a number, and the numbers of
a feature's symbols are one number, its key: so features are made, looked up and summed as arrays,
a letter at a time. What is a feature, is in `features` and `topic_features`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain, count
from typing import NamedTuple

import numpy as np

_BITS = 20  # of a symbol's number in a key
_NONE, _UNKNOWN, _FIRST = 0, 1, 2


class _Known(dict[str, int]):
    """Numbers of symbols; what was never met has one for all, and is not kept."""

    def __missing__(self, _: str) -> int:
        return _UNKNOWN


class Symbols:
    """The numbers of symbols."""

    def __init__(self) -> None:
        """Gives each symbol that it meets a number."""
        self._numbers: dict[str, int] = defaultdict(count(_FIRST).__next__)

    def close(self) -> None:
        """From now on, symbols that were not met are all one, of no known feature."""
        self._numbers = _Known(self._numbers)

    def numbers(self, symbols: Iterable[str]) -> np.ndarray:
        """The number of each symbol."""
        return np.fromiter(map(self._numbers.__getitem__, symbols), dtype=np.int64)

    def keys(self, features: Iterable[str]) -> np.ndarray:
        """The key of each feature by its name."""
        names = [name.split(" ") for name in features]
        counts = np.fromiter(map(len, names), dtype=np.intp)
        numbers = self.numbers(chain.from_iterable(names))
        place = spread(np.zeros_like(counts), counts)
        starts = np.cumsum(counts) - counts
        keys: np.ndarray = np.add.reduceat(numbers << _BITS * place, starts)
        return keys

    def names(self, keys: Iterable[int]) -> list[str]:
        """The name of each feature by its key."""
        symbols = ["", "", *self._numbers]
        mask = (1 << _BITS) - 1
        return [
            " ".join(
                symbols[key >> _BITS * place & mask] for place in range(3) if key >> _BITS * place
            )
            for key in keys
        ]


def key(*symbols: np.ndarray | int) -> np.ndarray:
    """The keys of features by the numbers of their symbols, at most three."""
    first, *others = symbols
    keys = np.asarray(first, dtype=np.int64)
    for place, number in enumerate(others, start=1):
        keys = keys | np.left_shift(number, _BITS * place, dtype=np.int64)
    return keys


class Found(NamedTuple):
    """Features of a letter's statements, in any order; a statement may have one more than once.

    Attributes:
        statement: Of each feature, the index of its statement.
        key: What it is weighed by.
        first: The index, among the letter's words, of the first word that it is made of.
        words: How many it is made of; none for a count.
        step: How far they are from each other.
    """

    statement: np.ndarray
    key: np.ndarray
    first: np.ndarray
    words: np.ndarray
    step: np.ndarray

    @property
    def made_of(self) -> np.ndarray:
        """The words that features are made of, one feature's after the other's."""
        within = spread(np.zeros_like(self.words), self.words)
        steps = np.repeat(self.step, self.words)
        made_of: np.ndarray = np.repeat(self.first, self.words) + steps * within
        return made_of

    def only(self, which: np.ndarray) -> Found:
        """Some of them, by their indexes."""
        return Found(*(column[which] for column in self))


class Finding:
    """Features as they are found, family by family."""

    def __init__(self, symbols: Symbols) -> None:
        """None so far.

        Args:
            symbols: The numbers of their symbols.
        """
        self.numbers = symbols.numbers
        self._parts: list[tuple[np.ndarray, ...]] = []

    def number(self, symbol: str) -> int:
        """The number of a symbol."""
        return int(self.numbers([symbol])[0])

    def add(
        self,
        statement: np.ndarray,
        key: np.ndarray,
        first: np.ndarray | int = 0,
        words: np.ndarray | int = 0,
        step: np.ndarray | int = 1,
    ) -> None:
        """Add features; see `Found`."""
        self._parts.append(tuple(np.broadcast_arrays(statement, key, first, words, step)))

    def add_of_each(self, mark: str, numbers: np.ndarray) -> None:
        """Add one for each statement: a mark and a symbol's number."""
        self.add(np.arange(len(numbers)), key(self.number(mark), numbers))

    def add_following(self, numbers: np.ndarray, statement: np.ndarray) -> None:
        """Add words, and all two and three that follow each other.

        Args:
            numbers: The number of each word.
            statement: Its statement.
        """
        every = np.arange(len(numbers))
        self.add(statement, numbers, every, 1)
        for length in (2, 3):
            first = every[: 1 - length][statement[: 1 - length] == statement[length - 1 :]]
            parts = [numbers[first + place] for place in range(length)]
            self.add(statement[first], key(*parts), first, length)

    def all(self) -> Found:
        """All that were added."""
        return Found(*map(np.concatenate, zip(*self._parts, strict=True)))


def spread(starts: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """From each start, so many whole numbers that follow each other."""
    return np.repeat(starts - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())


class Keys:
    """The rows of features in a table, by their keys."""

    def __init__(self, features: Sequence[str]) -> None:
        """Reads the names.

        Args:
            features: The name of each row.
        """
        self.symbols = Symbols()
        keys = self.symbols.keys(features)
        self.symbols.close()
        self._rows = np.argsort(keys)
        self._sorted = np.append(keys[self._rows], np.iinfo(np.int64).max)  # greater than any key

    def known(self, found: Found) -> tuple[Found, np.ndarray]:
        """The features that have a row, each once a statement, and their rows.

        They are in the order of their statements and rows; of one that is found more than once,
        the first counts.
        """
        place = np.searchsorted(self._sorted, found.key)
        which = np.flatnonzero(self._sorted[place] == found.key)
        rows = self._rows[place[which]]
        once = found.statement[which] * len(self._rows) + rows
        _, kept = np.unique(once, return_index=True)
        return found.only(which[kept]), rows[kept]
