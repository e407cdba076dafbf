"""Clauses: how good the best of a statement is, and how bad the worst."""

from __future__ import annotations

import numpy as np
import pytest

from assets.findings.clauses import clause_shares
from assets.findings.scopes import scopes
from assets.findings.symbols import Finding, Symbols
from assets.findings.words import read

LEANINGS = {"clear": 4.0, "kind": 4.0, "late": -4.0}


def shares_of(*texts: str) -> list[list[float]]:
    words, symbols = read(texts), Symbols()
    found = Finding(symbols)
    found.add_following(symbols.numbers(words.tokens), words.statement)
    found.add_of_each("late", symbols.numbers(["late"] * len(texts)))  # of no word
    every = found.all()
    leanings = np.array([LEANINGS.get(name, 0.0) for name in symbols.names(every.key.tolist())])
    return clause_shares(words, scopes(words), every, leanings).round(1).tolist()


@pytest.mark.parametrize(
    ("text", "shares"),
    [
        ("Plans are clear", [1.0, 0.0, 0.0]),
        ("Plans are late", [0.0, 1.0, 0.0]),
        ("Plans are clear, reviews are late", [1.0, 1.0, 1.0]),
        ("Plans are clear and late", [0.2, 0.2, 0.0]),
        ("Plans are filed but late", [0.2, 1.0, 0.2]),
        ("Plans are clear, kind", [1.0, 0.0, 0.0]),
    ],
)
def test_the_best_and_the_worst_clause_count(text: str, shares: list[float]) -> None:
    assert shares_of(text) == [shares]
    assert shares_of("Plans are late", text)[1] == shares


def test_a_statement_without_words_has_no_clause() -> None:
    assert shares_of("…", "Plans are clear") == [[0.0, 0.0, 0.0], [1.0, 0.0, 0.0]]
    assert shares_of("…") == [[0.0, 0.0, 0.0]]
