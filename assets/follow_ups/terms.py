"""What a text speaks of: the terms by which points and sentences are held against each other.

Here belongs which terms a text has: the stems of its words, the practices and groups of children
that it names (`phrases.csv`: words in lower case, which may end in `*` for any ending), its topics,
and whom the part of the document that it stands in is about (`scopes.csv`). What a term is worth,
and which are near each other, is in `vectors`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from operator import contains

from assets.language.patterns import RuleTables
from assets.language.typography import plain

_TABLES = RuleTables("assets.follow_ups")
_TOKEN = re.compile(r"[a-z]+(?:['-][a-z]+)*|\d+-?")
_PURPOSE = re.compile(r",? (?:so that|to ensure|in order to|including)\b.*", re.DOTALL)
_LEAST_STEM = 4  # letters that are left of a word without its ending
_LEAST_PREFIX = 3  # letters before a `*`

#: Marks before terms that are no stems.
PRACTICE, GROUP, TOPIC = "#", "%", "@"
_MARKS = {"practice": PRACTICE, "group": GROUP}


@lru_cache(maxsize=5_000)  # a point is held against many documents
def terms_of(text: str) -> frozenset[str]:
    """The terms that a text has by its words."""
    words = _TOKEN.findall(plain(text).lower())
    return _stems(words) | _phrases(words)


def matter_of(point: str) -> str:
    """What a point asks for, without what that is to lead to or what belongs to it."""
    matter = _PURPOSE.sub("", point)
    return matter if len(terms_of(matter)) > 1 else point


def named_in(terms: Iterable[str]) -> frozenset[str]:
    """The words and practices among terms, without what says how well or how soon (`aspect`)."""
    return frozenset(term for term in terms if term[0] not in (GROUP, TOPIC)) - _aspects()


def groups_in(terms: Iterable[str]) -> frozenset[str]:
    """The groups of children among terms."""
    return frozenset([term for term in terms if term[0] == GROUP])


@lru_cache(maxsize=10_000)
def groups_of_place(heading: str | None, kind: str, theme_codes: tuple[str, ...]) -> frozenset[str]:
    """Whom a section is about, where its sentences do not say: by its heading, else by the visit.

    Args:
        heading: The section's heading.
        kind: The kind of document.
        theme_codes: The themes of the visit; what several are about is left open.
    """
    for pattern, row in _TABLES.patterns("scopes", of="heading"):
        if heading and pattern.search(heading):
            return _named(row)
    if kind == "focused_visit" and len(theme_codes) == 1:
        for pattern, row in _TABLES.patterns("scopes", of="theme"):
            if pattern.fullmatch(theme_codes[0]):
                return _named(row)
    return frozenset()


def _named(row: dict[str, str]) -> frozenset[str]:
    return frozenset(f"{GROUP}{group}" for group in row["groups"].split())


def _stems(words: Iterable[str]) -> frozenset[str]:
    return frozenset(filter(None, map(stem_of, "-".join(words).split("-"))))


@lru_cache(maxsize=50_000)
def stem_of(word: str) -> str:
    """A word without its ending; empty for a word that says nothing by itself."""
    if word in _stop_words() or len(word) < 2:
        return ""
    word = re.sub(r"'s?$", "", word)
    for ending in _endings():
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST_STEM:
            word = word.removesuffix(ending)
            break
    is_doubled = len(word) > _LEAST_STEM and word[-1] == word[-2] and word[-1] not in "sl"
    return word[:-1] if is_doubled else word


@cache
def _stop_words() -> frozenset[str]:
    return frozenset(_rows_of("stop"))


@cache
def _endings() -> tuple[str, ...]:
    return tuple(_rows_of("ending"))


@cache
def _aspects() -> frozenset[str]:
    return frozenset(f"{PRACTICE}{name}" for name in _rows_of("aspect"))


def _rows_of(kind: str) -> list[str]:
    return [row["letters"] for row in _TABLES.read_table("words") if row["kind"] == kind]


def _phrases(words: Sequence[str]) -> frozenset[str]:
    found = []
    for behind, phrases in enumerate(map(_begun_by, words), start=1):
        for rest, term in phrases:
            following = words[behind : behind + len(rest)]
            if len(following) == len(rest) and all(map(contains, map(_forms, following), rest)):
                found.append(term)
    return frozenset(found)


@lru_cache(maxsize=50_000)
def _begun_by(word: str) -> tuple[tuple[tuple[str, ...], str], ...]:
    """The phrases that a word may begin: their other words, and their terms."""
    return tuple(phrase for form in _forms(word) for phrase in _by_first_word().get(form, ()))


@lru_cache(maxsize=50_000)
def _forms(word: str) -> frozenset[str]:
    """All that a word of a phrase may be written as for it to mean a word."""
    prefixes = range(_LEAST_PREFIX, len(word) + 1)
    return frozenset({word, *(f"{word[:end]}*" for end in prefixes)})


@cache
def _by_first_word() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for row in _TABLES.read_table("phrases"):
        first, *rest = row["words"].split()
        found.setdefault(first, []).append((tuple(rest), _MARKS[row["kind"]] + row["term"]))
    return found
