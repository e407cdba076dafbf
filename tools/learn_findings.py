"""Learn how findings are judged, from labelled documents.

    python tools/learn_findings.py OUT SHARES
    python tools/learn_findings.py OUT --only-measure

OUT is a folder that `ofsted-letters run` published the labelled documents into; the labels are in
`labels/` (see `labelled`), which names statements and holds none of their words. Nothing is
learnt from documents with gold labels, nor from those kept out. SHARES is what `learn_encoder.py`
wrote of the same folder.

Writes assets/findings/learnt/*.csv, and what was measured to assets/tables/learnt.csv: by
cross-validation, whole documents left out, and, with the very files that are written, on the
documents kept out. With --only-measure nothing is learnt, and only the latter is measured anew, as
after a change to the lexicon. Needs the dependency group `learn`.
"""

from __future__ import annotations

import argparse
import csv
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import valence_sets
from labelled import FOLDS, Label, Statement, fold_of, kept_out, may_learn_from, to_learn_from
from labelled_documents import Labelled, read_documents
from quality_page import PICTURES, draw_confusion, draw_reliability
from scipy.sparse import csr_matrix, diags
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from valence_sets import VALENCES, Judged, least_shares_of

from assets.evaluation.intervals import macro_f1
from assets.evaluation.measures import (
    ALL,
    JudgedSentence,
    every_group,
    score_bins,
    set_measures,
    topic_measures,
    valence_measures,
)
from assets.findings import neighbours
from assets.findings.judging import (
    LISTED_SCORE,
    FirstLook,
    Letter,
    chosen_topics,
    first_look,
    judge,
    own_topic_features,
    own_valence_features,
    possible_codes,
    read_letter,
    third_look,
)
from assets.findings.linear import INTERCEPT, Linear, least_shares, logistic, read_linear, softmax
from assets.findings.symbols import Found, Symbols
from assets.findings.words import tokens
from warehouse.codes import code_list
from warehouse.kinds import are_points_judged
from warehouse.reference import reference_rows
from warehouse.schema import SCHEMA

ROOT = Path(__file__).parent.parent
LEARNT = ROOT / "assets" / "findings" / "learnt"
MEASURES = ROOT / "assets" / "tables" / "learnt.csv"

#: A feature of fewer documents is not learnt: it might be a name, or one author's own phrase.
LEAST_LETTERS = 4
#: Words of authorities' names that are words without them.
OTHER_WORDS = frozenset(
    ", and of upon with city county borough council north south east west central london".split()
)
#: Weights below this, of a feature for every class, are left out of the tables.
LEAST_WEIGHT = {"valence_words": 0.02, "topic_words": 0.12}
TOPICS = tuple(code_list("topic"))

# scikit-learn's C, of which the penalty is the inverse; chosen by cross-validation.
WORDS_C, RATIO_C, NEIGHBOURS_C = 0.15, 0.1, 0.03
TOPIC_WORDS_C, TOPIC_NEIGHBOURS_C = 0.15, 0.1
# How much more a label counts in the second look: rare codes were given too seldom, and strengths
# two points too often, with labels that count alike; accuracy is the same.
COUNTS = {"mixed": 1.2, "context": 1.5}


class Model(NamedTuple):
    """Weights as they are written down."""

    classes: Sequence[str]
    intercept: np.ndarray
    features: Sequence[str]
    weights: np.ndarray  # a row a feature, a column a class


def names_authority(feature: str) -> bool:
    """Whether a feature has a word in it that is written of an authority only."""
    return not _own_words().isdisjoint(tokens(feature))


@cache
def _own_words() -> frozenset[str]:
    """The words of authorities' names but for those that are other words, too."""
    return (
        frozenset(word for row in reference_rows()["authorities"] for word in tokens(row["name"]))
        - OTHER_WORDS
    )


