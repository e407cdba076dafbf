"""The cover of a report: the council's name, the days of the inspection, the day of publication.

General to reports with a title, and beneath it labels that end in a colon (`Inspection dates:`).
The labels stand in `report_cover.csv`. What follows a label stands behind it or on the next line,
where the label may lack its colon.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from assets.documents.model import Block
from assets.language.dates import Span, is_only_a_date, partial_dates, whole_date, windows
from assets.publications.doubts import rejected
from assets.publications.inspections.tables import patterns
from assets.publications.kinds import is_title

#: Why a report cannot be read whose cover has no `windows`.
UNDATED = rejected("no_visit_date", "The cover does not say on which days the inspection was.")


class Cover(NamedTuple):
    """What a cover states.

    Attributes:
        name: What stands above the title, or else beneath it: the council, or its board.
        windows: The periods of the inspection; empty where no day is printed.
        published: The day of publication; `None` where none is printed.
        previous: What stands behind the label of the previous inspection's dates.
    """

    name: str | None
    windows: tuple[Span, ...]
    published: date | None
    previous: str = ""


def read_cover(blocks: Sequence[Block], published: date | None) -> Cover:
    """Read a cover.

    Args:
        blocks: Those before the report's body.
        published: The day of publication, where it is known.
    """
    blocks = [block for block in blocks if block.kind != "footnote"]
    titles = [index for index, block in enumerate(blocks) if is_title(block)] or [0]
    name = " ".join(block.text for block in blocks[: titles[0]])
    beneath = (block.text for block in blocks[titles[-1] + 1 : titles[-1] + 2])
    name = name or next((text for text in beneath if ":" not in text), "")
    text = "\n".join(block.text for block in blocks)
    days = [whole_date(day) for day in partial_dates(_behind(text, "published"))]
    printed = next(filter(None, days), None)
    periods = windows(_behind(text, "dates"), printed or published)
    # Without a label that is known, a line of nothing but days says which.
    lines = filter(is_only_a_date, text.splitlines())
    periods = periods or next(filter(None, (windows(line, published) for line in lines)), [])
    return Cover(name or None, tuple(periods), printed, _behind(text, "previous"))


def _behind(text: str, part: str) -> str:
    """What stands behind a label of the cover, up to the next label or the end of the line."""
    labels: list[tuple[int, int, str]] = []
    for pattern, row in patterns("report_cover"):
        words = rf"(?:{pattern.pattern})"
        label = re.compile(
            rf"(?:^|(?<=\s)){words}\s*(?::\s*|[–—-]?\s(?=\d))"
            rf"|(?m:^)(?=.*(?:date|publi)){words}[ \t]*\n",
            pattern.flags,
        )
        for found in label.finditer(text):
            if not any(start < found.end() and found.start() < end for start, end, _ in labels):
                labels.append((*found.span(), row["part"]))
    starts = [start for start, _, _ in labels]
    for _, end, of_part in sorted(labels):
        if of_part == part:
            following = min((start for start in starts if start >= end), default=len(text))
            return text[end:following].partition("\n")[0].strip()
    return ""
