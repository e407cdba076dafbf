"""What is a word: by a list of those that Ofsted's letters and reports use.

The list (`vocabulary.txt`, made by `tools/vocabulary.py`) tells a hyphen of typesetting from the
author's, and the text of a letter from what a broken text layer makes of it. Names are not in it,
nor are many words that a letter may have: what it lacks may be one.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Set
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path

FILE = Path(__file__).with_name("vocabulary.txt")
# What stands before a hyphen without being a word: the author's, as in `re-unification`.
PREFIXES = frozenset(
    "ante anti bi bio co counter cyber de ex extra hyper inter intra macro mega meta micro mid "
    "mini mono multi neo neuro non over pan para poly post pre pro pseudo psycho quasi re semi "
    "socio sub super tele trans tri ultra un under".split()
)
_ENDINGS = re.compile(r"'(?:s|d|t|ll|re|ve|m)?$")
_LAST_WORD = re.compile(r"([^\W\d_]+)-$")
_FIRST_WORD = re.compile(r"^([^\W\d_]+)")


@cache
def vocabulary() -> frozenset[str]:
    """The words of the list, in lower case."""
    lines = FILE.read_text(encoding="utf-8").split("\n")
    return frozenset(line for line in lines if line and not line.startswith("#"))


def without_accents(text: str) -> str:
    """The text with plain letters in place of accented ones."""
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFKD", text)
    return "".join(part for part in parts if not unicodedata.combining(part))


def is_word(word: str, known: Set[str] | None = None) -> bool:
    """Whether a word is one that is known (by the list, or by others), or a compound of such."""
    plain = _ENDINGS.sub("", without_accents(word).lower().replace("’", "'"))
    known = vocabulary() if known is None else known
    return plain in known or (
        "-" in plain and all(part in known or part in PREFIXES for part in plain.split("-"))
    )


def in_words(letters: str) -> list[str]:
    """The fewest known words that letters make up; the letters as they are where none do."""
    best: list[list[str] | None] = [[]]
    for end in range(1, len(letters) + 1):
        ways = [
            [*before, letters[start:end]]
            for start in range(end)
            if (before := best[start]) is not None and is_word(letters[start:end].rstrip("?:."))
        ]
        best.append(min(ways, key=len, default=None))
    return best[-1] or [letters]


@cache
def _joining_prefixes() -> frozenset[str]:
    """Prefixes that more words have without a hyphen than with one, as in `rearranged`."""
    known = vocabulary()
    joined = Counter(
        prefix
        for word in known
        for prefix in PREFIXES
        if word.startswith(prefix) and word.removeprefix(prefix) in known
    )
    apart = Counter(word.split("-", 1)[0] for word in known if "-" in word)
    return frozenset(prefix for prefix in PREFIXES if joined[prefix] > apart[prefix])


class DocumentWords:
    """The words of one document, looked up when a hyphen at a line's end first asks for them.

    A hyphen at a line's end is the author's in nearly all letters, as Word breaks no words. Where a
    document has one that can only be typesetting, all that may be are taken for it.
    """

    def __init__(self, lines: Callable[[], Iterable[str]]) -> None:
        """Take the document's lines, cleaned, in the order in which it draws them."""
        self._lines = lines

    @cached_property
    def _seen(self) -> tuple[str, bool]:
        """The lines in lower case, and whether the document breaks words."""
        lines = [line.strip() for line in self._lines() if line.strip()]
        breaks_words = any(
            one.endswith("-")
            and (before := _LAST_WORD.search(one))
            and (after := _FIRST_WORD.match(other))
            and _is_surely_broken(before[1].lower(), after[1])
            for one, other in pairwise(lines)
        )
        return "\n".join(lines).lower(), breaks_words

    def _has(self, word: str) -> bool:
        """Whether a word stands within a line."""
        text, _ = self._seen
        return word in text and bool(re.search(rf"(?<![\w-]){re.escape(word)}(?!\w|-\w)", text))

    def is_broken(self, text: str, line: str) -> bool:
        """Whether the hyphen at the end of a text only breaks a word that goes on in a line."""
        before = _LAST_WORD.search(text, text.rfind(" ") + 1)
        after = _FIRST_WORD.match(line)
        if not before or not after or not after[1].islower():
            return False
        left, right = before[1].lower(), after[1]
        joined, apart = left + right, f"{left}-{right}"
        if self._has(apart):
            return False
        if self._has(joined) or _is_surely_broken(left, right):
            return True
        _, breaks_words = self._seen
        if not breaks_words:
            return False
        if before[1][0].isupper() and not is_word(joined):
            return not is_word(left) and not is_word(right)  # a name
        # A compound is made of words; what is none is a part of one that the list may lack.
        is_compound = is_word(right) and (is_word(left) or left in PREFIXES - _joining_prefixes())
        return apart not in vocabulary() and (is_word(joined) or not is_compound)


def _is_surely_broken(left: str, right: str) -> bool:
    """Whether two parts are one word, as one of them is none."""
    if not right.islower() or not is_word(left + right) or f"{left}-{right}" in vocabulary():
        return False
    if left in PREFIXES:
        return not is_word(right) and left in _joining_prefixes()
    return not is_word(right) or not is_word(left)
