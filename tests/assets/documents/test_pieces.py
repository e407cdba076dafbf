"""Halves of paragraphs that a file holds apart are put together, and nothing else is."""

from __future__ import annotations

import pytest

from assets.documents.model import Block, BlockKind, Line
from assets.documents.pieces import join_pieces
from tests.assets.documents.pages import NO_WORDS

FULL = 520.0  # the right edge of a line that the next word would not have fitted on
SHORT = 300.0


def piece(
    text: str,
    page: int = 1,
    *,
    kind: BlockKind = "paragraph",
    top: float = 100.0,
    count: int = 3,
    right: float = FULL,
    bullet: bool = False,
) -> Block:
    """A block of `count` lines, the last of which ends at `right`."""
    words = text.split(" ")
    size = max(1, len(words) // count)
    lines, start = [], 0
    for number in range(count):
        upper = top + 14 * number
        end = right if number == count - 1 else FULL
        lines.append(Line(start, page, 72.0, upper, end, upper + 11))
        start += len(" ".join(words[number * size : (number + 1) * size])) + 1
    level = 1 if kind == "list_item" else 0
    return Block(kind, text, tuple(lines), size=11.0, level=level, has_bullet=bullet)


OPEN = "Plans are clear and reviews are timely for all of the children who are"
REST = "in the care of the council and for their families and for others who ask."
NAMED = "PAs of the council know of the training that is on offer for all of them."
WHOLE = "Plans are clear and reviews are timely for all of the children whom they know."
NEXT = "Staff are well led and their work is valued by those whom they help every day."
NEXT_PAGE = {"page": 2, "top": 80.0}


def texts(*blocks: Block | None) -> list[str]:
    return [block.text for block in join_pieces(blocks, NO_WORDS)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # A sentence goes on: over the page, on the page.
        (piece(OPEN), piece(REST, **NEXT_PAGE)),
        (piece(OPEN, right=SHORT), piece(REST, **NEXT_PAGE)),
        (piece(OPEN), piece(REST, top=142.0)),
        (
            piece(OPEN),
            piece("(those who need it) all of the time and in every part of it.", **NEXT_PAGE),
        ),
        (piece(OPEN, count=1), piece(REST, count=1, **NEXT_PAGE)),
        # The page was full, though the sentence ended.
        (piece(WHOLE), piece(NEXT, **NEXT_PAGE)),
        # A list item.
        (
            piece(OPEN, kind="list_item", bullet=True),
            piece(REST, kind="list_item", **NEXT_PAGE),
        ),
        (
            piece(WHOLE, kind="list_item", bullet=True),
            piece(NEXT, kind="list_item", **NEXT_PAGE),
        ),
        (
            piece(OPEN, kind="list_item", bullet=True),
            piece(REST, **NEXT_PAGE),
        ),
        # Of a list item, the rest has a label without a sign.
        (
            piece(OPEN, kind="list_item", bullet=True),
            piece(REST, kind="list_item", bullet=True, **NEXT_PAGE),
        ),
        # A sentence goes on with a name: over the page; on the page behind a comma or an article.
        (piece(OPEN, right=SHORT), piece(NAMED, **NEXT_PAGE)),
        (piece(OPEN, right=SHORT), piece("PAs see them.", count=1, **NEXT_PAGE)),
        (piece(f"{OPEN}, as they say,", right=SHORT), piece(NAMED, top=142.0)),
        (piece(f"{OPEN} in the", right=SHORT), piece(NAMED, top=142.0)),
        (
            piece("However, for a small number of children,", count=1, right=SHORT),
            piece("Tarnshire has no plan.", count=1, right=SHORT, top=114.0),
        ),
        (
            piece("The inspectors were Ann Vale,", count=1, right=SHORT),
            piece("Ben Marsh and Cy Dale HMI.", count=1, right=SHORT, top=114.0),
        ),
        (
            piece("They visit the ‘front door’,", count=1, right=SHORT),
            piece("the service for all", count=1, right=SHORT, top=114.0),
        ),
    ],
)
def test_pieces_are_joined(before: Block, after: Block) -> None:
    last = piece("A last paragraph of several lines that ends the letter as they do.", 3)
    joined, closing = join_pieces([before, after, last], NO_WORDS)
    assert joined.text == f"{before.text} {after.text}"
    assert closing.text == last.text
    assert (joined.kind, joined.level, joined.has_bullet) == (
        before.kind,
        before.level,
        before.has_bullet,
    )
    assert len(joined.lines) == len(before.lines) + len(after.lines)
    starts = [line.start for line in joined.lines]
    assert starts == sorted(starts)
    assert joined.text[joined.lines[len(before.lines)].start :] == after.text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # The paragraph ended early.
        (piece(WHOLE, right=SHORT), piece(NEXT, **NEXT_PAGE)),
        # A new item, a heading, another page, another kind.
        (piece(OPEN), piece("in the care of all", kind="list_item", bullet=True, **NEXT_PAGE)),
        (piece(WHOLE), piece("Main findings", kind="heading", count=1, **NEXT_PAGE)),
        (piece("Main findings", kind="heading", count=1), piece(NEXT, **NEXT_PAGE)),
        (piece(OPEN), piece(REST, 3)),
        (piece(OPEN, 2), piece(REST, 1)),
        (piece(WHOLE), piece(NEXT, kind="list_item", bullet=True, **NEXT_PAGE)),
        # Two paragraphs on one page.
        (piece(WHOLE), piece(NEXT, top=170.0)),
        # Single short lines are an address.
        (
            piece("Director of Children’s Services", count=1, right=SHORT),
            piece("and of others", count=1, top=114.0, right=160.0),
        ),
        (
            piece("the timeliness and the quality of plans and reviews", count=1, right=400.0),
            piece("the oversight of managers.", count=1, top=114.0, right=160.0),
        ),
        # A salutation, an address, and a heading that is not set as one.
        (
            piece("Dear Ms Hale,", count=1, right=160.0),
            piece("Focused visit to Tarnshire.", count=1, top=114.0, right=260.0),
        ),
        (
            piece("Dear Ms Hale and Mr Marsh,", count=1, right=160.0),
            piece("Focused visit to Tarnshire.", count=1, top=114.0, right=260.0),
        ),
        (
            piece("Corporate Director of Children’s Services,", count=1, right=260.0),
            piece("Tarnshire Council", count=1, top=114.0, right=160.0),
        ),
        (piece(OPEN, right=SHORT), piece("Main findings", count=1, **NEXT_PAGE)),
        (piece(OPEN, kind="list_item", bullet=True, right=SHORT), piece(NAMED, **NEXT_PAGE)),
        # Plain text has no places.
        (Block("paragraph", OPEN), Block("paragraph", REST)),
    ],
)
def test_pieces_that_are_whole_are_not(before: Block, after: Block) -> None:
    last = piece("A last paragraph of several lines that ends the letter as they do.", 4)
    assert texts(before, after, last) == [before.text, after.text, last.text]


