"""The lexicon: words and phrases that inspectors praise and worry with, each with its kind.

Here belongs the reading of `lexicon.csv`. What a kind weighs is learnt; a reviewer who finds a word
wanting adds a line. An entry is in lower case, with straight apostrophes; its words may end in `*`,
for any ending or none. A word may be of several kinds.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import chain
from operator import contains
from typing import NamedTuple

import numpy as np

from assets.findings.symbols import spread
from assets.findings.words import Words, tokens
from assets.language.patterns import numbered_rows

_LEAST_STEM = 3  # letters before a `*`

#: The kinds that an entry may have, and what is said with its words.
KINDS = {
    "praise": "strong praise: `excellent`, `skilful`",
    "good": "that something is as it should be: `clear`, `timely`, `needs are met`",
    "fitting": "much the same, more faintly: `able to`, `embedded`, `is in place`",
    "helps": "what practice does for children: `ensures`, `protects`",
    "improves": "that something gets better: `strengthened`, `good progress`",
    "failing": "strong worry: `inadequate`, `unsafe`, `poor practice`",
    "shortfall": "that something is not as it should be: `delay`, `lack of`, `not yet`",
    "little": "much the same, more faintly: `few`, `difficulties`, `only some`",
    "hinders": "what stands in the way: `hampers`, `difficult to`",
    "affects": "what does something to what follows: `prevents`, `affecting`",
    "must": "what is asked for: `should`, `need to`, `more work`",
    "still": "that something is left to do: `further`, `remains`, `requires`",
    "negation": "a word that denies: `not`, `no`, `without`",
    "negated": "a verb that is denied or in doubt: `is not`, `can be`",
    "contrast": "a turn to the opposite: `although`, `however`",
    "degree": "how far: `fully`, `always`, `too`",
    "hedge": "how many or how often: `most`, `generally`, `increasingly`",
    "early": "that it is too soon to tell: `newly`, `signs of`, `not yet embedded`",
    "plan": "what is to come: `will`, `intends to`, `upcoming`",
    "event": "what has happened: `appointed`, `launched`, `restructured`",
    "fact": "figures, times and the inspection itself: `per cent`, `judged`, `since`",
    "acts": "what staff and leaders do, well or not: `identify`, `respond`",
    "aware": "that something is known: `recognise`, `candid`",
    "result": "what comes of something: `leads to`, `this means`",
}


#: The kinds in the order of the alphabet, as `Terms` counts them.
ALL_KINDS = tuple(sorted(KINDS))


class LexiconError(ValueError):
    """A line of the lexicon cannot be right; the message says which and why."""


class Terms(NamedTuple):
    """Words and phrases of the lexicon that a letter has, in its order.

    Attributes:
        first: The index of the first token of each.
        end: The index after its last.
        kind: The index of its kind in `ALL_KINDS`.
    """

    first: np.ndarray
    end: np.ndarray
    kind: np.ndarray


class _Phrase(NamedTuple):
    """A phrase that a word may begin.

    Attributes:
        place: Its place among them.
        rest: Its words from the second on, each as written, with its `*`.
        kind: Its kind.
    """

    place: int
    rest: tuple[str, ...]
    kind: int


class _Known(NamedTuple):
    """What the lexicon has of a word.

    Attributes:
        kinds: Its kinds as a single word.
        forms: What it may be written as after the first word of a phrase.
        phrases: Those that it may begin, by their second word as written.
    """

    kinds: tuple[int, ...]
    forms: frozenset[str]
    phrases: dict[str, list[_Phrase]]


class _Lexicon(NamedTuple):
    """Kinds by word, phrases by first word, and all other words of phrases; each as written."""

    words: dict[str, frozenset[int]]
    phrases: dict[str, tuple[tuple[tuple[str, ...], int], ...]]
    later: frozenset[str]


def kinds(word: str) -> tuple[str, ...]:
    """The kinds of a single word, in the order of the alphabet."""
    return tuple(ALL_KINDS[kind] for kind in _known(word).kinds)


def terms(words: Words) -> Terms:
    """The words and phrases of the lexicon that a letter has."""
    known = list(map(_known, words.forms))
    of_form = np.fromiter((len(one.kinds) for one in known), dtype=np.intp)
    kind = np.fromiter(chain.from_iterable(one.kinds for one in known), dtype=np.intp)
    counts = of_form[words.form]
    single = np.repeat(np.arange(len(words.form)), counts)
    phrases = np.array(list(_phrases(words, known)), dtype=np.intp).reshape(-1, 3)
    first = np.concatenate((single, phrases[:, 0]))
    end = np.concatenate((single + 1, phrases[:, 1]))
    starts = (np.cumsum(of_form) - of_form)[words.form]
    of_kind = np.concatenate((kind[spread(starts, counts)], phrases[:, 2]))
    order = np.argsort(first, kind="stable")
    return Terms(first[order], end[order], of_kind[order])


def _phrases(words: Words, known: Sequence[_Known]) -> Iterator[tuple[int, int, int]]:
    """First token, end and kind of each phrase."""
    begins = np.array([bool(one.phrases) for one in known], dtype=bool)[words.form[:-1]]
    goes_on = np.array([bool(one.forms) for one in known], dtype=bool)[words.form[1:]]
    form = words.form.tolist()
    ends = words.starts[1:][words.statement].tolist()
    for first in np.flatnonzero(begins & goes_on).tolist():
        phrases, forms = known[form[first]].phrases, known[form[first + 1]].forms
        if phrases.keys().isdisjoint(forms):
            continue  # so it is with most
        for _, rest, kind in sorted(chain(*(phrases.get(second, ()) for second in forms))):
            end = first + 1 + len(rest)
            follow = (known[one].forms for one in form[first + 1 : end])
            if end <= ends[first] and all(map(contains, follow, rest)):
                yield first, end, kind


@lru_cache(maxsize=20_000)
def _known(word: str) -> _Known:
    lexicon = _lexicon()
    entries = list(_entries(word))
    begun = chain.from_iterable(lexicon.phrases.get(entry, ()) for entry in entries)
    phrases: dict[str, list[_Phrase]] = {}
    for place, (rest, kind) in enumerate(begun):
        phrases.setdefault(rest[0], []).append(_Phrase(place, rest, kind))
    return _Known(
        tuple(sorted({kind for entry in entries for kind in lexicon.words.get(entry, ())})),
        lexicon.later.intersection(entries),
        phrases,
    )


def _entries(word: str) -> Iterator[str]:
    """All that an entry may be for it to mean a word: the word itself, and stems with a `*`."""
    yield word
    for end in range(_LEAST_STEM, len(word) + 1):
        yield f"{word[:end]}*"


def check_lexicon() -> None:
    """Raise a `LexiconError` if a line of the lexicon cannot be right."""
    _lexicon()


@cache
def _lexicon() -> _Lexicon:
    """Read the lexicon.

    Raises:
        LexiconError: A line has other cells than the first, words that no text can have, a kind
            that is none, or stands twice: it would weigh nothing, and nobody would know.
    """
    words: dict[str, frozenset[int]] = {}
    phrases: dict[str, tuple[tuple[tuple[str, ...], int], ...]] = {}
    seen: dict[tuple[tuple[str, ...], str], int] = {}
    try:
        rows = list(numbered_rows("assets.findings", "lexicon"))
    except UnicodeDecodeError as error:
        raise LexiconError(f"lexicon.csv is not a file in UTF-8: {error}") from error
    except (ValueError, csv.Error) as error:
        raise LexiconError(str(error)) from error
    for number, row in rows:
        place = f"lexicon.csv, line {number}"
        entry, kind = tuple(row["words"].split()), row["kind"]
        if fault := _fault(entry, kind):
            raise LexiconError(f"{place}: {fault}")
        first = seen.setdefault((entry, kind), number)
        if first != number:
            raise LexiconError(f"{place}: {row['words']!r} is of the kind {kind} by line {first}")
        if len(entry) > 1:
            begun = phrases.get(entry[0], ())
            phrases[entry[0]] = (*begun, (entry[1:], ALL_KINDS.index(kind)))
        else:
            words[entry[0]] = words.get(entry[0], frozenset()) | {ALL_KINDS.index(kind)}
    later = {word for of_first in phrases.values() for rest, _ in of_first for word in rest}
    return _Lexicon(words, phrases, frozenset(later))


def _fault(entry: Sequence[str], kind: str) -> str | None:
    """Why an entry would weigh nothing."""
    if not entry:
        return "there are no words in it"
    for word in entry:
        if word != word.lower():
            return f"{word!r} has capitals; an entry is in lower case"
        stem = word.removesuffix("*")
        if tokens(stem) != [stem]:
            return f"{word!r} is not one word as texts are read: letters, with - and ' between them"
        if stem != word and len(stem) < _LEAST_STEM:
            return f"{word!r} has fewer than {_LEAST_STEM} letters before its *"
    if kind not in KINDS:
        return f"{kind!r} is no kind; it has to be one of {', '.join(sorted(KINDS))}"
    return None
