"""What an encoder makes of statements: a small transformer that was trained on labels.

Here belongs how its weights are applied so that the same words have the same scores on every
machine. Sums of many numbers hang on their order, and so on the machine, unless nothing is rounded
in them: so matrices are multiplied in whole numbers, of which every sum stays below 2^24 and is
exact as a 32-bit number, and means are taken of whole numbers in 64 bits. What is left are single
steps that are rounded alike everywhere, and tables. How it was trained and written down is in
`tools/learn_encoder.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from assets.findings.linear import softmax
from assets.findings.word_pieces import numbers_of

HEADS = 12

#: Steps of one in the tables of powers and of what follows the wide layer, and where that begins.
POWER_STEPS, GELU_STEPS, GELU_FROM = 32, 64, -8

# Steps of one, by which numbers are made whole, and how far from nought they may go, in steps: so
# that products of queries and keys are exact, and those of shares of attention and values.
_QUERY, _QUERY_FURTHEST = 32, 700
_VALUE, _VALUE_FURTHEST = 256, 4000
_STATE = np.float32(64)
# Shares of attention add up to so many, but for rounding.
_ATTENTION = 4095

# States are summed up for their mean in steps of a 16,384th.
_STEPS_OF_SUMS = float(1 << 14)
_LEAST_VARIANCE = 1e-12
# So many statements are encoded at once, of some 30 pieces each, so that memory stays small.
_AT_ONCE = 32


class Product(NamedTuple):
    """A matrix to multiply by, in whole numbers, and what is added.

    Attributes:
        weights: Whole numbers, a row a number that goes in, a column one that comes out.
        scale: What a step of a column's sum is worth.
        bias: What is added.
        steps: Steps of one, for each number that goes in.
        furthest: How far from nought that may go, in steps, for all sums to be exact.
    """

    weights: np.ndarray
    scale: np.ndarray
    bias: np.ndarray
    steps: np.ndarray
    furthest: np.ndarray

    def __call__(self, numbers: np.ndarray) -> np.ndarray:
        """The product, a row a row of `numbers`."""
        whole = _whole(numbers, self.steps, self.furthest)
        product: np.ndarray = whole @ self.weights.astype(np.float32)
        product *= self.scale
        product += self.bias
        return product


class Norm(NamedTuple):
    """How states are brought to one scale."""

    weights: np.ndarray
    bias: np.ndarray

    def __call__(self, states: np.ndarray) -> np.ndarray:
        """The states, each less its mean and over its deviation, weighed."""
        whole = np.rint(states * np.float32(_STEPS_OF_SUMS)).astype(np.float64)
        count = whole.shape[1]
        mean = whole.sum(axis=1, keepdims=True) / count
        squares = np.einsum("ij,ij->i", whole, whole)[:, None] / count
        deviation = np.sqrt(squares - mean * mean + _LEAST_VARIANCE * _STEPS_OF_SUMS**2)
        whole -= mean
        whole /= deviation
        normed: np.ndarray = whole.astype(np.float32)
        normed *= self.weights
        normed += self.bias
        return normed


class Layer(NamedTuple):
    """A layer of the encoder."""

    attended: Product
    context: Product
    context_norm: Norm
    wide: Product
    narrow: Product
    norm: Norm


class Encoder(NamedTuple):
    """An encoder that tells valences.

    Attributes:
        pieces: The number of each piece of a word, by its name.
        embeddings: A row of whole numbers for each piece.
        embedding_scale: What a step of each row is worth.
        places: A row for each place in a statement.
        norm: How their sum is brought to scale.
        layers: The layers.
        head: From the last states to a score a valence.
        powers: e to the power of minus nought and of each step further, as whole numbers.
        gelu: What follows the wide layer (Gaussian error linear unit), step by step.
    """

    pieces: Mapping[str, int]
    embeddings: np.ndarray
    embedding_scale: np.ndarray
    places: np.ndarray
    norm: Norm
    layers: tuple[Layer, ...]
    head: Product
    powers: np.ndarray
    gelu: np.ndarray

    def shares(self, texts: Sequence[str]) -> np.ndarray:
        """The share of each valence, a row a text, of one text at least."""
        scores = [self._scores(texts[at : at + _AT_ONCE]) for at in range(0, len(texts), _AT_ONCE)]
        return softmax(np.concatenate(scores).astype(np.float64))

    def _scores(self, texts: Sequence[str]) -> np.ndarray:
        numbers = [numbers_of(text, self.pieces) for text in texts]
        ends = np.cumsum([len(one) for one in numbers])
        starts = np.concatenate([[0], ends[:-1]])
        spans = [slice(*span) for span in zip(starts.tolist(), ends.tolist(), strict=True)]
        rows = np.concatenate(numbers)
        states = self.embeddings[rows] * self.embedding_scale[rows, None]
        states += np.concatenate([self.places[: len(one)] for one in numbers])
        states = self.norm(states)
        for layer in self.layers[:-1]:
            states = self._through(layer, states, spans)
        counts = np.diff(ends, prepend=0)[:, None].astype(np.float32)
        means = np.add.reduceat(np.rint(states * _STATE), starts) / (counts * _STATE)
        last = self._through(self.layers[-1], states, spans, starts)
        return self.head(np.hstack([last, means]))

    def _through(
        self,
        layer: Layer,
        states: np.ndarray,
        spans: Sequence[slice],
        only: np.ndarray | None = None,
    ) -> np.ndarray:
        """The states after a layer; `only` those of some rows, one a statement."""
        attended = layer.attended(states)
        context = np.concatenate(list(self._contexts(attended, spans, only is not None)))
        if only is not None:
            states = states[only]
        states = layer.context_norm(states + layer.context(context))
        wide = layer.wide(states)
        wide -= np.float32(GELU_FROM)
        wide *= np.float32(GELU_STEPS)
        np.rint(wide, out=wide)
        np.clip(wide, 0, len(self.gelu) - 1, out=wide)
        return layer.norm(states + layer.narrow(self.gelu[wide.astype(np.intp)]))

    def _contexts(
        self, attended: np.ndarray, spans: Sequence[slice], is_first: bool
    ) -> Iterator[np.ndarray]:
        """What each state takes from those of its statement; or the first of each alone."""
        size = attended.shape[1] // 3
        asked = _whole(attended[:, : 2 * size], _QUERY, _QUERY_FURTHEST)
        given = _whole(attended[:, 2 * size :], _VALUE, _VALUE_FURTHEST)
        width = size // HEADS
        asked, given = asked.reshape(-1, 2, HEADS, width), given.reshape(-1, HEADS, width)
        worth = np.float32(POWER_STEPS / (_QUERY**2 * width**0.5))
        for span in spans:
            query = asked[span.start : span.start + 1 if is_first else span.stop, 0]
            alike = query.transpose(1, 0, 2) @ asked[span, 1].transpose(1, 2, 0)
            apart = (alike.max(axis=2, keepdims=True) - alike) * worth
            places = np.minimum(np.rint(apart), len(self.powers) - 1).astype(np.intp)
            powers = self.powers[places]
            shares = np.rint(powers * (_ATTENTION / powers.sum(axis=2, keepdims=True)))
            taken = shares @ given[span].transpose(1, 0, 2)
            context = taken.transpose(1, 0, 2).reshape(len(query), size)
            yield context / np.float32(_ATTENTION * _VALUE)


@cache
def encoder() -> Encoder:
    """The encoder as it was written down."""
    path = files("assets.findings").joinpath("learnt", "encoder.npz")
    with path.open("rb") as file, np.load(file) as kept:
        return encoder_of(dict(kept))


def encoder_of(arrays: Mapping[str, np.ndarray]) -> Encoder:
    """An encoder by its arrays: each is named for where it belongs, as `2.wide.weights`."""

    def product(name: str) -> Product:
        return Product(*(arrays[f"{name}.{field}"] for field in Product._fields))

    def norm(name: str) -> Norm:
        return Norm(*(arrays[f"{name}.{field}"] for field in Norm._fields))

    def layer(at: int) -> Layer:
        return Layer(
            product(f"{at}.attended"),
            product(f"{at}.context"),
            norm(f"{at}.context_norm"),
            product(f"{at}.wide"),
            product(f"{at}.narrow"),
            norm(f"{at}.norm"),
        )

    names = arrays["pieces"].tobytes().decode().split("\n")
    return Encoder(
        {name: number for number, name in enumerate(names)},
        arrays["embeddings"],
        arrays["embedding_scale"],
        arrays["places"],
        norm("norm"),
        tuple(layer(number) for number in range(int(arrays["layers"]))),
        product("head"),
        arrays["powers"],
        arrays["gelu"],
    )


def _whole(numbers: np.ndarray, steps: npt.ArrayLike, furthest: npt.ArrayLike) -> np.ndarray:
    most = np.asarray(furthest, dtype=np.float32)
    whole: np.ndarray = numbers * np.asarray(steps, dtype=np.float32)
    np.rint(whole, out=whole)
    return np.clip(whole, -most, most, out=whole)
