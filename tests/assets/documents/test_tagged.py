"""Blocks by the tag tree, in the shapes in which Word and others leave it."""

from __future__ import annotations

from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from assets.documents.lines import words_of
from assets.documents.model import Block, Cell
from assets.documents.runs import Run
from assets.documents.tagged import DamagedTree, tagged_blocks
from tests.assets.documents.pages import PITCH, run


class Letter:
    """A PDF whose tag tree a test builds: `element("P", "Plans are", "clear.")`."""

    def __init__(self, pages: int = 2) -> None:
        self.pdf = pikepdf.new()
        for _ in range(pages):
            self.pdf.add_blank_page()
        self.runs: list[list[Run]] = [[] for _ in range(pages)]
        self._marks = 0

    def content(self, text: str, page: int = 1, **look: Any) -> Dictionary:
        """A reference to a line of text that stands on a page."""
        top = 100 + PITCH * len(self.runs[page - 1])
        self.runs[page - 1].append(run(text, top, mark=self._marks, **look))
        self._marks += 1
        return Dictionary(Type=Name.MCR, Pg=self.pdf.pages[page - 1].obj, MCID=self._marks - 1)

    def element(self, role: str, *kids: Any, page: int = 1) -> Dictionary:
        """An element that holds lines of text and other elements."""
        inside = [self.content(kid, page) if isinstance(kid, str) else kid for kid in kids]
        return self.pdf.make_indirect(
            Dictionary(Type=Name.StructElem, S=Name(f"/{role}"), K=Array(inside))
        )

    def blocks(self, *kids: Any, **root: Any) -> list[Block | None]:
        return self.tagged(*kids, **root).blocks

    def tagged(self, *kids: Any, **root: Any) -> Any:
        self.pdf.Root.StructTreeRoot = Dictionary(Type=Name.StructTreeRoot, K=Array(kids), **root)
        return tagged_blocks(self.pdf, self.runs, words_of(self.runs))


@pytest.fixture
def letter() -> Letter:
    return Letter()


def seen(blocks: list[Block | None]) -> list[tuple[str, str, int] | None]:
    return [(block.kind, block.text, block.level) if block else None for block in blocks]


def test_paragraphs_headings_and_empty_ones(letter: Letter) -> None:
    assert seen(
        letter.blocks(
            letter.element("H1", "Main findings"),
            letter.element("P", "Plans are", "clear."),
            letter.element("P", " "),
            letter.element("H3", "Care leavers"),
            letter.element("P", letter.content("Next steps", bold=True)),
        )
    ) == [
        ("heading", "Main findings", 0),
        ("paragraph", "Plans are clear.", 0),
        None,
        ("heading", "Care leavers", 0),
        ("heading", "Next steps", 0),
    ]


def test_the_order_is_that_of_the_tree(letter: Letter) -> None:
    late, early = letter.element("P", "Second."), letter.element("P", "First.")
    assert [block and block.text for block in letter.blocks(early, late)] == ["First.", "Second."]


def test_a_list_item_is_one_block_with_its_label_and_paragraphs(letter: Letter) -> None:
    item = letter.element(
        "LI",
        letter.element("Lbl", "\uf06e"),
        letter.element("LBody", letter.element("P", "Plans are"), letter.element("P", "clear.")),
    )
    (block,) = letter.blocks(letter.element("L", item))
    assert block is not None
    assert (block.kind, block.text, block.level, block.label) == (
        "list_item",
        "Plans are clear.",
        1,
        "\uf06e",
    )
    assert block.has_bullet


def test_a_bullet_may_stand_in_the_text(letter: Letter) -> None:
    item = letter.element("LI", letter.element("LBody", "\u25fc Plans are clear."))
    (block,) = blocks = letter.blocks(letter.element("L", item))
    assert seen(blocks) == [("list_item", "Plans are clear.", 1)]
    assert block is not None
    assert block.label == "\u25fc"


def test_an_item_without_a_bullet_continues_one(letter: Letter) -> None:
    (block,) = letter.blocks(
        letter.element("L", letter.element("LI", letter.element("LBody", "so.")))
    )
    assert block is not None
    assert (block.kind, block.has_bullet) == ("list_item", False)


