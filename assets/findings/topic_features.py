"""What of a statement's words, and of those around it, tells its topics.

Here belongs what counts as a feature; what each weighs is learnt (`learnt/topic_words.csv`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from assets.findings.symbols import Finding, Found, Symbols, key
from assets.findings.words import Words, tokens

_LEAST_LETTERS = 4  # of a word of the statement before


def topic_features(
    words: Words,
    sections: Sequence[str],
    headings: Sequence[str | None],
    follows: np.ndarray,
    goes_on: np.ndarray,
    symbols: Symbols,
) -> Found:
    """The features of a letter's statements.

    Args:
        words: Their words.
        sections: The kind of each statement's section.
        headings: The heading above each, where that is about one part of the findings.
        follows: Whether it stands behind another in its paragraph.
        goes_on: Whether it goes on with that one, too: `This means that …`.
        symbols: The numbers of their symbols.
    """
    found = Finding(symbols)
    numbers = symbols.numbers(words.forms)[words.form]
    spoken = _where(words, [form[0].isalnum() for form in words.forms])
    found.add_following(numbers[spoken], words.statement[spoken])
    found.add_of_each("section:", found.numbers(sections))
    above = [
        (statement, word)
        for statement, heading in enumerate(headings)
        for word in _tokens(heading or "")
    ]
    of_heading = found.numbers(word for _, word in above)
    statements = np.array([statement for statement, _ in above], dtype=np.intp)
    found.add(statements, key(found.number("heading:"), of_heading))
    longer = _where(words, [len(form) >= _LEAST_LETTERS for form in words.forms])
    for mark, reaches in (("before:", follows), ("goes-on:", goes_on)):
        before = longer[np.append(reaches[1:], False)[words.statement[longer]]]
        found.add(words.statement[before] + 1, key(found.number(mark), numbers[before]))
    return found.all()


def _where(words: Words, of_forms: Sequence[bool]) -> np.ndarray:
    """The indexes of tokens by a quality of their forms."""
    return np.flatnonzero(np.array(of_forms, dtype=bool)[words.form])


@lru_cache(maxsize=1_000)
def _tokens(heading: str) -> list[str]:
    return tokens(heading)
