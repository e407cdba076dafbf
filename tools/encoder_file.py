"""How a trained encoder is written down in whole numbers, see `assets/findings/encoder.py`.

Here belongs what is lost and what is not: weights become whole numbers of eight bits, a scale a
column. What is multiplied by them becomes whole too, in steps as fine as sums below 2^24 allow.
Some places of what goes in are far larger than all others, so each place has its own steps, and
its row of weights the inverse (as in SmoothQuant, Xiao and others 2023).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from encoder_net import Net, Product, published_pieces
from torch import Tensor

from assets.findings.encoder import GELU_FROM, GELU_STEPS, POWER_STEPS, encoder_of
from assets.findings.word_pieces import WITHIN

#: Pieces that stand for something else than letters.
SIGNS = ("[UNK]", "[CLS]", "[SEP]")
#: All pieces of so many letters are kept, so that words that nobody met can be parted.
SHORT = 3

_MOST = 127
_EXACT = (1 << 24) - 1
# How much of a place's size its steps take over; the rest is left to its weights.
_TAKEN = 0.75
# What is met later may be so much larger than what was met when steps were chosen.
_ROOM = 1.1
_SMALLEST = 1e-3
_POWERS = 400
_GELU_TO = 24
_PLAIN = re.compile(r"[a-z0-9]+|[!-~]|[£–—‘’“”•…]")


def kept_pieces(met: Iterable[int]) -> list[int]:
    """The numbers of the pieces that are kept, in order: those that were met, and short ones."""
    names = published_pieces()
    short = (
        number
        for number, name in enumerate(names)
        if len(letters := name.removeprefix(WITHIN)) <= SHORT and _PLAIN.fullmatch(letters)
    )
    return sorted({*met, *short, *map(names.index, SIGNS)})


def arrays_of(net: Net, kept: Sequence[int]) -> dict[str, np.ndarray]:
    """The arrays of an encoder by their names, see `encoder_of`.

    Args:
        net: The encoder, trained; it has been given statements since, not to learn from them.
        kept: The numbers of the pieces that are kept.
    """
    names = published_pieces()
    embeddings, scale = _whole_rows(_numbers(net.embeddings)[list(kept)])
    arrays = {
        "pieces": np.frombuffer("\n".join(names[one] for one in kept).encode(), dtype=np.uint8),
        "embeddings": embeddings,
        "embedding_scale": scale,
        "places": _numbers(net.places),
        "layers": np.array(len(net.layers)),
        "powers": np.rint(np.exp(-np.arange(_POWERS) / POWER_STEPS) * (1 << 14)),
        "gelu": np.array([_gelu(at / GELU_STEPS) for at in _gelu_range()]),
    }
    for name, module in net.named_modules():
        short = name.removeprefix("layers.")
        if isinstance(module, Product):
            arrays |= {f"{short}.{part}": value for part, value in _product(module)}
        elif hasattr(module, "weight"):
            arrays[f"{short}.weights"] = _numbers(module.weight)
            arrays[f"{short}.bias"] = _numbers(module.bias)
    whole = {
        name: value.astype(np.float32) if value.dtype == np.float64 else value
        for name, value in arrays.items()
    }
    encoder_of(whole)  # whatever is missing is missed here
    return whole


def _product(module: Product) -> Iterator[tuple[str, np.ndarray]]:
    if module.largest is None:
        raise ValueError("the encoder has not been given a statement since it was trained")
    weights = _numbers(module.weight)
    largest = np.maximum(_numbers(module.largest), _SMALLEST)
    size = largest**_TAKEN / np.maximum(np.abs(weights).max(axis=0), _SMALLEST) ** (1 - _TAKEN)
    columns, scale = _whole_rows(weights * size)
    furthest = _EXACT // np.abs(columns.astype(int)).sum(axis=1).max()
    steps = furthest / ((largest / size).max() * _ROOM)
    yield "weights", np.ascontiguousarray(columns.T)
    yield "scale", scale / steps
    yield "bias", _numbers(module.bias)
    yield "steps", steps / size
    yield "furthest", np.array(float(furthest))


def _whole_rows(numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows as whole numbers of eight bits, and what a step of each is worth."""
    scale = np.abs(numbers).max(axis=1) / _MOST
    return np.rint(numbers / scale[:, None]).astype(np.int8), scale


def _numbers(tensor: Tensor) -> np.ndarray:
    numbers: np.ndarray = tensor.detach().numpy().astype(np.float64)
    return numbers


def _gelu_range() -> range:
    return range(GELU_FROM * GELU_STEPS, _GELU_TO * GELU_STEPS)


def _gelu(number: float) -> float:
    """The number times how likely one drawn from a normal distribution is smaller."""
    return round(number * (1 + math.erf(number / math.sqrt(2))) / 2, 4)
