"""The team of an area SEND inspection: a column for each inspectorate.

Which column a person stands in is told by the place on the page; in one column beneath each other,
by the head above. Names, titles and roles are read in `inspections.team_list`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from msgspec import structs

from assets.documents.model import Block
from assets.model import Signal
from assets.publications.inspections.team_list import read_team
from assets.publications.joint.tables import patterns
from assets.publications.model import Person


def read_columns(
    blocks: Sequence[Block], on: date
) -> tuple[tuple[Person, ...], tuple[Signal, ...]]:
    """Read the team.

    Args:
        blocks: What stands beneath its heading.
        on: The report's date, for spelling out `HMI`.

    Returns:
        The people column by column, and a signal for words in it that are no person known. Who is
        no lead is of the team.
    """
    columns: dict[str, list[str]] = {}
    edges: dict[str, float] = {}
    for block in blocks:
        left = block.lines[0].x0 if block.lines else 0.0
        code = _organisation(block)
        if code:
            columns.setdefault(code, [])
            # Of columns beneath each other, the one begun last is the one in which names follow.
            edges.pop(code, None)
            edges[code] = left
        elif edges:
            nearest = min(reversed(edges), key=lambda column: abs(edges[column] - left))
            columns[nearest] += _lines(block)
    people: list[Person] = []
    signals: list[Signal] = []
    for code, lines in columns.items():
        members, doubts = read_team(lines, on)
        signals += doubts
        people += (
            structs.replace(
                member,
                role_code=member.role_code or "team",
                organisation_code=member.organisation_code or code,
            )
            for member in members
        )
    return tuple(people), tuple(signals)


def _organisation(block: Block) -> str | None:
    """The inspectorate whose column a block heads."""
    return next(
        (
            row["value"]
            for pattern, row in patterns("area_send", part="organisation")
            if pattern.fullmatch(block.text.strip(" :"))
        ),
        None,
    )


def _lines(block: Block) -> list[str]:
    starts = [line.start for line in block.lines] or [0]
    ends = [*starts[1:], len(block.text)]
    return [block.text[start:end].strip() for start, end in zip(starts, ends, strict=True)]
