"""Learn how findings are judged, from labelled letters.

    python tools/learn_findings.py OUT --leave-out ../shared/gold [--only-fitted]

OUT is a folder that `ofsted-letters run` published the labelled letters into; the labels are
`labels/findings.csv`, which name findings by their key and hold none of their words. The letters
that have gold labels of sentences are left out, so that the gold labels measure what a reader can
expect of a letter that nothing was learnt from. `labels/inspections.csv` has labels of sentences of
inspection reports, chosen because an earlier model was unsure of them; the first look learns from
them too, and nothing is measured on them.

Writes assets/findings/learnt/*.csv, and what was measured by cross-validation and, with these very
files, on the letters learnt from to assets/tables/learnt.csv. With --only-fitted nothing is learnt,
and only the latter is measured anew, as after a change to the lexicon. Needs the dependency group
`learn`.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import warnings
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from quality_page import PICTURES, draw_confusion, draw_reliability
from scipy.sparse import csr_matrix, diags
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from assets.documents.model import Document
from assets.documents.stage import STAGE as DOCUMENTS
from assets.evaluation.measures import (
    ALL,
    Group,
    JudgedSentence,
    every_group,
    score_bins,
    topic_measures,
    valence_measures,
)
from assets.findings import neighbours
from assets.findings.features import features
from assets.findings.judging import (
    LISTED_SCORE,
    Passage,
    chosen_topics,
    judge,
    own_topic_features,
)
from assets.findings.linear import INTERCEPT, logistic, read_linear, softmax
from assets.findings.words import read, tokens
from assets.language.sentences import split_sentences
from assets.letters.archive import Archive
from assets.running.stages import Folders
from warehouse.codes import code_list
from warehouse.kinds import sections_of
from warehouse.reference import reference_rows
from warehouse.schema import SCHEMA

ROOT = Path(__file__).parent.parent
LABELS = Path(__file__).with_name("labels") / "findings.csv"
HARD_LABELS = LABELS.with_name("inspections.csv")
LEARNT = ROOT / "assets" / "findings" / "learnt"
MEASURES = ROOT / "assets" / "tables" / "learnt.csv"

FOLDS = 6
#: A feature of fewer letters is not learnt: it might be a name, or one author's own phrase.
LEAST_LETTERS = 4
#: So many labels may name no finding, and so many findings have no label.
MOST_UNMATCHED = 5
#: Words of authorities' names that are words without them.
OTHER_WORDS = frozenset(
    ", and of upon with city county borough council north south east west central london".split()
)
#: Weights below this, of a feature for every class, are left out of the tables.
LEAST_WEIGHT = {"valence_words": 0.02, "topic_words": 0.12}
VALENCES = tuple(code_list("valence"))
TOPICS = tuple(code_list("topic"))

# scikit-learn's C, of which the penalty is the inverse; chosen by cross-validation.
WORDS_C, RATIO_C, NEIGHBOURS_C = 0.15, 0.1, 0.03
TOPIC_WORDS_C, TOPIC_NEIGHBOURS_C = 0.3, 0.1


class Label(NamedTuple):
    """What a reader found a finding to report."""

    valence: str
    topics: tuple[str, ...]


class Letter(NamedTuple):
    """A labelled letter: its findings in order, each with its label."""

    visit_id: str
    group: Group
    finding_ids: tuple[str, ...]
    passages: tuple[Passage, ...]
    labels: tuple[Label, ...]


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


def read_labels(path: Path) -> dict[str, Label]:
    """Labels by the key of the finding."""
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row["finding_id"]: Label(row["valence"], tuple(row["topics"].split("|")))
            for row in csv.DictReader(file)
        }


def read_letters(out: Path, labels: dict[str, Label]) -> list[Letter]:
    """The letters whose every finding is labelled, or nearly so.

    Raises:
        SystemExit: More labels than a few name no finding, or more findings than a few of these
            letters have no label: the letters are others, or read otherwise, than when they were
            labelled.
    """
    names = ("visits", "sections", "findings")
    tables = {name: pl.read_parquet(out / "parquet" / f"{name}.parquet") for name in names}
    order = tables["sections"].select("section_id", "heading", section="position")
    rows = (
        tables["findings"]
        .join(order, on="section_id")
        .sort("visit_id", "section", "paragraph", "sentence")
    )
    days = {row["visit_id"]: row for row in tables["visits"].iter_rows(named=True)}
    letters = []
    bare: list[str] = []
    for (visit_id,), of_visit in rows.group_by("visit_id", maintain_order=True):
        known = [row for row in of_visit.iter_rows(named=True) if row["finding_id"] in labels]
        if not known:
            continue
        bare += sorted(set(of_visit["finding_id"]) - labels.keys())
        visit = days[visit_id]
        letters.append(
            Letter(
                str(visit_id),
                Group(visit["document_kind"], visit["era"] or ALL),
                tuple(row["finding_id"] for row in known),
                tuple(
                    Passage(
                        row["text"],
                        row["section_type"],
                        row["heading"],
                        row["section"],
                        row["paragraph"],
                    )
                    for row in known
                ),
                tuple(labels[row["finding_id"]] for row in known),
            )
        )
    lost = sorted(labels.keys() - set(rows["finding_id"]))
    for what, names in (("labels name no finding", lost), ("findings have no label", bare)):
        if names:
            print(f"{len(names)} {what}: {', '.join(names[:MOST_UNMATCHED])}")
        if len(names) > MOST_UNMATCHED:
            raise SystemExit(f"{out} has other letters than were labelled, or reads them otherwise")
    return letters


def gold_visits(out: Path, gold: Path) -> set[str]:
    """The visits whose letters have gold labels of sentences."""
    files = {
        PurePosixPath(json.loads(line)["file"]).stem
        for line in (gold / "statements.jsonl").read_text(encoding="utf-8").splitlines()
        if line.strip()
    }
    letters = pl.read_parquet(out / "parquet" / "letters.parquet")
    visits = pl.read_parquet(out / "parquet" / "visits.parquet")
    of_letter = {row["letter_id"]: row["visit_id"] for row in visits.iter_rows(named=True)}
    return {
        of_letter[row["letter_id"]]
        for row in letters.iter_rows(named=True)
        if PurePosixPath(row["file_name"]).stem in files and row["letter_id"] in of_letter
    }


def hard_sentences(out: Path) -> list[tuple[str, list[str], str]]:
    """Labelled sentences of reports that are archived and not read yet: report, features, label."""
    labels = {}
    with HARD_LABELS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            labels[row["letter_id"], row["sentence_sha256"]] = row["valence"]
    folders = Folders(archive=out / "archive", work=out / "work")
    found = []
    for file in Archive(folders.archive).files():
        if not any(file.letter_id == letter_id for letter_id, _ in labels):
            continue
        document = DOCUMENTS.load(file, folders)
        for block in document.blocks if isinstance(document, Document) else ():
            for sentence in split_sentences(block.text):
                key = (file.letter_id, hashlib.sha256(sentence.encode()).hexdigest()[:16])
                if key in labels:
                    names = list(features(read(sentence), "main_findings"))
                    found.append((file.letter_id, names, labels.pop(key)))
    if labels:
        raise SystemExit(f"{len(labels)} labelled sentences of reports are not in {out}")
    return found


class Table:
    """Features of statements as a matrix, those of few letters left out."""

    def __init__(self, rows: Sequence[Iterable[str]], groups: np.ndarray) -> None:
        """Counts in how many letters each feature is."""
        vectorizer = DictVectorizer(sparse=True, sort=True)
        whole = vectorizer.fit_transform([dict.fromkeys(row, 1.0) for row in rows])
        by_letter: dict[Any, np.ndarray] = {}
        for group in dict.fromkeys(groups):
            by_letter[group] = np.asarray(whole[groups == group].sum(axis=0)).ravel() > 0
        names = vectorizer.get_feature_names_out()
        is_frequent = np.sum(list(by_letter.values()), axis=0) >= LEAST_LETTERS
        kept = np.flatnonzero(is_frequent & [not names_authority(name) for name in names])
        self.names = names[kept]
        self.matrix: csr_matrix = whole[:, kept].tocsr()


def learn_valence_words(matrix: csr_matrix, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weights and intercepts of the first look.

    The mean of two models that err differently: a multinomial regression, and one a class on
    features scaled by how much more frequent they are in it (naive Bayes' log ratio). Both are
    linear, and so is their mean.
    """
    joint = LogisticRegression(C=WORDS_C, max_iter=300).fit(matrix, labels)
    order = [list(joint.classes_).index(code) for code in VALENCES]
    weights, intercept = joint.coef_[order].T / 2, joint.intercept_[order] / 2
    for index, code in enumerate(VALENCES):
        is_code = labels == code
        ratio = _log_ratio(matrix, is_code)
        single = LogisticRegression(C=RATIO_C, max_iter=300, solver="liblinear")
        single.fit(matrix @ diags(ratio), is_code)
        weights[:, index] += single.coef_[0] * ratio / 2
        intercept[index] += single.intercept_[0] / 2
    return weights, intercept


