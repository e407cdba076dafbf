"""The team of an area SEND inspection: a column for each inspectorate, a person a line.

Which column a person stands in is told by the place on the page; in one column beneath each other,
by the head above. Behind the name stand title, role and organisation in any order, with or without
commas (`area_send.csv`); who is no lead is of the team.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from assets.documents.model import Block
from assets.language.people import bare_name, find_titles, is_name
from assets.model import Signal
from assets.publications.inspections.team_list import spelt_out
from assets.publications.joint.tables import patterns
from assets.publications.model import Person

_NAME_END = re.compile(r"\s*[,(;:]|\s+[–—-]\s")
_TEAM = "team"
_OPEN = (",", "&", "and", "-", "(")  # how a line ends that goes on


def read_columns(
    blocks: Sequence[Block], on: date
) -> tuple[tuple[Person, ...], tuple[Signal, ...]]:
    """Read the team.

    Args:
        blocks: What stands beneath its heading.
        on: The report's date, for spelling out `HMI`.

    Returns:
        The people column by column, and a signal for words in it that are no person known.
    """
    columns: dict[str, list[str]] = {}
    edges: dict[str, float] = {}
    for block in blocks:
        left = block.lines[0].x0 if block.lines else 0.0
        if code := _organisation(block.text):
            columns.setdefault(code, [])
            # Of heads beneath each other, the last is the one in whose column names follow.
            edges.pop(code, None)
            edges[code] = left
        elif edges:
            nearest = min(reversed(edges), key=lambda column: abs(edges[column] - left))
            columns[nearest] += _entries(block, on)
    people: list[Person] = []
    signals: list[Signal] = []
    for code, entries in columns.items():
        for entry in entries:
            label, _, named = entry.rpartition(":")  # `Lead inspector: A HMI`
            name = _name(named, on)
            if name is None:
                signals.append(Signal("team_words_never_met", entry))
            else:
                beside = f"{label} {named[named.index(name) + len(name) :]}"
                people.append(_person(name, beside, code, on))
    return tuple(people), tuple(signals)


def _organisation(text: str) -> str | None:
    """The inspectorate whose column a text heads."""
    rows = patterns("area_send", part="organisation")
    return next((row["value"] for head, row in rows if head.fullmatch(text.strip(" :"))), None)


def _entries(block: Block, on: date) -> Iterator[str]:
    """What a block says of each person: several stand on lines of their own, or one goes on."""
    starts = [line.start for line in block.lines] or [0]
    begun = 0
    for start in starts[1:]:
        before = block.text[begun:start].rstrip()
        line = block.text[start:]
        if not before.endswith(_OPEN) and _name(line, on) and _name(before, on):
            yield before
            begun = start
    yield block.text[begun:]


def _name(text: str, on: date) -> str | None:
    """The name with which a text begins, up to anything else."""
    ends = [found.start() for found in _NAME_END.finditer(text)][:1]
    ends += [title.start for title in find_titles(spelt_out(text), on)][:1]
    ends += [
        found.start()
        for part in ("role", "beside")
        for pattern, _ in patterns("area_send", part=part)
        for found in pattern.finditer(text)
    ]
    name = bare_name(text[: min(ends, default=len(text))])
    return name if is_name(name) else None


def _person(name: str, beside: str, code: str, on: date) -> Person:
    """A person, by the words behind the name."""
    titles = find_titles(spelt_out(beside), on)
    roles = patterns("area_send", part="role")
    return Person(
        name,
        titles[0].text if titles else None,
        next((row["value"] for pattern, row in roles if pattern.search(beside)), _TEAM),
        code,
    )
