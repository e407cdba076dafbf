"""Blocks by position, for PDFs without a tag tree."""

from __future__ import annotations

import pytest

from assets.documents.layout import layout_blocks
from assets.documents.lines import words_of
from assets.documents.model import Block
from assets.documents.pieces import join_pieces
from assets.documents.runs import Run
from tests.assets.documents.pages import HEIGHT, LEFT, NO_WORDS, PITCH, prose, run, sentences


def blocks_of(*pages: list[Run]) -> list[Block]:
    words = words_of(pages)
    return join_pieces(layout_blocks(pages, [HEIGHT] * len(pages), words), words)


def seen(*pages: list[Run]) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in blocks_of(*pages)]


A, B, C = sentences(4), sentences(3, 5), sentences(3, 8)
TEXT = prose(A, 100) + prose(B, 186) + prose(C, 258)


def test_lines_become_paragraphs() -> None:
    assert seen(TEXT) == [("paragraph", A), ("paragraph", B), ("paragraph", C)]


def test_the_order_of_drawing_says_nothing() -> None:
    assert blocks_of(TEXT[::-1]) == blocks_of(TEXT)


def test_a_line_that_ends_early_ends_its_paragraph() -> None:
    address = prose("Una Hale\nDirector of Children’s Services\nTarnshire County Council", 100)
    assert [text for _, text in seen(address + prose(A, 200))] == [
        "Una Hale",
        "Director of Children’s Services",
        "Tarnshire County Council",
        A,
    ]


def test_bold_print_makes_a_heading() -> None:
    page = run("Main findings", 100, bold=True), *prose(A, 100 + PITCH)
    assert seen(list(page)) == [("heading", "Main findings"), ("paragraph", A)]


def test_bold_words_within_a_paragraph_make_none() -> None:
    page = [run("Sentence 1 says that", 100), run("plans", 180, 176, bold=True), *prose(A, 180)]
    assert "heading" not in {kind for kind, _ in seen(page)}


@pytest.mark.parametrize("bullet", ["\uf06e", "\u25fc", "\u2022", "\uf0b7"])
def test_bullets_begin_items_and_hanging_lines_go_on(bullet: str) -> None:
    page: list[Run] = []
    for number, text in enumerate((A, B)):
        top = 100 + 80 * number
        page += [run(bullet, top), *prose(text, top, 90)]
    assert seen(page) == [("list_item", A), ("list_item", B)]


def test_a_line_that_stands_out_of_its_list_is_a_paragraph() -> None:
    page = [run("\uf06e", 100), *prose(sentences(2), 100, 90), *prose(B, 128)]
    assert seen(page) == [("list_item", sentences(2)), ("paragraph", B)]


def test_a_number_at_a_lines_beginning_is_text_where_a_sentence_goes_on() -> None:
    text = "Plans are made for all young people who leave the council’s care and who are aged 18 to"
    page = prose(
        f"{text}\n25. They are reviewed every six months, and more often where that is asked for.",
        100,
    )
    page += prose(A, 160)
    assert seen(page)[0][1].startswith(f"{text} 25. They are reviewed")


def test_a_name_with_a_number_may_be_broken() -> None:
    text = "Plans are made for all young people, although the work was held up for months by COVID-"
    page = prose(
        f"{text}\n19. All of them are reviewed every six months, and more often if they ask.", 100
    )
    page += prose(A, 160)
    assert "held up for months by COVID-19. All of them are" in seen(page)[0][1]


def test_numbered_paragraphs_lose_their_numbers() -> None:
    page = prose("1. The plans of all children are clear.", 100)
    page += prose("2. The reviews are late.", 130) + prose(A, 200)
    assert [text for _, text in seen(page)] == [
        "The plans of all children are clear.",
        "The reviews are late.",
        A,
    ]


# --- furniture ---


@pytest.mark.parametrize("foot", ["{}", "Page {}", "Page {} of 3", "{} / 3", "{} of 3"])
@pytest.mark.parametrize("top", [820.0, 30.0])
def test_page_numbers_are_no_text(foot: str, top: float) -> None:
    pages = [[*TEXT, run(foot.format(number), top)] for number in (1, 2, 3)]
    assert [text for _, text in seen(*pages)] == [A, B, C] * 3


def test_running_heads_are_no_text() -> None:
    pages = [
        [run(f"Focused visit, page {number} of 2, 3 March 2022", 40), *TEXT] for number in (1, 2)
    ]
    assert [text for _, text in seen(*pages)] == [A, B, C] * 2


def test_a_line_that_stands_in_one_margin_only_is_text() -> None:
    pages = [[run("Ofsted", 40), *TEXT], TEXT]
    assert seen(*pages)[0] == ("paragraph", "Ofsted")


def test_small_print_beside_the_text_is_none() -> None:
    beside = [run(f"{number}", 86 + 14 * number, 30, size=7.0) for number in range(1, 12)]
    assert seen([*beside, *TEXT]) == seen(TEXT)


def test_numbers_within_the_text_stay() -> None:
    page = [*prose(A, 100), run("12", 200), *prose(B, 260)]
    assert [text for _, text in seen(page)] == [A, "12", B]


NOTE = "The points refer to the outcomes and enablers of the national framework."


