"""Linear models: what was learnt, as tables that a person can read, and how it is applied.

Here belong the shape of the tables in `learnt/` and the sum of weights. A table has a row a feature
and a column a class; the row `(intercept)` counts always. What a feature is, is in `features`,
`topic_features` and `neighbours`; how the weights were learnt, in `tools/learn_findings.py`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from importlib.resources import files
from itertools import chain, repeat

import numpy as np
import numpy.typing as npt

from assets.findings.symbols import Keys
from assets.language.patterns import read_table
from warehouse.codes import code_list

INTERCEPT = "(intercept)"
#: The row of kinds of document that have none of their own.
OTHER = "other"
_LEAST_SCORE = -500.0  # a share of nothing, and no power overflows


class LearntError(ValueError):
    """A table of what was learnt cannot be read; the message says why and how it is made."""

    def __init__(self, name: str, fault: str) -> None:
        """Say what is wrong.

        Args:
            name: The table's name, without `.csv`.
            fault: What is wrong with it.
        """
        super().__init__(
            f"assets/findings/learnt/{name}.csv: {fault}. Take the file from the repository again, "
            "or make it anew with tools/learn_findings.py."
        )


class Linear:
    """A linear model.

    Attributes:
        classes: What it tells apart.
        intercept: The weight of each class by itself.
        features: The names of the features that were met.
        weights: The weights of each of them, a row a feature and a column a class; the last row is
            that of all features that were never met, which weigh nothing.
    """

    def __init__(
        self,
        classes: Sequence[str],
        intercept: npt.ArrayLike,
        features: Sequence[str],
        weights: npt.ArrayLike,
    ) -> None:
        """Keep the weights.

        Args:
            classes: What it tells apart.
            intercept: The weight of each class by itself.
            features: The names of the features that were met.
            weights: The weights of each of them.
        """
        self.classes = tuple(classes)
        self.intercept = np.array(intercept)
        met = np.reshape(weights, (-1, len(self.classes)))
        self.weights = np.vstack([met, np.zeros(len(self.classes))])
        self.features = features

    @cached_property
    def keys(self) -> Keys:
        """The rows of its features by their keys."""
        return Keys(self.features)

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {name: row for row, name in enumerate(self.features)}

    @cached_property
    def margins(self) -> np.ndarray:
        """How much more a feature weighs for a class than for the others in the mean."""
        others = self.weights.sum(axis=1, keepdims=True) - self.weights
        margins: np.ndarray = self.weights - others / (len(self.classes) - 1)
        return margins

    def rows(self, features: Iterable[str]) -> list[int]:
        """The rows of features in `weights`, by their names."""
        return list(map(self._rows.get, features, repeat(len(self._rows))))

    def sums(self, statements: np.ndarray, rows: np.ndarray, count: int) -> np.ndarray:
        """The scores of statements from features that are there or not, a row a statement.

        Args:
            statements: Of each feature, the index of its statement, in order.
            rows: Its row.
            count: How many statements there are.
        """
        sums = np.zeros((count, len(self.classes)))
        if len(rows):
            starts = np.flatnonzero(np.diff(statements, prepend=-1))
            sums[statements[starts]] = np.add.reduceat(self.weights[rows], starts)
        scores: np.ndarray = self.intercept + sums
        return scores


@cache
def read_linear(name: str) -> Linear:
    """Read a model.

    Args:
        name: The table's name in `learnt/`, without `.csv`.

    Raises:
        LearntError: The table is not there, is empty, has a row with other cells than the header or
            with what is no number, or none for the intercept.
    """
    path = files("assets.findings").joinpath("learnt", f"{name}.csv")
    try:
        with path.open(encoding="utf-8") as table:
            header, *rows = list(filter(None, csv.reader(table))) or [[]]
    except FileNotFoundError as error:
        raise LearntError(name, "it is not there") from error
    if odd := next((row for row in rows if len(row) != len(header)), None):
        raise LearntError(name, f"the row {odd[0]!r} has not as many cells as the header")
    features = [feature for feature, *_ in rows]
    if INTERCEPT not in features:
        raise LearntError(name, f"it has no row {INTERCEPT}")
    cells = map(_Numbers().__getitem__, chain.from_iterable(row[1:] for row in rows))
    try:
        weights = np.fromiter(cells, dtype=float).reshape(len(rows), -1)
    except ValueError as error:
        raise LearntError(name, f"a cell is no number: {error}") from error
    row = features.index(INTERCEPT)
    del features[row]
    return Linear(header[1:], weights[row], features, np.delete(weights, row, axis=0))


class _Numbers(dict[str, float]):
    """Cells as numbers; few differ, so that each is read once."""

    def __missing__(self, cell: str) -> float:
        return self.setdefault(cell, float(cell or 0))


@cache
def least_shares(document_kind: str) -> dict[str, float]:
    """From which share on each valence is one that a reader might give.

    Args:
        document_kind: A kind of document; one that the table has no row of has that of `OTHER`.

    Raises:
        LearntError: The table has not one number for each valence.
    """
    try:
        rows = {
            row["document_kind"]: row for row in read_table("assets.findings.learnt", "valence_set")
        }
        row = rows.get(document_kind, rows[OTHER])
        return {code: float(row[code]) for code in code_list("valence")}
    except (FileNotFoundError, KeyError, ValueError) as error:
        raise LearntError("valence_set", str(error)) from error


def softmax(scores: np.ndarray) -> np.ndarray:
    """Scores as shares that add up to 1, row by row."""
    powers: np.ndarray = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: np.ndarray = powers / powers.sum(axis=1, keepdims=True)
    return shares


def logistic(scores: np.ndarray) -> np.ndarray:
    """Scores as shares, each by itself."""
    shares: np.ndarray = 1 / (1 + np.exp(-np.maximum(scores, _LEAST_SCORE)))
    return shares
