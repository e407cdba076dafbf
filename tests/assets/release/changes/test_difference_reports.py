"""Differences as a person reads them, and as a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest

from assets.release.changes.difference_reports import (
    count_reasons,
    markdown_report,
    text_report,
    write_differences,
)
from assets.release.changes.differences import DIFFERENCES, Differences, TableCounts
from assets.release.release_info import ReleaseInfo

VISIT = "ashmere-focused-visit-2021-10-26"
LONG = "Children’s plans are written with them. " * 3

Line = tuple[str, str | None, str, str | None, str | None, str | None, str | None]


def differences(*lines: Line) -> Differences:
    """Differences of these tables, keys, changes, columns, values and reasons."""
    names = [column.name for column in DIFFERENCES.columns]
    return Differences(
        rows=pl.DataFrame(
            [(*line[:6], VISIT, "0" * 16, line[6]) for line in lines],
            schema=dict.fromkeys(names, pl.String),
            orient="row",
        ),
        counts=(TableCounts("findings", 1200, 1201, 2, 1, 3), TableCounts("codes", 9, 9, 0, 0, 0)),
        visits=pl.DataFrame(
            {"visit_id": [VISIT], "authority": ["Ashmere"], "start_date": [dt.date(2021, 10, 26)]}
        ),
        corrections=pl.DataFrame(),
    )


SOME = differences(
    ("findings", f"{VISIT}-1", "changed", "page", "2", None, "amended_letter"),
    ("findings", f"{VISIT}-2", "added", None, None, "Plans are `good`.", "new_letter"),
    ("findings", f"{VISIT}-3", "removed", None, "Plans were late.", None, None),
    ("findings", f"{VISIT}-4", "changed", "text", f"{LONG}Old.", f"{LONG}New.", "amended_letter"),
    ("visits", None, "added", "weather", None, "String", "schema"),
    ("coverage", None, "added", None, None, None, "schema"),
)

TEXT = """\
From 1.0.0 to 1.1.0

table     before  after  added  removed  changed
────────  ──────  ─────  ─────  ───────  ───────
findings    1200   1201      2        1        3
(1 row)

reason            differences
────────────────  ───────────
Other columns               2
Amended letter              2
New letter                  1
Reason not known            1
(4 rows)

findings
  Amended letter: 2 values changed (1 page, 1 text)
    ~ ashmere-focused-visit-2021-10-26-1 page: 2 → (nothing)
    ~ ashmere-focused-visit-2021-10-26-4 text: …tten with them. Old. → …tten with them. New.
  New letter: 1 row added
    + ashmere-focused-visit-2021-10-26-2: Plans are `good`.
  Reason not known: 1 row removed
    - ashmere-focused-visit-2021-10-26-3: Plans were late.

visits
  Other columns: 1 table or column added
    + the column weather (String)

coverage
  Other columns: 1 table or column added
    + the table
