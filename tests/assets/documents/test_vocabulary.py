"""What is a word, and which hyphens at a line's end are typesetting."""

from __future__ import annotations

import pytest

from assets.documents.vocabulary import DocumentWords, in_words, is_word


@pytest.mark.parametrize(
    "word",
    [
        "plans",
        "Plans",
        "children’s",
        "multi-agency",
        "re-assessment",
        "well-being",
        "rôle",
        "ofsted",
    ],
)
def test_a_word_is_known(word: str) -> None:
    assert is_word(word)


@pytest.mark.parametrize("word", ["tently", "flective", "oþcers", "consis-tently", "wenlow", ""])
def test_what_is_none_is_not(word: str) -> None:
    assert not is_word(word)


#: A document that breaks a word for sure, and one that does not.
BREAKS = ["plans are consis-", "tently clear"]
KEEPS = ["plans are multi-", "agency work"]


@pytest.mark.parametrize(
    ("lines", "before", "after", "is_broken"),
    [
        # One part is no word.
        (KEEPS, "the consis-", "tently", True),
        (KEEPS, "It is re-", "flective.", True),
        (KEEPS, "The Consis-", "tently", True),
        # What has a prefix is the author's, as far as the document breaks no words.
        (KEEPS, "the re-", "integration", False),
        (BREAKS, "the re-", "integration", True),
        # Both are words, and so is the whole.
        (KEEPS, "an affection-", "ate child", False),
        (BREAKS, "an affection-", "ate child", True),
        # A part of a word that the list lacks, and compounds that it lacks.
        (BREAKS, "a stout-", "hearted child", True),
        (BREAKS, "was re-", "examined", True),
        (BREAKS, "a child-", "led plan", False),
        (BREAKS, "a multi-", "layered plan", False),
        # A compound that letters use, or that the document has.
        (BREAKS, "their well-", "being", False),
        ([*BREAKS, "an affection-ate child"], "an affection-", "ate child", False),
        ([*KEEPS, "of wellbeing"], "their well-", "being", True),
        # Names.
        (BREAKS, "Siob-", "hán Vale", True),
        (KEEPS, "Siob-", "hán Vale", False),
        (BREAKS, "O’Neill-", "Griffiths", False),
        (BREAKS, "Stoke-", "on", False),
        (BREAKS, "COVID-", "19", False),
    ],
)
def test_a_hyphen_that_only_breaks_a_word(
    lines: list[str], before: str, after: str, is_broken: bool
) -> None:
    assert DocumentWords(lambda: lines).is_broken(before, after) is is_broken


@pytest.mark.parametrize(
    ("letters", "words"),
    [
        ("Mainfindings", ["Main", "findings"]),
        ("needstoimprove?", ["needs", "to", "improve?"]),
        ("Tarnqx", ["Tarnqx"]),
        ("", [""]),
    ],
)
def test_letters_without_blanks_are_read_as_words(letters: str, words: list[str]) -> None:
    assert in_words(letters) == words
