"""Marks of list items: bullets of every kind, and the numbers of a list."""

from __future__ import annotations

import pytest

from assets.documents.marks import begins_item, enumerated, is_mark, split_mark


@pytest.mark.parametrize(
    ("bullet", "level"),
    [
        *((mark, 1) for mark in "\uf06e\u25fc\uf0a7\uf0b7\u25aa\u2022\u25a0\u25cf"),
        *((mark, 2) for mark in "\uf02d\u2500\u2015\u0336\u2212\uf0be\u2013\u2014"),
        ("1.", 1),
        ("12)", 1),
        ("(3)", 1),
    ],
)
@pytest.mark.parametrize("blank", [" ", "  ", "\t"])
def test_bullets_and_numbers_are_taken_off(bullet: str, level: int, blank: str) -> None:
    assert split_mark(f"{bullet}{blank}The plans") == (level, "The plans")
    assert split_mark(f"  {bullet}{blank}‘Plans’ are") == (level, "‘Plans’ are")


@pytest.mark.parametrize(
    "text",
    [
        "The plans",
        "12 plans are late.",
        "2021. A good year",
        "1.5 posts are vacant",
        "3. of May",
        "A – the first",
        "",
    ],
)
def test_what_is_no_bullet_stays(text: str) -> None:
    assert split_mark(text) == (0, text)


@pytest.mark.parametrize("bullet", "\uf06e\u25fc\u2022\u2500")
def test_a_bullet_may_stand_close_to_its_words(bullet: str) -> None:
    assert split_mark(f"{bullet}Plans")[1] == "Plans"


@pytest.mark.parametrize(
    "mark",
    [
        "·",
        "‣",
        "➢",
        "✓",
        "✔\ufe0f",
        "☐",
        "→",
        "○",
        "◆",
        "-",
        "*",
        "+",
        "»",
        "o",
        "q",
        "Ø",
        "m=",
        "©",
    ],
)
def test_a_mark_of_any_kind_is_taken_off(mark: str) -> None:
    level, text = split_mark(f"{mark} The plans")
    assert level in (1, 2)
    assert text == "The plans"
    assert begins_item(f"{mark} The plans", "a line that goes")


@pytest.mark.parametrize(
    "text",
    ["A plan", "I think", "a Plan", "£5 a week", "(the plans)", "‘Plans’", "+5 posts", "o plans"],
)
def test_a_word_or_a_sign_of_text_is_no_mark(text: str) -> None:
    assert split_mark(text) == (0, text)
    assert not begins_item(text, "")


@pytest.mark.parametrize(
    "numbers",
    [
        ["a)", "b)", "c)"],
        ["(i)", "(ii)", "(iii)", "(iv)"],
        ["i.", "ii.", "iii.", "iv.", "v."],
        ["A.", "B."],
        ["[1]", "[2]"],
        ["1", "2", "3"],
        ["a", "b", "c"],
        ["i", "ii", "iii"],
    ],
)
def test_the_numbers_of_a_list_confirm_each_other(numbers: list[str]) -> None:
    lines = ["Areas to improve"]
    for number in numbers:
        lines += [f"{number} The plans that", "are made for children."]
    places = enumerated(lines)
    assert sorted(places) == list(range(1, len(lines), 2))
    for place in places:
        assert split_mark(lines[place], is_item=True, is_numbered=True) == (1, "The plans that")


@pytest.mark.parametrize(
    "lines",
    [
        ["a) The plans", "are clear."],
        ["b) The plans", "c) The reviews"],
        ["A. Vale", "C. Marsh"],
        ["1. The plans", *["are clear"] * 60, "2. The reviews"],
        ["1 The plans", *["are clear"] * 20, "2 The reviews"],
        ["I think that", "II is a number"],
    ],
)
def test_a_number_by_itself_is_no_list(lines: list[str]) -> None:
    assert not enumerated(lines)


@pytest.mark.parametrize(
    ("text", "is_it"), [("■", True), ("➢ ", True), ("■ A", False), ("", False)]
)
def test_a_mark_may_stand_alone(text: str, is_it: bool) -> None:
    assert is_mark(text) is is_it