def test_an_empty_paragraph_parts_where_that_is_the_habit() -> None:
    usual = [piece(f"Paragraph {n} is whole.", top=100.0 + 60 * n) for n in range(8)]
    habit: list[Block | None] = [item for block in usual for item in (block, None)]
    end, start = piece(WHOLE, top=700.0), piece(NEXT, **NEXT_PAGE)
    last = piece("The last paragraph.", 2, top=400.0)
    tail: list[Block | None] = [None, last]
    count = len(usual)
    assert texts(*habit, end, None, start, *tail)[count:] == [WHOLE, NEXT, last.text]
    assert texts(*habit, end, start, *tail)[count:] == [f"{WHOLE} {NEXT}", last.text]


@pytest.mark.parametrize(
    ("opening", "is_one"),
    [
        ("They are well led by those whom they help every day.", True),
        ("However, some are led by nobody, as they said to us.", True),
        ("These plans are led by those whom they help.", True),
        ("As a result, plans are led by those whom they help.", True),
        ("In addition, plans are led by those whom they help.", True),
        (NEXT, False),
        ("Parents said that plans were clear to all of them.", False),
        ("Most plans are led by those whom they help.", False),
    ],
)
def test_at_the_foot_of_a_full_page_the_words_decide(opening: str, is_one: bool) -> None:
    """Where only gaps part paragraphs, a page's end shows none."""
    usual = [piece(f"Paragraph {n} is whole.", top=60.0 + 56 * n) for n in range(8)]
    last = piece("The last paragraph.", 2, top=400.0)
    found = texts(*usual, piece(WHOLE, top=700.0), piece(opening, **NEXT_PAGE), last)[8:-1]
    assert found == ([f"{WHOLE} {opening}"] if is_one else [WHOLE, opening])