def _log_ratio(matrix: csr_matrix, is_code: np.ndarray) -> np.ndarray:
    with_code = np.asarray(matrix[is_code].sum(axis=0)).ravel() + 1.0
    without = np.asarray(matrix[~is_code].sum(axis=0)).ravel() + 1.0
    return np.log((with_code / with_code.sum()) / (without / without.sum()))


def learn_topic_words(matrix: csr_matrix, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weights and intercepts of the first look, a regression a topic."""
    weights = np.zeros((matrix.shape[1], len(TOPICS)))
    intercept = np.zeros(len(TOPICS))
    for index in range(len(TOPICS)):
        single = LogisticRegression(C=TOPIC_WORDS_C, max_iter=200, solver="liblinear")
        single.fit(matrix, labels[:, index])
        weights[:, index], intercept[index] = single.coef_[0], single.intercept_[0]
    return weights, intercept


def out_of_fold(
    matrix: csr_matrix,
    labels: np.ndarray,
    groups: np.ndarray,
    learn: Callable[[csr_matrix, np.ndarray], tuple[np.ndarray, np.ndarray]],
    shares: Callable[[np.ndarray], np.ndarray],
    classes: int,
    *,
    counted: int | None = None,
) -> np.ndarray:
    """What each statement is judged to be by a model that has not seen its letter.

    Rows from `counted` on are learnt from by every model, and not judged.
    """
    counted = matrix.shape[0] if counted is None else counted
    always = np.arange(counted, matrix.shape[0])
    found = np.zeros((counted, classes))
    of_letters = groups[:counted]
    for known, unseen in GroupKFold(FOLDS).split(of_letters, of_letters, of_letters):
        learnt_from = np.concatenate([known, always])
        weights, intercept = learn(matrix[learnt_from], labels[learnt_from])
        found[unseen] = shares(matrix[unseen] @ weights + intercept)
    return found


def neighbour_features(letters: Sequence[Letter], shares: np.ndarray) -> list[dict[str, float]]:
    """The features of the second look, of statements that are no points of lists."""
    found: list[dict[str, float]] = []
    start = 0
    for letter in letters:
        places = [
            one.place for one in letter.passages if one.section_type not in sections_of("points")
        ]
        own = shares[start : start + len(places)]
        start += len(places)
        of_letter: list[dict[str, float]] = [{} for _ in places]
        for names, having, values in neighbours.valence_neighbours(places, own, VALENCES):
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
    joint = LogisticRegression(C=NEIGHBOURS_C, max_iter=3000).fit(matrix / scale, labels)
    order = [list(joint.classes_).index(code) for code in VALENCES]
    return Model(
        VALENCES,
        joint.intercept_[order],
        list(vectorizer.get_feature_names_out()),
        (joint.coef_[order] / scale).T,
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
    letters: Sequence[Letter], shares: np.ndarray
) -> tuple[list[str], np.ndarray]:
    """The features of the second look: names, and values by statement, feature and topic."""
    values = []
    names: list[str] = []
    start = 0
    for letter in letters:
        own = shares[start : start + len(letter.passages)]
        start += len(letter.passages)
        of_letter = dict(neighbours.topic_neighbours([one.place for one in letter.passages], own))
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


def judged(
    letters: Sequence[Letter], valences: np.ndarray, topics: np.ndarray
) -> list[JudgedSentence]:
    """Statements with their labels and what they were judged to be."""
    found = []
    free = 0
    each = [
        (letter, passage, label)
        for letter in letters
        for passage, label in zip(letter.passages, letter.labels, strict=True)
    ]
    for number, (letter, passage, label) in enumerate(each):
        if passage.section_type in sections_of("points"):
            code, score = "concern", LISTED_SCORE
        else:
            best = int(valences[free].argmax())
            code, score = VALENCES[best], float(valences[free][best])
            free += 1
        found.append(
            JudgedSentence(
                letter.visit_id,
                letter.group,
                passage.text,
                label.valence,
                label.topics,
                frozenset(label.topics),
                code,
                score,
                chosen_topics(topics[number].tolist(), TOPICS),
            )
        )
    return found


def judged_by_files(letters: Sequence[Letter]) -> list[JudgedSentence]:
    """Statements with their labels and what the files that are written down judge them to be."""
    read_linear.cache_clear()
    return [
        JudgedSentence(
            letter.visit_id,
            letter.group,
            passage.text,
            label.valence,
            label.topics,
            frozenset(label.topics),
            judgement.valence_code,
            judgement.valence_score,
            judgement.topic_codes,
        )
        for letter in letters
        for passage, label, judgement in zip(
            letter.passages, letter.labels, judge(letter.passages), strict=True
        )
    ]


def measures(statements: Sequence[JudgedSentence], basis: str) -> list[dict[str, Any]]:
    """Rows of the table `evaluation`."""
    rows = []
    for group in every_group(one.group for one in statements):
        of_group = [one for one in statements if group.has(one.group)]
        rows += [*valence_measures(of_group, group, basis=basis)]
        rows += [*topic_measures(of_group, group, basis=basis)]
    return rows


def main() -> None:
    """Learn, measure and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("out", type=Path, help="a folder that the letters are published in")
    parser.add_argument("--leave-out", type=Path, required=True, help="a folder of gold labels")
    parser.add_argument(
        "--only-fitted", action="store_true", help="learn nothing, measure what was learnt"
    )
    options = parser.parse_args()
    warnings.filterwarnings("ignore", category=FutureWarning)
    left_out = gold_visits(options.out, options.leave_out)
    letters = [
        letter
        for letter in read_letters(options.out, read_labels(LABELS))
        if letter.visit_id not in left_out
    ]
    print(f"{len(letters)} letters, {sum(len(letter.passages) for letter in letters)} statements")
    if options.only_fitted:
        with MEASURES.open(encoding="utf-8", newline="") as file:
            kept = [row for row in csv.DictReader(file) if row["basis"] != "fitted"]
        write_measures([*kept, *measures(judged_by_files(letters), "fitted")])
        return
    free = [
        (letter, passage, label)
        for letter in letters
        for passage, label in zip(letter.passages, letter.labels, strict=True)
        if passage.section_type not in sections_of("points")
    ]
    groups = np.array([letter.visit_id for letter, *_ in free])
    labels = np.array([label.valence for *_, label in free])
    hard = hard_sentences(options.out)
    words = Table(
        [
            *(list(features(read(one.text), one.section_type)) for _, one, _ in free),
            *(names for _, names, _ in hard),
        ],
        np.concatenate([groups, [report for report, *_ in hard]]),
    )
    all_labels = np.concatenate([labels, [label for *_, label in hard]])
    print(f"valence: {words.matrix.shape[1]} features, {len(hard)} sentences of reports")
    first = out_of_fold(
        words.matrix,
        all_labels,
        groups,
        learn_valence_words,
        softmax,
        len(VALENCES),
        counted=len(free),
    )
    around = neighbour_features(letters, first)
    second = np.zeros_like(first)
    for known, unseen in GroupKFold(FOLDS).split(groups, groups, groups):
        model = learn_valence_neighbours([around[one] for one in known], labels[known])
        second[unseen] = apply_neighbours(model, [around[one] for one in unseen])
    weights, intercept = learn_valence_words(words.matrix, all_labels)
    own = Model(VALENCES, intercept, list(words.names), weights)
    near = learn_valence_neighbours(around, labels)

    topic_groups = np.array([letter.visit_id for letter in letters for _ in letter.passages])
    topic_labels = np.array(
        [[code in label.topics for code in TOPICS] for letter in letters for label in letter.labels]
    )
    topic_words = Table(
        [
            names
            for letter in letters
            for names in own_topic_features(
                letter.passages, [tokens(one.text) for one in letter.passages]
            )
        ],
        topic_groups,
    )
    print(f"topics: {topic_words.matrix.shape[1]} features")
    topic_first = out_of_fold(
        topic_words.matrix, topic_labels, topic_groups, learn_topic_words, logistic, len(TOPICS)
    )
    names, values = topic_neighbour_values(letters, topic_first)
    topic_second = np.zeros_like(topic_first)
    for known, unseen in GroupKFold(FOLDS).split(topic_groups, topic_groups, topic_groups):
        model = learn_topic_neighbours(names, values[known], topic_labels[known])
        topic_second[unseen] = apply_topic_neighbours(model, values[unseen])
    topic_weights, topic_intercept = learn_topic_words(topic_words.matrix, topic_labels)
    topic_own = Model(TOPICS, topic_intercept, list(topic_words.names), topic_weights)
    topic_near = learn_topic_neighbours(names, values, topic_labels)

    for name, model in (
        ("valence_words", own),
        ("valence_neighbours", near),
        ("topic_words", topic_own),
        ("topic_neighbours", topic_near),
    ):
        print(f"{name}: {write_model(name, model)} features")
    cross_validated = judged(letters, second, topic_second)
    title = f"Cross-validated, {len(cross_validated):,} statements"
    draw_confusion(
        [(one.valence, one.found_valence) for one in cross_validated],
        title,
        PICTURES / "confusion_cross_validated.png",
    )
    draw_reliability(
        score_bins(cross_validated), title, PICTURES / "reliability_cross_validated.png"
    )
    rows = measures(cross_validated, "cross_validated")
    rows += measures(judged_by_files(letters), "fitted")
    write_measures(rows)


def write_measures(rows: Sequence[dict[str, Any]]) -> None:
    """Write the measures down, and show those of all statements."""
    with MEASURES.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, SCHEMA["evaluation"].column_names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    for row in rows:
        if row["era"] == ALL and row["code"] == ALL:
            print({name: row[name] for name in ("basis", "field", "metric", "value", "n")})


if __name__ == "__main__":
    main()
