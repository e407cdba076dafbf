"""Words as pieces of words."""

from __future__ import annotations

import pytest

from assets.findings.encoder import encoder
from assets.findings.word_pieces import _LONGEST_PIECE, WITHIN, word_pieces, words

PIECES = {
    name: number
    for number, name in enumerate(["[UNK]", "over", "##sight", "##s", "o", "##v", "s", "##i"])
}


@pytest.mark.parametrize(
    ("text", "parted"),
    [
        ("Leaders’ oversight, at long last", "leaders ’ oversight , at long last"),
        ("A café’s two-year-old PLAN_B (2019)", "a cafe ’ s two - year - old plan _ b ( 2019 )"),
        ("", ""),
    ],
)
def test_words_and_signs_stand_by_themselves(text: str, parted: str) -> None:
    assert words(text) == parted.split()


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("oversight", ["over", "##sight"]),
        ("oversights", ["over", "##sight", "##s"]),
        ("ovi", ["o", "##v", "##i"]),
        ("overt", ["[UNK]"]),
        ("é", ["[UNK]"]),
    ],
)
def test_a_word_is_parted_into_the_longest_pieces(word: str, parts: list[str]) -> None:
    assert word_pieces(word, PIECES, unknown=0) == [PIECES[part] for part in parts]


def test_no_piece_is_longer_than_what_is_looked_for() -> None:
    """Else a text without blanks would take seconds."""
    longest = max(len(piece.removeprefix(WITHIN)) for piece in encoder().pieces)
    assert longest <= _LONGEST_PIECE
