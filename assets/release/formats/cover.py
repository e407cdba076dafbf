"""The cover of the workbook: what the release is, how to use it, and what to beware of.

Here belongs what the words of `sheets/cover.csv` are filled in with, line by line; how the cover
looks is in `workbook.py`. A line of the file stands there where all that it needs is so. The
sentences on licence and citation are the release's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from assets.language.patterns import read_table
from assets.release.formats.export_filter import ExportFilter
from assets.release.release_info import RESPONSIBLE_USE_FILE, SOURCE_TITLE, SOURCE_URL, ReleaseInfo
from assets.release.wording import counted, day_in_words

if TYPE_CHECKING:
    import duckdb

_SHEETS = Path(__file__).with_name("sheets")

#: The sheets that tell what is missing: their rows are not chosen by findings.
_GAPS = ("Coverage", "Quarantine")
#: What the sheet New tells of unless another day is asked for, as `in_memory.NEW_MONTHS` has it.
_NEWEST = "in the three months up to the newest letter"


class Line(NamedTuple):
    """One line of the cover.

    Attributes:
        form: What kind of line it is: a `title`, the head of a `part`, a `text`; `sheet` links to
            the sheet that its label names, and the text of a `link` is an address.
        label: What stands in front.
        text: What there is to say.
    """

    form: str
    label: str
    text: str = ""


def cover_lines(
    connection: duckdb.DuckDBPyConnection,
    info: ReleaseInfo,
    sheets: Sequence[tuple[str, str, int]],
    chosen: ExportFilter | None,
) -> Iterator[Line]:
    """The lines of the cover, from the top.

    Args:
        connection: The tables, as `in_memory.open_in_memory` gives them.
        info: The release.
        sheets: The sheets: name, what it is for, how many rows it has.
        chosen: What was chosen of the release; `None` where it is everything.
    """
    values = _values(connection, info, chosen)
    for row in read_table("assets.release.formats.sheets", "cover"):
        if not all(values[need] for need in row["needs"].split()):
            continue
        match row["form"]:
            case "sheets":
                for name, about, rows in sheets:
                    scope = f" Of {values['scope']}." if chosen and name in _GAPS else ""
                    yield Line(
                        "sheet", name, f"{about.format_map(values)}{scope} {counted(rows, 'row')}."
                    )
            case "errors":
                yield from _errors(connection)
            case form:
                yield Line(form, row["label"].format_map(values), row["text"].format_map(values))


def sheet_query(name: str) -> str:
    """The query in `sheets/` of that name."""
    return (_SHEETS / f"{name.lower()}.sql").read_text(encoding="utf-8").rstrip()


def _values(
    connection: duckdb.DuckDBPyConnection, info: ReleaseInfo, chosen: ExportFilter | None
) -> dict[str, Any]:
    """What the lines are filled in with, and what they need."""
    gaps = {name.lower(): sheet_query(name) for name in _GAPS}
    answer = connection.execute(sheet_query("cover").format_map(gaps))
    names = [name for name, *_ in answer.description or ()]
    found: dict[str, Any] = dict(zip(names, answer.fetchone() or (), strict=True))
    first, last = found["first_day"], found["last_day"]
    *others, last_chosen = chosen.limits if chosen and chosen.limits else ("",)
    limits = " and ".join(filter(None, (", ".join(others), last_chosen)))
    year = found["last_year"]
    years = f"from {found['first_year']} to {year}"
    return found | {
        "info": info,
        "released": day_in_words(info.released),
        "source": "" if info.is_made_up else SOURCE_TITLE,
        "source_url": SOURCE_URL,
        "responsible_use": RESPONSIBLE_USE_FILE,
        "chosen": chosen and str(chosen),
        "of_whole": " (the whole release)" if chosen else "",
        "scope": f"the {limits} chosen" if limits else "the whole release",
        "new_span": f"since {max(chosen.since)}" if chosen and chosen.since else _NEWEST,
        "gaps": " and ".join(_GAPS),
        "chosen_gaps": bool(limits),
        "whole_gaps": not limits,
        "no_addresses": not found["addresses"],
        "visits": counted(found["visits"], "visit"),
        "authorities": counted(found["authorities"], "authority", "authorities"),
        "span": f", begun between {day_in_words(first)} and {day_in_words(last)}" if first else "",
        "findings": counted(found["findings"], "finding"),
        "span_of_years": years if found["first_year"] != year else f"all of {year}",
        "rejected": counted(found["rejected"], "file"),
    }


def _errors(connection: duckdb.DuckDBPyConnection) -> Iterator[Line]:
    """How often what is judged is right, a line a field."""
    rows = connection.execute(sheet_query("errors")).fetchall()
    for field, metric, value, low, high, labels, basis in rows:
        yield Line(
            "text",
            field,
            f"{metric} {value:.1%} (95% interval {low:.1%} to {high:.1%}), on {labels:,} labels; "
            f"{basis.lower()}.",
        )
