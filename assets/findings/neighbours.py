"""What stands around a statement tells of it too: the second look at a letter.

Here belongs how the first judgements of a letter's statements, each by its own words, become the
features of the second: of the statement before and after, of its paragraph, its section and the
letter. `However` turns what was said before; `This means` goes on with it. Set phrases are looked
for here as well, for they hold whatever stands around: `there is more to do to …`.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Sequence
from functools import cache
from typing import Literal, NamedTuple

import numpy as np

from assets.findings.clauses import CLAUSE_SHARES
from assets.language.patterns import read_table
from assets.language.typography import plain

_LONGEST_OPENING = 20  # characters of a row of `openings.csv`
_LEAST_SHARE = 1e-3  # so that a logarithm stays finite


class Position(NamedTuple):
    """Where a statement stands.

    Attributes:
        opening: How it goes on from the one before, see `opening`.
        section: Its section, by any name.
        paragraph: Its paragraph within the section.
        is_headline: Whether it stands in the letter's summary.
        sayings: What its set phrases say, see `sayings`.
    """

    opening: str
    section: Hashable
    paragraph: Hashable
    is_headline: bool
    sayings: frozenset[str] = frozenset()


class Around(NamedTuple):
    """Features that some of a letter's statements have.

    Attributes:
        names: What they are weighed by.
        statements: Indexes of the statements that have them.
        values: Their values, a row a statement and a column a feature.
    """

    names: Sequence[str]
    statements: np.ndarray
    values: np.ndarray


def opening(text: str) -> str:
    """How a statement goes on from the one before: a kind of `openings.csv`, or `none`."""
    begun = _openings().match(plain(text[:_LONGEST_OPENING]).lower())
    if begun is None or begun.lastindex is None:
        return "none"
    return read_table("assets.findings", "openings")[begun.lastindex - 1]["kind"]


def sayings(text: str) -> frozenset[str]:
    """What set phrases of a statement say: kinds of `sayings.csv`.

    `left`: that something is left to do, be the words that follow as good as they may; `strain`:
    that something good is made less.
    """
    folded = text.lower()
    # Most statements have none; the word alone tells so far more quickly than the pattern.
    return frozenset(
        kind
        for kind, word, pattern in _sayings()
        if word in folded and pattern.search(folded) is not None
    )


@cache
def _sayings() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    return tuple(
        (row["kind"], row["word"], re.compile(row["pattern"]))
        for row in read_table("assets.findings", "sayings")
    )


@cache
def _openings() -> re.Pattern[str]:
    """A group a row; the upper row counts."""
    rows = read_table("assets.findings", "openings")
    return re.compile("|".join(f"({re.escape(row['words'])})" for row in rows))


def valence_neighbours(
    places: Sequence[Position], shares: np.ndarray, clauses: np.ndarray, classes: Sequence[str]
) -> Iterator[Around]:
    """The features of a letter's statements; those of one name come once a statement.

    Args:
        places: The statements in the letter's order, those of lists left out.
        shares: What each was judged to be by its own words: a row a statement, a share a class.
        clauses: What its clauses were judged to be (`CLAUSE_SHARES`), a row a statement.
        classes: The classes.
    """
    every = np.arange(len(places))
    openings = np.array([place.opening for place in places])
    follows, precedes = _near(places, -1), _near(places, 1)
    goes_on, is_gone_on = _near(places, -1, "paragraph"), _near(places, 1, "paragraph")

    def of(name: str, has: np.ndarray, distance: int = 0) -> Around:
        statements = every[has]
        names = [f"{name}:{label}" for label in classes]
        return Around(names, statements, shares[statements + distance])

    def flag(name: str, has: np.ndarray) -> Around:
        return Around([name], every[has], np.ones((np.count_nonzero(has), 1)))

    own = of("log", every)
    yield own._replace(values=np.log(np.maximum(own.values, _LEAST_SHARE)))
    yield of("own", every)
    yield Around([f"clauses:{name}" for name in CLAUSE_SHARES], every, clauses)
    yield of("before", goes_on, -1)
    yield of("before in other paragraph", follows & ~goes_on, -1)
    yield of("after", is_gone_on, 1)
    yield of("after in other paragraph", precedes & ~is_gone_on, 1)
    for kind in sorted(set(openings.tolist())):
        opens = openings == kind
        yield flag(f"opens {kind}", opens)
        yield of(f"before {kind}", follows & opens, -1)
        yield of(f"after {kind}", is_gone_on & np.append(opens[1:], False), 1)
    yield of("two before", _near(places, -2, "paragraph"), -2)
    yield of("two after", _near(places, 2, "paragraph"), 2)
    for name, groups in _groups(places):
        has, values = _others(groups, shares)
        yield of(name, has)._replace(values=values[has])
    for kind in sorted({kind for place in places for kind in place.sayings}):
        yield flag(f"says {kind}", np.array([kind in place.sayings for place in places]))
    yield flag("alone", ~goes_on & ~is_gone_on)
    yield flag("headline", np.array([place.is_headline for place in places], dtype=bool))
    yield flag("section begins", ~follows)
    yield flag("section ends", ~precedes)
    yield flag("paragraph begins", ~goes_on)
    yield flag("paragraph ends", ~is_gone_on)


def topic_neighbours(
    places: Sequence[Position], shares: np.ndarray
) -> Iterator[tuple[str, np.ndarray]]:
    """The features of a letter's statements, each with a value for each statement and topic.

    Args:
        places: The statements in the letter's order.
        shares: The share of each topic by the statement's own words: a row a statement.
    """
    kept = np.clip(shares, _LEAST_SHARE, 1 - _LEAST_SHARE)
    odds = np.log(kept / (1 - kept))
    yield "log odds", odds
    yield "log odds over the next", odds - _best_of_others(odds)
    yield "own", shares
    for name, groups in _groups(places):
        yield name, _others(groups, shares)[1]
    for name, distance in (("two before", -2), ("before", -1), ("after", 1), ("two after", 2)):
        is_near = _near(places, distance, "paragraph")
        yield name, np.where(is_near[:, None], np.roll(shares, -distance, axis=0), 0.0)


def _best_of_others(odds: np.ndarray) -> np.ndarray:
    """The best odds of a statement's other topics: a row a statement, a column a topic."""
    second, best = np.partition(odds, -2, axis=1)[:, -2:].T
    others: np.ndarray = np.where(odds == best[:, None], second[:, None], best[:, None])
    return others


