"""What turns a statement's words: negation, need, plan, purpose, and clauses that contrast.

Here belong the words that turn others, and how far they reach.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from assets.findings.words import Words

# What turns the words after it, and for how many of them; a comma ends it too.
_REACH = {"NOT": 5, "NEED": 12, "PLAN": 12, "PURPOSE": 12, "LESS": 5, "PAST": 6}
_TURNERS = {
    word: scope
    for scope, words in {
        "NOT": (
            "not no never none nor neither without cannot rarely seldom isn't aren't don't doesn't "
            "didn't unable lack lacks lacking little insufficiently insufficient absence fails "
            "fail failed failing less few limited hardly"
        ),
        "NEED": (
            "needs need should must requires require required could would recommended await "
            "awaiting"
        ),
        "PLAN": "will planned proposed",
        # Good or bad: `reduced delay`, `reduced capacity`.
        "LESS": (
            "address addresses addressed addressing tackle tackles tackled tackling resolve "
            "resolves resolved resolving eliminate eliminates eliminated eliminating overcome "
            "overcomes reduce reduces reduced reducing reduction reductions prevent prevents "
            "prevented preventing avoid avoids avoided avoiding minimise minimises minimised "
            "minimising mitigate mitigates mitigated mitigating lessen lessens lessened decrease "
            "decreased fewer cleared eradicated"
        ),
        "PAST": "previously previous historically historic historical formerly had past",
    }.items()
    for word in words.split()
}
# These plan only before `to` or `for`.
_PLANNING = frozenset(
    "plans intends aims aim aimed intended hopes seeking seek expected due".split()
)
# What turns a whole clause.
_CLAUSES = {
    **dict.fromkeys(("but", "however", "yet"), "BUT"),
    **dict.fromkeys(
        ("although", "while", "whilst", "though", "despite", "albeit", "whereas"), "THOUGH"
    ),
    **dict.fromkeys(("if", "when", "where", "whether", "until", "unless", "before"), "IF"),
}
_MARKS = frozenset(",;:")
_TURNING = frozenset({*_MARKS, *_CLAUSES, *_TURNERS, *_PLANNING, "to"})

#: What turns words; the first is nothing.
SCOPES = ("", *_REACH, *dict.fromkeys(_CLAUSES.values()))
#: The place of each in `SCOPES`.
NUMBERS = {scope: number for number, scope in enumerate(SCOPES)}
_BUT, _THOUGH, _IF = (NUMBERS[scope] for scope in ("BUT", "THOUGH", "IF"))


class Scopes(NamedTuple):
    """What turns each word of a letter, as places in `SCOPES`.

    Attributes:
        reach: Within whose reach it stands, the nearest.
        contrast: Whether it stands in a part that contrasts with the rest of its statement: `BUT`
            to its end, `THOUGH` to the next mark.
        clause: The index of its clause, of all clauses that marks and contrasts part.
    """

    reach: np.ndarray
    contrast: np.ndarray
    clause: np.ndarray


def scopes(words: Words) -> Scopes:
    """What turns the words of a letter."""
    is_turning = np.array([form in _TURNING for form in words.forms], dtype=bool)[words.form]
    turning = np.flatnonzero(is_turning)
    statements = words.statement[turning]
    bounds = words.starts[statements].tolist(), words.starts[statements + 1].tolist()
    reach, contrast = bytearray(len(words.tokens)), bytearray(len(words.tokens))
    cuts = words.starts[:-1][np.diff(words.starts) > 0].tolist()
    begun = -1
    clause = part = turned_to = 0  # what clause and part are within, and where the reach there ends
    for at, begin, end in zip(turning.tolist(), *bounds, strict=True):
        if begin != begun:
            begun, clause, part, turned_to = begin, 0, 0, begin
        word = words.tokens[at]
        if word in _MARKS:
            cuts.append(at)
            if clause in (_THOUGH, _IF):
                clause, turned_to = 0, end
            reach[at:turned_to] = _of(clause, turned_to - at)
            contrast[at:end] = _of(part, end - at)
            turned_to = at
            continue
        follower = words.tokens[at + 1] if at + 1 < end else ""
        turner = _turner(word, follower, is_free=turned_to <= at + 1 and at > begin)
        scope = NUMBERS[turner or _CLAUSES.get(word, "")]
        if turner:
            reach[at + 1 : turned_to] = _of(clause, turned_to - at - 1)
            turned_to = min(at + 1 + _REACH[turner], end)
            reach[at + 1 : turned_to] = _of(scope, turned_to - at - 1)
        elif scope and not (scope == _BUT and at == begin):
            clause, turned_to = scope, at
            reach[at:end] = _of(scope, end - at)
            if scope != _IF:
                cuts.append(at)
                part = scope if scope == _BUT else part
                contrast[at:end] = _of(scope, end - at)
    starts = np.zeros(len(words.tokens), dtype=np.intp)
    starts[cuts] = 1
    return Scopes(_numbers(reach), _numbers(contrast), np.cumsum(starts) - 1)


def _numbers(scopes: bytearray) -> np.ndarray:
    return np.frombuffer(scopes, dtype=np.uint8).astype(np.intp)


def _of(scope: int, count: int) -> bytes:
    return bytes((scope,)) * count


def _turner(word: str, follower: str, *, is_free: bool) -> str:
    if word in _PLANNING and follower in ("to", "for"):
        return "PLAN"
    return _TURNERS.get(word, "PURPOSE" if word == "to" and is_free else "")
