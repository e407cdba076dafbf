"""Shares with their 95% intervals, and measures that need more than a share.

Here belongs arithmetic on counts alone; what is counted is in `measures`.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from math import sqrt
from statistics import NormalDist
from typing import NamedTuple, TypeVar

_Z = NormalDist().inv_cdf(0.975)
_RESAMPLES = 1000
_BINS = 10

T = TypeVar("T")


class Estimate(NamedTuple):
    """A measure with its interval.

    Attributes:
        value: The measure.
        low: The lower end of its 95% interval.
        high: The upper end.
        n: How many things it rests on.
    """

    value: float
    low: float
    high: float
    n: int


class Bin(NamedTuple):
    """The statements whose scores lie in one of ten bins.

    Attributes:
        low: Where the bin begins; it is a tenth wide.
        n: How many there are.
        score: Their mean score.
        right: The share of them that is right.
    """

    low: float
    n: int
    score: float
    right: float


def share(right: float, n: float) -> Estimate:
    """A share with Wilson's score interval, which holds for small numbers and for 0 and 1 too.

    Args:
        right: How many are.
        n: Of how many, 1 or more; labels that count unequally are worth a broken number.
    """
    value = right / n
    centre = (value + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z * sqrt(value * (1 - value) / n + _Z**2 / (4 * n**2)) / (1 + _Z**2 / n)
    # At 0 and 1 the interval ends there, whatever the arithmetic loses in its last digits.
    low = 0.0 if right == 0 else centre - half
    high = 1.0 if right == n else centre + half
    return Estimate(value, low, high, int(n))


def f1(right: int, wrong: int, missed: int) -> Estimate:
    """The F1 of items found, with its interval.

    F1 rises with the share of the right ones among all that are found or expected, and has the
    interval of that share.
    """
    of_all = share(right, right + wrong + missed)
    value, low, high = (2 * part / (1 + part) for part in of_all[:3])
    return Estimate(value, low, high, of_all.n)


def resampled(
    groups: Sequence[Sequence[T]], measure: Callable[[list[T]], float], n: int
) -> Estimate:
    """A measure with the interval that drawing whole groups again and again gives it.

    Sentences of one letter are more alike than sentences of different ones, so letters are drawn;
    of one letter alone, its sentences.

    Args:
        groups: What was measured, letter by letter.
        measure: The measure of all of it.
        n: How many things it rests on.
    """
    everything = [one for group in groups for one in group]
    value = measure(everything)
    if len(groups) == 1:
        groups = [[one] for one in everything]
    draw = random.Random(1)  # the same labels give the same interval
    drawn = sorted(
        measure([one for group in draw.choices(groups, k=len(groups)) for one in group])
        for _ in range(_RESAMPLES)
    )
    cut = round(_RESAMPLES * 0.025)
    return Estimate(value, min(drawn[cut], value), max(drawn[-cut - 1], value), n)


def macro_f1(pairs: Iterable[tuple[Hashable, Hashable]]) -> float:
    """The mean F1 of all codes that are expected or found.

    Args:
        pairs: The code expected and the code found, one or more.
    """
    named: Counter[Hashable] = Counter()
    right: Counter[Hashable] = Counter()
    for (expected, found), count in Counter(pairs).items():
        named[expected] += count
        named[found] += count
        if expected == found:
            right[found] += count
    return sum(2 * right[code] / named[code] for code in named) / len(named)


def bins(scored: Iterable[tuple[float, bool]]) -> list[Bin]:
    """Scores and whether they were right, in ten bins; empty ones are left out."""
    members: dict[int, list[tuple[float, bool]]] = {}
    for score, right in scored:
        members.setdefault(min(int(score * _BINS), _BINS - 1), []).append((score, right))
    return [
        Bin(
            number / _BINS,
            len(of_bin),
            sum(score for score, _ in of_bin) / len(of_bin),
            sum(right for _, right in of_bin) / len(of_bin),
        )
        for number, of_bin in sorted(members.items())
    ]


def calibration_error(scored: Iterable[tuple[float, bool]]) -> float:
    """How far scores are from the share that is right, on average over ten bins."""
    found = bins(scored)
    n = sum(one.n for one in found)
    return sum(one.n * abs(one.score - one.right) for one in found) / n
