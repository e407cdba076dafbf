"""The encoder: the same words have the same shares, whatever stands beside them."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from assets.findings import encoder as encoders
from assets.findings.encoder import LONGEST, Product, encoder
from warehouse.codes import code_list

ROOT = Path(__file__).parents[3]
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


@pytest.mark.parametrize("layer", encoder().layers)
def test_no_sum_of_the_file_goes_beyond_what_is_exact(layer: encoders.Layer) -> None:
    for product in (layer.attended, layer.context, layer.wide, layer.narrow):
        largest = np.abs(product.weights.astype(int)).sum(axis=0).max()
        assert largest * product.furthest < 1 << 24


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
    assert len(encoder().numbers(TEXTS[-1])) == LONGEST


def test_the_file_is_small() -> None:
    path = ROOT / "assets" / "findings" / "learnt" / "encoder.npz"
    assert path.stat().st_size < 15e6
    assert sum(sys.getsizeof(name) for name in encoder().pieces) < 1e6
