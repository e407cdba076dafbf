"""Which blocks of a joint letter are headings, and what those that part it open.

The headings that open a part of the letter are known: in `headings.csv` here, place `body`, and in
the folder above. Any other stands within a part; those met before are of place `within`. Titles of
boxed studies are of place `box`, and what opens the next steps without a heading of `next_steps`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import structs

from assets.documents.model import Block
from assets.language.sentences import ends_with
from assets.publications.headings import is_heading, known_form, settle_headings
from assets.publications.joint.tables import matches, patterns

_AROUND_HEADING = " .:"
_LONGEST_PLAIN = 90  # characters of a heading that nothing but its words gives away


def is_box_title(block: Block) -> bool:
    """Whether a block is the title of a boxed study."""
    return block.kind in ("heading", "paragraph") and matches("headings", block.text, place="box")


def opens_section(block: Block) -> bool:
    """Whether a block is a heading of the body: set as one, or in plain text one by its words."""
    if is_box_title(block):
        return False
    if known_type(block):
        return block.kind in ("heading", "paragraph") and block.text[:1].isupper()
    if block.kind == "heading":
        return is_heading(block)
    is_short = len(block.text) <= _LONGEST_PLAIN and ends_open(block)
    return not block.lines and (is_heading(block) or (is_short and _is_of_place(block, "within")))


def opens_next_steps(block: Block) -> bool:
    """Whether a paragraph says what the area has to do next: their heading may be missing."""
    return matches("headings", block.text, place="next_steps")


def known_type(block: Block) -> str | None:
    """The type of a section that opens a part of the letter, by the words of its heading."""
    for row in _rows(block, "body"):
        return row["section_type"]
    form = known_form(block)
    return form.section_type if form and form.divides_body else None


def is_known(block: Block) -> bool:
    """Whether a heading has been met before."""
    return known_form(block) is not None or any(
        _is_of_place(block, place) for place in ("body", "within")
    )


def _is_of_place(block: Block, place: str) -> bool:
    return any(_rows(block, place))


def ends_open(block: Block) -> bool:
    """Whether a block breaks off: no mark ends its last sentence."""
    return not ends_with(block.text)


def settled(blocks: Iterable[Block]) -> list[Block]:
    """The blocks with their headings settled, as in every letter.

    What is bold, or marked as a heading in plain text, is one without a full stop, however long.
    """
    marked = (
        structs.replace(block, bold=True) if block.kind == "heading" and not block.lines else block
        for block in blocks
    )
    return [
        structs.replace(block, kind="heading")
        if block.bold and block.kind == "paragraph" and ends_open(block)
        else block
        for whole in settle_headings(marked)
        for block in _with_title_apart(whole)
    ]


def _with_title_apart(block: Block) -> Iterator[Block]:
    """A block; the title of a boxed study that is its first line is one of its own."""
    ends = [line.start for line in block.lines[1:2]]
    for end in ends:
        title, words = block.parted(end)
        title = structs.replace(title, kind="heading", level=0, has_bullet=False)
        if is_box_title(title) and words.text[:1].isupper():
            yield title
            yield words
            return
    yield block


def _rows(block: Block, place: str) -> Iterator[dict[str, str]]:
    words = block.text.strip(_AROUND_HEADING)
    for pattern, row in patterns("headings", place=place):
        if pattern.fullmatch(words):
            yield row
