"""In what a point and each statement of a later document are alike: what is learnt from is in here.

Here belongs the reading of a later document, once for all points that are held against it, and the
three traits by which a statement is told to be one that decides on a point. What they weigh, and
what became of the point, is in `judging`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from assets.follow_ups.statements import Statement
from assets.follow_ups.terms import TOPIC, groups_in, matter_of, named_in, terms_of
from assets.follow_ups.ties import is_tied
from assets.follow_ups.vectors import Vector, rarity, vector_of, vectors_of

#: The columns of `LaterDocument.traits`, by the names that `learnt/weights.csv` has for them.
TRAITS = ("nearness", "shared", "topic")

#: What is taken off the nearness of a sentence about another group of children.
_OTHER_GROUP = 0.15
#: What a sentence has of the direction of its paragraph: `This is not always so` says too little.
_OF_PARAGRAPH = 0.5


class Asked(NamedTuple):
    """A point as it is held against later documents.

    Attributes:
        terms: All its terms.
        vector: Their direction.
        matter: The direction of what it asks for, without what that is to lead to.
        named: The words and practices in that, each with its share of what all are worth.
        groups: The groups of children that it names.
    """

    terms: frozenset[str]
    vector: Vector
    matter: Vector
    named: tuple[tuple[str, float], ...]
    groups: frozenset[str]


@lru_cache(maxsize=1_000)  # the later documents of an authority follow each other
def asked(point: Statement) -> Asked:
    """What a point asks for."""
    terms, matter = point.terms, terms_of(matter_of(point.text))
    # In their order, as a sum's last digits depend on its order.
    worth = {term: rarity(term) for term in sorted(named_in(matter))}
    whole = sum(worth.values()) or 1
    named = tuple((term, one / whole) for term, one in worth.items() if one)
    groups = groups_in(terms_of(point.text))
    return Asked(terms, vector_of(terms), vector_of(matter), named, groups)


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
        self.vectors = _in_paragraphs(statements, vectors_of(self.terms))
        self.sides = np.array([_sides(one) for one in statements])
        self.are_listed = np.array([one.is_listed for one in statements])
        self.listed = np.flatnonzero(self.are_listed)
        self.asked = [asked(one).matter for one in statements if one.is_listed]
        self._groups = [groups_in(terms) for terms in self.terms]
        self._apart: dict[frozenset[str], Vector] = {}
        self._tied: dict[int, bool] = {}
        self._places: dict[str, list[int]] = defaultdict(list)
        for index, terms in enumerate(self.terms):
            for term in terms:
                self._places[term].append(index)

    def traits(self, point: Statement) -> NDArray[np.float64]:
        """How alike a point and each statement are, a row a statement.

        The columns are `TRAITS`: the cosine of what both speak of, less where the statement is
        about another group of children; the share of what the point names that the statement names
        too; and whether they have a topic in common.
        """
        one = asked(point)
        found = np.zeros((len(self.statements), len(TRAITS)))
        found[:, 0] = self.vectors @ one.vector - self._on_others(one.groups)
        places, shared = self._places, found[:, 1]
        for term, worth in one.named:
            if term in places:
                shared[places[term]] += worth
        for code in point.topic_codes:
            if f"{TOPIC}{code}" in places:
                found[places[f"{TOPIC}{code}"], 2] = 1
        return found

    def is_tied(self, index: int) -> bool:
        """Whether a statement is tied to an earlier visit."""
        if index not in self._tied:
            self._tied[index] = is_tied(index, self.statements)
        return self._tied[index]

    def _on_others(self, groups: frozenset[str]) -> Vector:
        """What each statement is less near to a point on groups of children, by being on others."""
        if groups not in self._apart:
            are_others = [bool(groups and one) and not groups & one for one in self._groups]
            self._apart[groups] = np.float32(_OTHER_GROUP) * np.array(are_others, np.float32)
        return self._apart[groups]


def _in_paragraphs(statements: Sequence[Statement], vectors: Vector) -> Vector:
    """The directions of statements, each but those of lists with something of its paragraph's."""
    of_paragraphs: dict[tuple[str, int], list[int]] = {}
    for index, one in enumerate(statements):
        if not one.is_listed:
            of_paragraphs.setdefault(one.paragraph, []).append(index)
    for indexes in of_paragraphs.values():
        vectors[indexes] += _OF_PARAGRAPH * vectors[indexes].mean(axis=0)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return vectors


def _sides(one: Statement) -> tuple[float, float]:
    """What a statement weighs as a strength and as a concern, which has half of the doubt."""
    sure, doubt = one.valence_score, (1 - one.valence_score) / 2
    sides = {"strength": (sure, doubt), "concern": (doubt, sure), "mixed": (1.0, 1.0)}
    return sides.get(one.valence_code, (0.0, 0.0))
