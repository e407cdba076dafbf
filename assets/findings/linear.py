"""Linear models: what was learnt, as tables that a person can read, and how it is applied.

Here belong the shape of the tables in `learnt/` and the sum of weights. A table has a row a feature
and a column a class; the row `(intercept)` counts always. What a feature is, is in `features`,
`topic_features` and `neighbours`; how the weights were learnt, in `tools/learn_findings.py`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from math import exp
from typing import NamedTuple

INTERCEPT = "(intercept)"


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


class Linear(NamedTuple):
    """A linear model.

    Attributes:
        classes: What it tells apart.
        intercept: The weight of each class by itself.
        weights: The weights of each feature for each class.
    """

    classes: tuple[str, ...]
    intercept: tuple[float, ...]
    weights: Mapping[str, tuple[float, ...]]

    def scores(self, features: Iterable[tuple[str, float]]) -> list[float]:
        """The score of each class.

        Args:
            features: Names with their values; a feature that was never met weighs nothing.
        """
        scores = list(self.intercept)
        for name, value in features:
            weights = self.weights.get(name)
            if weights is not None:
                for index, weight in enumerate(weights):
                    scores[index] += weight * value
        return scores

    def class_scores(self, features: Iterable[tuple[str, Sequence[float]]]) -> list[float]:
        """The score of each class from values of its own.

        Args:
            features: Names with a value for each class; a feature that was never met weighs
                nothing.
        """
        scores = list(self.intercept)
        for name, values in features:
            weights = self.weights.get(name)
            if weights is not None:
                for index, (weight, value) in enumerate(zip(weights, values, strict=True)):
                    scores[index] += weight * value
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
    weights: dict[str, tuple[float, ...]] = {}
    try:
        with path.open(encoding="utf-8") as table:
            rows = csv.reader(table)
            classes = next(rows, [])[1:]
            for feature, *cells in filter(None, rows):
                if len(cells) != len(classes):
                    raise LearntError(
                        name, f"the row {feature!r} has not as many cells as the header"
                    )
                try:
                    weights[feature] = tuple(float(cell or 0) for cell in cells)
                except ValueError as error:
                    raise LearntError(
                        name, f"the row {feature!r} has a cell that is no number"
                    ) from error
    except FileNotFoundError as error:
        raise LearntError(name, "it is not there") from error
    if INTERCEPT not in weights:
        raise LearntError(name, f"it has no row {INTERCEPT}")
    return Linear(tuple(classes), weights.pop(INTERCEPT), weights)


def softmax(scores: Sequence[float]) -> list[float]:
    """Scores as shares that add up to 1."""
    highest = max(scores)
    powers = [exp(score - highest) for score in scores]
    whole = sum(powers)
    return [power / whole for power in powers]


def logistic(score: float) -> float:
    """A score as a share by itself."""
    return 1 / (1 + exp(-score)) if score > -500 else 0.0
