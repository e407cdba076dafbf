"""What a later document says became of a point: the nearest sentences, and what they weigh.

Here belongs the judgement of one point and one later document, by the definitions of
docs/follow_ups.md. A sentence is as near to a point as their directions (`vectors`), less where it
is about another group of children. The nearest tells whether the matter is revisited; the sentences
near it, each by its valence, whether strengths or concerns outweigh. All limits are in
`learnt/weights.csv`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache

import msgspec
import numpy as np

from assets.follow_ups.statements import Statement, vector_of_point, vectors_of
from assets.follow_ups.terms import GROUP, PRACTICE, TOPIC, groups_in, terms_of
from assets.follow_ups.ties import tied
from assets.follow_ups.vectors import Vector, rarity
from assets.language.patterns import read_table

#: What a sentence of each valence weighs: as a strength, and as a concern.
_SIDES = {"strength": (1.0, 0.0), "concern": (0.0, 1.0), "mixed": (0.5, 0.5)}
_MOST_CUES = 5


class Evidence(msgspec.Struct, frozen=True):
    """A sentence that decides.

    Attributes:
        finding_id: Its key.
        score: How near it is to the point.
    """

    finding_id: str
    score: float


class FollowUp(msgspec.Struct, frozen=True, kw_only=True):
    """What a later document says of a point; the columns of the table of that name.

    Attributes:
        status_code: The likeliest status; `None` where it is not sure enough.
        status_score: How sure it is.
        is_asked_again: Whether its list asks for the same.
        is_explicit: Whether it ties the matter to an earlier visit.
        nearness: How near the nearest sentence is; `None` where there is none.
        concern_share: How much of the weight is concern; `None` where nothing weighs.
        cues: What the point and the nearest sentence have in common.
        evidence: The sentences that decide, the nearest first.
    """

    status_code: str | None
    status_score: float
    is_asked_again: bool
    is_explicit: bool
    nearness: float | None
    concern_share: float | None
    cues: tuple[str, ...]
    evidence: tuple[Evidence, ...]


class LaterDocument:
    """A later document, read once for all points that are held against it.

    Attributes:
        statements: What it states.
        vectors: Their directions.
        groups: The groups of children that each is about.
    """

    def __init__(self, statements: Sequence[Statement]) -> None:
        self.statements = statements
        self.vectors: Vector = vectors_of(statements)
        self.groups = [groups_in(one.terms) for one in statements]


def judge(point: Statement, later: LaterDocument) -> FollowUp:
    """What a later document says became of a point."""
    limits = _limits()
    near = _nearness(point, later)
    if not len(near):
        return _not_revisited(1.0, None, ())
    order = np.argsort(-near, kind="stable")
    nearest = float(near[order[0]])
    cues = _cues(point, later.statements[order[0]])
    revisited = _logistic((nearest - limits["nearness_middle"]) / limits["nearness_width"])
    share = _concern_share(near, order, later.statements)
    asked = [
        index
        for index in order
        if later.statements[index].is_listed and near[index] >= limits["asked_again"]
    ]
    chances = {"not_revisited": 1 - revisited} | {
        code: revisited * chance for code, chance in _chances(share, bool(asked)).items()
    }
    status = max(chances, key=lambda code: chances[code])
    if status == "not_revisited" and chances[status] >= limits["least_score"]:
        return _not_revisited(chances[status], nearest, cues)
    least = nearest - limits["evidence_within"]
    given = [index for index in order if near[index] >= least][: int(limits["evidence_most"])]
    given += [index for index in asked[:1] if index not in given]
    return FollowUp(
        status_code=status if chances[status] >= limits["least_score"] else None,
        status_score=round(chances[status], 3),
        is_asked_again=bool(asked),
        is_explicit=tied(given, later.statements),
        nearness=_rounded(nearest),
        concern_share=None if share is None else round(share, 3),
        cues=cues,
        evidence=tuple(
            Evidence(later.statements[index].finding_id, _rounded(float(near[index])))
            for index in given
        ),
    )


def _not_revisited(score: float, nearest: float | None, cues: tuple[str, ...]) -> FollowUp:
    return FollowUp(
        status_code="not_revisited",
        status_score=round(score, 3),
        is_asked_again=False,
        is_explicit=False,
        nearness=None if nearest is None else _rounded(nearest),
        concern_share=None,
        cues=cues,
        evidence=(),
    )


def _nearness(point: Statement, later: LaterDocument) -> Vector:
    """How near each statement of the later document is to the point."""
    near = later.vectors @ vector_of_point(point)
    if groups := groups_in(terms_of(point.text)):
        others = [bool(theirs) and not groups & theirs for theirs in later.groups]
        near = near - np.float32(_limits()["other_group"]) * np.asarray(others, np.float32)
    return near


def _concern_share(
    near: Vector, order: np.ndarray, statements: Sequence[Statement]
) -> float | None:
    """Of the weight of the sentences that decide, the share of concern."""
    limits = _limits()
    least = max(float(near[order[0]]) - limits["decides_within"], limits["decides_floor"])
    strength = concern = 0.0
    for index in order[: int(limits["decides_most"])]:
        weight = math.sqrt(max(float(near[index]) - least, 0))
        good, bad = _SIDES.get(statements[index].valence_code, (0.0, 0.0))
        strength += weight * good
        concern += weight * bad
    return concern / (strength + concern) if strength + concern else None


def _chances(share: float | None, is_asked_again: bool) -> Mapping[str, float]:
    """How likely each status is of a matter that is revisited.

    What is asked for again has a shortfall left, so that it is not improved as a whole.
    """
    limits = _limits()
    width = limits["share_width"]
    share = 0.5 if share is None else share
    improved = 0.0 if is_asked_again else _logistic((limits["improved_below"] - share) / width)
    not_improved = _logistic((share - limits["not_improved_above"]) / width)
    return {
        "improved": improved,
        "partly_improved": max(1 - improved - not_improved, 0.0),
        "not_improved": not_improved,
    }


def _cues(point: Statement, nearest: Statement) -> tuple[str, ...]:
    """What both speak of, the rarest first."""
    common = (term for term in point.terms & nearest.terms if term[0] not in (TOPIC, GROUP))
    ordered = sorted(common, key=lambda term: (-rarity(term), term))
    return tuple(dict.fromkeys(term.removeprefix(PRACTICE) for term in ordered))[:_MOST_CUES]


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value))


def _rounded(cosine: float) -> float:
    return round(min(max(cosine, 0.0), 1.0), 3)


@cache
def _limits() -> Mapping[str, float]:
    return {
        row["name"]: float(row["value"])
        for row in read_table("assets.follow_ups", "learnt/weights")
    }
