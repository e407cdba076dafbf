"""Scopes: what turns words, how far it reaches, and the clauses of statements."""

from __future__ import annotations

import pytest

from assets.findings.scopes import SCOPES, scopes
from assets.findings.words import read, tokens


@pytest.mark.parametrize(
    ("text", "turned"),
    [
        ("Plans are clear", "- - -"),
        # What is denied, five words far, or to the end of the clause.
        ("Plans are not clear", "- - - NOT"),
        ("Staff have no time to see all of the children", "- - - NOT NOT NOT NOT NOT - -"),
        ("Not all are clear, staff are kind", "- NOT NOT NOT - - - -"),
        ("Plans lack detail; reviews are clear", "- - NOT - - - -"),
        ("Without plans: drift", "- NOT - -"),
        # What is wanted.
        ("Plans need to be clear", "- - NEED NEED NEED"),
        ("Leaders should act", "- - NEED"),
        ("Plans need a b c d e f g h i j k l m", "- -" + " NEED" * 12 + " -"),
        ("This requires clear plans, kind staff", "- - NEED NEED - - -"),
        # What is planned: by a word that says so, or by one before `to` or `for`.
        ("A team will open in May", "- - - PLAN PLAN PLAN"),
        ("Planned work is sound", "- PLAN PLAN PLAN"),
        ("Leaders aim to open homes", "- - PLAN PLAN PLAN"),
        ("The aim is clear", "- - - -"),
        ("Homes are expected for May", "- - - PLAN PLAN"),
        # What is done for an end; `to` after what turns already is part of that.
        ("Staff meet to agree plans", "- - - PURPOSE PURPOSE"),
        ("To agree plans", "- - -"),
        ("Staff meet to a b c d e f g h i j k l m", "- - -" + " PURPOSE" * 12 + " -"),
        ("Homes will a b c d e f g h i j k l m", "- -" + " PLAN" * 12 + " -"),
        ("Staff do not meet to agree", "- - - NOT NOT NOT"),
        # The last that turns counts.
        ("Staff do not need to wait", "- - - NOT NEED NEED"),
        # What is lessened, and what was.
        ("Staff reduced delay and drift, and wrote", "- - LESS LESS LESS - - -"),
        ("Children previously waited too long", "- - PAST PAST PAST"),
        # Whole clauses: `but` to the end, `although` and `if` to the next mark.
        ("Most are clear but some are late, or lost", "- - - BUT BUT BUT BUT BUT BUT BUT"),
        ("However, plans are late", "- - - - -"),
        ("But plans are late", "- - - -"),
        ("Plans, however, are late", "- - BUT BUT BUT BUT"),
        (
            "Although plans are late, staff are kind",
            "THOUGH THOUGH THOUGH THOUGH - - - -",
        ),
        ("While late, plans are clear", "THOUGH THOUGH - - - -"),
        ("Plans are clear despite delays", "- - - THOUGH THOUGH"),
        ("Staff ring if children wait, or write", "- - IF IF IF - - -"),
        ("Plans change when staff change; all agree", "- - IF IF IF - - -"),
        # A word that turns within a clause, and the clause again after it.
        (
            "Although plans are not a b c d e f, staff are kind",
            "THOUGH THOUGH THOUGH THOUGH NOT NOT NOT NOT NOT THOUGH - - - -",
        ),
        ("Plans do not change if staff leave", "- - - NOT IF IF IF"),
        ("", ""),
    ],
)
def test_words_stand_within_the_reach_of_what_turns_them(text: str, turned: str) -> None:
    # In a letter, none reaches into the next statement.
    words = read(["Not", text, "But"])
    found = [SCOPES[scope] or "-" for scope in scopes(words).reach[1:-1]]
    assert list(zip(words.tokens[1:-1], found, strict=True)) == list(
        zip(tokens(text), turned.split(), strict=True)
    )


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("Plans are clear, and kind", "- - - - - -"),
        # `But` to the end, if anything stands before it.
        ("Most are clear but some are late, or lost", "- - - BUT BUT BUT BUT BUT BUT BUT"),
        ("But plans are late", "- - - -"),
        # `Although` to the next mark; after it, what was before.
        ("Although late, plans are clear", "THOUGH THOUGH - - - -"),
        ("Plans are clear, but, though late, kind", "- - - - BUT BUT THOUGH THOUGH BUT BUT"),
        # A need or a condition within it is part of it.
        ("Some wait but staff ring when they should", "- - BUT BUT BUT BUT BUT BUT"),
    ],
)
def test_a_part_contrasts_with_the_rest(text: str, part: str) -> None:
    found = [SCOPES[scope] or "-" for scope in scopes(read([text])).contrast]
    assert list(zip(tokens(text), found, strict=True)) == list(
        zip(tokens(text), part.split(), strict=True)
    )


def test_marks_and_contrasts_part_clauses() -> None:
    words = read(["Plans, reviews are clear but late", "Staff ring when asked", "But kind"])
    assert scopes(words).clause.tolist() == [0, 1, 1, 1, 1, 2, 2, 3, 3, 3, 3, 4, 4]