def test_lists_within_lists_have_levels(letter: Letter) -> None:
    inner = letter.element("L", letter.element("LI", letter.element("LBody", "\u2500 clear")))
    outer = letter.element("LI", letter.element("LBody", "\uf06e Plans:", inner))
    assert seen(letter.blocks(letter.element("L", outer))) == [
        ("list_item", "Plans:", 1),
        ("list_item", "clear", 2),
    ]


def test_tables_and_sections_only_hold(letter: Letter) -> None:
    cell = letter.element("TD", letter.element("P", "Una Hale"), letter.element("P", "Tarnbury"))
    table = letter.element("Table", letter.element("TBody", letter.element("TR", cell)))
    document = letter.element(
        "Document", letter.element("Sect", table, letter.element("P", "Text."))
    )
    assert [block.text for block in letter.blocks(document) if block] == [
        "Una Hale",
        "Tarnbury",
        "Text.",
    ]


def test_words_that_hang_on_a_table_row_are_a_block(letter: Letter) -> None:
    row = letter.element(
        "TR", "Loose words.", letter.element("TD", letter.element("P", "Una Hale"))
    )
    texts = [block.text for block in letter.blocks(letter.element("Table", row)) if block]
    assert texts == ["Loose words.", "Una Hale"]


def test_a_block_of_a_table_has_its_cell(letter: Letter) -> None:
    def table(*rows: list[str]) -> Any:
        return letter.element(
            "Table",
            *(letter.element("TR", *(letter.element("TD", cell) for cell in row)) for row in rows),
        )

    texts = [["Judgement", "Grade"], ["Help", "Good"]]
    blocks = letter.blocks(table(*texts), letter.element("P", "Text."), table(["Ofsted"]))
    assert [(block.text, block.cell) for block in blocks if block] == [
        ("Judgement", Cell(1, 1, 1)),
        ("Grade", Cell(1, 1, 2)),
        ("Help", Cell(1, 2, 1)),
        ("Good", Cell(1, 2, 2)),
        ("Text.", None),
        ("Ofsted", Cell(2, 1, 1)),
    ]


def test_spans_and_links_decorate(letter: Letter) -> None:
    paragraph = letter.element(
        "P", "Plans are", letter.element("Span", "very"), letter.element("Link", "clear.")
    )
    assert seen(letter.blocks(paragraph)) == [("paragraph", "Plans are very clear.", 0)]


def test_roles_are_looked_up(letter: Letter) -> None:
    roles = Dictionary({"/Body": Name.P, "/Kopf": Name.H1, "/Fuss": Name.Note})
    blocks = letter.blocks(
        letter.element("Kopf", "Main findings"),
        letter.element("Body", "Plans are clear."),
        letter.element("Fuss", "A note."),
        RoleMap=roles,
    )
    assert seen(blocks) == [
        ("heading", "Main findings", 0),
        ("paragraph", "Plans are clear.", 0),
        ("footnote", "A note.", 0),
    ]


def test_a_paragraph_may_go_over_the_page(letter: Letter) -> None:
    paragraph = letter.element(
        "P", letter.content("Plans are decision-"), letter.content("making.", 2)
    )
    (block,) = letter.blocks(paragraph)
    assert block is not None
    assert block.text == "Plans are decision-making."
    assert [line.page for line in block.lines] == [1, 2]


def test_a_footnote_is_told_from_the_paragraph_that_it_hangs_on(letter: Letter) -> None:
    note = letter.element("Note", letter.element("P", "The framework is new."))
    paragraph = letter.element("P", "Plans are clear", letter.element("Reference", note), "enough.")
    assert sorted(filter(None, seen(letter.blocks(paragraph)))) == [
        ("footnote", "The framework is new.", 0),
        ("paragraph", "Plans are clear enough.", 0),
    ]


def test_footnote_marks_are_left_out(letter: Letter) -> None:
    heading = letter.element("H1", letter.content("Plans?"), letter.content("1", size=6.5))
    assert seen(letter.blocks(heading)) == [("heading", "Plans?", 0)]


def test_numbers_of_marked_content_may_stand_alone(letter: Letter) -> None:
    letter.content("Plans are clear.")
    paragraph = Dictionary(Type=Name.StructElem, S=Name.P, Pg=letter.pdf.pages[0].obj, K=0)
    assert seen(letter.blocks(paragraph)) == [("paragraph", "Plans are clear.", 0)]


