"""Whether a letter has the shape of a focused visit letter.

Here: what every letter has and this one lacks, and what its words promise and its sections do not
hold. A reader of the run's summary looks at the letter; nothing is changed. The words stand in
`shape.csv`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from assets.documents.model import Block
from assets.language.sentences import ends_with
from assets.model import Signal
from assets.publications.model import Section
from assets.publications.sections import opening_mark, points
from assets.publications.tables import matches
from warehouse.kinds import sections_of

_SEVERAL = 2  # lines that open alike and are more than chance
_SHOWN = 80  # characters of a text in a signal


def doubts_on_shape(
    blocks: Sequence[Block], sections: Sequence[Section], focus: str | None, *, is_covid: bool
) -> Iterator[Signal]:
    """What a person should look at.

    Args:
        blocks: All blocks of the letter.
        sections: Its sections, introduction and closing included.
        focus: Its words on what inspectors looked at.
        is_covid: Whether the visit was one of the whole service in the pandemic: some of these
            letters have neither summary nor focus.
    """
    types = {section.section_type for section in sections}
    if "main_findings" not in types:
        yield Signal("no_main_findings", "No heading opens the main findings.")
    if not is_covid:
        if not any(s.heading for s in sections if s.section_type == "headline_findings"):
            yield Signal("no_headline_findings", "No heading opens the summary of the findings.")
        if focus is None:
            yield Signal("no_focus", "No sentence of the introduction says what was looked at.")
    if focus and ":" not in focus and not ends_with(focus, ".!?"):  # a list may end without one
        yield Signal("focus_breaks_off", f"The focus ends without a full stop: …{focus[-_SHOWN:]}")
    for section_type in sorted(sections_of("points")):
        if not points(sections, section_type):
            yield from _promised(sections, section_type)
    if not points(sections, "improvements"):
        yield from _listed_in_summary(sections)
    yield from _marks(blocks)


def _listed_in_summary(sections: Sequence[Section]) -> Iterator[Signal]:
    """A list at the end of the summary, where the list of improvements is looked for."""
    for section in sections:
        last = section.paragraphs[-1] if section.paragraphs else None
        if section.section_type == "headline_findings" and last and last.level > 0:
            yield Signal("list_ends_summary", f"No heading opens it: {last.text[:_SHOWN]}")


def _promised(sections: Sequence[Section], section_type: str) -> Iterator[Signal]:
    """A text that announces a list of which no point was found."""
    for section in sections:
        for paragraph in section.paragraphs:
            # In the list itself, it is said why it has no points.
            if section.section_type != section_type and matches(
                "shape", paragraph.text, part=section_type
            ):
                yield Signal(f"{section_type}_announced", paragraph.text[:_SHOWN])
                return


def _marks(blocks: Sequence[Block]) -> Iterator[Signal]:
    """A letter or sign that opens several lines: a bullet that was not taken for one."""
    opening = Counter(
        opening_mark(block.text[start : start + 3])
        for block in blocks
        for start in {0, *(line.start for line in block.lines)}
    )
    for mark, count in opening.items():
        if mark and count >= _SEVERAL:
            yield Signal("marks_open_lines", f"{count} lines open with {mark!r}; is it a bullet?")
