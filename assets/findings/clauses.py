"""How good and how bad a statement's clauses are, by the weights of their words.

Here belongs what the first look tells of parts of statements: one that has a good clause and a bad
one is mixed, whether or not a word says so.
"""

from __future__ import annotations

import numpy as np

from assets.findings.linear import logistic
from assets.findings.scopes import Scopes
from assets.findings.symbols import Found
from assets.findings.words import Words

#: What `clause_shares` tells of each statement.
CLAUSE_SHARES = ("good", "bad", "both")
# A clause is as much good as not where its words weigh so much more for a strength than for a
# concern; and how steeply it turns there. Chosen on cross-validated labels.
_EVEN, _STEEP = 0.8, 2.0


def clause_shares(words: Words, scopes: Scopes, found: Found, leanings: np.ndarray) -> np.ndarray:
    """How good the best clause of each statement is, how bad the worst, and both.

    Args:
        words: A letter's words.
        scopes: Their clauses.
        found: The statements' features.
        leanings: How much more each weighs for a strength than for a concern.
    """
    of_words = np.flatnonzero(found.words)
    clauses = scopes.clause[found.first[of_words]]
    count = scopes.clause[-1] + 1 if len(words.tokens) else 0
    leaning = np.bincount(clauses, leanings[of_words], minlength=count)
    statement = np.zeros(count, dtype=np.intp)
    statement[scopes.clause] = words.statement
    shares = np.zeros((len(words.starts) - 1, len(CLAUSE_SHARES)))
    np.maximum.at(shares[:, 0], statement, logistic(_STEEP * (leaning - _EVEN)))
    np.maximum.at(shares[:, 1], statement, logistic(_STEEP * (-leaning - _EVEN)))
    shares[:, 2] = shares[:, 0] * shares[:, 1]
    return shares
