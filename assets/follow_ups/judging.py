"""What a later document says became of a point: the nearest sentences, and what they weigh.

Here belongs the judgement of one point and one later document, by the definitions of
docs/follow_ups.md. A sentence is as near to a point as their directions (`vectors`), less where it
is about another group of children. The nearest tells whether the matter is revisited; those near
it, each by its valence, whether strengths or concerns outweigh; the likest point of the later
list, whether it is asked for again. What of these is how likely was learnt from labels
(`learnt/weights.csv`, by `tools/learn_follow_ups.py`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

import msgspec
import numpy as np

from assets.follow_ups.statements import Statement
from assets.follow_ups.terms import GROUP, PRACTICE, TOPIC, groups_in, matter_of, terms_of
from assets.follow_ups.ties import is_tied
from assets.follow_ups.vectors import Vector, rarity, vector_of
from assets.language.patterns import read_table

REVISITED = ("improved", "partly_improved", "not_improved")
NOT_REVISITED = "not_revisited"

#: The weights of each curve, by what they are of; the constant by the name `constant`.
Weights = Mapping[str, Mapping[str, float]]

#: Below this a status is left open.
LEAST_SCORE = 0.3
#: From this on it is sure that a matter is not revisited; below it, the sentences that come nearest
#: are given for a reader to look at.
SURE = 0.8
#: From this on a matter is asked for again: what is said to be must be so.
ASKED = 0.6

#: What is taken off the nearness of a sentence about another group of children.
_OTHER_GROUP = 0.15
#: What a sentence has of the direction of its paragraph: `This is not always so` says too little.
_OF_PARAGRAPH = 0.5
#: The kind of inspection that looks at a service by itself.
_APART = "area_send_inspection"
#: So many sentences weigh at most, each less by a factor of e for so much less nearness.
_WEIGHED, _FADING = 10, 0.1
#: So many sentences are given at most, none of them less near than the nearest by more than this.
_GIVEN, _GIVEN_WITHIN = 5, 0.15
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
        evidence: The sentences that decide, the nearest first; those that come nearest, where it is
            not sure that the matter is not revisited.
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
        statements: What it states, one statement or more.
        vectors: Their directions, each with something of its paragraph's.
        terms: Their terms.
        sides: What each weighs as a strength and as a concern.
        are_listed: Whether each is a point of its list.
        listed: The indexes of those that are.
        asked: The directions of what those ask for.
    """

    def __init__(self, statements: Sequence[Statement]) -> None:
        self.statements = statements
        self.terms = [one.terms for one in statements]
        self.vectors = _in_paragraphs(statements, [vector_of(terms) for terms in self.terms])
        self.sides = np.array([_sides(one) for one in statements])
        self.are_listed = np.array([one.is_listed for one in statements])
        self.listed = np.flatnonzero(self.are_listed)
        self.asked = [_asked(one).matter for one in statements if one.is_listed]
        self._groups = [groups_in(terms) for terms in self.terms]
        self._apart: dict[frozenset[str], Vector] = {}
        self._tied: dict[int, bool] = {}

    def apart(self, groups: frozenset[str]) -> Vector:
        """What each statement is less near to a point on groups of children, by being on others."""
        if groups not in self._apart:
            are_others = [bool(groups and one) and not groups & one for one in self._groups]
            self._apart[groups] = np.float32(_OTHER_GROUP) * np.array(are_others, np.float32)
        return self._apart[groups]

    def is_tied(self, index: int) -> bool:
        """Whether a statement is tied to an earlier visit."""
        if index not in self._tied:
            self._tied[index] = is_tied(index, self.statements)
        return self._tied[index]


class Signs(NamedTuple):
    """What a status is judged by.

    Attributes:
        order: Indexes of the statements, the nearest first.
        near: How near each statement is.
        said: Indexes of those that are no points of the list, the nearest first; of all, where the
            document is but a list.
        asking: Index of the point of the later list that is likest; `None` without one.
        likeness: How like it is.
        concern_share: Of the weight of the nearest, the share of concern; `None` where none weighs.
        is_apart: Whether one of the two documents, not both, is on a service by itself.
    """

    order: np.ndarray
    near: Vector
    said: np.ndarray
    asking: int | None
    likeness: float
    concern_share: float | None
    is_apart: bool

    @property
    def nearest(self) -> float:
        """How near the nearest statement is."""
        return float(self.near[self.said[0]])

    @property
    def values(self) -> Mapping[str, float]:
        """What curves are of, by the names that `learnt/weights.csv` has for them."""
        return {
            "nearness": self.nearest,
            "is_apart": float(self.is_apart),
            "concern_share": 0.5 if self.concern_share is None else self.concern_share,
            "likeness": self.likeness,
        }


def judge(point: Statement, later: LaterDocument, weights: Weights | None = None) -> FollowUp:
    """What a later document says became of a point, by the weights that were learnt, or others."""
    signs = signs_of(point, later)
    likely = {of: _likely(curve, signs.values) for of, curve in (weights or _learnt()).items()}
    is_asked_again = signs.asking is not None and likely["asked_again"] > ASKED
    chances = _chances(likely, is_asked_again)
    # Whether it is revisited comes first: its three statuses share what speaks for that.
    codes = REVISITED if chances[NOT_REVISITED] < 0.5 else (NOT_REVISITED,)
    status = max(codes, key=lambda code: chances[code])
    is_open = chances[status] < LEAST_SCORE
    is_revisited = status != NOT_REVISITED
    is_in_doubt = chances[NOT_REVISITED] < SURE
    given = _given(signs, is_asked_again and is_revisited) if is_in_doubt else []
    return FollowUp(
        status_code=None if is_open else status,
        status_score=chances[status],
        is_asked_again=is_asked_again and is_revisited,
        is_explicit=is_revisited and any(map(later.is_tied, given)),
        nearness=_rounded(signs.nearest),
        concern_share=None if signs.concern_share is None else round(signs.concern_share, 3),
        cues=_cues(point, later.terms[signs.said[0]]),
        evidence=tuple(
            Evidence(later.statements[index].finding_id, _rounded(float(signs.near[index])))
            for index in given
        ),
    )


