"""Whether a text is what its pages show: a text layer may lie, and OCR may fail.

Fonts without a true table of characters give one letter for another, a digit for an apostrophe or
no letter at all. The words tell. Of a letter that was not seen before, nearly all are known: those
at hand, each held against the words of the others, have at most 13 in a thousand that are not, and
letters in a richer English than Ofsted's have up to 40. There are shapes that no word has. And
where one letter stands for another, or is lost, several unknown words become known by the same
change.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from string import ascii_lowercase
from typing import NamedTuple

from assets.documents.vocabulary import PREFIXES, is_word, vocabulary, without_accents
from assets.language.typography import LIGATURES

_SHORTEST = 3  # letters of a word that is looked up
_DIGIT_WITHIN = re.compile(r"[a-z]{2}\d+[a-z]|^[A-Z]\d[A-Z][a-z]")
_SIGNS = r"\ufffd\ue000-\uf8ff\x01-\x08\x0e-\x1f"  # that stand for no letter
_TOKEN = re.compile(rf"[\w{_SIGNS}]+")
_LOST_SIGN = re.compile(f"[{_SIGNS}]")
_LOST = re.compile(rf"[^\W_][{_SIGNS}]+[^\W_]|[^\W_]\ufffd|\ufffd[^\W_]|[\x01-\x08\x0e-\x1f]")
_LOST_APOSTROPHE = re.compile(r"\b[a-z]{3,}[^\w\n'’‘`´(\[/]s\b")
# Parts of words: what stands before a hyphen, and before an apostrophe (don't).
_PARTS = PREFIXES.union(
    "aren couldn didn doesn don hadn hasn haven isn shouldn wasn weren wouldn ll ve".split()
)
_APART = "\1\1\1\1"  # lengths of words that follow each other, as characters
_LETTERS_OF_PROSE = frozenset("aAIst")  # words, and what stands behind an apostrophe
_FEWEST = 3  # words of an impossible shape, from which a text is not believed
_SHARE = 0.15  # of the words, from which it is not believed if they are unknown
_SHARE_APART = 0.015  # from which it may be set with blanks between letters
# What a font may lose: a ligature, or a letter of one.
_LOSSES = frozenset(LIGATURES.values()).union(*LIGATURES.values())
_SPELLING = "zs"  # `organize` is another spelling of `organise`
_SHOWN = 4
_REPLACEMENT = "\ufffd"


class Doubts(NamedTuple):
    """What is wrong with the words of a text.

    Attributes:
        impossible: Words, each once, of a shape that none has, or that the same change of letters
            makes words of.
        unknown: Other words, each once, that are not known; names are not looked up.
        share: The share of both in all words.
        lacks_letters: Whether one of the former has a sign that stands for a lost letter.
        is_apart: Whether letters stand by themselves.
    """

    impossible: tuple[str, ...]
    unknown: tuple[str, ...]
    share: float
    lacks_letters: bool
    is_apart: bool

    @property
    def is_spaced(self) -> bool:
        """Whether blanks may stand within words."""
        return self.is_apart or self.share > _SHARE_APART

    @property
    def is_unbelievable(self) -> bool:
        """Whether the text cannot be what a reader of the pages sees."""
        return (
            self.lacks_letters
            or len(self.impossible) >= _FEWEST
            or (self.share > _SHARE and len(self.unknown) >= _FEWEST)
        )

    def outnumber(self, other: Doubts) -> bool:
        """Whether more words are wrong than in another reading of the same pages."""
        return (self.is_apart, self.share) > (other.is_apart, other.share)

    def __str__(self) -> str:
        words = list(dict.fromkeys((*self.impossible, *self.unknown)))[:_SHOWN]
        return ", ".join(f"‘{_LOST_SIGN.sub(_REPLACEMENT, word)}’" for word in words)


def doubts(texts: Iterable[str], known: Set[str] | None = None) -> Doubts:
    """Look at the words of a text.

    Args:
        texts: Its parts.
        known: The words that are known; those of the list if left out.
    """
    known = vocabulary() if known is None else known
    text = "\n".join(texts)
    words = _TOKEN.findall(text)
    impossible, unknown = [], []
    not_known = singles = 0
    counts = Counter(words)
    for word, count in counts.items():
        if word in known:
            continue
        # An accent makes no word impossible (café).
        if word.isalpha() and without_accents(word).isascii():
            if len(word) == 1 and word not in _LETTERS_OF_PROSE:
                singles += count
            if not word.islower() or _is_known(word, known):
                continue
            unknown.append(word)
        elif (
            _LOST.search(word)
            or _DIGIT_WITHIN.search(word)
            or (word.islower() and word.isalpha() and not _is_known(word, known))
        ):
            impossible.append(word)
        else:
            continue
        not_known += count
    if counts["s"] > text.count("’s") + text.count("'s"):
        impossible += dict.fromkeys(_LOST_APOSTROPHE.findall(text))
    impossible += _put_right_alike(unknown, known)
    return Doubts(
        tuple(impossible),
        tuple(unknown),
        not_known / max(len(words), 1),
        any(map(_LOST.search, impossible)),
        singles >= len(_APART) and _APART in "".join(map(chr, map(len, words))),
    )


def _put_right_alike(words: Sequence[str], known: Set[str]) -> list[str]:
    """Those of some unknown words that become known by the same change as several others."""
    if len(words) < _FEWEST:
        return []
    alike: dict[str, list[str]] = defaultdict(list)
    for word in words:
        for change in set(_changes(word, known)):
            alike[change].append(word)
    most = max(alike.values(), key=len, default=[])
    return most if len(most) >= _FEWEST else []


def _changes(word: str, known: Set[str]) -> Iterator[str]:
    """What makes a known word of one: letters put in, or one put for another, not at its end."""
    for at, letter in enumerate(word):
        before, behind = word[:at], word[at:]
        for letters in _LOSSES:
            if before + letters + behind in known:
                yield f"+{letters}"
        if at < len(word) - 1:  # `arranges` is not misprinted for `arranged`
            for other in ascii_lowercase:
                if before + other + behind[1:] in known and letter + other != _SPELLING:
                    yield letter + other


def _is_known(word: str, known: Set[str]) -> bool:
    return len(word) < _SHORTEST or word in _PARTS or is_word(word, known)
