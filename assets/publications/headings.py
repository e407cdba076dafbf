"""Which lines of a letter are headings, and what kind of section each opens.

The variants stand in `headings.csv`; those of place `body` divide every letter, those of place
`within` divide the findings of some. A line that is set as a heading and is not in the table is a
heading within the findings all the same, and is reported; but a sentence is none, however it is
set.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from msgspec import structs

from assets.documents.model import Block
from assets.language.patterns import compile_pattern
from assets.language.sentences import ends_with, split_sentences
from assets.publications.slips import put_right
from assets.publications.tables import read_table

_TRAILING_MARK = re.compile(r"(?:(?<=[?:.’')]|[^\W\d])[\d¹²³*†]{1,2}|(?<=\?)\s+\d|\s*\[\d{1,2}\])$")
_LONGEST_MARK = 10  # characters, the blanks before it included
# What a slip, a scan or a footnote leaves around a heading that is known.
_DIGIT_FOR_LETTER = re.compile(r"[10|](?<=[A-Za-z].)(?=[a-z])")
_LETTERS = {"1": "l", "0": "o", "|": "l"}
_BEFORE = r"[\W_]*(?:\d{1,2}[.)]?\s*|[a-z][.)]\s*)?"
_BEHIND = r"[\W_]*(?:[\d¹²³]{1,2}|(?<=\W)[a-z])?[\W_]*"
_LONGEST_PLAIN_HEADING = 80  # characters of a known heading that nothing but its words gives away
_LONGEST_UNKNOWN_HEADING = 50  # characters of one that is not known
_LINES_OF_A_HEADING = 2  # that the longest known takes
_LONGEST_HEADING = 12  # words of a heading with a verb in it; more are a sentence
_SHORT_HEADING = 6  # words of a heading that ends in a full stop and has no verb
_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|does|do|did|can|will|would|should|must|need|needs|receive|"
    r"receives|benefit|benefits|know|knows|remain|remains|continue|continues|found|saw)\b"
)
# A verb that makes a sentence, where no relative clause holds it (`Children who are missing`).
_MAIN_VERB = re.compile(
    r"(?<!who )(?<!that )(?<!which )(?<!what )(?<!how )(?<!where )\b(?:is|are|was|were|has|have)\b",
    re.IGNORECASE,
)
_FEWEST_WORDS = 5  # of a sentence that lost its full stop
_STOPS = ".!…"


class HeadingForm(NamedTuple):
    """A row of `headings.csv`.

    Attributes:
        pattern: The whole heading.
        section_type: What it opens.
        divides_body: Whether it divides every letter, not only the findings of some.
        beside_improvements: What it opens where another heading opens what needs to improve.
    """

    pattern: re.Pattern[str]
    section_type: str
    divides_body: bool
    beside_improvements: str | None


@cache
def _forms() -> tuple[HeadingForm, ...]:
    return tuple(
        HeadingForm(
            compile_pattern(rf"^{_BEFORE}(?P<heading>(?:{row['pattern']})\s?[?.:]?){_BEHIND}$"),
            row["section_type"],
            row["place"] == "body",
            row["beside_improvements"] or None,
        )
        for row in read_table("headings")
    )


def without_mark(text: str) -> str:
    """A heading without the footnote mark that text extraction glues to it (`practice?1`).

    Digits that a scan puts for letters within its words are put right.
    """
    text = _DIGIT_FOR_LETTER.sub(lambda found: _LETTERS[found[0]], text.strip())
    mark = _TRAILING_MARK.search(text, max(len(text) - _LONGEST_MARK, 0))
    return text[: mark.start()].strip() if mark else text


def heading_of(block: Block) -> str:
    """The heading that a block is, without what a slip or a footnote left around it."""
    return _as_heading(block.text)[0]


def known_form(block: Block) -> HeadingForm | None:
    """The row that a block's words match, or `None` for words never met as a heading."""
    return _as_heading(block.text)[1]


@lru_cache(maxsize=1024)  # each block is asked several times, and letters have headings in common
def _as_heading(text: str) -> tuple[str, HeadingForm | None]:
    bare = without_mark(text)
    for form in _forms():
        if found := form.pattern.match(bare):
            return found["heading"].strip(), form
    return bare, None


