"""Cues: the words that decided, as a reader finds them in the text."""

from __future__ import annotations

import pytest

from assets.findings.cues import cue_words, word_weights
from assets.findings.lexicon import terms
from assets.findings.linear import Linear
from assets.findings.symbols import Finding, Keys
from assets.findings.words import read
from tests.assets.findings.conftest import SetLexicon

CODES = ("strength", "concern", "context")
MOST_CODES = (*CODES, "mixed")


Weights = dict[str, tuple[float, ...]]


def cues(text: str, weights: Weights, code: str = "concern", codes: tuple[str, ...] = CODES) -> str:
    """The cues, where each word is a feature and so is each pair of neighbours."""
    words = read([text])
    symbols = Keys(list(weights)).symbols
    found = Finding(symbols)
    found.add_following(symbols.numbers(words.tokens), words.statement)
    found.add_of_each("section:", found.numbers(["main_findings"]))
    found.add_of_each("balance:", found.numbers(["-4"]))
    model = Linear(codes, [0.0] * len(codes), list(weights), list(weights.values()))
    known, rows = model.keys.known(found.all())
    of_words = word_weights(known, model.margins[rows, codes.index(code)], len(words.tokens))
    (shown,) = cue_words([text], words, terms(words), of_words, [code])
    return " | ".join(shown)


def only(concern: float) -> tuple[float, ...]:
    """A weight for a concern alone."""
    return (0.0, concern, 0.0)


@pytest.mark.parametrize(
    ("text", "weights", "found"),
    [
        # Nothing speaks for it, or not enough.
        ("Plans are late.", {}, ""),
        ("Plans are late.", {"late": only(0.2)}, ""),
        ("Plans are late.", {"late": only(-2.0)}, ""),
        ("Plans are late.", {"late": (2.0, 0.0, 0.0)}, ""),
        # As much for another valence as for this one.
        ("Plans are late.", {"late": (1.0, 1.0, 1.0)}, ""),
        ("Plans are late.", {"late": (1.0, 0.5, 0.0)}, ""),
        ("Plans are late.", {"balance: -4": only(9.0), "section: main_findings": only(9.0)}, ""),
        ("…", {"late": only(1.0)}, ""),
        ("", {}, ""),
        # What is in the text stands as it is there.
        ("Plans are late.", {"late": only(0.3)}, "late"),
        ("LATE plans wait.", {"late": only(1.0)}, "LATE"),
        ("The child’s plan waits.", {"child's": only(1.0)}, "child’s"),
        ("Notes are\u00a0ill\u2011kept.", {"ill-kept": only(1.0)}, "ill\u2011kept"),
        # The weightiest first.
        ("Late plans, lost notes.", {"late": only(1.0), "lost": only(2.0)}, "lost | Late"),
        ("Late plans, lost notes.", {"late": only(2.0), "lost": only(1.0)}, "Late | lost"),
        # Of one weight, in the order of the text.
        ("Late plans, lost notes.", {"late": only(1.0), "lost": only(1.0)}, "Late | lost"),
        # Little beside the weightiest is no cue.
        ("Late plans, lost notes.", {"late": only(1.0), "lost": only(0.34)}, "Late"),
        ("Late plans, lost notes.", {"late": only(1.0), "lost": only(0.36)}, "Late | lost"),
        # At most three.
        (
            "Late plans, lost notes, poor reviews, weak audits.",
            {"late": only(1.0), "lost": only(1.1), "poor": only(1.2), "weak": only(1.3)},
            "weak | poor | lost",
        ),
        # A word that stands twice is one cue, where it stands first.
        ("Late plans, late notes.", {"late": only(1.0)}, "Late"),
        ("Plans are late, notes are late.", {"late": only(1.0)}, "late"),
        # Words that follow each other are one, and so are two with a small one between.
        ("Staff write late poor plans.", {"late": only(1.0), "poor": only(1.0)}, "late poor"),
        (
            "Work needs to improve now.",
            {"needs": only(1.0), "improve": only(1.0)},
            "needs to improve",
        ),
        (
            "Work needs much improving now.",
            {"needs": only(1.0), "improving": only(1.0)},
            "needs | improving",
        ),
        (
            "Work needs to be improved now.",
            {"needs": only(1.0), "improved": only(1.0)},
            "needs | improved",
        ),
        ("Late; poor.", {"late": only(1.0), "poor": only(1.0)}, "Late | poor"),
        # Merged, they weigh together.
        (
            "Lost plans wait too long.",
            {"lost": only(1.5), "too": only(1.0), "long": only(1.0)},
            "too long | Lost",
        ),
        # A pair shares its weight.
        ("Plans wait too long.", {"too long": only(1.0)}, "too long"),
        ("Plans wait too long.", {"too long": only(0.4)}, ""),
        # Small words and marks are no cue, and none begins or ends with one.
        ("They are late.", {"they": only(1.0), "are": only(1.0)}, ""),
        ("They are late.", {"are": only(1.0), "late": only(1.0)}, "late"),
        ("Plans, notes wait.", {",": only(3.0)}, ""),
        (
            "Late plans, notes.",
            {"plans": only(1.0), ",": only(1.0), "notes": only(1.0)},
            "plans, notes",
        ),
    ],
)
def test_cues_are_the_words_that_speak_most_for_it(text: str, weights: Weights, found: str) -> None:
    assert cues(text, weights) == found


