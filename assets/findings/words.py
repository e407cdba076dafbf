"""The words of a statement, and what of the lexicon they are.

Here belongs the reading of `lexicon.csv`: words and phrases that inspectors praise and worry with,
each with its kind. What a kind weighs is learnt; a reviewer who finds a word wanting adds a line.
An entry is in lower case, with straight apostrophes; its words may end in `*`, for any ending or
none. A word may be of several kinds.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from operator import contains
from typing import NamedTuple

from assets.language.patterns import numbered_rows
from assets.language.typography import plain

_TOKEN = re.compile(r"[A-Za-z]+(?:['-][A-Za-z]+)*|\d+|[,;:]")
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


class LexiconError(ValueError):
    """A line of the lexicon cannot be right; the message says which and why."""


class Term(NamedTuple):
    """A word or phrase of the lexicon that a statement has.

    Attributes:
        first: Index of its first token.
        end: Index after its last token.
        kind: Its kind.
    """

    first: int
    end: int
    kind: str


class Statement(NamedTuple):
    """A statement as it is read.

    Attributes:
        words: Its tokens.
        kinds: The kinds of each as a single word, in the order of the alphabet.
        terms: The words and phrases of the lexicon that it has, in its order.
    """

    words: list[str]
    kinds: list[tuple[str, ...]]
    terms: list[Term]


class _Phrase(NamedTuple):
    """A phrase of the lexicon from its second word on, each as written, with its `*`."""

    rest: tuple[str, ...]
    kind: str


class _Known(NamedTuple):
    """What the lexicon has of a word.

    Attributes:
        kinds: Its kinds as a single word, in the order of the alphabet.
        forms: What it may be written as after the first word of a phrase.
        phrases: Those that it may begin.
    """

    kinds: tuple[str, ...]
    forms: frozenset[str]
    phrases: tuple[_Phrase, ...]


class _Lexicon(NamedTuple):
    """Kinds by word, phrases by first word, and all other words of phrases; each as written."""

    words: dict[str, frozenset[str]]
    phrases: dict[str, tuple[_Phrase, ...]]
    later: frozenset[str]


def tokens(text: str) -> list[str]:
    """The tokens of a text: words, numbers, and marks that part clauses.

    They are in lower case, with straight apostrophes.
    """
    # Lowered once they are found: among other alphabets' letters are some that lower to these.
    return " ".join(_TOKEN.findall(plain(text))).lower().split()


def token_spans(text: str) -> list[tuple[int, int]]:
    """Where each of a text's tokens begins and ends."""
    return [found.span() for found in _TOKEN.finditer(plain(text))]


def read(text: str) -> Statement:
    """Read a statement."""
    words = tokens(text)
    known = list(map(_known, words))
    return Statement(words, [of_word.kinds for of_word in known], _terms(known))


def following(words: Sequence[str]) -> tuple[Iterable[str], Iterable[str], Iterable[str]]:
    """The words, and all two and three that follow each other, joined by blanks."""
    return (
        words,
        map(" ".join, pairwise(words)),
        map(" ".join, zip(words, words[1:], words[2:], strict=False)),
    )


def kinds(word: str) -> tuple[str, ...]:
    """The kinds of a single word, in the order of the alphabet."""
    return _known(word).kinds


def _terms(known: Sequence[_Known]) -> list[Term]:
    found = []
    forms = [of_word.forms for of_word in known]
    for first, (of_kinds, _, phrases) in enumerate(known):
        found += [Term(first, first + 1, kind) for kind in of_kinds]
        if not phrases or first + 1 == len(forms):
            continue
        follower = forms[first + 1]
        for rest, kind in phrases:
            end = first + 1 + len(rest)
            if rest[0] not in follower or end > len(forms):
                continue  # so it is with most
            if all(map(contains, forms[first + 1 : end], rest)):
                found.append(Term(first, end, kind))
    return found


@lru_cache(maxsize=20_000)
def _known(word: str) -> _Known:
    lexicon = _lexicon()
    entries = list(_entries(word))
    return _Known(
        tuple(sorted({kind for entry in entries for kind in lexicon.words.get(entry, ())})),
        lexicon.later.intersection(entries),
        tuple(phrase for entry in entries for phrase in lexicon.phrases.get(entry, ())),
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
    words: dict[str, frozenset[str]] = {}
    phrases: dict[str, tuple[_Phrase, ...]] = {}
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
            phrases[entry[0]] = (*phrases.get(entry[0], ()), _Phrase(entry[1:], kind))
        else:
            words[entry[0]] = words.get(entry[0], frozenset()) | {kind}
    later = {word for of_first in phrases.values() for one in of_first for word in one.rest}
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
