"""The cover of the workbook: what the release is, how to use it, and what to beware of.

Here belongs what the cover says, line by line; how it looks is in `workbook.py`. The sentences on
licence and citation are the edition's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from assets.language.patterns import read_table
from assets.release.edition import (
    RESPONSIBLE_USE_FILE,
    SOURCE_TITLE,
    SOURCE_URL,
    Edition,
)
from assets.release.formats.choice import Choice
from assets.release.wording import counted, day_in_words

if TYPE_CHECKING:
    import duckdb

_SHEETS = Path(__file__).with_name("sheets")

#: The sheets that tell what is missing: their rows are not chosen by findings.
_GAPS = ("Coverage", "Quarantine")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the cover.

    Attributes:
        form: What kind of line it is; `sheet` links to the sheet that its label names, and the
            text of a `link` is an address.
        label: What stands in front.
        text: What there is to say.
    """

    form: Literal["title", "part", "text", "sheet", "link"]
    label: str
    text: str = ""


def cover_lines(
    connection: duckdb.DuckDBPyConnection,
    edition: Edition,
    sheets: Sequence[tuple[str, str, int]],
    chosen: Choice | None,
) -> Iterator[Line]:
    """The lines of the cover, from the top.

    Args:
        connection: The tables, as `readable.open_tables` gives them.
        edition: The release.
        sheets: The sheets: name, what it is for, how many rows it has.
        chosen: What was chosen of the release; `None` where it is everything.
    """
    yield Line("title", edition.title)
    yield Line("text", "What it is", edition.summary)
    yield Line("text", "Version", f"{edition.version}, of {day_in_words(edition.released)}")
    if chosen is not None:
        yield Line("text", "A part of it", f"Not the whole release, but: {chosen}.")
    yield Line("text", "What is in it", _extent(connection))
    yield Line("part", "Sheets")
    for name, about, rows in sheets:
        scope = f" Of {_scope(chosen)}." if chosen and name in _GAPS else ""
        yield Line("sheet", name, f"{about}{scope} {counted(rows, 'row')}.")
    yield Line("part", "How to use it")
    yield from _sayings("use", connection)
    yield Line("part", "What to beware of")
    yield from _sayings("beware", connection)
    yield Line("text", "More on this", f"{RESPONSIBLE_USE_FILE}, which comes with every release.")
    yield Line("part", "What is missing")
    yield from _gaps(connection, chosen)
    yield Line("part", f"How often it is right{' (the whole release)' if chosen else ''}")
    yield from _errors(connection)
    yield Line("part", "Licence, source and citation")
    yield Line("text", "Attribution", edition.attribution)
    yield Line("link", "Licence", edition.licence.url)
    if not edition.is_made_up:
        yield Line("text", "Source", SOURCE_TITLE)
        yield Line("link", "", SOURCE_URL)
    yield Line("text", "How to cite", edition.citation)


def _sayings(part: str, connection: duckdb.DuckDBPyConnection) -> Iterator[Line]:
    """The sentences of a part that are true of what is chosen."""
    (addresses,) = _one(
        connection,
        "SELECT count(source_url) FROM visits WHERE visit_id IN (FROM chosen_visits)",
    )
    given = ("", "addresses" if addresses else "no_addresses")
    for row in read_table("assets.release.formats.sheets", "cover"):
        if row["part"] == part and row["needs"] in given:
            yield Line("text", row["label"], row["text"])


def _extent(connection: duckdb.DuckDBPyConnection) -> str:
    visits, authorities, first, last = _one(
        connection,
        "SELECT count(*), count(DISTINCT authority_id), min(start_date), max(start_date) "
        "FROM visits WHERE visit_id IN (FROM chosen_visits)",
    )
    (findings,) = _one(connection, "SELECT count(*) FROM chosen_findings")
    span = f", begun between {day_in_words(first)} and {day_in_words(last)}" if first else ""
    return (
        f"{counted(visits, 'visit')} to {counted(authorities, 'authority', 'authorities')}"
        f"{span}; {counted(findings, 'finding')}."
    )


def _gaps(connection: duckdb.DuckDBPyConnection, chosen: Choice | None) -> Iterator[Line]:
    if chosen:
        yield Line("text", "Of what", _missing_of(chosen))
    coverage = _query("coverage")
    years, without, first, last = _one(
        connection,
        "SELECT count(*), count(*) FILTER (letter_count = 0), min(year), max(year) "
        f"FROM ({coverage})",
    )
    if years:
        never, now = _one(
            connection,
            f"SELECT count(*) FILTER (newest_visit_id IS NULL), count(*) FROM ({coverage}) "
            f"WHERE year = {last}",
        )
        span = f"from {first} to {last}" if first < last else f"all of {last}"
        yield Line(
            "text",
            "Coverage",
            f"Authorities of {last} without any visit by then: {never:,} of {now:,}. Years of an "
            f"authority without a letter, {span}: {without:,} of {years:,}. That may be because "
            "there was none: see the sheet Coverage.",
        )
    (rejected,) = _one(connection, f"SELECT count(*) FROM ({_query('quarantine')})")
    yield Line(
        "text",
        "Quarantine",
        f"{counted(rejected, 'file')} could not become a visit: see the sheet Quarantine.",
    )


def _missing_of(chosen: Choice) -> str:
    said = f"This, and the sheets {' and '.join(_GAPS)}, are of {_scope(chosen)}"
    if not (chosen.authorities or chosen.years):
        return f"{said}, not only of this part."
    return f"{said}. Files in quarantine of which that is not known are among them."


def _scope(chosen: Choice) -> str:
    """What coverage and quarantine are told of in a part, as `readable.narrow` was told."""
    kinds = [
        kind
        for kind, values in (("authorities", chosen.authorities), ("years", chosen.years))
        if values
    ]
    return f"the {' and '.join(kinds)} chosen" if kinds else "the whole release"


def _errors(connection: duckdb.DuckDBPyConnection) -> Iterator[Line]:
    rows = connection.execute(_query("errors")).fetchall()
    for field, metric, value, low, high, labels, basis in rows:
        yield Line(
            "text",
            field,
            f"{metric} {value:.1%} (95% interval {low:.1%} to {high:.1%}), on {labels:,} labels; "
            f"{basis.lower()}.",
        )
    yield Line(
        "text",
        "More on this",
        "The table evaluation of the release has every field, code and template of letter, and "
        "the sheet Codes says what each measure is.",
    )


def _query(name: str) -> str:
    return (_SHEETS / f"{name}.sql").read_text(encoding="utf-8").rstrip()


def _one(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[Any, ...]:
    row = connection.execute(sql).fetchone()
    assert row is not None, "an aggregate has always one row"
    return row
