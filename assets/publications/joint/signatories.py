"""Who signed a joint letter, one person for each inspectorate.

Until 2020 they stand in a table of two columns, each cell headed by a body; names and roles of a
row may stand on different lines or pages, a role above its name or alone. Since 2022 they stand
below each other, name and role. Either way what belongs together stands in one column, so each
column is read from top to bottom.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from assets.documents.model import Block
from assets.language.people import bare_name, is_name
from assets.publications.joint.inspectorates import bodies
from assets.publications.joint.names import as_role, is_post, read_person
from assets.publications.model import Correspondent
from assets.publications.opening import printed_lines
from assets.publications.tables import matches

_COLUMN_APART = 100  # points between the left edges of two columns
_LONGEST_ROLE = 160  # characters


class _Words(NamedTuple):
    """A name, a role or the name of a body, and the column in which it stands."""

    text: str
    column: int


@dataclass
class _Signature:
    organisation: str | None = None
    name: str | None = None
    roles: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nobody stands in the cell yet."""
        return not self.name and not self.roles

    def awaits_role(self, body: str) -> bool:
        """Whether the name of a body is the role, or its end: beneath a name, or in place of it."""
        if self.name and not self.organisation:
            return True
        return not self.roles and bool(self.name or self.organisation == body)

    def add_role(self, text: str) -> None:
        """Add a role, or the rest of one that wraps."""
        if self.roles and _is_body(f"{self.roles[-1]} {text}"):
            self.roles[-1] += f" {text}"
        else:
            self.roles.append(text)

    def as_correspondent(self) -> Correspondent:
        role = as_role(", ".join(role.rstrip(" ,") for role in self.roles))
        return Correspondent(self.name, role_as_written=role, organisation=self.organisation)


def read_signatories(blocks: Sequence[Block]) -> tuple[Correspondent, ...]:
    """Read the signatures.

    Args:
        blocks: What stands behind the findings, from the valediction on.

    Returns:
        The people in the order in which a reader meets the cells. Who signed by a role alone has no
        name.
    """
    signatures: list[_Signature] = []
    is_open: dict[int, _Signature] = {}
    is_role_first = False

    def begin(column: int, organisation: str | None = None) -> _Signature:
        is_open[column] = _Signature(organisation)
        signatures.append(is_open[column])
        return is_open[column]

    pieces = list(_pieces(blocks))
    if not any(block.lines for block in blocks):
        pieces = _in_columns(pieces)
    for text, column in pieces:
        current = is_open.get(column)
        heads = bodies(text)
        name = None if heads else _name(text)
        if heads and not (current and current.awaits_role(text)):
            begin(column, text)
        elif name:
            if current is None or current.name:
                current = begin(column)
            current.name = name
        elif (
            current
            and current.organisation
            and current.is_empty
            and _is_body(f"{current.organisation} {text}")
        ):
            current.organisation += f" {text}"
        else:
            if current is None or (is_role_first and current.name and not current.organisation):
                is_role_first = not signatures or is_role_first
                current = begin(column)
            current.add_role(text)
    return tuple(one.as_correspondent() for one in signatures if one.name or one.roles)


def _pieces(blocks: Sequence[Block]) -> Iterator[_Words]:
    """Names, roles and bodies in reading order; a role that wraps is one piece."""
    left = min((block.lines[0].x0 for block in blocks if block.lines), default=0.0)
    for block in blocks:
        if len(block.text) > _LONGEST_ROLE or matches("opening", block.text, part="copy"):
            return
        column = _column(block, left)
        heads = bodies(block.text)
        if len(heads) > 1:  # the heads of two cells on one line
            yield from (_Words(head, column + place) for place, head in enumerate(heads))
            continue
        role: list[str] = []
        for line in printed_lines(block):
            if matches("closing", line, part="valediction"):
                continue
            person = read_person(line)
            if not _name(line) and not (person and is_post(person.role or "")):
                role.append(line)
                continue
            if role:
                yield _Words(" ".join(role), column)
            role = []
            yield _Words(person.name if person else line, column)
            if person and person.role:
                yield _Words(person.role, column)
        if role:
            yield _Words(" ".join(role), column)


def _in_columns(pieces: Sequence[_Words]) -> list[_Words]:
    """The pieces of plain text in columns: as many as bodies stand in a row.

    The first name and the first role behind them are the first body's, and so on.
    """
    placed: list[_Words] = []
    counts: Counter[str] = Counter()
    heads: list[str] = []
    for text, _ in pieces:
        is_role = counts["name"] and not counts["role"] and text in heads
        kind = "body" if bodies(text) and not is_role else "name" if _name(text) else "role"
        if kind == "body" and (counts["name"] or counts["role"]):
            counts.clear()
            heads.clear()
        if kind == "body":
            heads.append(text)
        column = counts[kind] % max(counts["body"], 1) if kind != "body" else counts[kind]
        placed.append(_Words(text, column))
        counts[kind] += 1
    return placed


def _column(block: Block, left: float) -> int:
    """The column in which a block stands, by its place; plain text has one column."""
    return int(bool(block.lines) and block.lines[0].x0 - left > _COLUMN_APART)


def _is_body(text: str) -> bool:
    """Whether a text is the whole name of one body."""
    return bodies(text) == [text]


def _name(text: str) -> str | None:
    """The name that a text is, without anything beside it."""
    return bare_name(text) if is_name(text) and not bodies(text) else None
