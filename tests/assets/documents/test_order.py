"""What is tagged out of its place is read where the page has it."""

from __future__ import annotations

from assets.documents.model import Block, Line
from assets.documents.order import in_their_places


def block(text: str, top: float, page: int = 1, x0: float = 72.0, lines: int = 2) -> Block:
    return Block(
        "paragraph",
        text,
        tuple(Line(0, page, x0, top + 14 * n, 500, top + 14 * n + 11) for n in range(lines)),
    )


A, B, C, D = (block(name, 100 + 60 * n) for n, name in enumerate("ABCD"))
E = block("E", 80, page=2)


def order(*blocks: Block | None) -> str:
    return "".join(block.text if block else "-" for block in in_their_places(blocks))


def test_what_is_in_its_place_stays() -> None:
    assert order(A, None, B, C, None, D, E) == "A-BC-DE"


def test_what_is_tagged_last_is_put_where_it_stands() -> None:
    assert order(A, D, E, B, C) == "ABCDE"
    assert order(A, B, E, C, D) == "ABCDE"


def test_things_beside_each_other_are_read_as_they_are_tagged() -> None:
    beside = block("x", 120, x0=300, lines=20)
    assert order(A, B, C, D, beside) == "ABCDx"
    row = [block("1", 100), block("2", 100, x0=300), block("3", 99, x0=400), B]
    assert order(*row) == "123B"


def test_a_footnote_keeps_its_place() -> None:
    note = Block("footnote", "n", A.lines)
    assert order(B, note, C) == "BnC"
