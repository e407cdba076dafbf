"""Who is who among the inspectors: one person across letters.

Forms of a name that differ in capitals, accents, hyphens or apostrophes are one person by rule
(`assets.language.people.person_key`). Anything bolder is a row of `inspector_aliases.csv`, with the
reason why a person was sure. What looks like two forms of one name is reported, not joined.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import combinations, groupby

import numpy as np
from rapidfuzz.distance import JaroWinkler
from rapidfuzz.process import cdist

from assets.language.patterns import read_table
from assets.language.people import person_key
from assets.model import Signal

_SAME_BEGINNING = 3  # letters that short and long forms of a first name share (Andy, Andrew)
_SIMILAR = 0.94  # Jaro-Winkler similarity of whole names from which a slip of the pen is likely
_AT_ONCE = 256  # names that are held against all others at once, so that memory is bounded


@lru_cache(maxsize=20_000)
def inspector_id(name: str) -> str:
    """The key of a person, from any form of the name."""
    key = person_key(name)
    return _aliases().get(key, key)


@cache
def _aliases() -> dict[str, str]:
    return {
        person_key(row["alias"]): person_key(row["name"])
        for row in read_table("assets.tables", "inspector_aliases")
    }


def display_names(names: Iterable[str]) -> dict[str, str]:
    """The form of each person's name that is shown.

    Args:
        names: All names as written, one for each time that they are.

    Returns:
        By key, the form that gives the key and is written most; of two, the first in the alphabet.
    """
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    for name in names:
        forms[inspector_id(name)][name] += 1
    shown = {}
    for key, counted in forms.items():
        own = {name: count for name, count in counted.items() if person_key(name) == key} or counted
        shown[key] = min(own, key=lambda name: (-own[name], name))
    return shown


def likely_doubles(names: dict[str, str]) -> list[tuple[Signal, tuple[str, str]]]:
    """Pairs of inspectors who may be one person.

    Args:
        names: Names by key.

    Returns:
        A signal and the two keys, for pairs that share a surname and the beginning of the first
        name, or whose whole names are nearly the same.
    """
    keys = sorted(names)
    return [
        (Signal("inspector_double_likely", f"{names[one]} and {names[other]}"), (one, other))
        for one, other in sorted([*_of_one_surname(keys), *_nearly_the_same(keys)])
    ]


def _of_one_surname(keys: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Pairs of one surname whose first names begin alike."""
    for _, of_surname in groupby(sorted(keys, key=_surname), key=_surname):
        for one, other in combinations(of_surname, 2):
            first, second = one.split("-")[0], other.split("-")[0]
            shared = min(_SAME_BEGINNING, len(first), len(second))
            if first[:shared] == second[:shared]:
                yield one, other


def _nearly_the_same(keys: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Pairs of two surnames that are nearly the same as a whole; some are held against all."""
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        likeness = cdist(some, keys, scorer=JaroWinkler.similarity, score_cutoff=_SIMILAR)
        for row, column in np.argwhere(likeness).tolist():
            if start + row < column and _surname(some[row]) != _surname(keys[column]):
                yield some[row], keys[column]


def _surname(key: str) -> str:
    return key.rpartition("-")[2]
