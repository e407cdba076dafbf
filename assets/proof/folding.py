"""The characters of a text that count when it is quoted, and what is between them.

Here belongs which these are. Both are worked out for all of a text at once, by tables over the code
points, which grow by the characters that come.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from assets.language.typography import LIGATURES

# Control, format, private and unassigned characters (PDFium gives U+FFFE for a hyphen at a line's
# end), marks on letters, dashes, blanks, and the signs that are bullets.
_NO_TEXT = frozenset("Cc Cf Cn Co Cs Mn Pd So Zl Zp Zs".split())
_BULLETS = "\u2022\u00b7"
# Characters that end a line; PDFium gives one of the last two for a hyphen that does.
_LINE_ENDS = "\r\n\v\f\x85\u2028\u2029\ufffe\x02"

#: What is between two characters: nothing, a blank, a dash or both, or a line's end.
NOTHING, BLANK, DASH, BLANK_AND_DASH, LINE_END = "x_~=\n"
_IS_BLANK, _IS_DASH, _IS_LINE_END = 1, 2, 4
_SIGNS = np.frombuffer(f"{NOTHING}{BLANK}{DASH}{BLANK_AND_DASH}{4 * LINE_END}".encode(), np.uint8)

_CODE_POINTS = 0x110000
_UNKNOWN = 255
_counts = np.full(_CODE_POINTS, _UNKNOWN, np.uint8)  # by how many characters it counts
_folds = np.zeros(_CODE_POINTS, "<u4")  # as which one, where it is one
_kinds = np.zeros(_CODE_POINTS, np.uint8)  # what it is between two that count


class Folded(NamedTuple):
    """Characters that count, and for each the place of the one that it comes from."""

    text: str
    places: Sequence[int]


@cache
def _fold_character(character: str) -> str:
    return "".join(
        part
        for part in unicodedata.normalize("NFKD", character.translate(LIGATURES))
        if unicodedata.category(part) not in _NO_TEXT and part not in _BULLETS
    )


def fold(text: str) -> str:
    """The characters of a text that count."""
    return "".join(map(_fold_character, text))


def folded(text: str) -> Folded:
    """As `fold`, with their places."""
    codes = _codes(text)
    counts = _counts[codes]
    if counts.max(initial=0) > 1:
        return Folded(fold(text), np.repeat(np.arange(len(codes)), counts).tolist())
    places = np.flatnonzero(counts)
    # Few of its many thousand places are asked for.
    return Folded(_folds[codes[places]].tobytes().decode("utf-32-le"), places.data)


def folded_all(texts: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The characters of each of some texts that count, and what is behind them, all at once."""
    whole = "\n".join(texts)
    text, places = folded(whole)
    signs = gaps(whole)
    start = end = 0
    for one in texts:
        end += len(one) + 1
        stop = bisect_left(places, end, start)
        yield text[start:stop], signs[start:stop]
        start = stop


def gaps(text: str) -> str:
    """What is behind each character that counts: a sign each."""
    codes = _codes(text)
    counts = _counts[codes]
    places = np.flatnonzero(counts)
    if not len(places):
        return ""
    behind = _SIGNS[np.bitwise_or.reduceat(_kinds[codes], places)]
    signs = np.full(int(counts.sum()), ord(NOTHING), np.uint8)
    signs[np.cumsum(counts[places]) - 1] = behind
    return signs.tobytes().decode("ascii")


@cache
def gap(between: str) -> str:
    """The sign of what is between two characters that count."""
    return gaps(f"a{between}")


def _codes(text: str) -> np.ndarray:
    """The code points of a text, all of them in the tables."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    for code in set(codes[_counts[codes] == _UNKNOWN].tolist()):
        character = chr(code)
        counted = _fold_character(character)
        _counts[code] = len(counted)
        if counted:
            _folds[code] = ord(counted[0])
        else:
            _kinds[code] = _kind(character)
    return codes


def _kind(character: str) -> int:
    """What a character that does not count is between two that do."""
    if character in _LINE_ENDS:
        return _IS_LINE_END
    category = unicodedata.category(character)
    if category == "Pd":
        return _IS_DASH
    return _IS_BLANK if character.isspace() or category.startswith("Z") else 0
