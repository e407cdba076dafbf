"""The judgements of a single inspection: a sentence, a list, and the safeguarding board's grade.

The overall grade is a sentence on the cover, above the list of the others. The board's stands on
the cover too (2014), or ends the heading of its part. Nothing else is looked at for grades: those
of earlier inspections, of single services and those that Ofsted explains stand in the body.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from msgspec import structs

from assets.documents.model import Block
from assets.publications.inspections.grades import grade_of, part_grade
from assets.publications.inspections.judgements import (
    judgement_of,
    judgements_in_blocks,
    read_judgements,
)
from assets.publications.inspections.tables import matches
from assets.publications.model import Judgement

BOARD, OVERALL = "lscb", "overall_effectiveness"
#: Those of the list on the cover, in its order.
LISTED = (
    "help_and_protection",
    "looked_after_and_permanence",
    "adoption",
    "care_leavers",
    "leadership_management_governance",
)
_LONGEST = 170  # characters of a sentence or heading that states a grade


def judged(text: str) -> str | None:
    """What a sentence or heading of these reports says is judged; a code, or `None`."""
    if len(text) > _LONGEST:
        return None
    if matches("single_notes", text, part="board"):
        return BOARD
    if matches("single_notes", text, part="overall"):
        return OVERALL
    return judgement_of(text)


def stated(blocks: Sequence[Block], other: str | None = None) -> Iterator[Judgement]:
    """The overall grade and the board's, where a sentence or heading states them.

    Args:
        blocks: Those of the cover, or headings.
        other: What a heading with other words states the grade of.
    """
    for block, after in zip_longest(blocks, blocks[1:]):
        if block.kind not in ("heading", "paragraph"):
            continue
        if after and (after.text[:1].islower() or grade_of(after.text)):
            block = block.joined(after)
        graded = part_grade(block.text)
        code = judged(graded.text) if graded else None
        if block.kind == "heading":
            code = code or other
        if graded and code in (OVERALL, BOARD):
            lines = block.parted(graded.start)[1].lines
            yield Judgement(
                code,
                graded.grade_code,
                block.text[graded.start : graded.end],
                tuple(structs.replace(line, start=0) for line in lines),
            )


def all_judgements(
    cover: Sequence[Block], headings: Sequence[Block], *, is_of_board: bool = False
) -> tuple[Judgement, ...]:
    """The judgements of a report: the overall one, those of the list, the board's last.

    Args:
        cover: The blocks of the cover.
        headings: The headings of the body that open the board's part.
        is_of_board: Whether the board alone is judged, so that the overall grade is its own.
    """
    listed = {
        judgement.judgement_code: judgement
        for judgement in (*judgements_in_blocks(cover), *read_judgements(cover))
        if judgement.judgement_code in LISTED
    }
    found = listed | {judgement.judgement_code: judgement for judgement in stated(cover)}
    if OVERALL not in found:
        found |= {j.judgement_code: j for j in list(stated(cover, OVERALL))[:1]}
    if BOARD not in found:
        found |= {j.judgement_code: j for j in stated(headings) if j.judgement_code == BOARD}
    if is_of_board and BOARD not in found and OVERALL in found:
        found[BOARD] = structs.replace(found.pop(OVERALL), judgement_code=BOARD)
    return tuple(found[code] for code in (OVERALL, *LISTED, BOARD) if code in found)