def test_what_the_tree_does_not_name_is_given_apart(letter: Letter) -> None:
    letter.runs[1].append(run("Page 2", 800))
    tagged = letter.tagged(letter.element("P", "Plans are clear."))
    assert seen(tagged.blocks) == [("paragraph", "Plans are clear.", 0)]
    assert [(page, left.text) for page, left in tagged.untagged] == [(2, "Page 2")]


def test_content_that_no_page_shows_is_no_text(letter: Letter) -> None:
    hidden = Dictionary(Type=Name.MCR, Pg=letter.pdf.pages[0].obj, MCID=99)
    assert seen(letter.blocks(letter.element("P", hidden, "Plans."))) == [
        ("paragraph", "Plans.", 0)
    ]


def test_a_tree_that_holds_itself_is_damaged(letter: Letter) -> None:
    section = letter.element("Sect", "Plans are clear.")
    section.K.append(section)
    with pytest.raises(DamagedTree):
        letter.blocks(section)


def test_an_empty_tree_names_nothing(letter: Letter) -> None:
    letter.pdf.Root.StructTreeRoot = Dictionary(Type=Name.StructTreeRoot)
    assert tagged_blocks(letter.pdf, letter.runs, words_of(letter.runs)).blocks == []


def test_a_form_that_the_tree_names_has_numbers_of_its_own(letter: Letter) -> None:
    page = letter.pdf.pages[0]
    named, other = (letter.pdf.make_stream(b"") for _ in range(2))
    for form in (named, other):
        form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 9, 9])
    page.obj.Resources = Dictionary(XObject=Dictionary(Other=other, Named=named))
    page.obj.Contents = letter.pdf.make_stream(b"/Other Do q /Named Do Q")
    of_page = letter.element("P", "On the page.")
    letter.runs[0] += [
        run("A stamp.", 300, mark=0)._replace(stream=1),
        run("In a form.", 400, mark=0)._replace(stream=2),
    ]
    in_form = Dictionary(Type=Name.MCR, Pg=page.obj, MCID=0, Stm=named)
    tagged = letter.tagged(of_page, letter.element("P", in_form))
    assert seen(tagged.blocks) == [
        ("paragraph", "On the page.", 0),
        ("paragraph", "In a form.", 0),
    ]
    assert [run.text for _, run in tagged.untagged] == ["A stamp."]


def test_a_label_is_a_mark_whatever_it_looks_like(letter: Letter) -> None:
    items = [
        letter.element("LI", letter.element("Lbl", mark), letter.element("LBody", "plans"))
        for mark in ("#", "Step 1", "zz")
    ]
    assert [block.has_bullet for block in letter.blocks(letter.element("L", *items)) if block] == [
        True,
        True,
        True,
    ]


def test_words_that_are_tagged_as_a_label_stay_in_their_place(letter: Letter) -> None:
    def drawn(*texts: str) -> list[Any]:
        return [letter.content(text) for text in texts]

    bullet, plans, are, clear = drawn("\u25aa ", "Plans ", "are ", "clear.")
    second, all_, children, are_safe = drawn("\u25aa ", "All ", "children ", "are safe.")
    of_the_third = letter.content("Leaders know ", page=2)
    third = letter.content("this.", page=2)

    def item(label: Any, *words: Any) -> Any:
        return letter.element("LI", letter.element("Lbl", label), letter.element("LBody", *words))

    # Amid its own item, amid the next one, and before its own.
    items = [
        item(are, bullet, plans, clear),
        item(children, letter.content("\u25aa Yes.")),
        item(second, all_, are_safe),
        item(of_the_third, third),
    ]
    assert [block and block.text for block in letter.blocks(letter.element("L", *items))] == [
        "Plans are clear.",
        "Yes.",
        "All children are safe.",
        "Leaders know this.",
    ]


def test_the_first_letter_of_a_word_is_no_label(letter: Letter) -> None:
    first, rest = letter.content("h", right=80.0), letter.content("ousing is safe.", left=80.0)
    line, below = letter.runs[0]
    letter.runs[0][1] = below._replace(baseline=line.baseline)
    item = letter.element("LI", letter.element("Lbl", first), letter.element("LBody", rest))
    (block,) = letter.blocks(letter.element("L", item))
    assert block is not None
    assert block.text == "housing is safe."