class Table:
    """Features of statements as a matrix, those of few letters left out."""

    def __init__(
        self, letters: Sequence[str], find: Callable[[int, Symbols], Found], counts: Sequence[int]
    ) -> None:
        """Counts in how many letters each feature is.

        Args:
            letters: The letters' names.
            find: Finds the features of one of them, by its index.
            counts: How many statements each has.
        """
        symbols = Symbols()
        starts = np.cumsum([0, *counts])
        found = [find(index, symbols) for index in range(len(letters))]
        statements = np.concatenate(
            [of.statement + at for of, at in zip(found, starts, strict=False)]
        )
        keys, columns = np.unique(np.concatenate([of.key for of in found]), return_inverse=True)
        names = np.array(symbols.names(keys.tolist()), dtype=object)
        whole = csr_matrix(
            (np.ones(len(columns)), (statements, columns)), shape=(starts[-1], len(keys))
        )
        whole.data[:] = 1.0
        _, of_letter = np.unique(np.repeat(letters, counts), return_inverse=True)
        belongs = csr_matrix((np.ones(starts[-1]), (of_letter, np.arange(starts[-1]))))
        is_frequent = np.asarray(((belongs @ whole) > 0).sum(axis=0)).ravel() >= LEAST_LETTERS
        kept = np.flatnonzero(is_frequent & [not names_authority(name) for name in names])
        kept = kept[np.argsort(names[kept])]
        self.names = names[kept]
        self.matrix: csr_matrix = whole[:, kept].tocsr()


