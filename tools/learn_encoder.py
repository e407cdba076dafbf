"""Train the encoder, from labelled documents.

    python tools/learn_encoder.py OUT SHARES [--jobs 1]

OUT is a folder that `ofsted-letters run` published the labelled documents into, as for
`learn_findings.py`; nothing is learnt from documents with gold labels, nor from those kept out.
Sentences that were written for it (`written.csv`) are learnt from as well.
Writes assets/findings/learnt/encoder.npz, and SHARES: what statements of labelled documents are
judged to be by encoders that have not seen their documents, from which `learn_findings.py` learns
how sure they are. Takes an hour of one processor. Needs the dependency group `learn`.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from encoder_file import arrays_of, kept_pieces
from encoder_net import LAYERS, Net, published_pieces
from labelled import Statement, fold_of, may_learn_from, statement, to_learn_from
from labelled_documents import Labelled, read_documents
from torch import Tensor
from torch.nn import functional

from assets.findings.encoder import encoder_of
from assets.findings.word_pieces import numbers_of
from warehouse.codes import code_list

FILE = Path(__file__).parent.parent / "assets" / "findings" / "learnt" / "encoder.npz"
WRITTEN = Path(__file__).with_name("written.csv")
VALENCES = tuple(code_list("valence"))

#: Documents are left out in so many parts, each of two folds of `learn_findings.py`.
PARTS = 5

# Chosen by what seven tenths of the documents taught of the other three.
_PASSES = 3
_RATE = 2e-4
_LOWER = 0.85  # of the rate of a layer is that of the one below
_BATCH = 32
# How much more a label counts: rare codes were given too seldom.
_COUNTS = {"mixed": 1.2, "context": 2.0}
# So often a sentence written for it is learnt from, for one time that another is.
_WRITTEN_TIMES = 3
_WARM_UP = 0.08  # of all steps; from there the rate falls in a line
_LEAST_RATE = 0.02
_SMOOTHING = 0.04
_LONGEST_STEP = 1.0
# So many statements show how large numbers become within the encoder.
_SHOWN = 1024


#: In place of the document of a sentence that is of none.
NO_DOCUMENT = ""


class Sentence(NamedTuple):
    """A statement whose valence is judged.

    Attributes:
        name: What names it.
        text: Its words.
        numbers: The numbers of its pieces.
        code: Its label, as a place in `VALENCES`; -1 without one.
    """

    name: Statement
    text: str
    numbers: tuple[int, ...]
    code: int


def sentences(documents: Sequence[Labelled]) -> Iterator[Sentence]:
    """The statements of documents whose valence is judged, then the sentences written for it."""
    pieces = {name: number for number, name in enumerate(published_pieces())}
    for name, text, valence in (*_judged(documents), *_written()):
        numbers = tuple(numbers_of(text, pieces))
        yield Sentence(name, text, numbers, VALENCES.index(valence) if valence else -1)


def _judged(documents: Sequence[Labelled]) -> Iterator[tuple[Statement, str, str | None]]:
    for document in documents:
        for index in document.free:
            label = document.labels[index]
            text = document.passages[index].text
            yield document.names[index], text, label.valence if label else None


def _written() -> Iterator[tuple[Statement, str, str]]:
    with WRITTEN.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield statement(NO_DOCUMENT, row["text"]), row["text"], row["valence"]


def train(labelled: Sequence[Sentence], seed: int) -> Net:
    """Train an encoder; the same seed gives the same one on the same machine.

    Args:
        labelled: What it is trained on.
        seed: What chance begins with.
    """
    torch.manual_seed(seed)
    drawn = np.random.default_rng(seed)
    net = Net(len(VALENCES))
    parts = torch.nn.ModuleList([*net.layers, net.head])
    rates = [_RATE * _LOWER ** max(LAYERS - 1 - at, 0) for at in range(len(parts))]
    optimiser = torch.optim.AdamW(
        [{"params": list(part.parameters())} for part in parts],
        betas=(0.9, 0.98),
        weight_decay=0.01,
    )
    batches = [batch for _ in range(_PASSES) for batch in _batches(labelled, drawn)]
    counts = torch.tensor([_COUNTS.get(code, 1.0) for code in VALENCES])
    for step, batch in enumerate(batches, start=1):
        done = step / len(batches)
        for group, rate in zip(optimiser.param_groups, rates, strict=True):
            group["lr"] = rate * min(1.0, done / _WARM_UP) * max(1 - done, _LEAST_RATE)
        codes = torch.tensor([one.code for one in batch])
        loss = functional.cross_entropy(
            net(*_numbers(batch)), codes, counts, label_smoothing=_SMOOTHING
        )
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parts.parameters(), _LONGEST_STEP)
        optimiser.step()
        if step % 100 == 0:
            print(f"{seed}: step {step} of {len(batches)}, loss {loss.item():.2f}", flush=True)
    net.eval()
    with torch.no_grad():
        shown = [labelled[at] for at in drawn.choice(len(labelled), min(_SHOWN, len(labelled)))]
        for batch in _batches(shown, drawn):
            net(*_numbers(batch))
    return net


def _batches(labelled: Sequence[Sentence], drawn: np.random.Generator) -> Iterator[list[Sentence]]:
    """Statements in an order that is drawn, those of about one length together."""
    lengths = np.array([len(one.numbers) for one in labelled])
    order = np.argsort(lengths + drawn.uniform(0, 4, len(lengths)))
    starts = drawn.permutation(np.arange(0, len(order), _BATCH))
    return ([labelled[at] for at in order[start : start + _BATCH]] for start in starts)


def _numbers(batch: Sequence[Sentence]) -> tuple[Tensor, Tensor]:
    lengths = [len(one.numbers) for one in batch]
    numbers = np.zeros((len(batch), max(lengths)), dtype=np.int64)
    for row, one in enumerate(batch):
        numbers[row, : lengths[row]] = one.numbers
    return torch.from_numpy(numbers), torch.tensor(lengths)


def learn(
    every: Sequence[Sentence], part: int | None
) -> tuple[dict[str, np.ndarray], list[tuple[Sentence, list[float]]]]:
    """Train without a part of the documents, if any; the arrays, and how that part is judged."""
    torch.set_num_threads(1)
    is_out = [
        one.name.letter_id != NO_DOCUMENT and fold_of(one.name.letter_id) % PARTS == part
        for one in every
    ]
    seen = [one for one, out in zip(every, is_out, strict=True) if not out]
    unseen = [one for one, out in zip(every, is_out, strict=True) if out]
    labelled = [
        one
        for one in seen
        if one.code >= 0
        for _ in range(1 if one.name.letter_id != NO_DOCUMENT else _WRITTEN_TIMES)
    ]
    seed = PARTS if part is None else part
    net = train(labelled, seed)
    arrays = arrays_of(net, kept_pieces(number for one in seen for number in one.numbers))
    shares = encoder_of(arrays).shares([one.text for one in unseen]).tolist() if unseen else []
    return arrays, list(zip(unseen, shares, strict=True))


def main() -> None:
    """Train, and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("out", type=Path, help="a folder that the documents are published in")
    parser.add_argument("shares", type=Path, help="the file of cross-validated shares, made anew")
    parser.add_argument("--jobs", type=int, default=1, help="how many encoders learn at once")
    options = parser.parse_args()
    documents = read_documents(options.out, to_learn_from())
    every = list(sentences([one for one in documents if may_learn_from(one.letter_id)]))
    print(f"{len(every)} statements, {sum(one.code >= 0 for one in every)} labels")
    with ProcessPoolExecutor(options.jobs, get_context("spawn")) as pool:
        whole = pool.submit(learn, every, None)
        out_of_part = pool.map(partial(learn, every), range(PARTS))
        judged = [one for _, of_part in out_of_part for one in of_part]
        arrays, _ = whole.result()
    with FILE.open("wb") as file:
        np.savez(file, **arrays)
    with options.shares.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*Statement._fields, *VALENCES])
        writer.writerows([*one.name, *shares] for one, shares in judged)
    right = [np.argmax(shares) == one.code for one, shares in judged if one.code >= 0]
    size = FILE.stat().st_size / 1e6
    print(f"cross-validated, the encoder alone: {np.mean(right):.3f}; the file: {size:.1f} MB")


if __name__ == "__main__":
    main()
