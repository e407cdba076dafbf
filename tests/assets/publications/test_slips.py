"""Headings that a scan misread."""

from __future__ import annotations

import pytest

from assets.publications.slips import put_right
from tests.assets.reading import letter_of


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        ("Headline findmgs", "Headline findings"),
        ("Head line findings", "Headline findings"),
        ("MAIN FlNDINGS", "Main findings"),
        ("Areas for pnority action", "Areas for priority action"),
        (
            "What needs to irnprove in this areaof social work pract1ce7",
            "What needs to improve in this area of social work practice?",
        ),
    ],
)
def test_a_heading_is_known_but_for_a_few_letters(line: str, heading: str) -> None:
    assert put_right(line) == heading


@pytest.mark.parametrize("line", ["Other findings", "Care leavers", "Main points", "Findings", ""])
def test_another_line_is_none(line: str) -> None:
    assert put_right(line) == line


def test_a_letter_with_a_misread_heading_keeps_its_sections() -> None:
    letter = letter_of(
        body="Headline findmgs\n\nWork is sound.\n\n"
        "What needs to irnprove in this area of social work practice?\n\n- The plans.\n\n"
        "Main findmgs\n\nMost plans are clear."
    )
    headings = [section.heading for section in letter.sections if section.heading]
    assert headings == [
        "Headline findings",
        "What needs to improve in this area of social work practice?",
        "Main findings",
    ]
