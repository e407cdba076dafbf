"""Neighbours: what stands around a statement, and how it goes on."""

from __future__ import annotations

from math import isfinite, log
from typing import Any

import numpy as np
import pytest

from assets.findings.neighbours import (
    Position,
    opening,
    sayings,
    topic_neighbours,
    valence_neighbours,
)
from assets.language.patterns import read_table

CLASSES = ("good", "bad")
OPENINGS = read_table("assets.findings", "openings")


def around(
    places: list[Position], shares: list[tuple[float, float]], *, own: bool = False
) -> list[dict[str, float]]:
    """The features of each statement, but for its own shares."""
    found: list[dict[str, float]] = [{} for _ in places]
    clauses = np.tile([0.9, 0.1, 0.09], (len(places), 1))
    for names, statements, values in valence_neighbours(places, np.array(shares), clauses, CLASSES):
        if not own and names[0].startswith(("own:", "log:", "clauses:")):
            continue
        for statement, row in zip(statements.tolist(), values.tolist(), strict=True):
            assert found[statement].keys().isdisjoint(names)
            found[statement] |= dict(zip(names, row, strict=True))
    return found


def of_topics(
    places: list[Position], shares: list[tuple[float, float]]
) -> dict[str, list[list[float]]]:
    """The values of each feature, by statement and topic."""
    return {name: of.tolist() for name, of in topic_neighbours(places, np.array(shares))}


def place(section: int, paragraph: int, text: str = "Plans are clear.") -> Position:
    return Position(opening(text), section, paragraph, is_headline=False)


def shared(name: str, good: float, bad: float) -> dict[str, Any]:
    return {f"{name}:good": pytest.approx(good), f"{name}:bad": pytest.approx(bad)}


# --- openings ---


@pytest.mark.parametrize("row", OPENINGS, ids=lambda row: row["words"].strip())
def test_each_row_opens_a_statement(row: dict[str, str]) -> None:
    assert opening(f"{row['words'].capitalize().rstrip()} words") == row["kind"]


def test_rows_are_in_lower_case_and_none_hides_another() -> None:
    seen: list[str] = []
    for row in OPENINGS:
        assert row["words"] == row["words"].lower()
        assert not [above for above in seen if row["words"].startswith(above)], row
        assert row["kind"] in ("contrast", "addition", "consequence", "example")
        seen.append(row["words"])


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("However, plans are late.", "contrast"),
        ("WHILE plans are late, staff ring.", "contrast"),
        ("Whilst plans are late, staff ring.", "contrast"),
        ("This means that children wait.", "consequence"),
        ("They\u00a0ring.", "consequence"),
        ("They also ring.", "addition"),
        ("For example, one child waits.", "example"),
        ("Plans, however, are late.", "none"),
        ("Thistles are cut.", "none"),
        ("Italian is taught.", "none"),
        ("Plans are clear.", "none"),
        ("", "none"),
    ],
)
def test_a_statement_goes_on_from_the_one_before(text: str, kind: str) -> None:
    assert opening(text) == kind


# --- valence ---


def test_a_statement_alone_in_its_letter() -> None:
    (found,) = around([place(0, 1)], [(0.75, 0.25)], own=True)
    assert found == {
        "log:good": pytest.approx(log(0.75)),
        "log:bad": pytest.approx(log(0.25)),
        "own:good": 0.75,
        "own:bad": 0.25,
        "clauses:good": 0.9,
        "clauses:bad": 0.1,
        "clauses:both": 0.09,
        "opens none": 1.0,
        "alone": 1.0,
        "section begins": 1.0,
        "section ends": 1.0,
        "paragraph begins": 1.0,
        "paragraph ends": 1.0,
    }


def test_a_letter_without_statements_has_no_features() -> None:
    nothing = np.zeros((0, 2))
    of_valence = valence_neighbours([], nothing, np.zeros((0, 3)), CLASSES)
    assert not any(len(of.statements) or len(of.values) for of in of_valence)
    assert not any(len(values) for _, values in topic_neighbours([], nothing))


def test_statements_of_one_paragraph() -> None:
    places = [place(0, 1), place(0, 1, "However, some are late."), place(0, 1)]
    first, second, third = around(places, [(1.0, 0.0), (0.5, 0.5), (0.2, 0.8)])
    assert first == {
        **shared("after", 0.5, 0.5),
        **shared("after contrast", 0.5, 0.5),
        **shared("two after", 0.2, 0.8),
        **shared("paragraph", 0.35, 0.65),
        **shared("section", 0.35, 0.65),
        **shared("letter", 0.35, 0.65),
        "opens none": 1.0,
        "section begins": 1.0,
        "paragraph begins": 1.0,
    }
    assert second == {
        **shared("before", 1.0, 0.0),
        **shared("before contrast", 1.0, 0.0),
        **shared("after", 0.2, 0.8),
        **shared("after none", 0.2, 0.8),
        **shared("paragraph", 0.6, 0.4),
        **shared("section", 0.6, 0.4),
        **shared("letter", 0.6, 0.4),
        "opens contrast": 1.0,
    }
    assert third == {
        **shared("before", 0.5, 0.5),
        **shared("before none", 0.5, 0.5),
        **shared("two before", 1.0, 0.0),
        **shared("paragraph", 0.75, 0.25),
        **shared("section", 0.75, 0.25),
        **shared("letter", 0.75, 0.25),
        "opens none": 1.0,
        "section ends": 1.0,
        "paragraph ends": 1.0,
    }


