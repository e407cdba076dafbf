"""The encoder: the same words have the same scores, whatever stands beside them."""

from __future__ import annotations

import numpy as np
import pytest

from assets.findings import encoder as encoders
from assets.findings.encoder import Product, encoder
from assets.findings.word_pieces import LONGEST, numbers_of
from warehouse.codes import code_list

TEXTS = [
    "Caseloads remain too high.",
    "Most plans are clear and up to date, but too many reviews are delayed.",
    "Xylophones quizzically jumped.",
    "",
    "Plans are clear. " * 40,
]


def test_products_are_exact() -> None:
    drawn = np.random.default_rng(1)
    weights = drawn.integers(-127, 128, (1536, 8), dtype=np.int8)
    furthest = ((1 << 24) - 1) // np.abs(weights.astype(int)).sum(axis=0).max()
    numbers = drawn.integers(-furthest, furthest + 1, (50, 1536))
    one, nought = np.ones(8, np.float32), np.zeros(8, np.float32)
    product = Product(weights, one, nought, np.float32(2), np.float32(furthest))
    assert (product((numbers / 2).astype(np.float32)) == numbers @ weights.astype(int)).all()
    far = product(np.full((1, 1536), 1e9, np.float32))
    assert (far == furthest * weights.astype(int).sum(axis=0)).all()


def test_no_sum_goes_beyond_what_is_exact() -> None:
    of_layers = (
        product
        for layer in encoder().layers
        for product in (layer.attended, layer.context, layer.wide, layer.narrow)
    )
    for product in (*of_layers, encoder().head):
        sums = np.abs(product.weights.astype(int)).T @ np.broadcast_to(
            product.furthest.astype(int), product.weights.shape[:1]
        )
        assert sums.max() < 1 << 24
    width = encoder().places.shape[1] // encoders.HEADS
    assert width * encoders._QUERY_FURTHEST**2 < 1 << 24
    rounded = LONGEST / 2  # shares of attention, each by half a step at most
    assert (encoders._ATTENTION + rounded) * encoders._VALUE_FURTHEST < 1 << 24


def test_a_statement_has_the_same_shares_alone_and_among_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As no sum is rounded, it is the same however machines part them."""
    together = encoder().shares(TEXTS)
    assert together.shape == (len(TEXTS), len(code_list("valence")))
    assert np.allclose(together.sum(axis=1), 1)
    monkeypatch.setattr(encoders, "_AT_ONCE", 1)
    assert (encoder().shares(TEXTS[::-1])[::-1] == together).all()


def test_a_long_statement_is_cut() -> None:
    assert len(numbers_of(TEXTS[-1], encoder().pieces)) == LONGEST
