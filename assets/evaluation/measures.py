"""The measured truth: how often the values of the tables are as labelled.

Here belongs what is counted: items of fields that letters are labelled for, and what sentences
report. Every measure is taken of all letters and of those of each template by itself, since a
reader that knows one may fail on another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple

from assets.evaluation.fields import FIELDS, Row, Visit, expected_items, visits_by_file
from assets.evaluation.gold import Gold, fold_sentence
from assets.evaluation.intervals import (
    Bin,
    Estimate,
    bins,
    calibration_error,
    f1,
    macro_f1,
    resampled,
    share,
)
from assets.language.patterns import read_table
from assets.tables.authorities import AuthorityIndex

if TYPE_CHECKING:
    import polars as pl

#: The era and the code of a measure that is of all of them.
ALL = "all"


class Miss(NamedTuple):
    """A value that is not what the label says."""

    letter: str
    field: str
    expected: Any
    found: Any


class JudgedSentence(NamedTuple):
    """A labelled sentence and the finding that it is.

    Attributes:
        letter: The name of its letter's file, without suffix.
        era: The template of that letter.
        text: Its words.
        valence: The code that is labelled.
        topics: The codes that the labels have, the most central first.
        allowed_topics: Codes that are right as well, and not missed where they are not given.
        found_valence: The code of the finding.
        score: Its score; `None` if a person corrected it.
        found_topics: Its topics.
    """

    letter: str
    era: str
    text: str
    valence: str
    topics: tuple[str, ...]
    allowed_topics: frozenset[str]
    found_valence: str
    score: float | None
    found_topics: tuple[str, ...]


class Evaluation(NamedTuple):
    """The result.

    Attributes:
        rows: Rows of the table `evaluation`.
        misses: Every value that is not as labelled.
        labelled_letters: How many letters are labelled, or sentences of them.
        unpublished: Those that are no visit in the tables.
        sentences: How many sentences are labelled.
        unfound: Those that are no finding of their letter.
        judged: The others whose valence is labelled, with what they were judged to be.
    """

    rows: tuple[Row, ...]
    misses: tuple[Miss, ...]
    labelled_letters: int
    unpublished: tuple[str, ...]
    sentences: int
    unfound: tuple[Miss, ...]
    judged: tuple[JudgedSentence, ...]

    def measure(
        self, table_name: str, field: str, metric: str, *, era: str = ALL, code: str = ALL
    ) -> Row:
        """One row of the result; `KeyError` if there is none."""
        wanted = (table_name, field, metric, era, code)
        for row in self.rows:
            if (
                *(row[name] for name in ("table_name", "field", "metric", "era", "code")),
            ) == wanted:
                return row
        raise KeyError(wanted)


def evaluate(gold: Gold, tables: Mapping[str, pl.DataFrame]) -> Evaluation:
    """Hold tables against labels.

    Args:
        gold: The labels.
        tables: The published tables by name.

    Returns:
        The measures, and what is not as labelled.
    """
    visits = visits_by_file(tables)
    letter_rows, misses = _of_letters(
        gold, visits, AuthorityIndex(tables["authorities"].iter_rows(named=True))
    )
    judged, found, unfound = _judged(gold, visits, _topics(tables))
    labelled = sorted(
        gold.letters.keys() | {PurePosixPath(one["file"]).stem for one in gold.sentences}
    )
    return Evaluation(
        rows=(*letter_rows, *_of_sentences(judged, found, unfound)),
        misses=tuple(misses),
        labelled_letters=len(labelled),
        unpublished=tuple(name for name in labelled if name not in visits),
        sentences=len(gold.sentences),
        unfound=tuple(miss for _, miss in unfound),
        judged=tuple(judged),
    )


def valence_measures(
    judged: Iterable[JudgedSentence], *, era: str = ALL, basis: str = "gold"
) -> Iterator[Row]:
    """How often `valence_code` is right, in all and code by code, and what its score is worth."""
    sentences = list(judged)
    if not sentences:
        return
    field = ("findings", "valence_code")
    pairs = [(one.valence, one.found_valence) for one in sentences]
    right = sum(expected == found for expected, found in pairs)
    yield _row(*field, era, "accuracy", share(right, len(pairs)), basis=basis)
    by_letter = _by_letter(sentences)
    yield _row(
        *field,
        era,
        "macro_f1",
        resampled(
            by_letter,
            lambda drawn: macro_f1((one.valence, one.found_valence) for one in drawn),
            len(pairs),
        ),
        basis=basis,
    )
    for code in sorted({code for pair in pairs for code in pair}):
        hits = pairs.count((code, code))
        given = sum(found == code for _, found in pairs)
        labelled = sum(expected == code for expected, _ in pairs)
        yield from _rates(*field, era, hits, given - hits, labelled - hits, code, basis)
    scored = [one for one in sentences if one.score is not None]
    if scored:
        yield _row(
            "findings",
            "valence_score",
            era,
            "calibration_error",
            resampled(
                _by_letter(scored), lambda drawn: calibration_error(_scored(drawn)), len(scored)
            ),
            basis=basis,
        )


def topic_measures(
    judged: Iterable[JudgedSentence], *, era: str = ALL, basis: str = "gold"
) -> Iterator[Row]:
    """How often topics are right, as a whole and topic by topic.

    A topic is right if it is among those that either reader gave, and missed if both gave it.
    """
    hits: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for one in judged:
        found = set(one.found_topics)
        hits.update(found & one.allowed_topics)
        wrong.update(found - one.allowed_topics)
        missed.update(set(one.topics) - found)
    counts = {
        code: (hits[code], wrong[code], missed[code]) for code in sorted(hits | wrong | missed)
    }
    every = tuple(sum(of[part] for of in counts.values()) for part in range(3))
    for code, (right, false, absent) in {ALL: every, **counts}.items():
        yield from _rates("finding_topics", "topic_code", era, right, false, absent, code, basis)


def score_bins(judged: Iterable[JudgedSentence]) -> list[Bin]:
    """Scores against the share that is right, in ten bins."""
    return bins(_scored(judged))


def era_of(day: date) -> str:
    """The template of a letter of that day."""
    eras = [(date.fromisoformat(row["first_day"]), row["era"]) for row in _eras()]
    return max((first, era) for first, era in eras if first <= day or first == eras[0][0])[1]


def _eras() -> tuple[dict[str, str], ...]:
    return read_table("assets.evaluation", "eras")


def _era(visit: Visit | None) -> str | None:
    if visit is None:
        return None
    return era_of(visit.row["letter_date"] or visit.row["end_date"])


def _of_letters(
    gold: Gold, visits: Mapping[str, Visit], authorities: AuthorityIndex
) -> tuple[list[Row], list[Miss]]:
    rows: list[Row] = []
    misses: list[Miss] = []
    for field in FIELDS:
        counts: dict[str, Counter[str]] = {}
        for letter, label in gold.letters.items():
            if field.label not in label:
                continue
            visit = visits.get(letter)
            expected = expected_items(field, label, visit, authorities)
            found = field.found(visit) if visit else []
            hits = (Counter(map(str, expected)) & Counter(map(str, found))).total()
            is_exact = visit is not None and expected == found
            if not is_exact:
                misses.append(Miss(letter, f"{field.table_name}.{field.name}", expected, found))
            for era in (ALL, _era(visit)):
                if era is not None:
                    counts.setdefault(era, Counter()).update(
                        {
                            "letters": 1,
                            "exact": is_exact,
                            "hits": hits,
                            "wrong": len(found) - hits,
                            "missed": len(expected) - hits,
                        }
                    )
        for era, of in counts.items():
            place = (field.table_name, field.name, era)
            rows.append(_row(*place, "exact_match", share(of["exact"], of["letters"])))
            rows += _rates(*place, of["hits"], of["wrong"], of["missed"])
    return rows, misses


def _topics(tables: Mapping[str, pl.DataFrame]) -> dict[str, list[str]]:
    topics: dict[str, list[str]] = {}
    for row in tables["finding_topics"].sort("position").iter_rows(named=True):
        topics.setdefault(row["finding_id"], []).append(row["topic_code"])
    return topics


def _judged(
    gold: Gold, visits: Mapping[str, Visit], topics: Mapping[str, list[str]]
) -> tuple[list[JudgedSentence], list[str | None], list[tuple[str | None, Miss]]]:
    """Labelled sentences as they were judged, the eras of all that are findings, and the others."""
    judged = []
    found = []
    unfound = []
    findings = {
        letter: {fold_sentence(row["text"]): row for row in visit.findings}
        for letter, visit in visits.items()
    }
    for label in gold.sentences:
        letter = PurePosixPath(label["file"]).stem
        visit = visits.get(letter)
        row = findings.get(letter, {}).get(fold_sentence(label["text"]))
        if visit is None or row is None:
            whole = _whole_point(findings.get(letter, {}).values(), label["text"])
            unfound.append((_era(visit), Miss(letter, "findings.text", label["text"], whole)))
            continue
        found.append(_era(visit))
        if "valence" not in label:
            continue
        allowed = frozenset(label["topics"]) | frozenset(label.get("topics_also", ()))
        judged.append(
            JudgedSentence(
                letter,
                _era(visit) or ALL,
                row["text"],
                label["valence"],
                tuple(label["topics"]),
                allowed,
                row["valence_code"],
                row["valence_score"],
                tuple(topics.get(row["finding_id"], ())),
            )
        )
    return judged, found, unfound


def _whole_point(findings: Iterable[Row], sentence: str) -> str | None:
    """The point of a list that a labelled sentence is a part of."""
    folded = fold_sentence(sentence)
    return next((row["text"] for row in findings if folded in fold_sentence(row["text"])), None)


def _of_sentences(
    judged: list[JudgedSentence],
    found: list[str | None],
    unfound: list[tuple[str | None, Miss]],
) -> Iterator[Row]:
    for era in (ALL, *(row["era"] for row in _eras())):
        there = sum(era in (ALL, of) for of in found)
        lost = sum(era in (ALL, of) for of, _ in unfound)
        if there + lost:
            yield _row("findings", "text", era, "recall", share(there, there + lost))
        of_era = [one for one in judged if era in (ALL, one.era)]
        yield from valence_measures(of_era, era=era)
        yield from topic_measures(of_era, era=era)


def _by_letter(judged: Iterable[JudgedSentence]) -> list[list[JudgedSentence]]:
    letters: dict[str, list[JudgedSentence]] = {}
    for one in judged:
        letters.setdefault(one.letter, []).append(one)
    return list(letters.values())


def _scored(judged: Iterable[JudgedSentence]) -> list[tuple[float, bool]]:
    return [
        (one.score, one.valence == one.found_valence) for one in judged if one.score is not None
    ]


def _rates(
    table_name: str,
    field: str,
    era: str,
    hits: int,
    wrong: int,
    missed: int,
    code: str = ALL,
    basis: str = "gold",
) -> Iterator[Row]:
    """Precision, recall and F1 of items; none of what there is nothing to measure on.

    A code that no label has is given wrongly or not at all: there is a precision, and no F1.
    """
    is_labelled = code == ALL or hits + missed > 0
    estimates = {
        "precision": share(hits, hits + wrong) if hits + wrong else None,
        "recall": share(hits, hits + missed) if hits + missed else None,
        "f1": f1(hits, wrong, missed) if is_labelled and hits + wrong + missed else None,
    }
    for metric, estimate in estimates.items():
        if estimate is not None:
            yield _row(table_name, field, era, metric, estimate, code=code, basis=basis)


def _row(
    table_name: str,
    field: str,
    era: str,
    metric: str,
    estimate: Estimate,
    *,
    code: str = ALL,
    basis: str = "gold",
) -> Row:
    return {
        "table_name": table_name,
        "field": field,
        "era": era,
        "metric": metric,
        **{name: round(getattr(estimate, name), 4) for name in ("value", "low", "high")},
        "n": estimate.n,
        "code": code,
        "basis": basis,
    }