def _near(
    places: Sequence[Position], distance: int, within: Literal["section", "paragraph"] = "section"
) -> np.ndarray:
    """Whether there is a statement so far away from each, in the same section or paragraph."""
    groups = [
        (place.section, place.paragraph if within == "paragraph" else None) for place in places
    ]
    near = [
        0 <= other < len(groups) and groups[other] == groups[other - distance]
        for other in range(distance, len(groups) + distance)
    ]
    return np.array(near, dtype=bool)


def _groups(places: Sequence[Position]) -> Iterator[tuple[str, list[Hashable]]]:
    """The groups that statements stand in: by name, the group of each."""
    yield "paragraph", [(place.section, place.paragraph) for place in places]
    yield "section", [place.section for place in places]
    yield "letter", [None] * len(places)


def _others(groups: Sequence[Hashable], shares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Whether each statement has others in its group, and their mean shares; without any, 0."""
    numbers: dict[Hashable, int] = {}
    of_group = [numbers.setdefault(group, len(numbers)) for group in groups]
    sums = np.zeros((len(numbers), shares.shape[1]))
    np.add.at(sums, of_group, shares)
    others = np.bincount(of_group)[of_group] - 1 if of_group else np.zeros(0, dtype=int)
    has = others > 0
    means = (sums[of_group] - shares) / np.maximum(others, 1)[:, None]
    return has, np.where(has[:, None], means, 0.0)
