"""A letter that lacks what every letter has, or whose words promise more than it holds, is told."""

from __future__ import annotations

import pytest

from assets.publications.model import Publication
from tests.assets.reading import PARTS, letter_of

IMPROVE = (
    "# What needs to improve in this area of social work practice?\n\n- The timeliness of plans."
)
WITHOUT_LIST = PARTS["body"].replace(f"{IMPROVE}\n\n", "")


def codes(**parts: str) -> list[str]:
    letter = letter_of(**parts)
    assert isinstance(letter, Publication), letter
    return [signal.code for signal in letter.signals]


def test_a_letter_without_a_list_may_be_whole() -> None:
    assert codes(body=WITHOUT_LIST) == []


@pytest.mark.parametrize(
    "text",
    [
        "What needs to improve in this area of social work practice: the timeliness of plans.",
        "Work is sound. What needs to improve in this area of practice? The timeliness of plans.",
        "The following areas for improvement were identified: plans and reviews.",
        "The areas for improvement are: plans and reviews.",
        "Areas for improvement are plans and reviews.",
        "These areas of practice need to improve: plans and reviews.",
        "To do so, leaders need to improve: plans and reviews.",
    ],
)
def test_a_list_that_is_announced_and_not_found(text: str) -> None:
    assert codes(body=f"{WITHOUT_LIST}\n\n{text}") == ["improvements_announced"]


@pytest.mark.parametrize(
    "text",
    [
        "Leaders know the areas for improvement.",
        "Leaders know what needs to improve.",
        "Plans need to improve.",
        "Areas for improvement that audits find are acted on.",
    ],
)
def test_words_that_announce_no_list(text: str) -> None:
    assert codes(body=f"{WITHOUT_LIST}\n\n{text}") == []


def test_a_list_that_lost_its_heading() -> None:
    heading = "# What needs to improve in this area of social work practice?\n\n"
    assert codes(body=PARTS["body"].replace(heading, "")) == ["list_ends_summary"]


def test_a_priority_action_that_is_announced_and_not_found() -> None:
    told = "We have notified the Department for Education of the areas for priority action."
    assert codes(closing=f"{told}\n\n{PARTS['closing']}") == ["priority_actions_announced"]


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"body": PARTS["body"].replace("# Main findings\n\n", "")}, "no_main_findings"),
        ({"body": PARTS["body"].replace("# Headline findings\n\n", "")}, "no_headline_findings"),
        ({"introduction": "Staff were helpful."}, "no_focus"),
        ({"introduction": PARTS["introduction"].rstrip(".")}, "focus_breaks_off"),
        ({"body": f"{PARTS['body']}\n\nn Good plans.\n\nn Good reviews."}, "marks_open_lines"),
        ({"body": f"{PARTS['body']}\n\n© Good plans.\n\n© Good reviews."}, "marks_open_lines"),
    ],
)
def test_what_every_letter_has(parts: dict[str, str], code: str) -> None:
    assert code in codes(**parts)


@pytest.mark.parametrize(
    "text",
    ["A plan is made.\n\nA review is held.", "I am heard.\n\nI am safe.", "n Good plans."],
)
def test_what_may_open_a_line(text: str) -> None:
    assert codes(body=f"{PARTS['body']}\n\n{text}") == []


def test_visits_in_the_pandemic_may_have_neither_summary_nor_focus() -> None:
    context = "The methodology was adapted to reflect the COVID-19 context."
    body = PARTS["body"].partition("# What")
    assert codes(introduction=context, body=f"# What{body[2]}") == []


def test_a_summary_that_no_heading_opens_is_one() -> None:
    body = PARTS["body"].replace("# Headline findings\n\n", "")
    letter = letter_of(body=body)
    assert isinstance(letter, Publication)
    assert [(s.section_type, s.heading, len(s.paragraphs)) for s in letter.sections[:2]] == [
        ("introduction", None, 2),
        ("headline_findings", None, 1),
    ]
