"""Features as numbers: names and keys, and which features of a letter are known."""

from __future__ import annotations

import numpy as np

from assets.findings.symbols import Finding, Keys, Symbols, key, spread


def test_a_name_is_told_by_its_key_again() -> None:
    symbols = Symbols()
    names = ["clear", "clear plans", "are clear plans", "plans", "section: a", "<good> > <late>"]
    keys = symbols.keys(names)
    assert len(set(keys.tolist())) == len(names)
    assert symbols.names(keys.tolist()) == names
    are, clear, plans = symbols.numbers(["are", "clear", "plans"])
    assert key(are, clear, plans) == keys[2]


def test_what_was_never_met_is_not_known_beside_what_was() -> None:
    known = Keys(["clear", "late plans"])
    found = Finding(known.symbols)
    numbers = found.numbers("late clear purple clear late plans".split())
    found.add_following(numbers, np.array([0, 0, 0, 0, 1, 1]))
    once, rows = known.known(found.all())
    # Once a statement: the first that is found counts.
    assert rows.tolist() == [0, 1]
    assert once.statement.tolist() == [0, 1]
    assert once.first.tolist() == [1, 4]
    assert once.made_of.tolist() == [1, 4, 5]


def test_numbers_are_spread_from_their_starts() -> None:
    assert spread(np.array([5, 7, 1]), np.array([2, 0, 3])).tolist() == [5, 6, 1, 2, 3]