def is_heading(block: Block) -> bool:
    """Whether a block of the body is a heading: set as one, or one by its words alone.

    Plain text and some letters do not set their headings apart; there a known heading counts, and a
    few words without a full stop.
    """
    if divides_body(block):
        return True
    text = block.text
    if not text[:1].isupper() and not text[:1].isdigit():
        return False
    if block.kind == "heading":
        return True
    is_short = len(text) <= _LONGEST_PLAIN_HEADING and text[-1] not in ".,;:!…’”)"
    return (
        block.kind == "paragraph"
        and is_short
        and (known_form(block) is not None or len(text) <= _LONGEST_UNKNOWN_HEADING)
    )


def divides_body(block: Block) -> bool:
    """Whether a block is one of the headings that divide every letter, numbered ones included."""
    if block.kind == "footnote" or len(block.text) > _LONGEST_PLAIN_HEADING:
        return False
    form = known_form(block)
    begins = next(filter(str.isalpha, heading_of(block)), "")
    return bool(form and form.divides_body and begins.isupper())


def opens_introduction(block: Block) -> bool:
    """Whether a block is a heading within the introduction, as of what a visit covered."""
    form = known_form(block)
    return form is not None and form.section_type == "introduction"


def settle_headings(blocks: Iterable[Block]) -> list[Block]:
    """Blocks whose headings are those that a reader sees.

    A sentence that is tagged or set as a heading is a paragraph; a heading in two blocks is one;
    one that has a line of its own within a block is parted from the text around it.
    """
    settled: list[Block] = []
    for block in (part for whole in blocks for part in _without_run_in(_put_right(whole))):
        if block.kind == "heading" and _is_sentence(block):
            settled.append(structs.replace(block, kind="paragraph"))
        elif settled and (whole := _joined(settled[-1], block)):
            settled[-1] = whole
        else:
            settled.append(block)
    return settled


def _put_right(block: Block) -> Block:
    """A block with the heading that it was before a scan misread it."""
    if block.kind not in ("paragraph", "heading") or len(block.text) > _LONGEST_PLAIN_HEADING:
        return block
    if known_form(block):
        return block
    heading = put_right(block.text)
    return block if heading == block.text else structs.replace(block, text=heading)


def _is_sentence(block: Block) -> bool:
    """Whether what is set as a heading is a sentence, or several."""
    if known_form(block):
        return False
    words = len(block.text.split())
    if ends_with(block.text, _STOPS):
        return (
            len(split_sentences(block.text)) > 1
            or words > _SHORT_HEADING
            or bool(_VERB.search(block.text))
        )
    if block.text.endswith("?"):
        return False
    return bool(
        (words > _LONGEST_HEADING and _VERB.search(block.text))
        or (words >= _FEWEST_WORDS and _MAIN_VERB.search(block.text))
    )


def _joined(before: Block, after: Block) -> Block | None:
    """The heading that two blocks are, each a part of its words."""
    if before.kind != "heading" or after.kind != "heading":
        return None
    if known_form(before) and not after.text[:1].islower():
        return None
    whole = structs.replace(before, text=f"{before.text} {after.text}")
    return whole if divides_body(whole) and not divides_body(after) else None


def _without_run_in(block: Block) -> Iterator[Block]:
    """A block, parted around a line (or two) of it that is a heading which divides every letter."""
    starts = [line.start for line in block.lines] + [len(block.text)]
    bare = {"lines": (), "level": 0, "has_bullet": False}
    for first, start in enumerate(starts[:-1]):
        for end in starts[first + 1 : first + 1 + _LINES_OF_A_HEADING]:
            words, around = block.text[start:end], (block.text[:start], block.text[end:])
            if (
                any(around)
                and len(words) <= _LONGEST_PLAIN_HEADING
                and (not around[0] or ends_with(around[0].rstrip(), _STOPS))
                and (not around[1] or around[1][:1].isupper())
                and divides_body(structs.replace(block, text=words.rstrip(), **bare))
            ):
                before, rest = block.parted(start)
                heading, behind = rest.parted(end - start)
                if before.text:
                    yield before
                yield structs.replace(heading, kind="heading", level=0, has_bullet=False)
                if behind.text:
                    behind = structs.replace(behind, kind="paragraph", level=0, has_bullet=False)
                    yield from _without_run_in(behind)
                return
    yield block
