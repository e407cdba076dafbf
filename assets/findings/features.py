"""What of a statement's words tells its valence: its features, each with the words it is made of.

Here belongs what counts as a feature; what each weighs is learnt (`learnt/`). A feature is a few
words that follow each other, words with the kind of the lexicon in place of one (`not <good>`), a
word or kind within the reach of a word that turns it (`NEED<good>`: said to be wanting), the kind
of praise or worry that comes first or last, two kinds in their order, or a count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from typing import NamedTuple

from assets.findings.words import Term, kinds, terms

_LONGEST = 3  # words that follow each other

#: Kinds that praise and kinds that worry, for the balance of a statement.
_PRAISING = frozenset({"praise", "good", "helps", "improves"})
_WORRYING = frozenset({"failing", "shortfall", "hinders", "must"})
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


class Feature(NamedTuple):
    """A feature of a statement.

    Attributes:
        name: What it is weighed by.
        tokens: Indexes of the words that it is made of; none for a count.
    """

    name: str
    tokens: tuple[int, ...] = ()


def features(words: Sequence[str], section_type: str) -> list[Feature]:
    """The features of a statement, each once.

    Args:
        words: Its tokens.
        section_type: The kind of its section.
    """
    found: dict[str, Feature] = {}
    for feature in _features(words, section_type):
        found.setdefault(feature.name, feature)
    return list(found.values())


def _features(words: Sequence[str], section_type: str) -> Iterator[Feature]:
    of_lexicon = list(terms(words))
    reach = scopes(words)
    yield Feature(f"section:{section_type}")
    yield Feature(f"length:{min(len(words) // 6, 7)}")
    yield from _following(words)
    yield from _with_kinds(words)
    yield from _in_reach(words, reach, of_lexicon)
    yield from _in_order(words, reach)
    yield from _counts(of_lexicon)


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


def _following(words: Sequence[str]) -> Iterator[Feature]:
    for length in range(1, _LONGEST + 1):
        for first in range(len(words) - length + 1):
            own = tuple(range(first, first + length))
            yield Feature(" ".join(words[first : first + length]), own)
    for length in range(1, min(len(words), 2) + 1):
        yield Feature(f"^{' '.join(words[:length])}", tuple(range(length)))


def _with_kinds(words: Sequence[str]) -> Iterator[Feature]:
    of_words = [kinds(word) for word in words]
    for first, second in pairwise(range(len(words))):
        for kind in of_words[second]:
            yield Feature(f"{words[first]} <{kind}>", (first, second))
            for other in of_words[first]:
                yield Feature(f"<{other}> <{kind}>", (first, second))
        for kind in of_words[first]:
            yield Feature(f"<{kind}> {words[second]}", (first, second))
    for first in range(len(words) - 2):
        for kind in of_words[first + 2]:
            yield Feature(f"{words[first]} _ <{kind}>", (first, first + 2))


def _in_reach(
    words: Sequence[str], reach: Sequence[str], of_lexicon: Sequence[Term]
) -> Iterator[Feature]:
    seen: Counter[str] = Counter()
    for index, (word, scope) in enumerate(zip(words, reach, strict=True)):
        if scope:
            yield Feature(f"{scope}:{word}", (index,))
    for term in of_lexicon:
        own = tuple(range(term.first, term.end))
        is_phrase = len(own) > 1
        name = f"{reach[term.first]}{{{term.kind}}}" if is_phrase else _scoped(reach, term)
        yield Feature(name, own)
        seen[name] += 1
        if seen[name] == 2:
            yield Feature(f"{name}2", own)
    weighed = [term for term in of_lexicon if term.kind in _PRAISING | _WORRYING]
    if weighed:
        yield Feature(f"first:{_scoped(reach, weighed[0])}", (weighed[0].first,))
        yield Feature(f"last:{_scoped(reach, weighed[-1])}", (weighed[-1].first,))
    yield Feature(f"reach:{'+'.join(sorted(set(reach) - {_PLAIN}))}")


def _in_order(words: Sequence[str], reach: Sequence[str]) -> Iterator[Feature]:
    ordered = [
        (_scoped(reach, Term(index, index + 1, kind)), index)
        for index, word in enumerate(words)
        for kind in kinds(word)
        if kind not in _PLAIN_KINDS
    ]
    for (one, first), (other, second) in combinations(ordered, 2):
        if one != other:
            yield Feature(f"{one}>{other}", (first, second))


def _counts(of_lexicon: Sequence[Term]) -> Iterator[Feature]:
    counted = Counter(term.kind for term in of_lexicon)
    for kind, count in counted.items():
        for least in range(1, min(count, 3) + 1):
            yield Feature(f"{kind} x{least}")
    praising = sum(counted[kind] for kind in _PRAISING)
    worrying = sum(counted[kind] for kind in _WORRYING)
    yield Feature(f"balance:{max(-4, min(4, praising - worrying))}")
    if not praising and not worrying:
        yield Feature("neither")


def _scoped(reach: Sequence[str], term: Term) -> str:
    return f"{reach[term.first]}<{term.kind}>"
