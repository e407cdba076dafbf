"""Whether the values of a release are those that the program makes of other values.

Here belongs what no rule can say, as it takes the code that made the values: keys, shown names and
eras.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from assets.release.verify.problems import (
    Problem,
    ReleaseUnderTest,
    Row,
    first_of_many,
    row_key,
    show,
    table_file,
)
from warehouse.kinds import era_of


def check_made_values(on: ReleaseUnderTest) -> Iterator[Problem]:
    """That keys, eras and shown names are those made of the values beside them."""
    making = {
        "visits": _of_visits,
        "findings": _of_findings,
        "visit_inspectors": _of_teams,
        "inspectors": _of_inspectors,
    }
    for name, made in making.items():
        if name in on.frames:
            yield from first_of_many(_unlike(on, name, made))


def _unlike(
    on: ReleaseUnderTest, name: str, made: Callable[..., Iterator[Row]]
) -> Iterator[Problem]:
    rows = on.frames[name].to_dicts()
    for row, values in zip(rows, made(on, rows), strict=True):
        for column, value in values.items():
            if column in row and row[column] != value:
                key = row_key(on.schema[name], row)
                yield Problem(table_file(name), show(row[column]), show(value), key, column)


def _of_visits(on: ReleaseUnderTest, rows: list[Row]) -> Iterator[Row]:
    from assets.tables.derived import visit_key

    names = {}
    if "authorities" in on.frames:
        names = dict(on.frames["authorities"].select("authority_id", "name").iter_rows())
    for row in rows:
        name, kind, start = names.get(row["authority_id"]), row["document_kind"], row["start_date"]
        made: Row = {}
        if name and kind and start:
            made["visit_id"] = visit_key(name, kind, start)
        day = row["letter_date"] or row["end_date"]
        if kind and day:
            made["era"] = era_of(kind, day)
        yield made


def _of_findings(on: ReleaseUnderTest, rows: list[Row]) -> Iterator[Row]:
    from assets.tables.letter_rows import finding_key

    occurrences: Counter[tuple[str, str]] = Counter()
    for row in rows:
        visit_id, text = row["visit_id"], row["text"]
        occurrences[visit_id, text] += 1
        is_whole = visit_id is not None and text is not None
        key = finding_key(visit_id, text, occurrences[visit_id, text]) if is_whole else None
        yield {"finding_id": key} if is_whole else {}


def _of_teams(on: ReleaseUnderTest, rows: list[Row]) -> Iterator[Row]:
    from assets.tables.inspectors import inspector_id

    for row in rows:
        name = row["name_as_written"]
        yield {"inspector_id": inspector_id(name)} if name else {}


def _of_inspectors(on: ReleaseUnderTest, rows: list[Row]) -> Iterator[Row]:
    from assets.tables.inspectors import display_names

    written: list[str] = []
    if "visit_inspectors" in on.frames:
        written = on.frames["visit_inspectors"]["name_as_written"].drop_nulls().to_list()
    shown = display_names(written)
    for row in rows:
        key = row["inspector_id"]
        yield {"name": shown[key]} if key in shown else {}
