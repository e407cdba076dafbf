"""What of a statement's words tells its valence: its features, each with the words it is made of.

Here belongs what counts as a feature; what each weighs is learnt (`learnt/`). A feature is a few
words that follow each other, words with the kind of the lexicon in place of one (`not <good>`), a
word or kind within the reach of a word that turns it (`NEED<good>`: said to be wanting), the kind
of praise or worry that comes first or last, two kinds in their order, or a count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

from assets.findings.words import Statement, Term, following

#: Kinds that praise and kinds that worry, for the balance of a statement.
_PRAISING = frozenset({"praise", "good", "helps", "improves"})
_WORRYING = frozenset({"failing", "shortfall", "hinders", "must"})
_WEIGHED = _PRAISING | _WORRYING
#: Kinds that say nothing by themselves of what comes before or after.
_PLAIN_KINDS = frozenset({"fact", "event", "hedge"})

# What turns the words after it, and for how many of them; a comma ends it too.
_NEGATIONS = frozenset(
    (
        "not no never none nor neither without cannot rarely seldom isn't aren't don't doesn't "
        "didn't unable lack lacks lacking little insufficiently insufficient absence fails fail "
        "failed failing less few limited hardly"
    ).split()
)
_NEEDS = frozenset(
    (
        "needs need should must requires require required could would recommended await awaiting"
    ).split()
)
_PLANS = frozenset(
    "plans planned intends aims aim aimed intended hopes seeking seek expected due".split()
)
_PLANS_BY_THEMSELVES = frozenset({"will", "planned", "proposed"})
_REACH = {"NOT": 5, "NEED": 12, "PLAN": 12, "PURPOSE": 12}
# What turns a whole clause.
_CLAUSES = {
    **dict.fromkeys(("but", "however", "yet"), "BUT"),
    **dict.fromkeys(
        ("although", "while", "whilst", "though", "despite", "albeit", "whereas"), "THOUGH"
    ),
    **dict.fromkeys(("if", "when", "where", "whether", "until", "unless", "before"), "IF"),
}
_PLAIN = ""


#: Features of a statement by the names that they are weighed by, each with the indexes of the words
#: that it is made of first; none for a count.
Features = Mapping[str, tuple[int, ...]]
_Found = dict[str, tuple[int, ...]]


def features(statement: Statement, section_type: str) -> Features:
    """The features of a statement.

    Args:
        statement: The statement.
        section_type: The kind of its section.
    """
    words = statement.words
    reach = scopes(words)
    found: _Found = {
        f"section:{section_type}": (),
        f"length:{min(len(words) // 6, 7)}": (),
    }
    _add_following(found, words)
    _add_with_kinds(found, statement)
    _add_in_reach(found, statement, reach)
    _add_in_order(found, statement, reach)
    _add_counts(found, statement.terms)
    return found


def scopes(words: Sequence[str]) -> list[str]:
    """For each word, within whose reach it stands: `NOT`, `NEED`, …; empty for none."""
    found = []
    clause = turned = _PLAIN
    left = 0
    for index, word in enumerate(words):
        if word in ",;:":
            if clause in ("THOUGH", "IF"):
                clause = _PLAIN
            left = 0
        if word in _CLAUSES and (index > 0 or _CLAUSES[word] != "BUT"):
            clause, left = _CLAUSES[word], 0
        found.append(turned if left > 0 else clause)
        left -= 1
        follower = words[index + 1] if index + 1 < len(words) else ""
        turner = _turner(word, follower, is_free=left <= 0 and index > 0)
        if turner:
            turned, left = turner, _REACH[turner]
    return found


def _turner(word: str, follower: str, *, is_free: bool) -> str:
    if word in _NEGATIONS:
        return "NOT"
    if word in _NEEDS:
        return "NEED"
    if (word in _PLANS and follower in ("to", "for")) or word in _PLANS_BY_THEMSELVES:
        return "PLAN"
    return "PURPOSE" if word == "to" and is_free else ""


def _add_following(found: _Found, words: Sequence[str]) -> None:
    add = found.setdefault
    for length, names in enumerate(following(words), start=1):
        for name, made_of in zip(names, _spans(length, len(words)), strict=True):
            add(name, made_of)
    for length in range(1, min(len(words), 2) + 1):
        add(f"^{' '.join(words[:length])}", tuple(range(length)))


@lru_cache(maxsize=1_000)
def _spans(length: int, count: int) -> tuple[tuple[int, ...], ...]:
    """The indexes of so many words that follow each other, wherever they begin."""
    return tuple(tuple(range(first, first + length)) for first in range(count - length + 1))


def _add_with_kinds(found: _Found, statement: Statement) -> None:
    add = found.setdefault
    words, of_words, _ = statement
    for index, of_word in enumerate(of_words):
        for kind in of_word:
            if index >= 1:
                add(f"{words[index - 1]} <{kind}>", (index - 1, index))
                for other in of_words[index - 1]:
                    add(f"<{other}> <{kind}>", (index - 1, index))
            if index >= 2:
                add(f"{words[index - 2]} _ <{kind}>", (index - 2, index))
            if index + 1 < len(words):
                add(f"<{kind}> {words[index + 1]}", (index, index + 1))


def _add_in_reach(found: _Found, statement: Statement, reach: Sequence[str]) -> None:
    add = found.setdefault
    for index, scope in enumerate(reach):
        if scope:
            add(f"{scope}:{statement.words[index]}", (index,))
    weighed = []
    for first, end, kind in statement.terms:
        own = tuple(range(first, end))
        name = f"{reach[first]}{{{kind}}}" if end - first > 1 else _scoped(reach[first], kind)
        if name in found:
            add(f"{name}2", own)
        add(name, own)
        if kind in _WEIGHED:
            weighed.append((first, kind))
    for place, (first, kind) in zip(("first", "last"), weighed[:1] + weighed[-1:], strict=False):
        add(f"{place}:{_scoped(reach[first], kind)}", (first,))
    add(f"reach:{'+'.join(sorted(set(reach) - {_PLAIN}))}", ())


def _add_in_order(found: _Found, statement: Statement, reach: Sequence[str]) -> None:
    add = found.setdefault
    ordered = [
        (_scoped(reach[index], kind), index)
        for index, of_word in enumerate(statement.kinds)
        for kind in of_word
        if kind not in _PLAIN_KINDS
    ]
    for number, (one, first) in enumerate(ordered, start=1):
        for other, second in ordered[number:]:
            if one != other:
                add(f"{one}>{other}", (first, second))


def _add_counts(found: _Found, of_lexicon: Sequence[Term]) -> None:
    counted = [kind for _, _, kind in of_lexicon]
    for kind in dict.fromkeys(counted):
        for least in range(1, min(counted.count(kind), 3) + 1):
            found[f"{kind} x{least}"] = ()
    praising = len([kind for kind in counted if kind in _PRAISING])
    worrying = len([kind for kind in counted if kind in _WORRYING])
    found[f"balance:{max(-4, min(4, praising - worrying))}"] = ()
    if not praising and not worrying:
        found["neither"] = ()


@cache
def _scoped(scope: str, kind: str) -> str:
    return f"{scope}<{kind}>"
