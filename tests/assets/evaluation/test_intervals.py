"""Shares with their intervals, and what needs more than a share; by hand and as published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.evaluation.intervals import (
    Bin,
    bins,
    calibration_error,
    f1,
    macro_f1,
    resampled,
    share,
)


@pytest.mark.parametrize(
    ("right", "n", "low", "high"),
    [
        # Newcombe, Two-sided confidence intervals for the single proportion, Statistics in
        # Medicine 17 (1998), table I, method 3: Wilson's score without a continuity correction.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        # By hand: 1 / (1 + z²) with z² = 3.8415.
        (0, 1, 0.0, 0.7935),
        (1, 1, 0.2065, 1.0),
        (5, 10, 0.2366, 0.7634),
    ],
)
def test_a_share_has_wilsons_interval(right: int, n: int, low: float, high: float) -> None:
    found = share(right, n)
    assert (found.value, found.n) == (right / n, n)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_share_lies_in_its_interval(counts: tuple[int, int]) -> None:
    right, n = counts
    found = share(right, n)
    assert 0 <= found.low <= found.value <= found.high <= 1
    other = share(n - right, n)
    assert (other.low, other.high) == pytest.approx((1 - found.high, 1 - found.low))


@pytest.mark.parametrize(
    ("right", "wrong", "missed", "value"),
    [(10, 0, 0, 1.0), (0, 3, 4, 0.0), (6, 2, 2, 0.75), (1, 2, 0, 0.5), (3, 0, 4, 0.6)],
)
def test_f1_is_the_harmonic_mean_of_precision_and_recall(
    right: int, wrong: int, missed: int, value: float
) -> None:
    found = f1(right, wrong, missed)
    assert found.value == pytest.approx(value)
    assert found.n == right + wrong + missed
    assert 0 <= found.low <= found.value <= found.high <= 1


def test_f1_has_the_interval_of_the_share_that_it_rises_with() -> None:
    """81 of 263 that are found or expected are right: 2s / (1 + s) at both of Wilson's ends."""
    found = f1(81, 100, 82)
    assert found.value == pytest.approx(162 / 344)
    assert found.low == pytest.approx(2 * 0.2553 / 1.2553, abs=1e-4)
    assert found.high == pytest.approx(2 * 0.3662 / 1.3662, abs=1e-4)


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def test_resampling_is_the_same_every_time() -> None:
    groups = [[number**0.5, number**1.5] for number in range(40)]  # no two draws are alike
    first, second = (resampled(groups, mean, 80) for _ in range(2))
    assert first == second
    assert first.value == mean([value for group in groups for value in group])
    assert first.low < first.value < first.high


def test_groups_are_drawn_whole() -> None:
    """Ten letters of ten like sentences tell as little as ten sentences, not as much as 100."""
    letters = [[float(number < 5)] * 10 for number in range(10)]
    sentences = [[value] for letter in letters for value in letter]
    by_letter, by_sentence = resampled(letters, mean, 100), resampled(sentences, mean, 100)
    assert by_letter.value == by_sentence.value == 0.5
    # The interval of 10 and of 100 draws of a coin: 0.2 to 0.8, and 0.4 to 0.6.
    assert (by_letter.low, by_letter.high) == pytest.approx((0.2, 0.8), abs=0.001)
    assert (by_sentence.low, by_sentence.high) == pytest.approx((0.4, 0.6), abs=0.03)


def test_of_one_letter_its_sentences_are_drawn() -> None:
    values = [float(number < 50) for number in range(100)]
    found = resampled([values], mean, 100)
    assert (found.low, found.high) == pytest.approx((0.4, 0.6), abs=0.03)
    assert resampled([[1.0]], mean, 1) == (1.0, 1.0, 1.0, 1)


def test_an_interval_holds_its_value() -> None:
    """Of what is biased when drawn, such as a measure of the most extreme of them, as well."""
    groups = [[float(number)] for number in range(20)]
    assert resampled(groups, max, 20).high == 19.0
    found = resampled(groups, min, 20)
    assert (found.low, found.value) == (0.0, 0.0)
    assert found.high > 0


@pytest.mark.parametrize(
    ("pairs", "value"),
    [
        ("aa", 1.0),
        ("ab", 0.0),
        ("aa bb cc", 1.0),
        # a: 2 of 3 and 3; b: 1 of 2 and 2; the mean of 2/3 and 1/2.
        ("aa aa ab ba bb", (2 / 3 + 1 / 2) / 2),
        # c is labelled once and never found, d found once and never labelled: 0 each.
        ("aa aa ca ad", (2 * 2 / 6 + 0 + 0) / 3),
    ],
)
def test_macro_f1_is_the_mean_of_the_codes(pairs: str, value: float) -> None:
    assert macro_f1(tuple(pair) for pair in pairs.split()) == pytest.approx(value)


@pytest.mark.parametrize(
    ("scored", "expected"),
    [
        ([], []),
        ([(0.95, True)], [Bin(0.9, 1, 0.95, 1.0)]),
        # At the borders: a tenth belongs to the bin that it begins, 1 to the last.
        (
            [(0.0, False), (0.1, True), (0.3, True), (0.7, False), (0.9, True), (1.0, True)],
            [
                Bin(0.0, 1, 0.0, 0.0),
                Bin(0.1, 1, 0.1, 1.0),
                Bin(0.3, 1, 0.3, 1.0),
                Bin(0.7, 1, 0.7, 0.0),
                Bin(0.9, 2, 0.95, 1.0),
            ],
        ),
        ([(0.62, True), (0.64, False), (0.66, False)], [Bin(0.6, 3, 0.64, 1 / 3)]),
    ],
)
def test_scores_fall_into_ten_bins(scored: list[tuple[float, bool]], expected: list[Bin]) -> None:
    found = bins(scored)
    assert [(one.low, one.n) for one in found] == [(one.low, one.n) for one in expected]
    for one, other in zip(found, expected, strict=True):
        assert one == pytest.approx(other)


@pytest.mark.parametrize(
    ("scored", "error"),
    [
        ([(1.0, True)] * 3, 0.0),
        ([(0.9, True)] * 9 + [(0.9, False)], 0.0),
        ([(0.9, True)] * 5 + [(0.9, False)] * 5, 0.4),
        # Two bins: 2 × |0.55 − 1/2| and 3 × |0.8 − 1/3|, of 5.
        (
            [(0.5, True), (0.59, False), (0.8, True), (0.8, False), (0.8, False)],
            (2 * 0.045 + 3 * (0.8 - 1 / 3)) / 5,
        ),
        # Too sure and not sure enough do not cancel out, unless they share a bin.
        ([(0.95, False), (0.15, True)], (0.95 + 0.85) / 2),
        ([(0.91, False), (0.99, True)], 0.45),
    ],
)
def test_calibration_error_is_the_mean_over_bins(
    scored: list[tuple[float, bool]], error: float
) -> None:
    assert calibration_error(scored) == pytest.approx(error)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1))
def test_bins_hold_every_score_once(scored: list[tuple[float, bool]]) -> None:
    found = bins(scored)
    assert sum(one.n for one in found) == len(scored)
    assert len(found) <= 10
    assert 0 <= calibration_error(scored) <= 1


def test_what_is_drawn_may_be_anything() -> None:
    pairs: list[list[Any]] = [[("a", "a"), ("a", "b")], [("b", "b")], [("b", "b")]]
    found = resampled(pairs, macro_f1, 4)
    assert found.value == pytest.approx((2 / 3 + 4 / 5) / 2)
    assert 0 <= found.low <= found.value <= found.high <= 1
