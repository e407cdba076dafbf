"""Boxed studies: where one ends, and that the section in which it stands goes on."""

from __future__ import annotations

from msgspec import structs

from assets.documents.model import Block, BlockKind, Cell
from assets.publications.joint.body import read_body
from assets.publications.joint.headings import settled
from assets.publications.model import Section
from tests.assets.reading import block

TITLE = "Practice study: highly effective practice"


def at(left: float, text: str, kind: BlockKind = "paragraph", cell: Cell | None = None) -> Block:
    made = block(text, kind)
    lines = tuple(structs.replace(line, x0=left) for line in made.lines)
    return structs.replace(made, lines=lines, cell=cell)


def read(*blocks: Block) -> list[tuple[str, list[str]]]:
    sections: list[Section] = read_body([at(72, "Main findings", "heading"), *blocks])[0]
    return [(s.section_type, [part.text for part in s.paragraphs]) for s in sections]


ROUND: list[tuple[str, list[str]]] = [
    ("main_findings", ["Before it.", "Behind it."]),
    ("case_study", ["In it.", "In it too."]),
]


def test_a_box_in_a_cell() -> None:
    cell = Cell(2, 1, 1)
    assert (
        read(
            at(72, "Before it."),
            at(77, TITLE, "heading", cell),
            at(77, "In it.", cell=cell),
            at(90, "In it too.", "list_item", cell),
            at(72, "Behind it."),
        )
        == ROUND
    )


def test_a_box_set_in_over_two_pages() -> None:
    assert (
        read(
            at(72, "Before it."),
            at(77, TITLE, "heading"),
            at(76, "In it."),
            at(78, "In it too."),
            at(72, "Behind it."),
        )
        == ROUND
    )


def test_a_box_that_nothing_sets_apart_ends_at_a_list_or_a_heading() -> None:
    assert (
        read(
            at(72, "Before it.", "list_item"),
            at(72, TITLE, "heading"),
            at(72, "In it."),
            at(72, "In it too."),
            at(72, "Behind it.", "list_item"),
        )
        == ROUND
    )


def test_two_boxes_and_a_title_of_two_headings() -> None:
    cell = Cell(2, 1, 1)
    sections = read_body(
        [
            at(72, "Main findings", "heading"),
            at(77, "Case study:", "heading", cell),
            at(77, "area for improvement", "heading", cell),
            at(77, "One.", cell=cell),
            at(77, TITLE, "heading", Cell(3, 1, 1)),
            at(77, "Two.", cell=Cell(3, 1, 1)),
        ]
    )[0]
    assert [(s.heading, [part.text for part in s.paragraphs]) for s in sections] == [
        ("Main findings", []),
        ("Case study: area for improvement", ["One."]),
        (TITLE, ["Two."]),
    ]


def test_a_title_on_the_line_above_its_words() -> None:
    run_in = block(f"{TITLE}\nOne child was safer.")
    assert [made.text for made in settled([run_in])] == [TITLE, "One child was safer."]
    sentence = block("Practice studied here\nIs good.")
    assert settled([sentence]) == [sentence]