def learn_valence_words(matrix: csr_matrix, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weights and intercepts of the first look.

    The mean of two models that err differently: a multinomial regression, and one a class on
    features scaled by how much more frequent they are in it (naive Bayes' log ratio). Both are
    linear, and so is their mean.
    """
    joint = LogisticRegression(C=WORDS_C, max_iter=300).fit(matrix, labels)
    weights, intercept = joint.coef_.T / 2, joint.intercept_ / 2
    for index in range(len(VALENCES)):
        of_code, own = _learn_scaled(matrix, labels == index, RATIO_C)
        weights[:, index] += of_code / 2
        intercept[index] += own / 2
    return weights, intercept


def _log_ratio(matrix: csr_matrix, is_code: np.ndarray) -> np.ndarray:
    with_code = matrix.T @ is_code.astype(float) + 1.0
    without = matrix.T @ (~is_code).astype(float) + 1.0
    ratio: np.ndarray = np.log((with_code / with_code.sum()) / (without / without.sum()))
    return ratio


def learn_topic_words(matrix: csr_matrix, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weights and intercepts of the first look, a scaled regression a topic."""
    learnt = [_learn_scaled(matrix, of_topic, TOPIC_WORDS_C) for of_topic in labels.T]
    return np.stack([weights for weights, _ in learnt], axis=1), np.array(
        [own for _, own in learnt]
    )


def _learn_scaled(
    matrix: csr_matrix, is_code: np.ndarray, strength: float
) -> tuple[np.ndarray, float]:
    """A regression on features scaled by how much more frequent they are with a code."""
    ratio = _log_ratio(matrix, is_code)
    single = LogisticRegression(C=strength, max_iter=300, solver="liblinear", random_state=0)
    single.fit(matrix @ diags(ratio), is_code)
    return single.coef_[0] * ratio, float(single.intercept_[0])


def _folds(names: Sequence[Statement]) -> np.ndarray:
    return np.array([fold_of(name.letter_id) for name in names])


def out_of_fold(
    matrix: csr_matrix,
    labels: np.ndarray,
    is_known: np.ndarray,
    folds: np.ndarray,
    learn: Callable[[csr_matrix, np.ndarray], tuple[np.ndarray, np.ndarray]],
    shares: Callable[[np.ndarray], np.ndarray],
) -> np.ndarray:
    """What each statement is judged to be by a model that has not seen its document."""
    found = []
    for fold in range(FOLDS):
        known = np.flatnonzero(is_known & (folds != fold))
        weights, intercept = learn(matrix[known], labels[known])
        found.append(shares(matrix @ weights + intercept))
    judged: np.ndarray = np.stack(found)[folds, np.arange(len(folds))]
    return judged


def first_looks(
    documents: Sequence[Labelled], words: Table, codes: np.ndarray, folds: np.ndarray
) -> list[FirstLook]:
    """The first look at each document, by a model that has not seen it."""
    models = []
    for fold in range(FOLDS):
        known = np.flatnonzero((codes >= 0) & (folds != fold))
        weights, intercept = learn_valence_words(words.matrix[known], codes[known])
        models.append(Linear(VALENCES, intercept, list(words.names), weights))
    return [first_look(_free_letter(one), models[fold_of(one.letter_id)]) for one in documents]


def _free_letter(document: Labelled) -> Letter:
    return read_letter([document.passages[index] for index in document.free])


def neighbour_features(
    documents: Sequence[Labelled], looks: Sequence[FirstLook]
) -> list[dict[str, float]]:
    """The features of the second look, of statements whose valence is judged."""
    found: list[dict[str, float]] = []
    for document, look in zip(documents, looks, strict=True):
        places = [document.passages[index].place for index in document.free]
        of_letter: list[dict[str, float]] = [{} for _ in places]
        for names, having, values in neighbours.valence_neighbours(
            places, look.shares, look.clauses, VALENCES
        ):
            for statement, row in zip(having.tolist(), values.tolist(), strict=True):
                of_letter[statement].update(zip(names, row, strict=True))
        found += of_letter
    return found


def learn_valence_neighbours(rows: list[dict[str, float]], labels: np.ndarray) -> Model:
    """The weights of the second look."""
    vectorizer = DictVectorizer(sparse=False)
    matrix = vectorizer.fit_transform(rows)
    # Features of one scale are penalised alike; the scale goes into the weights that are kept.
    scale = matrix.std(axis=0) + 1e-3
    counts = {index: COUNTS.get(code, 1.0) for index, code in enumerate(VALENCES)}
    joint = LogisticRegression(C=NEIGHBOURS_C, max_iter=3000, class_weight=counts)
    joint.fit(matrix / scale, labels)
    return Model(
        VALENCES,
        joint.intercept_,
        list(vectorizer.get_feature_names_out()),
        (joint.coef_ / scale).T,
    )


def apply_neighbours(model: Model, rows: list[dict[str, float]]) -> np.ndarray:
    """The shares of the second look."""
    index = {name: number for number, name in enumerate(model.features)}
    scores = np.tile(model.intercept, (len(rows), 1))
    for number, row in enumerate(rows):
        for name, value in row.items():
            if name in index:
                scores[number] += model.weights[index[name]] * value
    return softmax(scores)


def topic_neighbour_values(
    documents: Sequence[Labelled], shares: np.ndarray
) -> tuple[list[str], np.ndarray]:
    """The features of the second look: names, and values by statement, feature and topic."""
    values = []
    names: list[str] = []
    start = 0
    for document in documents:
        own = shares[start : start + len(document.passages)]
        start += len(document.passages)
        places = [one.place for one in document.passages]
        of_letter = dict(neighbours.topic_neighbours(places, own))
        names = list(of_letter)
        values.append(np.stack(list(of_letter.values()), axis=1))
    return names, np.concatenate(values)


def learn_topic_neighbours(names: list[str], values: np.ndarray, labels: np.ndarray) -> Model:
    """The weights of the second look, a regression a topic."""
    weights = np.zeros((len(names), len(TOPICS)))
    intercept = np.zeros(len(TOPICS))
    for index in range(len(TOPICS)):
        of_topic = values[:, :, index]
        scale = of_topic.std(axis=0) + 1e-3
        single = LogisticRegression(C=TOPIC_NEIGHBOURS_C, max_iter=500, solver="liblinear")
        single.fit(of_topic / scale, labels[:, index])
        weights[:, index] = single.coef_[0] / scale
        intercept[index] = single.intercept_[0]
    return Model(TOPICS, intercept, names, weights)


def apply_topic_neighbours(model: Model, values: np.ndarray) -> np.ndarray:
    """The shares of the second look."""
    return logistic(np.einsum("sft,ft->st", values, model.weights) + model.intercept)


def write_model(name: str, model: Model) -> int:
    """Write a model down; returns its number of features."""
    LEARNT.mkdir(exist_ok=True)
    least = LEAST_WEIGHT.get(name, 0.0)
    kept = np.flatnonzero(np.abs(model.weights).max(axis=1) >= least)
    with (LEARNT / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["feature", *model.classes])
        writer.writerow([INTERCEPT, *(f"{value:.3f}" for value in model.intercept)])
        for number in kept:
            cells = (value if abs(value) >= least / 4 else 0.0 for value in model.weights[number])
            writer.writerow([model.features[number], *(_short(value) for value in cells)])
    return len(kept)


def _short(value: float) -> str:
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "" if text in ("0", "-0", "") else text


def cross_validated(
    documents: Sequence[Labelled], valences: Judged, topics: np.ndarray
) -> Iterator[JudgedSentence]:
    """Labelled statements and what models judged them to be that had not seen their documents."""
    least = {fold: least_shares_of(valences, without=fold) for fold in range(FOLDS)}
    row = whole = 0
    for document in documents:
        is_free = frozenset(document.free)
        for index, label in enumerate(document.labels):
            code, score = "concern", LISTED_SCORE
            possible: tuple[str, ...] = ("concern",)
            if index in is_free:
                shares = valences.shares[row].tolist()
                score, code = max(zip(shares, VALENCES, strict=True))
                of_kind = least[fold_of(document.letter_id)][document.group.document_kind]
                possible = possible_codes(shares, VALENCES, of_kind)
                row += 1
            if label is not None:
                found = chosen_topics(topics[whole].tolist(), TOPICS)
                yield _judged(document, index, label, code, score, possible, found)
            whole += 1


def judged_by_files(documents: Sequence[Labelled]) -> Iterator[JudgedSentence]:
    """Labelled statements and what the files that are written down judge them to be."""
    read_linear.cache_clear()
    least_shares.cache_clear()
    for document in documents:
        judgements = judge(
            document.passages,
            document.group.document_kind,
            are_points_judged=are_points_judged(document.group.era),
        )
        for index, (label, one) in enumerate(zip(document.labels, judgements, strict=True)):
            if label is not None:
                yield _judged(
                    document,
                    index,
                    label,
                    one.valence_code,
                    one.valence_score,
                    one.valence_set,
                    one.topic_codes,
                )


def _judged(
    document: Labelled,
    index: int,
    label: Label,
    code: str,
    score: float,
    possible: tuple[str, ...],
    topics: tuple[str, ...],
) -> JudgedSentence:
    return JudgedSentence(
        document.letter_id,
        document.group,
        document.passages[index].text,
        label.valence,
        label.topics,
        frozenset(label.topics),
        code,
        score,
        topics,
        possible,
    )


def measures(statements: Iterable[JudgedSentence], basis: str) -> list[dict[str, Any]]:
    """Rows of the table `evaluation`."""
    statements = list(statements)
    rows = []
    for group in every_group(one.group for one in statements):
        of_group = [one for one in statements if group.has(one.group)]
        rows += [*valence_measures(of_group, group, basis=basis)]
        rows += [*set_measures(of_group, group, basis=basis)]
        rows += [*topic_measures([one for one in of_group if one.topics], group, basis=basis)]
    return rows


def learn(
    documents: Sequence[Labelled], encoded: Mapping[Statement, list[float]]
) -> list[dict[str, Any]]:
    """Learn, write the tables, and measure by cross-validation.

    Args:
        documents: What is learnt from.
        encoded: What encoders that have not seen it judge each statement to be.
    """
    valences = _learn_valences(documents, encoded)
    topics = _learn_topics(documents)
    every = list(cross_validated(documents, valences, topics))
    right = sum(one.valence == one.found_valence for one in every)
    macro = macro_f1((one.valence, one.found_valence) for one in every)
    print(f"cross-validated, all {len(every)} labels: {right / len(every):.3f}, macro {macro:.3f}")
    whole = {one.letter_id for one in documents if one.is_whole}
    statements = [one for one in every if one.letter in whole]
    title = f"Cross-validated, {len(statements):,} statements"
    draw_confusion(
        [(one.valence, one.found_valence) for one in statements],
        title,
        PICTURES / "confusion_cross_validated.png",
    )
    draw_reliability(score_bins(statements), title, PICTURES / "reliability_cross_validated.png")
    rows = measures(statements, "cross_validated")
    of_part = {one.group.document_kind for one in documents if not one.is_whole}
    for kind in sorted(of_part):
        rows += valence_sets.measures(valences, kind)
    return rows


def read_shares(path: Path) -> dict[Statement, list[float]]:
    """What `learn_encoder.py` wrote: shares of valences, by statement."""
    with path.open(encoding="utf-8", newline="") as file:
        return {
            Statement(*(row[field] for field in Statement._fields)): [
                float(row[code]) for code in VALENCES
            ]
            for row in csv.DictReader(file)
        }


def _learn_valences(
    documents: Sequence[Labelled], encoded: Mapping[Statement, list[float]]
) -> Judged:
    """What all free statements were judged to be, cross-validated."""
    free = [(document, index) for document in documents for index in document.free]
    names = [document.names[index] for document, index in free]
    labels = [document.labels[index] for document, index in free]

    def find(index: int, symbols: Symbols) -> Found:
        return own_valence_features(_free_letter(documents[index]), symbols)

    words = Table(
        [document.letter_id for document in documents],
        find,
        [len(document.free) for document in documents],
    )
    print(f"valence: {words.matrix.shape[1]} features of {len(free)} statements")

    codes = np.array([VALENCES.index(label.valence) if label else -1 for label in labels])
    folds = _folds(names)
    around = neighbour_features(documents, first_looks(documents, words, codes, folds))
    second = np.zeros((len(free), len(VALENCES)))
    for fold in range(FOLDS):
        known = np.flatnonzero((codes >= 0) & (folds != fold))
        unseen = np.flatnonzero(folds == fold)
        model = learn_valence_neighbours([around[one] for one in known], codes[known])
        second[unseen] = apply_neighbours(model, [around[one] for one in unseen])
    known = np.flatnonzero(codes >= 0)
    weights, intercept = learn_valence_words(words.matrix[known], codes[known])
    own = Model(VALENCES, intercept, list(words.names), weights)
    near = learn_valence_neighbours([around[one] for one in known], codes[known])
    for name, model in (("valence_words", own), ("valence_neighbours", near)):
        print(f"{name}: {write_model(name, model)} features")
    kinds = np.array([document.group.document_kind for document, _ in free])
    letters = np.array([document.letter_id for document, _ in free])
    shares = third_look(second, lambda unsure: np.array([encoded[names[at]] for at in unsure]))
    judged = Judged(shares, codes, kinds, letters, folds)
    write_least_shares(least_shares_of(judged))
    return judged


def _learn_topics(documents: Sequence[Labelled]) -> np.ndarray:
    """The cross-validated shares of the second look, of all statements."""
    names = [name for document in documents for name in document.names]
    labels = [label for document in documents for label in document.labels]

    def find(index: int, symbols: Symbols) -> Found:
        return own_topic_features(read_letter(documents[index].passages), symbols)

    words = Table(
        [document.letter_id for document in documents],
        find,
        [len(document.passages) for document in documents],
    )
    print(f"topics: {words.matrix.shape[1]} features")

    folds = _folds(names)
    has = np.array([label is not None and bool(label.topics) for label in labels])
    codes = np.array(
        [[label is not None and code in label.topics for code in TOPICS] for label in labels]
    )
    first = out_of_fold(words.matrix, codes, has, folds, learn_topic_words, logistic)
    kinds, values = topic_neighbour_values(documents, first)
    second = np.zeros_like(first)
    for fold in range(FOLDS):
        known = np.flatnonzero(has & (folds != fold))
        unseen = np.flatnonzero(folds == fold)
        model = learn_topic_neighbours(kinds, values[known], codes[known])
        second[unseen] = apply_topic_neighbours(model, values[unseen])
    weights, intercept = learn_topic_words(words.matrix[has], codes[has])
    own = Model(TOPICS, intercept, list(words.names), weights)
    near = learn_topic_neighbours(kinds, values[has], codes[has])
    for name, model in (("topic_words", own), ("topic_neighbours", near)):
        print(f"{name}: {write_model(name, model)} features")
    return second


def write_least_shares(least: Mapping[str, Mapping[str, float]]) -> None:
    """Write down from which share on each code is in the sets, kind by kind."""
    with (LEARNT / "valence_set.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["document_kind", *VALENCES])
        for kind, shares in least.items():
            writer.writerow([kind, *(f"{shares[code]:.3f}" for code in VALENCES)])


def write_measures(rows: Sequence[dict[str, Any]]) -> None:
    """Write the measures down, and show those of all statements."""
    with MEASURES.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, SCHEMA["evaluation"].column_names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    for row in rows:
        if row["era"] == ALL and row["code"] == ALL:
            print(
                *(row[name] for name in ("basis", "document_kind", "field", "metric", "value", "n"))
            )


def main() -> None:
    """Learn, measure and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("out", type=Path, help="a folder that the documents are published in")
    parser.add_argument("shares", type=Path, nargs="?", help="what learn_encoder.py wrote")
    parser.add_argument(
        "--only-measure", action="store_true", help="learn nothing, measure what was learnt"
    )
    options = parser.parse_args()
    warnings.filterwarnings("ignore", category=FutureWarning)
    if options.only_measure:
        with MEASURES.open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row["basis"] == "cross_validated"]
    elif options.shares is None:
        parser.error("without SHARES there is nothing to learn from: see learn_encoder.py")
    else:
        labels = to_learn_from()
        documents = [
            one for one in read_documents(options.out, labels) if may_learn_from(one.letter_id)
        ]
        print(f"{len(documents)} documents, {len(labels)} labels")
        rows = learn(documents, read_shares(options.shares))
    rows += measures(judged_by_files(read_documents(options.out, kept_out())), "kept_out")
    write_measures(rows)


if __name__ == "__main__":
    main()
