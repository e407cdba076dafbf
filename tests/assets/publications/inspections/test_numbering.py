"""Paragraphs that are numbered through a report."""

from __future__ import annotations

import pytest
from msgspec import structs

from assets.documents.model import Block, Line
from assets.publications.inspections.numbering import numbered_paragraphs


def item(label: str | None, text: str) -> Block:
    return Block("list_item", text, level=1, has_bullet=True, label=label)


def lines(*texts: str) -> Block:
    """A paragraph of printed lines."""
    starts = [sum(len(text) + 1 for text in texts[:place]) for place in range(len(texts))]
    places = [
        Line(start, 1, 70.0, 14.0 * i, 500.0, 14.0 * i + 12) for i, start in enumerate(starts)
    ]
    return Block("paragraph", " ".join(texts), tuple(places))


def numbered(*blocks: Block) -> list[tuple[str | None, str]]:
    return [(block.label, block.text) for block in numbered_paragraphs(blocks)]


HEADING = Block("heading", "Care leavers")


def test_numbers_rise_through_headings_and_bullets() -> None:
    assert numbered(
        item("1.", "Plans are clear."),
        HEADING,
        item("◼", "Visits."),
        item("2", "Visits are made."),
        Block("paragraph", "3. Few wait."),
        Block("paragraph", "4 All are seen."),
    ) == [
        ("1", "Plans are clear."),
        (None, "Care leavers"),
        ("◼", "Visits."),
        ("2", "Visits are made."),
        ("3", "Few wait."),
        ("4", "All are seen."),
    ]


def test_a_line_that_begins_with_a_number_is_no_paragraph() -> None:
    assert numbered(
        item("1.", "They are supported until they are"),
        item("25.", "That is good."),
        item("2.", "Plans are late."),
    ) == [("1", "They are supported until they are 25. That is good."), ("2", "Plans are late.")]


def test_a_block_of_several_paragraphs_is_parted() -> None:
    assert numbered(
        lines("1. Plans are clear.", "They are met at", "16. Some leave.", "2. Few wait.")
    ) == [("1", "Plans are clear. They are met at 16. Some leave."), ("2", "Few wait.")]


@pytest.mark.parametrize(("top", "count"), [(15.0, 1), (30.0, 2)])
def test_what_follows_close_by_belongs_to_the_paragraph(top: float, count: int) -> None:
    one = structs.replace(item("1.", "Plans."), lines=(Line(0, 1, 70.0, 0.0, 500.0, 12.0),))
    more = Block("paragraph", "They are met.", (Line(0, 1, 108.0, top, 500.0, top + 12.0),))
    assert len(numbered(one, more)) == count


@pytest.mark.parametrize(
    "numbers", [(1, 2, 4, 5), (1, 2, 1, 2), (11, 12, 13)], ids=["gap", "anew", "late"]
)
def test_the_next_number_confirms_a_gap_or_a_new_beginning(numbers: tuple[int, ...]) -> None:
    blocks = [item(f"{number}.", "Plans are clear.") for number in numbers]
    assert [label for label, _ in numbered(*blocks)] == [str(number) for number in numbers]


def test_in_plain_text_a_number_may_stand_above_its_paragraph_or_within_a_block() -> None:
    assert numbered(
        Block("paragraph", "1."),
        Block(
            "paragraph", "Plans are clear. 2. In 2018 they were met on 3 May 2019. 3.All are seen."
        ),
        Block("paragraph", "4 October 2019 was the last day."),
    ) == [
        ("1", "Plans are clear."),
        ("2", "In 2018 they were met on 3 May 2019."),
        ("3", "All are seen."),
        (None, "4 October 2019 was the last day."),
    ]