def unheard() -> FollowUp:
    """What a document says of a point that states nothing at all."""
    return FollowUp(
        status_code=NOT_REVISITED,
        status_score=1.0,
        is_asked_again=False,
        is_explicit=False,
        nearness=None,
        concern_share=None,
        cues=(),
        evidence=(),
    )


def signs_of(point: Statement, later: LaterDocument) -> Signs:
    """What there is to judge a point and a later document by."""
    asked = _asked(point)
    # What is as near but for the last digits, which differ from processor to processor, is as near.
    near = (later.vectors @ asked.vector - later.apart(asked.groups)).round(6)
    order = np.argsort(-near, kind="stable")
    are_listed = later.are_listed[order]
    said = order if are_listed.all() else order[~are_listed]
    like = [round(float(other @ asked.matter), 6) for other in later.asked]
    likeness = max(like, default=0.0)
    return Signs(
        order,
        near,
        said,
        int(later.listed[like.index(likeness)]) if like else None,
        likeness,
        _concern_share(near, said[:_WEIGHED], later.sides),
        (point.document_kind == _APART) != (later.statements[0].document_kind == _APART),
    )


def _likely(weights: Mapping[str, float], values: Mapping[str, float]) -> float:
    """How likely something is by what tells of it: a logistic curve."""
    return 1 / (1 + math.exp(-sum(weight * values.get(by, 1) for by, weight in weights.items())))


class _Asked(NamedTuple):
    """A point as it is held against later documents; `matter` is the direction of what it asks."""

    terms: frozenset[str]
    vector: Vector
    matter: Vector
    groups: frozenset[str]


@lru_cache(maxsize=1_000)  # the later documents of an authority follow each other
def _asked(point: Statement) -> _Asked:
    terms, own = point.terms, terms_of(point.text)
    matter = vector_of(terms_of(matter_of(point.text)))
    return _Asked(terms, vector_of(terms), matter, groups_in(own))


def _in_paragraphs(statements: Sequence[Statement], alone: Sequence[Vector]) -> Vector:
    """The directions of statements, each but those of lists with something of its paragraph's."""
    vectors = np.stack(alone)
    of_paragraphs: dict[tuple[str, int], list[int]] = {}
    for index, one in enumerate(statements):
        if not one.is_listed:
            of_paragraphs.setdefault(one.paragraph, []).append(index)
    for indexes in of_paragraphs.values():
        vectors[indexes] += _OF_PARAGRAPH * vectors[indexes].mean(axis=0)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return vectors


def _concern_share(near: Vector, nearest: np.ndarray, sides: np.ndarray) -> float | None:
    weights = np.exp((near[nearest] - near[nearest[0]]).astype(float) / _FADING)
    strength, concern = (weights @ sides[nearest]).tolist()
    return concern / (strength + concern) if strength + concern else None


def _sides(one: Statement) -> tuple[float, float]:
    """What a statement weighs as a strength and as a concern, which has half of the doubt."""
    sure, doubt = one.valence_score, (1 - one.valence_score) / 2
    sides = {"strength": (sure, doubt), "concern": (doubt, sure), "mixed": (1.0, 1.0)}
    return sides.get(one.valence_code, (0.0, 0.0))


def _chances(likely: Mapping[str, float], is_asked_again: bool) -> Mapping[str, float]:
    """How likely each status is.

    What is asked for again has a shortfall left, so that it is not improved as a whole.
    """
    revisited, not_improved = likely["revisited"], likely["not_improved"]
    improved = 0.0 if is_asked_again else likely["improved"]
    chances = {
        "improved": revisited * improved,
        "partly_improved": revisited * max(1 - improved - not_improved, 0.0),
        "not_improved": revisited * not_improved,
        NOT_REVISITED: 1 - revisited,
    }
    return {code: round(share, 3) for code, share in chances.items()}


def _given(signs: Signs, is_asked_again: bool) -> list[int]:
    """Indexes of the sentences that are given as those that decide."""
    least = signs.nearest - _GIVEN_WITHIN
    given = [int(index) for index in signs.order[:_GIVEN] if signs.near[index] >= least]
    if is_asked_again and signs.asking is not None and signs.asking not in given:
        given.append(signs.asking)
    return given


def _cues(point: Statement, nearest: frozenset[str]) -> tuple[str, ...]:
    """What both speak of, the rarest first."""
    common = (term for term in _asked(point).terms & nearest if term[0] not in (TOPIC, GROUP))
    ordered = sorted(common, key=lambda term: (-rarity(term), term))
    return tuple(dict.fromkeys(term.removeprefix(PRACTICE) for term in ordered))[:_MOST_CUES]


def _rounded(cosine: float) -> float:
    return round(min(max(cosine, 0.0), 1.0), 3)


@cache
def _learnt() -> Weights:
    learnt: dict[str, dict[str, float]] = {}
    for row in read_table("assets.follow_ups", "learnt/weights"):
        learnt.setdefault(row["of"], {})[row["by"]] = float(row["weight"])
    return learnt