def test_an_empty_paragraph_at_a_page_break_parts() -> None:
    usual = [piece(f"Paragraph {n} is whole.", top=60.0 + 56 * n) for n in range(8)]
    last = piece("The last paragraph.", 2, top=400.0)
    blocks = [*usual, piece(WHOLE, top=700.0), None, piece(f"They {NEXT}", **NEXT_PAGE), last]
    assert texts(*blocks)[8:-1] == [WHOLE, f"They {NEXT}"]


def test_a_wider_gap_parts_where_that_is_the_habit() -> None:
    usual = [piece(f"Paragraph {n} is whole.", top=60.0 + 56 * n) for n in range(8)]
    end = piece(WHOLE, top=600.0)
    near, far = piece(NEXT, top=642.0), piece(NEXT, top=656.0)
    last = piece("The last paragraph.", 2)
    assert texts(*usual, end, near, last)[8:] == [f"{WHOLE} {NEXT}", last.text]
    assert texts(*usual, end, far, last)[8:] == [WHOLE, NEXT, last.text]


def test_the_last_paragraph_is_nobodys_second_half() -> None:
    assert texts(piece(WHOLE), piece(NEXT, **NEXT_PAGE)) == [WHOLE, NEXT]


def test_a_footnote_stays_behind_the_paragraph_that_it_cuts() -> None:
    note = piece("A note at the foot.", kind="footnote", top=760.0, count=1)
    last = piece("A last paragraph of several lines that ends the letter as they do.", 3)
    joined = join_pieces([piece(OPEN), note, piece(REST, **NEXT_PAGE), last], NO_WORDS)
    assert [(block.kind, block.text) for block in joined] == [
        ("paragraph", f"{OPEN} {REST}"),
        ("footnote", note.text),
        ("paragraph", last.text),
    ]


@pytest.mark.parametrize(
    ("before", "after", "joined"),
    [
        ("Plans show good decision-", "making about the lives of", "good decision-making about"),
        ("Plans show short-", "and long-term aims for all of", "short- and long-term aims"),
        ("Plans show what social/", "health workers are to do", "what social/health workers"),
    ],
)
def test_words_that_a_page_break_cuts_are_joined_like_any(
    before: str, after: str, joined: str
) -> None:
    last = piece("A last paragraph of several lines that ends the letter as they do.", 3)
    first = texts(piece(before), piece(after, **NEXT_PAGE), last)[0]
    assert joined in first


def test_three_pieces_are_one() -> None:
    last = piece("A last paragraph of several lines that ends the letter as they do.", 4)
    blocks = [
        piece(OPEN),
        piece(REST.removesuffix("."), 2, top=80.0),
        piece("and then for all others.", 3, top=80.0),
        last,
    ]
    assert texts(*blocks) == [
        f"{OPEN} {REST.removesuffix('.')} and then for all others.",
        last.text,
    ]


def test_nothing_is_nothing() -> None:
    assert join_pieces([], NO_WORDS) == []
    assert join_pieces([None, None], NO_WORDS) == []
