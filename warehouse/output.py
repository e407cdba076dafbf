"""Output: the rows of a query as a table for people, or as CSV or JSON for programs.

Here belongs how a value looks outside the database. Dates are ISO, an unknown value is NULL in a
table, nothing in CSV and null in JSON, and text is UTF-8 as it is.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import math
import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, TextIO

GAP = "  "
# A column of text that would be narrower than this is no longer pleasant to read.
READABLE = 16
# A longer cell is cut on a terminal: the text of a section would fill screens.
CELL_LINES = 8


def write_csv(names: Sequence[str], rows: Iterable[Sequence[Any]], to: TextIO) -> None:
    """Writes rows as CSV with a header."""
    writer = csv.writer(to, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_text(value, null="") for value in row] for row in rows)


def write_json(names: Sequence[str], rows: Iterable[Sequence[Any]], to: TextIO) -> None:
    """Writes rows as a JSON array with an object a row, each on its own line."""
    keys = distinct_names(names)
    opening = "[\n"
    for row in rows:
        record = dict(zip(keys, map(_plain, row), strict=True))
        to.write(opening + json.dumps(record, ensure_ascii=False))
        opening = ",\n"
    to.write("[]\n" if opening == "[\n" else "\n]\n")


def write_table(
    names: Sequence[str], rows: Iterable[Sequence[Any]], to: TextIO, width: int | None
) -> None:
    """Writes rows as a table to look at.

    Args:
        names: The names of the columns.
        rows: The rows.
        to: Where to write.
        width: The width of the terminal, which long text is wrapped and cut to fit; where so many
            columns do not fit, each row becomes a block of lines. `None` writes all in full.
    """
    values = list(rows)
    cells = [[_text(value, null="NULL").splitlines() or [""] for value in row] for row in values]
    numeric = [_is_numeric([row[index] for row in values]) for index in range(len(names))]
    longest = [
        max((len(line) for row in cells for line in row[index]), default=0)
        for index in range(len(names))
    ]
    natural = [*map(max, longest, map(len, names))]
    widths: Sequence[int] | None = natural
    if width is not None and sum(natural) + len(GAP) * (len(natural) - 1) > width:
        widths = _fit([*map(max, longest, map(_longest_part, names))], width)
    if widths is None:
        lines = _blocks(names, cells, width or 0)
    else:
        lines = _grid(names, cells, widths, numeric, cut=width is not None)
    for line in lines:
        to.write(line.rstrip() + "\n")
    to.write(f"({len(values):,} {'row' if len(values) == 1 else 'rows'})\n")


def distinct_names(names: Sequence[str]) -> list[str]:
    """The names of columns, numbered where one comes twice, for forms that have each name once."""
    distinct: list[str] = []
    for name in names:
        candidate, number = name, 1
        while candidate in distinct:
            number += 1
            candidate = f"{name}_{number}"
        distinct.append(candidate)
    return distinct


def _grid(
    names: Sequence[str],
    cells: Sequence[Sequence[list[str]]],
    widths: Sequence[int],
    numeric: Sequence[bool],
    *,
    cut: bool,
) -> Iterator[str]:
    def line(parts: Sequence[str]) -> str:
        return GAP.join(
            part.rjust(width) if right else part.ljust(width)
            for part, width, right in zip(parts, widths, numeric, strict=True)
        )

    def lines(columns: Sequence[list[str]]) -> Iterator[str]:
        for index in range(max(map(len, columns))):
            yield line([column[index] if index < len(column) else "" for column in columns])

    yield from lines([*map(_wrap_name, names, widths)])
    yield GAP.join("─" * width for width in widths)
    for row in cells:
        yield from lines([_wrap(cell, width, cut) for cell, width in zip(row, widths, strict=True)])


def _blocks(
    names: Sequence[str], cells: Sequence[Sequence[list[str]]], width: int
) -> Iterator[str]:
    label = max(map(len, names))
    for number, row in enumerate(cells, start=1):
        yield f"── row {number} ".ljust(width, "─")
        for name, cell in zip(names, row, strict=True):
            lines = _wrap(cell, max(width - label - len(GAP), READABLE), cut=True)
            for index, line in enumerate(lines):
                yield f"{name if index == 0 else '':<{label}}{GAP}{line}"


def _fit(natural: Sequence[int], width: int) -> Sequence[int] | None:
    """The columns' widths on a terminal, or None if they cannot be pleasant to read."""
    left = width - len(GAP) * (len(natural) - 1)
    widths = list(natural)
    # The narrow columns keep what they need; the wide ones share what is left.
    for count, index in zip(
        range(len(natural), 0, -1),
        sorted(range(len(natural)), key=natural.__getitem__),
        strict=True,
    ):
        widths[index] = min(natural[index], left // count)
        left -= widths[index]
    fits = all(
        given == wanted or given >= READABLE for given, wanted in zip(widths, natural, strict=True)
    )
    return widths if fits else None


def _wrap_name(name: str, width: int) -> list[str]:
    """A column's name on several lines, parted after its underscores."""
    lines = [""]
    for part in _parts(name):
        if len(lines[-1]) + len(part) > width and lines[-1]:
            lines.append("")
        lines[-1] += part
    return lines


def _parts(name: str) -> list[str]:
    return re.findall(r"[^_]*_+|[^_]+", name)


def _longest_part(name: str) -> int:
    return max(map(len, _parts(name)), default=0)


def _wrap(lines: list[str], width: int, cut: bool) -> list[str]:
    wrapped = [part for line in lines for part in _wrap_line(line, width)]
    if cut and len(wrapped) > (limit := max(CELL_LINES, len(lines))):
        wrapped = wrapped[:limit]
        wrapped[-1] = f"{wrapped[-1][: width - 2]} …"
    return wrapped


def _wrap_line(line: str, width: int) -> list[str]:
    if len(line) <= width:
        return [line]
    return textwrap.wrap(line, width, break_on_hyphens=False) or [""]


def _is_numeric(values: Iterable[Any]) -> bool:
    types = {type(value) for value in values} - {type(None)}
    return bool(types) and types <= {int, float, Decimal}


def _text(value: Any, null: str) -> str:
    match _plain(value):
        case None:
            return null
        case str() as text:
            return text
        case plain:
            return json.dumps(plain, ensure_ascii=False)


def _plain(value: Any) -> Any:
    """The value in the types that JSON has."""
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else None
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case dt.date() | dt.time():
            return value.isoformat()
        case list() | tuple():
            return [_plain(item) for item in value]
        case dict():
            return {str(key): _plain(item) for key, item in value.items()}
        case bytes():
            return value.hex()
        case _:
            return str(value)
