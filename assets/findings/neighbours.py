"""What stands around a statement tells of it too: the second look at a letter.

Here belongs how the first judgements of a letter's statements, each by its own words, become the
features of the second: of the statement before and after, of its paragraph, its section and the
letter. `However` turns what was said before; `This means` goes on with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from math import log
from typing import NamedTuple

from assets.language.patterns import read_table
from assets.language.typography import plain

_LEAST_SHARE = 1e-3  # so that a logarithm stays finite

Shares = Sequence[float]
Feature = tuple[str, float]


class Position(NamedTuple):
    """Where a statement stands.

    Attributes:
        text: Its words.
        section: Its section, by any name.
        paragraph: Its paragraph within the section.
        is_headline: Whether it stands in the letter's summary.
    """

    text: str
    section: Hashable
    paragraph: Hashable
    is_headline: bool


def opening(text: str) -> str:
    """How a statement goes on from the one before: a kind of `openings.csv`, or `none`."""
    folded = plain(text).lower()
    for row in read_table("assets.findings", "openings"):
        if folded.startswith(row["words"]):
            return row["kind"]
    return "none"


def valence_neighbours(
    places: Sequence[Position], shares: Sequence[Shares], classes: Sequence[str]
) -> Iterator[list[Feature]]:
    """The features of each statement of a letter.

    Args:
        places: The statements in the letter's order, those of lists left out.
        shares: What each was judged to be by its own words: a share a class.
        classes: The classes.
    """
    openings = [opening(place.text) for place in places]
    by_paragraph = _others([(place.section, place.paragraph) for place in places], shares)
    by_section = _others([place.section for place in places], shares)
    by_letter = _others([None] * len(places), shares)
    for index, place in enumerate(places):
        before, after = _neighbour(places, index, -1), _neighbour(places, index, 1)
        is_first = before is None or not _same_paragraph(places, index, before)
        is_last = after is None or not _same_paragraph(places, index, after)
        found: list[Feature] = []

        def add(name: str, of: Shares | None, found: list[Feature] = found) -> None:
            if of is not None:
                found.extend(
                    (f"{name}:{label}", share) for label, share in zip(classes, of, strict=True)
                )

        add("log", [log(max(share, _LEAST_SHARE)) for share in shares[index]])
        add("own", shares[index])
        if before is not None:
            add("before in other paragraph" if is_first else "before", shares[before])
            add(f"before {openings[index]}", shares[before])
        if after is not None:
            add("after in other paragraph" if is_last else "after", shares[after])
            if not is_last:
                add(f"after {openings[after]}", shares[after])
        for name, distance in (("two before", -2), ("two after", 2)):
            far = _neighbour(places, index, distance)
            if far is not None and _same_paragraph(places, index, far):
                add(name, shares[far])
        add("paragraph", by_paragraph[index])
        add("section", by_section[index])
        add("letter", by_letter[index])
        found.append((f"opens {openings[index]}", 1.0))
        flags = {
            "alone": is_first and is_last,
            "headline": place.is_headline,
            "section begins": before is None,
            "section ends": after is None,
            "paragraph begins": is_first,
            "paragraph ends": is_last,
        }
        found.extend((name, 1.0) for name, is_so in flags.items() if is_so)
        yield found


def topic_neighbours(
    places: Sequence[Position], shares: Sequence[Shares]
) -> Iterator[list[tuple[str, list[float]]]]:
    """The features of each statement of a letter, with a value for each topic.

    Args:
        places: The statements in the letter's order.
        shares: The share of each topic by the statement's own words.
    """
    by_paragraph = _others([(place.section, place.paragraph) for place in places], shares)
    by_section = _others([place.section for place in places], shares)
    by_letter = _others([None] * len(places), shares)
    for index, own in enumerate(shares):
        near: dict[str, Shares | None] = {}
        for name, distance in (("before", -1), ("after", 1)):
            other = _neighbour(places, index, distance)
            is_near = other is not None and _same_paragraph(places, index, other)
            near[name] = shares[other] if other is not None and is_near else None
        around = {
            "own": own,
            "paragraph": by_paragraph[index],
            "section": by_section[index],
            "letter": by_letter[index],
            **near,
        }
        nothing = [0.0] * len(own)
        yield [
            ("log odds", [_log_odds(share) for share in own]),
            *((name, list(of or nothing)) for name, of in around.items()),
        ]


def _log_odds(share: float) -> float:
    kept = min(max(share, _LEAST_SHARE), 1 - _LEAST_SHARE)
    return log(kept / (1 - kept))


def _neighbour(places: Sequence[Position], index: int, distance: int) -> int | None:
    """The statement so far away in the same section."""
    other = index + distance
    if 0 <= other < len(places) and places[other].section == places[index].section:
        return other
    return None


def _same_paragraph(places: Sequence[Position], one: int, other: int) -> bool:
    """Whether two statements of one section stand in one paragraph."""
    return places[one].paragraph == places[other].paragraph


def _others(groups: Sequence[Hashable], shares: Sequence[Shares]) -> list[list[float] | None]:
    """For each statement, the mean shares of the others of its group; `None` without others."""
    sums: dict[Hashable, list[float]] = {}
    counts: dict[Hashable, int] = defaultdict(int)
    for group, of in zip(groups, shares, strict=True):
        counts[group] += 1
        sums[group] = [a + b for a, b in zip(sums.get(group, [0.0] * len(of)), of, strict=True)]
    return [
        [(whole - own) / (counts[group] - 1) for whole, own in zip(sums[group], of, strict=True)]
        if counts[group] > 1
        else None
        for group, of in zip(groups, shares, strict=True)
    ]
