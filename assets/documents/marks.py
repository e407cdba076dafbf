"""The marks of list items: bullets of every kind, letters that fonts and OCR make of them, numbers.

Here belongs what a mark looks like. A bullet is told by itself, a number by those beside it: a
list begins with the first one and goes on with the next.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

# Marks of the second level, where a letter has two.
_SECOND_LEVEL = frozenset(
    "\uf02d\u2500\u2501\u2012\u2015\u0336\u2212\u23af\uf0be\u2013\u2014\u2e3a-o"
)
# Signs that are a bullet whatever stands behind them; of private use are those of Word's fonts
# (Symbol, Wingdings), and U+0336 is what they make of a dash.
_BULLETS = "\u2022\u2023\u2043\u25e6\u2219\u2012\u2013\u2014\u2015\u2e3a\u0336\u2212\u23af"
_BULLET_CATEGORIES = frozenset({"So", "Co"})
# Arrows, circled numbers, boxes, geometric shapes and dingbats, some of which count as mathematics.
_PICTURES = (range(0x2190, 0x2200), range(0x2460, 0x27C0), range(0x2900, 0x2C00))
# Signs that are one where a blank stands behind them.
_BEFORE_BLANK = frozenset(
    "-*+\u00b7\u2027\u22c5\u30fb\u203a\u00bb>\u2192\u21d2\u00a7\u00a4\u00b0\u00ac"
)
_SIGN = re.compile(r"^\s*(\S)[\ufe0e\ufe0f]?(\s*)")
_OPENS_TEXT = r"(?=[‘“'\"(]?[A-Z0-9])"
# Letters that stand in place of a bullet where its font is lost, or where OCR took it for one.
_LETTER = re.compile(
    rf"^\s*([b-hj-z\u00d8\u00fc\u00e0\u00a8]|[a-z][=~_\u00bb\u2014-]|[=~\u00ab\u00a9\u00ae\u00a2@]{{1,2}})"
    rf"\s+{_OPENS_TEXT}"
)
# Numbered paragraphs: the number counts, it says nothing.
_NUMBER = re.compile(r"^\s*\(?\d{1,2}(?:[.)]|(?:\.\d{1,2})+[.)]?)\s+(?=[‘“'\"(]?[A-Z])")
_ENUMERATOR = re.compile(
    r"^\s*(?P<opens>[(\[]?)(?P<value>\d{1,2}|[a-z]|[A-Z]|[ivx]{1,5}|[IVX]{1,5})(?P<closes>[.)\]])"
    r"(?:\s+(?=\S)|(?=[A-Z][a-z]))"
)
# The same without a sign behind it, which only a whole list makes likely.
_BARE = re.compile(r"^\s*(?P<value>\d{1,2}|[a-z]|[A-Z]|[ivx]{1,5}|[IVX]{1,5})\s+(?=[‘“'\"(]?[A-Z])")
_ROMAN = ("i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx").split()
_TEXT_END = re.compile(r"(?:^|[.!?:;][’”'\")\]]*)\s*$")
# What nearly all lines begin with is none of these: a word of two letters or more.
_MAY_BE_MARK = re.compile(r"\s*(?![^\W\d_]{2})|\s*[ivxIVX]{2,5}[.)\]\s]")
_REACH = 40  # lines between two numbers of one list
_BARE_REACH = 8  # the same of numbers without a sign


@cache
def _is_bullet(sign: str) -> bool:
    return (
        sign in _BULLETS
        or unicodedata.category(sign) in _BULLET_CATEGORIES
        or any(ord(sign) in pictures for pictures in _PICTURES)
    )


def _bullet_end(text: str) -> int:
    """Where a bullet at the beginning of a text ends, the blanks behind it included; 0 for none."""
    found = _SIGN.match(text)
    if found is None:
        return 0
    sign, blanks = found[1], found[2]
    if sign.isalnum() and not _is_bullet(sign):
        letter = _LETTER.match(text)
        return letter.end() if letter else 0
    if _is_bullet(sign) or (sign in _BEFORE_BLANK and (blanks or found.end() == len(text))):
        return found.end()
    letter = _LETTER.match(text)
    return letter.end() if letter else 0


def split_mark(text: str, *, is_item: bool = False, is_numbered: bool = False) -> tuple[int, str]:
    """Take the bullet or number off a list item.

    Args:
        text: The text.
        is_item: Whether it is known to be a list item, so that any number before it is its own.
        is_numbered: Whether it is one of `enumerated`, so that even a bare one is.

    Returns:
        The level of the list (0 where there is neither), and the text without it.
    """
    if not _MAY_BE_MARK.match(text):
        return 0, text
    end = _bullet_end(text)
    if end:
        return 2 if text.lstrip()[0] in _SECOND_LEVEL else 1, text[end:]
    number = _NUMBER.match(text)
    if not number and is_item:
        number = _ENUMERATOR.match(text)
    if not number and is_numbered:
        number = _BARE.match(text)
    return (1, text[number.end() :]) if number else (0, text)


def is_mark(text: str) -> bool:
    """Whether a text is a bullet and nothing else."""
    return bool(text.strip()) and _bullet_end(text) == len(text)


def begins_item(text: str, before: str) -> bool:
    """Whether a line begins a list item: with a bullet, or with a number behind a text that ended.

    A number alone may be the end of a sentence (`aged 18 to` / `25. They`).
    """
    if not _MAY_BE_MARK.match(text):
        return False
    return _bullet_end(text) > 0 or bool(_NUMBER.match(text) and _TEXT_END.search(before))


class _Step(NamedTuple):
    """What a number may be: its place in a list of some style."""

    style: tuple[str, str, str]
    value: int


def _steps(text: str) -> Iterator[_Step]:
    found = _ENUMERATOR.match(text)
    if found:
        opens, value, closes = found["opens"], found["value"], found["closes"]
    elif found := _BARE.match(text):
        opens, value, closes = "", found["value"], ""
    else:
        return
    if value.isdigit():
        yield _Step((opens, "1", closes), int(value))
        return
    kind = "a" if value.islower() else "A"
    if len(value) == 1:
        yield _Step((opens, kind, closes), ord(value.lower()) - ord("a") + 1)
    if value.lower() in _ROMAN:
        yield _Step((opens, f"roman {kind}", closes), _ROMAN.index(value.lower()) + 1)


def enumerated(texts: Sequence[str]) -> frozenset[int]:
    """Which of some lines or paragraphs begin with the numbers of a list: at least the first two.

    Args:
        texts: Lines or paragraphs that follow each other.

    Returns:
        Their indices.
    """
    lists: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    found: set[int] = set()
    for index, text in enumerate(texts):
        if _MAY_BE_MARK.match(text):
            for style, value in _steps(text):
                members = lists[style]
                reach = _REACH if style[2] else _BARE_REACH
                if members and value == len(members) + 1 and index - members[-1] <= reach:
                    members.append(index)
                    found.update(members)
                elif value == 1:
                    lists[style] = [index]
    return frozenset(found)
