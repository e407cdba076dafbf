"""Features of topics: words, headings, and the sentence before."""

from __future__ import annotations

import numpy as np
import pytest

from assets.findings.symbols import Symbols
from assets.findings.topic_features import topic_features
from assets.findings.words import read


def of(
    text: str, heading: str | None = None, before: str = "", *, goes_on: bool = False
) -> list[str]:
    symbols = Symbols()
    found = topic_features(
        read([before, text]),
        ["main_findings"] * 2,
        [None, heading],
        np.array([False, True]),
        np.array([False, goes_on]),
        symbols,
    )
    return list(dict.fromkeys(symbols.names(found.key[found.statement == 1].tolist())))


def test_words_that_follow_each_other_over_marks() -> None:
    assert of("Staff, ring 12 children: staff") == [
        *("staff", "ring", "12", "children"),
        *("staff ring", "ring 12", "12 children", "children staff"),
        *("staff ring 12", "ring 12 children", "12 children staff"),
        "section: main_findings",
    ]


@pytest.mark.parametrize(
    ("heading", "before", "goes_on", "added"),
    [
        (None, "", False, []),
        ("", "", False, []),
        ("A child’s home", "", False, ["heading: a", "heading: child's", "heading: home"]),
        ("Care, care", "", False, ["heading: care", "heading: ,"]),
        # Of the sentence before, only words of four letters and more.
        (None, "The plan, the plan, now is in 2019", False, ["before: plan", "before: 2019"]),
        (None, "Plan it", True, ["before: plan", "goes-on: plan"]),
        (None, "", True, []),
        ("Homes", "Homes", True, ["heading: homes", "before: homes", "goes-on: homes"]),
    ],
)
def test_what_stands_around_a_statement(
    heading: str | None, before: str, goes_on: bool, added: list[str]
) -> None:
    own = of("Staff ring")
    assert own == ["staff", "ring", "staff ring", "section: main_findings"]
    assert of("Staff ring", heading, before, goes_on=goes_on) == own + added


def test_a_statement_without_a_word_has_its_section() -> None:
    assert of("…") == ["section: main_findings"]