def test_neighbours_in_another_paragraph_count_otherwise() -> None:
    places = [place(0, 1), place(0, 2, "However, some are late.")]
    first, second = around(places, [(1.0, 0.0), (0.2, 0.8)])
    assert first == {
        **shared("after in other paragraph", 0.2, 0.8),
        **shared("section", 0.2, 0.8),
        **shared("letter", 0.2, 0.8),
        "opens none": 1.0,
        "alone": 1.0,
        "section begins": 1.0,
        "paragraph begins": 1.0,
        "paragraph ends": 1.0,
    }
    assert second == {
        **shared("before in other paragraph", 1.0, 0.0),
        # `However` turns what was said at the end of the paragraph before, too.
        **shared("before contrast", 1.0, 0.0),
        **shared("section", 1.0, 0.0),
        **shared("letter", 1.0, 0.0),
        "opens contrast": 1.0,
        "alone": 1.0,
        "section ends": 1.0,
        "paragraph begins": 1.0,
        "paragraph ends": 1.0,
    }


def test_nothing_reaches_over_a_section_but_the_letter_does() -> None:
    """Even where the paragraphs have one number."""
    places = [place(0, 1), place(1, 1, "However, some are late."), place(2, 1)]
    for of, others in zip(
        around(places, [(1.0, 0.0), (0.2, 0.8), (0.6, 0.4)]), (0.4, 0.8, 0.6), strict=True
    ):
        assert of["letter:good"] == pytest.approx(others)
        assert not [name for name in of if name.startswith(("before", "after", "two "))]
        assert {"alone", "section begins", "section ends"} <= of.keys()


def test_the_second_neighbour_counts_within_the_paragraph_only() -> None:
    places = [place(0, 1), place(0, 1), place(0, 2), place(0, 2), place(0, 2)]
    found = around(places, [(0.1, 0.9)] * 5)
    has = [[f"two {side}:good" in of for side in ("before", "after")] for of in found]
    assert has == [[False, False], [False, False], [False, True], [False, False], [True, False]]


def test_what_stands_in_the_summary_is_told() -> None:
    for is_headline in (True, False):
        (found,) = around([Position("none", 0, 1, is_headline)], [(0.5, 0.5)])
        assert ("headline" in found) == is_headline


def test_a_share_of_nothing_stays_finite() -> None:
    (found,) = around([place(0, 1)], [(1.0, 0.0)], own=True)
    assert found["log:bad"] == pytest.approx(log(0.001))
    (odds,) = of_topics([place(0, 1)], [(1.0, 0.0)])["log odds"]
    assert odds == pytest.approx([log(999), -log(999)])
    assert all(map(isfinite, odds))


# --- topics ---


def test_topics_around_a_statement() -> None:
    places = [place(0, 1), place(0, 1), place(0, 2), place(1, 1)]
    shares = [(0.8, 0.2), (0.4, 0.0), (0.1, 0.1), (0.5, 0.5)]
    found = of_topics(places, shares)
    assert found["own"] == [list(share) for share in shares]
    assert found["before"] == [[0, 0], [0.8, 0.2], [0, 0], [0, 0]]
    assert found["after"] == [[0.4, 0.0], [0, 0], [0, 0], [0, 0]]
    expected: dict[str, list[list[float]]] = {
        "paragraph": [[0.4, 0.0], [0.8, 0.2], [0, 0], [0, 0]],
        "section": [[0.25, 0.05], [0.45, 0.15], [0.6, 0.1], [0, 0]],
        "letter": [[1 / 3, 0.2], [1.4 / 3, 0.8 / 3], [1.7 / 3, 0.7 / 3], [1.3 / 3, 0.1]],
    }
    for name, values in expected.items():
        assert np.array(found[name]) == pytest.approx(np.array(values)), name


def test_a_topic_is_held_against_the_best_of_the_others() -> None:
    (over,) = of_topics([place(0, 1)], [(0.8, 0.5, 0.2)])["log odds over the next"]
    assert over == pytest.approx([log(4), -log(4), -log(16)])


def test_topics_two_sentences_away_are_in_the_same_paragraph() -> None:
    places = [place(0, 1), place(0, 1), place(0, 1), place(0, 2)]
    found = of_topics(places, [(0.8, 0.2), (0.4, 0.0), (0.1, 0.1), (0.5, 0.5)])
    assert found["two before"] == [[0, 0], [0, 0], [0.8, 0.2], [0, 0]]
    assert found["two after"] == [[0.1, 0.1], [0, 0], [0, 0], [0, 0]]


def test_every_statement_has_the_same_features_of_topics() -> None:
    """A table of weights has a row each, and none is looked up that is not there."""
    names = [
        *("log odds", "log odds over the next", "own", "paragraph", "section", "letter"),
        *("two before", "before", "after", "two after"),
    ]
    for count in (1, 3):
        found = of_topics([place(0, 1)] * count, [(0.5, 0.5)] * count)
        assert list(found) == names
        assert {len(values) for values in found.values()} == {count}


# --- set phrases ---


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("There is more to do to make plans purposeful.", {"left"}),
        ("Reviews could be even better.", {"left"}),
        ("Audits would be stronger if parents were asked.", {"left"}),
        ("Finding homes remains a challenge.", {"left"}),
        ("This has reduced the time that managers have.", {"strain"}),
        ("Growing demand puts some teams under pressure.", {"strain"}),
        ("More children have a plan.", set()),
        ("Leaders challenge each other well.", set()),
        ("Early help has reduced demand.", set()),
        ("Pressure on the team has eased.", set()),
    ],
)
def test_set_phrases_say_that_something_is_left_to_do_or_made_less(
    text: str, kinds: set[str]
) -> None:
    assert sayings(text) == kinds
    said = place(0, 1)._replace(sayings=sayings(text))
    (found,) = around([said], [(0.5, 0.5)])
    assert {name for name in found if name.startswith("says ")} == {f"says {one}" for one in kinds}