@pytest.mark.parametrize(
    "mark",
    [run("1", 756, size=6.0), run("1 ", 760, size=8.0), run("*", 760, size=8.0)],
    ids=["raised", "not raised", "star"],
)
def test_small_print_at_the_foot_is_a_footnote(mark: Run) -> None:
    note = prose(NOTE, 760, mark.x1 + 2, size=8.0)
    found = seen([*TEXT, mark, *note], TEXT)
    assert [text for kind, text in found if kind != "footnote"] == [A, B, C] * 2
    (text,) = [text for kind, text in found if kind == "footnote"]
    assert text.lstrip("1* ") == NOTE


def test_a_footnote_does_not_part_a_paragraph_that_a_page_break_cuts() -> None:
    top, mark = 700.0, run("1", 756, size=6.0)
    whole = sentences(6)
    lines = prose(whole, top)
    first = [*lines[:2], mark, *prose(NOTE, 760, 78, size=8.0)]
    second = [
        run._replace(y0=run.y0 - 644, y1=run.y1 - 644, baseline=run.baseline - 644)
        for run in lines[2:]
    ]
    found = seen([*TEXT, *first], [*second, *prose(B, 300)])
    assert [text for kind, text in found if kind != "footnote"] == [A, B, C, whole, B]


def test_small_print_in_the_middle_of_a_page_is_text() -> None:
    page = [*prose(A, 100), *prose(NOTE, 250, size=8.0), *prose(B, 400)]
    assert "footnote" not in {kind for kind, _ in seen(page)}


def test_small_print_with_a_mark_is_a_footnote_wherever_it_stands() -> None:
    page = [*prose(A, 100), *prose(f"1 {NOTE}", 250, size=8.0), *prose(B, 400)]
    assert seen(page)[-1] == ("footnote", f"1 {NOTE}")


def test_a_heading_in_small_type_at_a_pages_foot_is_no_footnote() -> None:
    page = [*prose(A, 100), *prose("Main findings", 760, size=8.0, bold=True)]
    assert seen(page, prose(B, 100)) == [
        ("paragraph", A),
        ("heading", "Main findings"),
        ("paragraph", B),
    ]


@pytest.mark.parametrize("marks", [("o", "o", "o"), ("i.", "ii.", "iii."), ("1", "2", "3")])
def test_lists_with_marks_of_every_kind(marks: tuple[str, ...]) -> None:
    page = [run("Plans that should be better", 80)]
    for number, mark in enumerate(marks):
        top = 100 + 2 * PITCH * number
        page += [run(mark, top, 80, right=86), *prose("The plans that staff\nmake", top, 98)]
    assert seen(page)[1:] == [("list_item", "The plans that staff make")] * 3


# --- pages and columns ---


def test_things_far_apart_on_one_height_are_apart() -> None:
    page = [run("Una Hale", 100), run("T 0300 123 1231", 100, 400), *prose(A, 160)]
    assert [text for _, text in seen(page)] == ["Una Hale", "T 0300 123 1231", A]


def test_columns_begin_at_one_edge() -> None:
    edge = LEFT + 220
    page = [
        run("Una Hale", 100),
        run(" ", 100, LEFT + 60),  # what stands in a gap is no bridge over it
        run("Ben Marsh", 100, edge),
        # Too long for a wide gap before the second column.
        run("A Director of Many Services", 140, right=edge - 20),
        run("Deputy Chief Inspector", 140, edge),
        # A gap of one word among others is none.
        run("Some words of a line that", 180, right=edge - 20),
        run("goes on", 180, edge + 10),
        *prose(A, 220),
    ]
    assert [text for _, text in seen(page)] == [
        "Una Hale",
        "Ben Marsh",
        "A Director of Many Services",
        "Deputy Chief Inspector",
        "Some words of a line that goes on",
        A,
    ]


@pytest.mark.parametrize("cut", [1, 2, 4])  # the third line ends a sentence
def test_a_paragraph_that_a_page_break_cuts_is_one(cut: int) -> None:
    whole = sentences(6)
    lines = prose(whole, 760 - PITCH * cut)
    first, second = lines[:cut], lines[cut:]
    second = [
        run._replace(y0=run.y0 - 640, y1=run.y1 - 640, baseline=run.baseline - 640)
        for run in second
    ]
    blocks = blocks_of([*TEXT, *first], [*second, *prose(B, 300)])
    assert [block.text for block in blocks] == [A, B, C, whole, B]
    assert {line.page for line in blocks[3].lines} == {1, 2}


def test_a_paragraph_that_ends_with_its_page_is_whole() -> None:
    blocks = blocks_of(TEXT, prose(A, 100) + prose(B, 200))
    assert [block.text for block in blocks] == [A, B, C, A, B]


def test_every_line_has_its_page_and_box() -> None:
    for number, block in enumerate(blocks_of(TEXT, TEXT)):
        assert {line.page for line in block.lines} == {1 if number < 3 else 2}
        for line in block.lines:
            assert LEFT <= line.x0 < line.x1 <= 525
            assert 0 < line.y0 < line.y1 < HEIGHT


def test_no_text_is_no_blocks() -> None:
    assert layout_blocks([], [], NO_WORDS) == []
    assert layout_blocks([[]], [HEIGHT], NO_WORDS) == []
    assert seen([run(" ", 100)]) == []
