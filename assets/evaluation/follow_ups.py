"""How often follow-ups are as labelled: what became of a point, and the sentences that decide.

Here belongs what is counted of labels of pairs of documents, as docs/follow_ups.md defines their
codes. A measure is of all pairs whose earlier document is of one kind, and none is taken of fewer
points than `LEAST_POINTS`, nor of a code or a flag that fewer have: a share of a handful says
nothing, but for the shares by which the view `improved_by_topic` puts counts right.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from assets.evaluation.fields import PublishedVisit
from assets.evaluation.gold import PairLabel, PointLabel, fold_sentence
from assets.evaluation.intervals import Estimate, f1, macro_f1, resampled, share
from assets.language.patterns import read_table
from warehouse.codes import code_list

if TYPE_CHECKING:
    import polars as pl

#: Of fewer labelled points nothing is measured.
LEAST_POINTS = 10

#: What stands in place of a status that is left open, or of a point that is not found.
_NONE = "none"
_NOT_REVISITED = "not_revisited"
_FIRST = 2  # sentences of the evidence that a reader looks at first


class JudgedPoint(NamedTuple):
    """A labelled point and its follow-up.

    Attributes:
        pair: The names of both documents.
        document_kind: The kind of the earlier one.
        label: What a reader said.
        found: The row of `follow_ups`; `None` if the point is not found.
        evidence: The texts of the sentences that decide, the most telling first.
    """

    pair: tuple[str, str]
    document_kind: str
    label: PointLabel
    found: Mapping[str, Any] | None
    evidence: tuple[str, ...]

    @property
    def status(self) -> str:
        """The status that it has."""
        return (self.found or {}).get("status_code") or _NONE


def judged_points(
    pairs: Iterable[PairLabel],
    visits: Mapping[str, PublishedVisit],
    tables: Mapping[str, pl.DataFrame],
    *,
    with_learnt_from: bool = False,
) -> Iterator[JudgedPoint]:
    """Labelled points with their follow-ups.

    Args:
        pairs: The labels.
        visits: The published visits by what labels call their letters; a pair of which one is not
            published is left out.
        with_learnt_from: Whether pairs are among them from which the weights were learnt; what is
            measured on those would flatter.
        tables: The published tables by name.
    """
    rows = {
        (row["finding_id"], row["later_visit_id"]): row
        for row in tables["follow_ups"].iter_rows(named=True)
    }
    evidence: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in tables["follow_up_evidence"].sort("position").iter_rows(named=True):
        key = row["finding_id"], row["later_visit_id"]
        evidence[key].append(row["evidence_finding_id"])
    for pair in pairs:
        if pair.earlier not in visits or pair.later not in visits:
            continue
        earlier, later = visits[pair.earlier], visits[pair.later]
        letters = earlier.row["letter_id"], later.row["letter_id"]
        if letters in _learnt_from() and not with_learnt_from:
            continue
        points = {
            fold_sentence(row["text"]): row["finding_id"]
            for row in earlier.findings
            if row["is_improvement"] or row["is_priority_action"]
        }
        texts = {row["finding_id"]: row["text"] for row in later.findings}
        for label in pair.points:
            key = _finding_of(label.point, points), later.row["visit_id"]
            yield JudgedPoint(
                (pair.earlier, pair.later),
                earlier.row["document_kind"],
                label,
                rows.get(key),
                tuple(texts[one] for one in evidence[key]),
            )


@cache
def _learnt_from() -> frozenset[tuple[str, str]]:
    """The pairs of letters whose labels the weights were learnt from."""
    rows = read_table("assets.follow_ups", "learnt/pairs")
    return frozenset((row["earlier_letter_id"], row["later_letter_id"]) for row in rows)


def _finding_of(point: str, findings: Mapping[str, str]) -> str:
    """The finding that a labelled point is; a label may lack what stands behind it in brackets."""
    wanted = fold_sentence(point)
    if wanted in findings:
        return findings[wanted]
    return next((key for text, key in findings.items() if wanted in text or text in wanted), "")


def follow_up_measures(
    points: Iterable[JudgedPoint], basis: str = "gold"
) -> Iterator[dict[str, Any]]:
    """Rows of the table `evaluation`, kind by kind of the earlier document.

    Args:
        points: Labelled points as they are judged.
        basis: A code of the list `evaluation_basis`.
    """
    of_kinds: dict[str, list[JudgedPoint]] = defaultdict(list)
    for one in points:
        of_kinds[one.document_kind].append(one)
    for kind in code_list("document_kind"):
        of_kind = of_kinds[kind]
        are_enough = len(of_kind) >= LEAST_POINTS
        for place, estimate in chain(measures(of_kind) if are_enough else (), _given(of_kind)):
            yield _row(kind, place, estimate) | {"basis": basis}


_Place = tuple[str, str, str, str]


def measures(points: Sequence[JudgedPoint]) -> Iterator[tuple[_Place, Estimate]]:
    """How often points are as labelled, by what of them is measured."""
    place = ("follow_ups", "status_code")
    pairs = [(one.label.status, one.status) for one in points]
    right = sum(expected == found for expected, found in pairs)
    yield (*place, "all", "accuracy"), share(right, len(pairs))
    yield (*place, "all", "macro_f1"), resampled(_by_pair(points), _macro_f1, len(pairs))
    for code in code_list("follow_up_status"):
        rates = [(expected == code, found == code) for expected, found in pairs]
        for metric, estimate in _rates(rates):
            yield (*place, code, metric), estimate
    for flag in ("is_asked_again", "is_explicit"):
        rates = [(getattr(one.label, flag), bool((one.found or {}).get(flag))) for one in points]
        for metric, estimate in _rates(rates):
            yield ("follow_ups", flag, "all", metric), estimate
    revisited = [one for one in points if one.label.status != _NOT_REVISITED]
    if len(revisited) >= LEAST_POINTS:
        hits = sum(any(map(_is_labelled(one), one.evidence[:_FIRST])) for one in revisited)
        place = ("follow_up_evidence", "evidence_finding_id")
        yield (*place, "all", "recall"), share(hits, len(revisited))


def _given(points: list[JudgedPoint]) -> Iterator[tuple[_Place, Estimate]]:
    """What readers call the follow-ups of each status, however few there are."""
    for code in code_list("follow_up_status"):
        given = [one.label.status for one in points if one.status == code]
        for other in code_list("follow_up_status") if given else ():
            place = ("follow_ups", "status_code", code, f"labelled_{other}")
            yield place, share(given.count(other), len(given))


def _macro_f1(points: list[JudgedPoint]) -> float:
    """The mean F1 of the labelled codes: what is left open is no code, and missed."""
    pairs = [(one.label.status, one.status) for one in points]
    found = macro_f1(pairs)
    codes = {code for pair in pairs for code in pair}
    # A status left open is right for nobody, and has an F1 of nothing.
    return found * len(codes) / len(codes - {_NONE})


def _rates(rates: list[tuple[bool, bool]]) -> Iterator[tuple[str, Estimate]]:
    """Precision, recall and F1 of what is expected and found; none of what few have."""
    hits = rates.count((True, True))
    wrong, missed = rates.count((False, True)), rates.count((True, False))
    if hits + missed < LEAST_POINTS:
        return
    if hits + wrong:
        yield "precision", share(hits, hits + wrong)
    yield "recall", share(hits, hits + missed)
    yield "f1", f1(hits, wrong, missed)


def _is_labelled(one: JudgedPoint) -> Callable[[str], bool]:
    """Tells whether a sentence is among those that a reader named."""
    named = [fold_sentence(text) for text in one.label.evidence]

    def is_named(text: str) -> bool:
        folded = fold_sentence(text)
        return any(folded in other or other in folded for other in named)

    return is_named


def _by_pair(points: Iterable[JudgedPoint]) -> list[list[JudgedPoint]]:
    found: dict[tuple[str, str], list[JudgedPoint]] = defaultdict(list)
    for one in points:
        found[one.pair].append(one)
    return list(found.values())


def _row(kind: str, place: _Place, estimate: Estimate) -> dict[str, Any]:
    table_name, field, code, metric = place
    return {
        "table_name": table_name,
        "field": field,
        "era": "all",
        "metric": metric,
        **{name: round(getattr(estimate, name), 4) for name in ("value", "low", "high")},
        "n": estimate.n,
        "code": code,
        "document_kind": kind,
    }
