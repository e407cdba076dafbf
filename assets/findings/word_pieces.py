"""Words as pieces of words, for the encoder.

Here belongs how a statement's words are parted as BERT's WordPiece parts them: in lower case and
without accents, and each word into the longest pieces there are, from its beginning on. Not all of
BERT's pieces are kept, only those of labelled documents and all short ones: a word that none of
them had is parted further.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from itertools import islice

#: Statements are cut after so many pieces, the sign before and the sign after counted.
LONGEST = 72

#: What begins the name of a piece within a word.
WITHIN = "##"

# No piece is longer, in letters.
_LONGEST_PIECE = 20

_WORDS = re.compile(r"[^\W_]+|[^\w\s]|_")


def numbers_of(text: str, pieces: Mapping[str, int]) -> list[int]:
    """The numbers of a text's pieces, with the sign before it and the sign after.

    Args:
        text: A statement.
        pieces: The number of each piece, by its name.
    """
    unknown = pieces["[UNK]"]
    of_words = (one for word in words(text) for one in word_pieces(word, pieces, unknown))
    return [pieces["[CLS]"], *islice(of_words, LONGEST - 2), pieces["[SEP]"]]


def words(text: str) -> list[str]:
    """A text's words and signs, each by itself, in lower case and without accents."""
    parted = unicodedata.normalize("NFD", text.lower())
    return _WORDS.findall("".join(one for one in parted if unicodedata.category(one) != "Mn"))


def word_pieces(word: str, pieces: Mapping[str, int], unknown: int) -> list[int]:
    """The pieces of a word, by their numbers.

    Args:
        word: One of `words`.
        pieces: The number of each piece, by its name.
        unknown: The number that a word has which cannot be parted into pieces.
    """
    found, begin = [], 0
    while begin < len(word):
        within = WITHIN if begin else ""
        ends = range(min(len(word), begin + _LONGEST_PIECE), begin, -1)
        end = next((end for end in ends if within + word[begin:end] in pieces), None)
        if end is None:
            return [unknown]
        found.append(pieces[within + word[begin:end]])
        begin = end
    return found