"""


def test_a_report_for_a_terminal() -> None:
    assert text_report(SOME, "1.0.0", "1.1.0") == TEXT


def test_a_report_in_markdown() -> None:
    report = markdown_report(SOME, "1.0.0", "1.1.0")
    assert report.startswith(
        "# From 1.0.0 to 1.1.0\n\n"
        "| table | before | after | added | removed | changed |\n"
        "| --- | ---: | ---: | ---: | ---: | ---: |\n"
        "| findings | 1,200 | 1,201 | 2 | 1 | 3 |\n\n"
        "| reason | differences |\n"
        "| --- | ---: |\n"
        "| Other columns | 2 |\n"
    )
    assert (
        "\n## findings\n\n"
        "**Amended letter: 2 values changed (1 page, 1 text)**\n\n"
        f"- `{VISIT}-1` `page`: `2` → (nothing)\n"
    ) in report
    assert f"\n- `{VISIT}-2`: `` Plans are `good`. ``\n" not in report
    assert f"\n- `{VISIT}-2`: ``Plans are `good`.``\n" in report
    assert report.endswith("- the table\n")


@pytest.mark.parametrize("report", [text_report, markdown_report])
def test_where_nothing_differs_that_is_said(report: type) -> None:
    assert "Nothing differs." in report(differences(), "1.0.0", "current")


MANY = differences(
    *(("findings", f"{VISIT}-{i:04}", "added", None, None, None, "new_letter") for i in range(1234))
)


@pytest.mark.parametrize("report", [text_report, markdown_report])
def test_a_long_list_is_cut_and_says_how_much_more_there_is(report: type) -> None:
    cut = report(MANY, "1.0.0", "1.1.0", shown=5)
    assert (cut.count(VISIT), "… and 1,229 more" in cut) == (5, True)
    whole = report(MANY, "1.0.0", "1.1.0", shown=None)
    assert (whole.count(VISIT), "more" in whole) == (1234, False)


def test_the_same_begin_of_long_values_is_left_out_and_their_end_cut() -> None:
    long = differences(("sections", "s", "changed", "text", f"a{LONG}", f"b{LONG}", None))
    (line,) = (line for line in text_report(long, "a", "b").splitlines() if "~" in line)
    old, new = line.split("text: ")[1].split(" → ")
    assert (len(old), len(new)) == (72, 72)
    assert (old[:9], new[:9]) == ("aChildren", "bChildren")
    assert (old[-1], new[-1]) == ("…", "…")


def test_a_line_is_one_line() -> None:
    lines = differences(
        ("sections", "s", "changed", "text", "One.\n\nTwo.", "One.\r\n# Two.", None)
    )
    assert "text: One. Two. → One. # Two.\n" in text_report(lines, "a", "b")


@pytest.mark.parametrize("shown", [10, None])
@pytest.mark.parametrize("report", [text_report, markdown_report])
def test_that_files_were_looked_at_again_is_told_in_one_line(
    report: Callable[..., str], shown: int | None
) -> None:
    looks = differences(
        *(
            ("letters", f"{letter:016x}", "changed", "last_seen_at", "1", "2", "looked_at_again")
            for letter in range(300)
        ),
        ("letters", "0" * 16, "changed", "etag", "a", "b", "listing"),
    )
    told = report(looks, "1.0.0", "1.0.1", shown=shown)
    assert "Looked at again: 300 values changed (300 last_seen_at)" in told
    assert told.count("last_seen_at") == 1
    assert "more" not in told
    assert "etag" in told


def test_reasons_are_counted_in_their_order() -> None:
    assert list(count_reasons(SOME).items()) == [
        ("schema", 2),
        ("amended_letter", 2),
        ("new_letter", 1),
        (None, 1),
    ]


def test_a_file_of_all_differences(tmp_path: Path) -> None:
    path = tmp_path / "changes.parquet"
    write_differences(SOME, path)
    assert pl.read_parquet(path).equals(SOME.rows)
    schema = pq.read_schema(path)
    for column in DIFFERENCES.columns:
        metadata = schema.field(column.name).metadata
        assert metadata[b"description"].decode() == column.description
    assert pq.read_metadata(path).row_group(0).column(0).compression == "ZSTD"
    write_differences(SOME, tmp_path / "again.parquet")
    assert (tmp_path / "again.parquet").read_bytes() == path.read_bytes()


EDITION = ReleaseInfo("1.1.0", dt.date(2026, 3, 1), "folder", {})


def test_the_files_of_a_release_say_whose_they_are(tmp_path: Path) -> None:
    for found in (SOME, differences()):
        report = markdown_report(found, "1.0.0", "1.1.0", info=EDITION)
        for said in (EDITION.attribution, EDITION.licence.url, EDITION.citation):
            assert said in report
    assert EDITION.attribution not in markdown_report(SOME, "1.0.0", "1.1.0")
    write_differences(SOME, tmp_path / "changes.parquet", EDITION)
    metadata = pq.read_schema(tmp_path / "changes.parquet").metadata
    assert metadata[b"attribution"].decode() == EDITION.attribution
    assert metadata[b"version"] == b"1.1.0"


def test_what_somebody_else_named_stays_words_in_markdown() -> None:
    odd = differences(
        ("visits", "a`b", "changed", "focus", "`old` <i>|", "[new](x)", None),
        ("wea<b>ther", None, "added", "x", None, "List[`String`]", "schema"),
    )
    report = markdown_report(odd, "out|1", "<b>", shown=None)
    assert report.startswith("# From out\\|1 to \\<b\\>\n")
    assert "- ``a`b`` `focus`: \\`old\\` \\<i\\>\\| → `[new](x)`\n" in report
    assert "## wea\\<b\\>ther\n" in report
    assert "- the column `x` (``List[`String`]``)\n" in report


def test_a_file_without_differences_has_all_columns(tmp_path: Path) -> None:
    write_differences(differences(), tmp_path / "changes.parquet")
    assert pl.read_parquet(tmp_path / "changes.parquet").columns == SOME.rows.columns
