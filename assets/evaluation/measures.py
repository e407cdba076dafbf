"""The measured truth: how often the values of the tables are as labelled.

Here belongs what is counted: items of fields that letters are labelled for, and what sentences
report. Every measure is taken of one kind of document: of all letters of it, and of those of each
template by itself, since a reader that knows one may fail on another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import PurePosixPath
from statistics import fmean
from typing import TYPE_CHECKING, Any, NamedTuple

from assets.evaluation.fields import FIELDS, PublishedVisit, PublishedVisits, Row, expected_items
from assets.evaluation.follow_ups import JudgedPoint, follow_up_measures, judged_points
from assets.evaluation.gold import Gold, GoldError, fold_sentence, name_of
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
from assets.tables.authorities import AuthorityIndex
from warehouse.codes import code_list
from warehouse.kinds import era_of, kinds, known_kind
from warehouse.schema import CODE_SEPARATOR

if TYPE_CHECKING:
    import polars as pl

#: The era and the code of a measure that is of all of them.
ALL = "all"


class Group(NamedTuple):
    """The letters that a measure is of: those of a kind, and of one of its templates or all."""

    document_kind: str
    era: str = ALL

    def has(self, other: Group) -> bool:
        """Whether it is the other group, or that is a part of it."""
        return self.document_kind == other.document_kind and self.era in (ALL, other.era)


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
        group: The kind and the template of that letter.
        text: Its words.
        valence: The code that is labelled.
        topics: The codes that the labels have, the most central first.
        allowed_topics: Codes that are right as well, and not missed where they are not given.
        found_valence: The code of the finding.
        score: Its score; `None` if a person corrected it.
        found_topics: Its topics.
        found_set: The codes that a reader might give, as it has them; empty if a person corrected
            it.
    """

    letter: str
    group: Group
    text: str
    valence: str
    topics: tuple[str, ...]
    allowed_topics: frozenset[str]
    found_valence: str
    score: float | None
    found_topics: tuple[str, ...]
    found_set: tuple[str, ...] = ()


