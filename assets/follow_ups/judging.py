"""What a later document says became of a point: the sentences that decide, and what they weigh.

Here belongs the judgement of one point and one later document, by the definitions of
docs/follow_ups.md. How likely a sentence is to decide on the point follows from what they have in
common (`matching`). The likeliest tells whether the matter is revisited; all together, each by its
valence and as it is likely, whether strengths or concerns outweigh; the likest point of the later
list, whether it is asked for again. What of these weighs how much was learnt from labels
(`learnt/weights.csv`, by `tools/learn_follow_ups.py`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from assets.follow_ups.matching import TRAITS, LaterDocument, asked
from assets.follow_ups.statements import Statement
from assets.follow_ups.terms import GROUP, PRACTICE, TOPIC
from assets.follow_ups.vectors import rarity
from assets.language.patterns import read_table

REVISITED = ("improved", "partly_improved", "not_improved")
NOT_REVISITED = "not_revisited"

#: The weights of each curve, by what they are of; the constant by the name `constant`.
Weights = Mapping[str, Mapping[str, float]]

#: By which a sentence is judged, and by which a point.
SENTENCE = "sentence"
CURVES = ("revisited", "improved", "not_improved", "asked_again")

#: Below this a status is left open.
LEAST_SCORE = 0.25
#: From this on it is sure that a matter is not revisited; below it, the sentences that are
#: likeliest to speak of it are given for a reader to look at.
SURE = 0.8
#: From this on a matter is asked for again: what is said to be must be so.
ASKED = 0.6

#: The kind of inspection that looks at a service by itself.
_APART = "area_send_inspection"
#: So many sentences are given at most, none of them of log odds that are less by more than this.
_GIVEN, _GIVEN_WITHIN = 5, 1.5
_MOST_CUES = 5
#: What a document without a list says of asking again: as little as one list in four.
_WITHOUT_LIST = 0.3


class Evidence(msgspec.Struct, frozen=True):
    """A sentence that decides.

    Attributes:
        finding_id: Its key.
        score: How likely it is to decide.
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
        nearness: How likely the likeliest sentence is to decide; `None` where there is none.
        concern_share: How much of the weight is concern; `None` where nothing weighs.
        cues: What the point and the likeliest sentence have in common.
        evidence: The sentences that decide, the likeliest first; those that may, where it is not
            sure that the matter is not revisited.
    """

    status_code: str | None
    status_score: float
    is_asked_again: bool
    is_explicit: bool
    nearness: float | None
    concern_share: float | None
    cues: tuple[str, ...]
    evidence: tuple[Evidence, ...]


class Signs(NamedTuple):
    """What a status is judged by.

    Attributes:
        odds: The logarithm of the odds that each statement decides.
        order: Indexes of the statements, the likeliest first.
        likeliest: Index of the likeliest that is no point of the list; of any, where the document
            is but a list.
        asking: Index of the point of the later list that is likest; `None` without one.
        likeness: How like it is.
        concern_share: Of the weight of the statements that are no points, each as it is likely, the
            share of concern; `None` where none weighs.
        is_apart: Whether one of the two documents, not both, is on a service by itself.
    """

    odds: NDArray[np.float64]
    order: NDArray[np.intp]
    likeliest: int
    asking: int | None
    likeness: float
    concern_share: float | None
    is_apart: bool

    @property
    def values(self) -> Mapping[str, float]:
        """What curves are of, by the names that `learnt/weights.csv` has for them."""
        return {
            "odds": float(self.odds[self.likeliest]),
            "is_apart": float(self.is_apart),
            "concern_share": 0.5 if self.concern_share is None else self.concern_share,
            "likeness": self.likeness,
        }


def judge(point: Statement, later: LaterDocument, weights: Weights | None = None) -> FollowUp:
    """What a later document says became of a point, by the weights that were learnt, or others."""
    weights = weights or _learnt()
    signs = signs_of(point, later, weights)
    likely = {of: _likely(weights[of], signs.values) for of in CURVES}
    is_asked_again = signs.asking is not None and likely["asked_again"] > ASKED
    chances = _chances(likely, is_asked_again)
    # Whether it is revisited comes first: its three statuses share what speaks for that.
    codes = REVISITED if chances[NOT_REVISITED] < 0.5 else (NOT_REVISITED,)
    status = max(codes, key=lambda code: chances[code])
    is_open = chances[status] < LEAST_SCORE
    is_revisited = status != NOT_REVISITED
    is_in_doubt = chances[NOT_REVISITED] < SURE
    given = _given(signs, is_asked_again and is_revisited) if is_in_doubt else []
    sure = _chance(signs.odds)
    return FollowUp(
        status_code=None if is_open else status,
        status_score=chances[status],
        is_asked_again=is_asked_again and is_revisited,
        is_explicit=is_revisited and any(map(later.is_tied, given)),
        nearness=round(float(sure[signs.likeliest]), 3),
        concern_share=None if signs.concern_share is None else round(signs.concern_share, 3),
        cues=_cues(point, later.terms[signs.likeliest]),
        evidence=tuple(
            Evidence(later.statements[index].finding_id, round(float(sure[index]), 3))
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


def signs_of(point: Statement, later: LaterDocument, weights: Weights | None = None) -> Signs:
    """What there is to judge a point and a later document by, by the weights of a sentence."""
    of_sentence = (weights or _learnt())[SENTENCE]
    slopes = np.array([of_sentence[name] for name in TRAITS])
    # What is as likely but for the last digits, which differ from processor to processor, is as
    # likely.
    odds = (later.traits(point) @ slopes + of_sentence["constant"]).round(5)
    order = np.argsort(-odds, kind="stable")
    said = order if later.are_listed.all() else order[~later.are_listed[order]]
    matter = asked(point).matter
    like = [round(float(other @ matter), 6) for other in later.asked]
    likeness = max(like, default=_WITHOUT_LIST)
    return Signs(
        odds,
        order,
        int(said[0]),
        int(later.listed[like.index(likeness)]) if like else None,
        likeness,
        _concern_share(_chance(odds[said]), later.sides[said]),
        (point.document_kind == _APART) != (later.statements[0].document_kind == _APART),
    )


def _chance(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    chance: NDArray[np.float64] = 1 / (1 + np.exp(-odds))
    return chance


def _likely(weights: Mapping[str, float], values: Mapping[str, float]) -> float:
    """How likely something is by what tells of it: a logistic curve."""
    return 1 / (1 + math.exp(-sum(weight * values.get(by, 1) for by, weight in weights.items())))


def _concern_share(chances: NDArray[np.float64], sides: NDArray[np.float64]) -> float | None:
    strength, concern = (chances @ sides).tolist()
    return concern / (strength + concern) if strength + concern else None


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
    least = signs.odds[signs.likeliest] - _GIVEN_WITHIN
    given = [int(index) for index in signs.order[:_GIVEN] if signs.odds[index] >= least]
    if is_asked_again and signs.asking is not None and signs.asking not in given:
        given.append(signs.asking)
    return given


def _cues(point: Statement, nearest: frozenset[str]) -> tuple[str, ...]:
    """What both speak of, the rarest first."""
    common = (term for term in asked(point).terms & nearest if term[0] not in (TOPIC, GROUP))
    ordered = sorted(common, key=lambda term: (-rarity(term), term))
    return tuple(dict.fromkeys(term.removeprefix(PRACTICE) for term in ordered))[:_MOST_CUES]


@cache
def _learnt() -> Weights:
    learnt: dict[str, dict[str, float]] = {}
    for row in read_table("assets.follow_ups", "learnt/weights"):
        learnt.setdefault(row["of"], {})[row["by"]] = float(row["weight"])
    return learnt
