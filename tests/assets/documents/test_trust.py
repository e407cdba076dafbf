"""A text that is not what its pages show is told by its words."""

from __future__ import annotations

import pytest

from assets.documents.trust import doubts

TEXT = (
    "Children’s social workers visit them often, and plans are clear. They don’t wait, as staff in "
    "the Together4Children service see families at home, e.g. Siobhán O’Neill-Griffiths, from 9am. "
    "Multi-agency pre-birth work is sound. The rôle of COVID-19 (s47) has been put right. "
)


def test_a_letters_words_are_believed() -> None:
    found = doubts([TEXT] * 3)
    assert not found.is_unbelievable
    assert not found.is_spaced


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("’", "9"),
        ("’", "\x01"),
        ("’", " "),
        ("’", "-"),
        ("ff", "\ufffd"),
        ("fi", "\uf001"),
        ("fi", "þ"),
        ("e", "c"),
        ("l", "1"),
        ("ff", ""),
        ("fi", "f"),
        ("h", "b"),
    ],
)
def test_a_letter_for_another_is_told(right: str, wrong: str) -> None:
    text = (
        "The council’s officers are efficient and staff’s offers affect children’s and families’ "
        "first findings. The authority’s plans’ and child’s difficulties and the board’s deal. "
    )
    assert not doubts([text]).is_unbelievable
    found = doubts([text.replace(right, wrong)])
    assert found.is_unbelievable
    assert "‘" in str(found)
    assert str(found).isprintable()


def test_words_of_another_spelling_or_form_are_only_unknown() -> None:
    found = doubts(
        [TEXT, "They organize, recognize and prioritize what struggles, believes, shapes."]
    )
    assert not found.is_unbelievable


def test_words_with_accents_are_only_unknown() -> None:
    told = doubts([TEXT, "The protégé, née Vale, met her fiancée at a crèche, the cliché has it."])
    assert told.impossible == ()
    assert {"protégé", "née", "fiancée", "crèche", "cliché"} <= set(told.unknown)


def test_words_may_be_held_against_others() -> None:
    assert doubts(["plans differ"], frozenset({"differ"})).unknown == ("plans",)


def test_a_word_that_lacks_one_letter_is_enough() -> None:
    assert doubts([TEXT, "Siobh\ufffdn O’Neill"]).is_unbelievable
    assert not doubts([TEXT, "\ufffd The plans", "\uf0b7The plans"]).is_unbelievable


def test_letters_that_stand_apart_are_told() -> None:
    assert doubts([TEXT, "M a i n findings"]).is_spaced
    assert doubts(
        ["The author ity’s suppor t is st rong, and f requent rev iews help fami lies."]
    ).is_spaced
