"""What of a statement's words tells its valence: its features, each with the words it is made of.

Here belongs what counts as a feature; what each weighs is learnt (`learnt/`). A feature is a few
words that follow each other, words with the kind of the lexicon in place of one (`not <good>`), a
word or kind within the reach of a word that turns it (`NEED<good>`: said to be wanting), the kind
of praise or worry that comes first or last, two kinds in their order, the signs of the part that
contrasts and of the rest (`parts: BUT 0|-`), or a count. Those of a letter are found all at once;
`symbols` has the form of their names.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress, product

import numpy as np

from assets.findings.lexicon import ALL_KINDS, Terms
from assets.findings.scopes import NUMBERS, SCOPES, Scopes
from assets.findings.symbols import Finding, Found, Symbols, key, spread
from assets.findings.words import Words

#: Kinds that praise and kinds that worry, for the balance of a statement.
_PRAISING = frozenset({"praise", "good", "helps", "improves"})
_WORRYING = frozenset({"failing", "shortfall", "hinders", "must"})
_WEIGHED = _PRAISING | _WORRYING
#: Kinds that say nothing by themselves of what comes before or after.
_PLAIN_KINDS = frozenset({"fact", "event", "hedge"})

# What tells the sign of a part of a statement: good, fair and bad, and what must not turn it.
_SIGNED = (_PRAISING, frozenset({"fitting"}), _WORRYING | {"little", "negation", "negated"})
_UNSIGNED = (("NOT", "NEED", "LESS"), ("NOT",), ())
_SIGNS = ("0", "-", "~", "~-", "+", "+-")
_PARTS = [f"{outer}|{within}" for outer, within in product(_SIGNS, repeat=2)]
# The kinds in each reach, of single words and of phrases.
_SCOPED = [f"{scope}<{kind}>" for scope, kind in product(SCOPES, ALL_KINDS)]
_SCOPED_PHRASES = [f"{scope}{{{kind}}}" for scope, kind in product(SCOPES, ALL_KINDS)]
# All sets of reaches, as the digits of a number in base two.
_REACHES = [
    "+".join(sorted(compress(SCOPES[1:], chosen))) or "-"
    for chosen in product((False, True), repeat=len(SCOPES) - 1)
]
_MOST_LENGTH, _MOST_BALANCE, _MOST_TIMES = 7, 4, 3


def features(
    words: Words, lexical: Terms, scopes: Scopes, sections: Sequence[str], symbols: Symbols
) -> Found:
    """The features of a letter's statements.

    Args:
        words: Their words.
        lexical: What of the lexicon they are.
        scopes: What turns them.
        sections: The kind of each statement's section.
        symbols: The numbers of their symbols.
    """
    found = Finding(symbols)
    numbers = symbols.numbers(words.forms)[words.form]
    reach = scopes.reach
    _add_words(found, words, numbers, reach)
    _add_with_kinds(found, words, numbers, lexical)
    _add_in_reach(found, words, lexical, reach)
    _add_in_order(found, words, lexical, reach)
    _add_counts(found, words, lexical)
    _add_parts(found, words, lexical, scopes)
    _add_of_each(found, words, sections, reach)
    return found.all()


def _add_words(found: Finding, words: Words, numbers: np.ndarray, reach: np.ndarray) -> None:
    found.add_following(numbers, words.statement)
    counts = np.diff(words.starts)
    for length in (1, 2):
        statement = np.flatnonzero(counts >= length)
        first = words.starts[statement]
        begun = [numbers[first + place] for place in range(length)]
        found.add(statement, key(found.number("^"), *begun), first, length)
    reached = np.flatnonzero(reach)
    within = found.numbers([f"{scope}:" for scope in SCOPES])[reach[reached]]
    found.add(words.statement[reached], key(within, numbers[reached]), reached, 1)


def _add_with_kinds(found: Finding, words: Words, numbers: np.ndarray, lexical: Terms) -> None:
    single, of_kind = _single(lexical)
    kinds = found.numbers(f"<{kind}>" for kind in ALL_KINDS)[of_kind]
    statement = words.statement[single]
    begins, ends = words.starts[statement], words.starts[statement + 1]

    has = np.flatnonzero(single > begins)
    at = single[has]
    found.add(statement[has], key(numbers[at - 1], kinds[has]), at - 1, 2)
    counts = np.bincount(single, minlength=len(numbers))
    beside = counts[at - 1]
    others = kinds[spread((np.cumsum(counts) - counts)[at - 1], beside)]
    after = np.repeat(has, beside)
    found.add(statement[after], key(others, kinds[after]), single[after] - 1, 2)

    has = np.flatnonzero(single > begins + 1)
    at = single[has]
    found.add(statement[has], key(numbers[at - 2], found.number("_"), kinds[has]), at - 2, 2, 2)

    has = np.flatnonzero(single < ends - 1)
    at = single[has]
    found.add(statement[has], key(kinds[has], numbers[at + 1]), at, 2)


def _single(lexical: Terms) -> tuple[np.ndarray, np.ndarray]:
    """The single words of the lexicon, and their kinds."""
    is_single = lexical.end == lexical.first + 1
    return lexical.first[is_single], lexical.kind[is_single]


def _add_in_reach(found: Finding, words: Words, lexical: Terms, reach: np.ndarray) -> None:
    statement, length = words.statement[lexical.first], lexical.end - lexical.first
    scoped = reach[lexical.first] * len(ALL_KINDS) + lexical.kind
    names = found.numbers(_SCOPED)[scoped]
    own = np.where(length > 1, found.numbers(_SCOPED_PHRASES)[scoped], names)
    found.add(statement, own, lexical.first, length)
    again = _second((statement * len(_SCOPED) + scoped) * 2 + (length > 1))
    twice = key(found.number("twice:"), own[again])
    found.add(statement[again], twice, lexical.first[again], length[again])
    weighed = np.flatnonzero(_are_in(_WEIGHED)[lexical.kind])
    of = statement[weighed]
    for mark, is_it in (
        ("first:", np.diff(of, prepend=-1) > 0),
        ("last:", np.diff(of, append=len(words.starts)) > 0),
    ):
        ones = weighed[is_it]
        found.add(statement[ones], key(found.number(mark), names[ones]), lexical.first[ones], 1)


def _second(values: np.ndarray) -> np.ndarray:
    """The indexes of what is there a second time, no more and no less."""
    order = np.argsort(values, kind="stable")
    is_same = np.diff(values[order]) == 0
    indexes: np.ndarray = order[1:][is_same & ~np.append(False, is_same[:-1])]
    return indexes


def _are_in(kinds: frozenset[str]) -> np.ndarray:
    return np.array([kind in kinds for kind in ALL_KINDS])


def _add_in_order(found: Finding, words: Words, lexical: Terms, reach: np.ndarray) -> None:
    single, of_kind = _single(lexical)
    telling = np.flatnonzero(~_are_in(_PLAIN_KINDS)[of_kind])
    at = single[telling]
    scoped = reach[at] * len(ALL_KINDS) + of_kind[telling]
    every, statement = np.arange(len(at)), words.statement[at]
    later = np.searchsorted(statement, statement, side="right") - every - 1
    one, other = np.repeat(every, later), spread(every + 1, later)
    differ = scoped[one] != scoped[other]
    one, other = one[differ], other[differ]
    names = found.numbers(_SCOPED)[scoped]
    ordered = key(names[one], found.number(">"), names[other])
    found.add(statement[one], ordered, at[one], 2, at[other] - at[one])


def _add_parts(found: Finding, words: Words, lexical: Terms, scopes: Scopes) -> None:
    """Whether the part that contrasts, and the rest of the statement, praise or worry."""
    count, first = len(words.starts) - 1, lexical.first
    is_within = (scopes.contrast[first] > 0).astype(np.intp)
    signs = np.zeros((3, count, 2), dtype=bool)
    for sign, kinds, turners in zip(signs, _SIGNED, _UNSIGNED, strict=True):
        is_turned = np.isin(scopes.reach[first], [NUMBERS[turner] for turner in turners])
        has = _are_in(kinds)[lexical.kind] & ~is_turned
        sign[words.statement[first[has]], is_within[has]] = True
    good, fair, bad = signs
    outer, within = (2 * np.where(good, 2, fair) + bad).T
    parts = found.numbers(_PARTS)[outer * len(_SIGNS) + within]
    beside = found.numbers(_SIGNS)[outer]
    for turner in ("BUT", "THOUGH"):
        has = np.unique(words.statement[scopes.contrast == NUMBERS[turner]])
        found.add(has, key(found.number("parts:"), found.number(turner), parts[has]))
        found.add(has, key(found.number("parts:"), parts[has]))
        found.add(has, key(found.number("beside:"), beside[has]))


def _add_counts(found: Finding, words: Words, lexical: Terms) -> None:
    shape = len(words.starts) - 1, len(ALL_KINDS)
    place = words.statement[lexical.first] * shape[1] + lexical.kind
    counts = np.bincount(place, minlength=shape[0] * shape[1]).reshape(shape)
    kinds = found.numbers(ALL_KINDS)
    for least in range(1, _MOST_TIMES + 1):
        statement, kind = np.nonzero(counts >= least)
        found.add(statement, key(kinds[kind], found.number(f"x{least}")))
    praising = counts[:, _are_in(_PRAISING)].sum(axis=1)
    worrying = counts[:, _are_in(_WORRYING)].sum(axis=1)
    balances = range(-_MOST_BALANCE, _MOST_BALANCE + 1)
    balance = np.clip(praising - worrying, -_MOST_BALANCE, _MOST_BALANCE) + _MOST_BALANCE
    found.add_of_each("balance:", found.numbers(map(str, balances))[balance])
    neither = np.flatnonzero(praising + worrying == 0)
    found.add(neither, np.asarray(found.number("neither")))


def _add_of_each(found: Finding, words: Words, sections: Sequence[str], reach: np.ndarray) -> None:
    found.add_of_each("section:", found.numbers(sections))
    lengths = found.numbers(map(str, range(_MOST_LENGTH + 1)))
    found.add_of_each("length:", lengths[np.minimum(np.diff(words.starts) // 6, _MOST_LENGTH)])
    within = np.zeros((len(sections), len(SCOPES)), dtype=bool)
    within[words.statement, reach] = True
    digits = 1 << np.arange(len(SCOPES) - 1)[::-1]
    found.add_of_each("reach:", found.numbers(_REACHES)[within[:, 1:] @ digits])