class Evaluation(NamedTuple):
    """The result.

    Attributes:
        rows: Rows of the table `evaluation`.
        misses: Every value that is not as labelled.
        labelled_letters: How many letters are labelled, or sentences or points of them.
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

    def measure(self, table_name: str, field: str, metric: str, **of: str) -> Row:
        """One row of the result, by default of all focused visits; `KeyError` if there is none."""
        wanted = {"table_name": table_name, "field": field, "metric": metric}
        wanted |= {"document_kind": "focused_visit", "era": ALL, "code": ALL, **of}
        for row in self.rows:
            if wanted.items() <= row.items():
                return row
        raise KeyError(wanted)


def evaluate(gold: Gold, tables: Mapping[str, pl.DataFrame]) -> Evaluation:
    """Hold tables against labels.

    Args:
        gold: The labels.
        tables: The published tables by name.

    Returns:
        The measures, and what is not as labelled.

    Raises:
        GoldError: It cannot be told which letter a label is about, or two are about one.
    """
    names = gold.letters.keys() | {name_of(one["file"]) for one in gold.sentences}
    paired = {name for pair in gold.pairs for name in (pair.earlier, pair.later)}
    published = PublishedVisits(tables)
    of_pairs, visits = published.labelled(paired), published.labelled(names)
    points = list(judged_points(gold.pairs, of_pairs, tables))
    called = _called(names, visits)
    gold = _renamed(gold, called)
    visits = {called[name]: visit for name, visit in visits.items()}
    groups = _groups(gold, set(called.values()), visits)
    letter_rows, misses = _of_letters(
        gold, visits, groups, AuthorityIndex(tables["authorities"].iter_rows(named=True))
    )
    judged, found, unfound = _judged(gold, visits, groups, _topics(tables))
    return Evaluation(
        rows=(
            *letter_rows,
            *_of_sentences(judged, found, unfound),
            *follow_up_measures(points),
        ),
        misses=(*misses, *_of_points(points)),
        labelled_letters=len(groups.keys() | paired),
        unpublished=tuple(sorted((groups.keys() - visits) | (paired - of_pairs.keys()))),
        sentences=len(gold.sentences),
        unfound=tuple(miss for _, miss in unfound),
        judged=tuple(judged),
    )


def _of_points(points: Iterable[JudgedPoint]) -> Iterator[Miss]:
    """The statuses that are not as labelled."""
    for one in points:
        if one.status != one.label.status:
            place = f"{' and '.join(one.pair)}: {one.label.point}"
            yield Miss(place, "follow_ups.status_code", one.label.status, one.status)


def valence_measures(
    judged: Iterable[JudgedSentence], group: Group, *, basis: str = "gold"
) -> Iterator[Row]:
    """How often `valence_code` is right, in all and code by code, and what its score is worth."""
    sentences = list(judged)
    if not sentences:
        return
    row = partial(row_of, "findings", "valence_code", group, basis=basis)
    pairs = [(one.valence, one.found_valence) for one in sentences]
    right = sum(expected == found for expected, found in pairs)
    yield row("accuracy", share(right, len(pairs)))
    estimate = resampled(
        _by_letter(sentences),
        lambda drawn: macro_f1((one.valence, one.found_valence) for one in drawn),
        len(pairs),
    )
    yield row("macro_f1", estimate)
    for code in sorted({code for pair in pairs for code in pair}):
        hits = pairs.count((code, code))
        given = sum(found == code for _, found in pairs)
        labelled = sum(expected == code for expected, _ in pairs)
        yield from _rates(row, hits, given - hits, labelled - hits, code)
    # What readers gave the sentences that are judged each code: what counts are put right by.
    for code in code_list("valence"):
        labels = [expected for expected, found in pairs if found == code]
        for label in code_list("valence") if labels else ():
            share_of_label = share(labels.count(label), len(labels))
            yield row(f"labelled_{label}", share_of_label, code=code)
    if scored := [one for one in sentences if one.score is not None]:
        estimate = resampled(
            _by_letter(scored), lambda drawn: calibration_error(_scored(drawn)), len(scored)
        )
        of_score = ("findings", "valence_score", group, "calibration_error")
        yield row_of(*of_score, estimate, basis=basis)


def set_measures(
    judged: Iterable[JudgedSentence], group: Group, *, basis: str = "gold"
) -> Iterator[Row]:
    """How often the labelled code is in `valence_set`, code by code, and how many more it has."""
    sentences = [one for one in judged if one.found_set]
    if not sentences:
        return
    row = partial(row_of, "findings", "valence_set", group, basis=basis)
    for code in (ALL, *sorted({one.valence for one in sentences})):
        of_code = [one for one in sentences if code in (ALL, one.valence)]
        hits = sum(one.valence in one.found_set for one in of_code)
        yield row("coverage", share(hits, len(of_code)), code=code)
    further = resampled(
        _by_letter(sentences),
        lambda drawn: fmean(len(one.found_set) - 1 for one in drawn),
        len(sentences),
    )
    yield row("further_codes", further)


def topic_measures(
    judged: Iterable[JudgedSentence], group: Group, *, basis: str = "gold"
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
    row = partial(row_of, "finding_topics", "topic_code", group, basis=basis)
    for code, (right, false, absent) in {ALL: every, **counts}.items():
        yield from _rates(row, right, false, absent, code)


def score_bins(judged: Iterable[JudgedSentence]) -> list[Bin]:
    """Scores against the share that is right, in ten bins."""
    return bins(_scored(judged))


def _called(names: Iterable[str], visits: Mapping[str, PublishedVisit]) -> dict[str, str]:
    """One name for each letter, whatever folders its labels name: none where none is needed."""
    forms: dict[str, set[str]] = {}
    for name in sorted(names, key=len):
        same = next((other for other in forms if name.endswith(f"/{other}")), name)
        forms.setdefault(visits[name].row["letter_id"] if name in visits else same, set()).add(name)
    bare = Counter({PurePosixPath(name).name for name in of}.pop() for of in forms.values())
    return {
        name: file if bare[file := PurePosixPath(name).name] == 1 else max(of, key=len)
        for of in forms.values()
        for name in of
    }


def _renamed(gold: Gold, called: Mapping[str, str]) -> Gold:
    """The labels, each by the one name of its letter.

    Raises:
        GoldError: Two labels are of one letter.
    """
    letters: dict[str, dict[str, Any]] = {}
    for name, label in gold.letters.items():
        if letters.setdefault(called[name], label) is not label:
            raise GoldError(f"two labels are of the letter {called[name]}: keep one of them")
    sentences = tuple({**one, "file": called[name_of(one["file"])]} for one in gold.sentences)
    return gold._replace(letters=letters, sentences=sentences)


def _groups(
    gold: Gold, names: Iterable[str], visits: Mapping[str, PublishedVisit]
) -> dict[str, Group]:
    """The kind and the template of every labelled letter.

    The kind is the labelled one, else that of the visit. Where neither tells, as of a letter that
    is not in the tables, it is the kind that most of the others are of, so that it is missed there.
    """
    known = {}
    for name in sorted(names):
        if kind := known_kind(gold.letters.get(name, {}).get("document_kind")):
            known[name] = kind
        elif name in visits:
            known[name] = visits[name].row["document_kind"]
    most = Counter(known.values()).most_common(1)
    usual = most[0][0] if most else next(iter(kinds()))
    groups = {name: Group(known.get(name, usual)) for name in names}
    for name, visit in visits.items():
        day = visit.row["letter_date"] or visit.row["end_date"]
        if era := era_of(groups[name].document_kind, day):
            groups[name] = groups[name]._replace(era=era)
    return groups


def _of_letters(
    gold: Gold,
    visits: Mapping[str, PublishedVisit],
    groups: Mapping[str, Group],
    authorities: AuthorityIndex,
) -> tuple[list[Row], list[Miss]]:
    rows: list[Row] = []
    misses: list[Miss] = []
    for field in FIELDS:
        counts: dict[Group, Counter[str]] = {}
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
            group = groups[letter]
            for part in dict.fromkeys((group._replace(era=ALL), group)):
                counts.setdefault(part, Counter()).update(
                    {
                        "letters": 1,
                        "exact": is_exact,
                        "hits": hits,
                        "wrong": len(found) - hits,
                        "missed": len(expected) - hits,
                    }
                )
        for part, of in counts.items():
            row = partial(row_of, field.table_name, field.name, part)
            rows.append(row("exact_match", share(of["exact"], of["letters"])))
            rows += _rates(row, of["hits"], of["wrong"], of["missed"])
    return rows, misses


def _topics(tables: Mapping[str, pl.DataFrame]) -> dict[str, list[str]]:
    topics: dict[str, list[str]] = {}
    for row in tables["finding_topics"].sort("position").iter_rows(named=True):
        topics.setdefault(row["finding_id"], []).append(row["topic_code"])
    return topics


def _judged(
    gold: Gold,
    visits: Mapping[str, PublishedVisit],
    groups: Mapping[str, Group],
    topics: Mapping[str, list[str]],
) -> tuple[list[JudgedSentence], list[Group], list[tuple[Group, Miss]]]:
    """Labelled sentences as they were judged, the groups of all that are found, and the others."""
    judged = []
    found = []
    unfound = []
    findings = {
        letter: {fold_sentence(row["text"]): row for row in visit.findings}
        for letter, visit in visits.items()
    }
    for label in gold.sentences:
        letter = label["file"]
        row = findings.get(letter, {}).get(fold_sentence(label["text"]))
        if row is None:
            whole = _whole_point(findings.get(letter, {}).values(), label["text"])
            unfound.append((groups[letter], Miss(letter, "findings.text", label["text"], whole)))
            continue
        found.append(groups[letter])
        if "valence" not in label:
            continue
        allowed = frozenset(label["topics"]) | frozenset(label.get("topics_also", ()))
        judged.append(
            JudgedSentence(
                letter,
                groups[letter],
                row["text"],
                label["valence"],
                tuple(label["topics"]),
                allowed,
                row["valence_code"],
                row["valence_score"],
                tuple(topics.get(row["finding_id"], ())),
                tuple(filter(None, (row["valence_set"] or "").split(CODE_SEPARATOR))),
            )
        )
    return judged, found, unfound


def _whole_point(findings: Iterable[Row], sentence: str) -> str | None:
    """The point of a list that a labelled sentence is a part of."""
    folded = fold_sentence(sentence)
    return next((row["text"] for row in findings if folded in fold_sentence(row["text"])), None)


def _of_sentences(
    judged: list[JudgedSentence],
    found: list[Group],
    unfound: list[tuple[Group, Miss]],
) -> Iterator[Row]:
    labelled = {*found, *(group for group, _ in unfound)}
    for part in every_group(labelled):
        there = sum(map(part.has, found))
        lost = sum(part.has(group) for group, _ in unfound)
        yield row_of("findings", "text", part, "recall", share(there, there + lost))
        of_part = [one for one in judged if part.has(one.group)]
        yield from valence_measures(of_part, part)
        yield from set_measures(of_part, part)
        yield from topic_measures(of_part, part)


def every_group(groups: Iterable[Group]) -> list[Group]:
    """Groups, and those of all templates of their kinds, kind by kind and in the order of lists."""
    codes = (list(code_list("document_kind")), list(code_list("era")))
    every = {part for group in groups for part in (group, group._replace(era=ALL))}
    return sorted(every, key=lambda of: (codes[0].index(of.document_kind), codes[1].index(of.era)))


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
    row: Callable[..., Row], hits: int, wrong: int, missed: int, code: str = ALL
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
            yield row(metric, estimate, code=code)


def row_of(
    table_name: str,
    field: str,
    group: Group,
    metric: str,
    estimate: Estimate,
    *,
    code: str = ALL,
    basis: str = "gold",
) -> Row:
    """A row of the table `evaluation`."""
    return {
        "table_name": table_name,
        "field": field,
        "era": group.era,
        "metric": metric,
        **{name: round(getattr(estimate, name), 4) for name in ("value", "low", "high")},
        "n": estimate.n,
        "code": code,
        "basis": basis,
        "document_kind": group.document_kind,
    }