@pytest.mark.parametrize(
    ("text", "weights", "code", "found"),
    [
        # A word of the lexicon wins over one that is in none, whatever that weighs.
        ("Children wait, plans are late.", {"children": 2.0, "late": 0.3}, "concern", "late"),
        ("Children wait in late rooms.", {"rooms": 1.0, "late": 0.5}, "concern", "late rooms"),
        # Where none is telling, what tells is shown.
        ("Children wait, plans are late.", {"children": 2.0, "late": 0.2}, "concern", "Children"),
        # A word of praise is no reason for a concern, nor one of worry for a strength.
        ("Sound plans are written late.", {"sound": 2.0, "late": 0.3}, "concern", "late"),
        ("Sound plans are written late.", {"sound": 0.3, "late": 2.0}, "strength", "Sound"),
        ("Sound plans are written late.", {"sound": 1.0, "late": 1.0}, "mixed", "Sound | late"),
        # What tells of a fact is a reason for context only.
        ("In May, plans were sound.", {"may": 1.0, "sound": 0.5}, "strength", "sound"),
        ("In May, plans were sound.", {"may": 1.0, "sound": 0.5}, "context", "May | sound"),
        # A word that turns others is shown with the one that it turns.
        ("Plans are not clear.", {"not": 1.0}, "concern", "not clear"),
        ("Plans are not always clear.", {"not": 1.0}, "concern", "not always clear"),
        ("Plans are not in the file.", {"not": 1.0}, "concern", "not in the file"),
        ("Plans are kept, but late.", {"but": 1.0, "late": 0.5}, "mixed", "but late"),
        ("However, plans are late.", {"however": 1.0}, "concern", "However"),
        ("Plans are not.", {"not": 1.0}, "concern", "not"),
        ("They are not on it or in it for her.", {"not": 1.0}, "concern", "not"),
    ],
)
def test_cues_are_words_that_a_reader_knows_for_reasons(
    text: str, weights: dict[str, float], code: str, found: str, set_lexicon: SetLexicon
) -> None:
    set_lexicon(
        *("sound: good", "clear: good", "late: shortfall", "may: fact", "not: negation"),
        *("always: degree", "but: contrast", "however: contrast"),
    )
    of_code = {
        word: tuple(weight * (one == code) for one in MOST_CODES)
        for word, weight in weights.items()
    }
    assert cues(text, of_code, code, MOST_CODES) == found


def test_cues_are_those_of_the_valence_that_was_given() -> None:
    weights = {"clear": (2.0, 0.0, 0.0), "late": (0.0, 2.0, 0.0), "may": (0.0, 0.0, 2.0)}
    text = "Plans in May were clear and late."
    assert [cues(text, weights, code) for code in CODES] == ["clear", "late", "May"]
