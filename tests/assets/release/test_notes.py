"""The notes of a release say what is missing, whatever a website called its files."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from assets.release.notes import write_html_pages, write_notes
from assets.release.release_info import ReleaseInfo
from tests.expectations.clean_tables import Tables, clean_tables, copied, write_tables
from warehouse.parquet import row_counts


def notes_of(tables: Tables, folder: Path, source: str = "folder") -> str:
    folder.mkdir(exist_ok=True)
    written = write_tables(tables, folder / "tables")
    info = ReleaseInfo("1.0.0", date(2026, 2, 3), source, row_counts(written))
    return write_notes(folder, written, info, "## 1.0.0 (2026-02-03)\n", is_first=True)


def with_quarantined(*names: str) -> Tables:
    tables = copied(clean_tables(visits=2))
    row = tables["quarantine"][0]
    tables["quarantine"] = [
        row | {"file_name": name, "detail": "no date in a | b"} for name in names
    ]
    return tables


def test_names_from_elsewhere_stay_words(tmp_path: Path) -> None:
    notes = notes_of(with_quarantined("<b>|[x](y)`*\n# new.pdf"), tmp_path)
    assert r"| \<b\>\|\[x\](y)\`\* # new.pdf | no date in a \| b |" in notes.splitlines()


@pytest.mark.parametrize(
    ("count", "more"), [(20, None), (21, "… and 1 more."), (1500, "… and 1,480 more.")]
)
def test_how_many_more_files_there_are_is_said(
    tmp_path: Path, count: int, more: str | None
) -> None:
    names = [f"file-{number:04}.pdf" for number in range(count)]
    notes = notes_of(with_quarantined(*names), tmp_path)
    assert notes.count("| file-") == 20
    assert ("… and" in notes) == (more is not None)
    assert more is None or f"\n\n{more}\n" in notes


@pytest.mark.parametrize("source", ["folder", "sample"])
def test_files_are_called_as_they_are(tmp_path: Path, source: str) -> None:
    notes = notes_of(clean_tables(visits=2), tmp_path, source)
    stem = "ofsted-letters-sample" if source == "sample" else "ofsted-letters"
    for suffix in ("xlsx", "duckdb"):
        assert f"[`{stem}.{suffix}`]({stem}.{suffix})" in notes
    assert ("Crown copyright" in notes) == (source != "sample")


def test_what_is_known_to_have_been_published_stands_beside_what_is_here(tmp_path: Path) -> None:
    lines = notes_of(clean_tables(visits=24), tmp_path).splitlines()
    # The visits are of January to June 2019, and their letters of five weeks later.
    assert "| Focused visit | 2019 | 50 | 2026-02-03 | 24 |" in lines
    assert "| Focused visit | 2018 | 61 | 2026-02-03 | 0 |" in lines
    assert not any("2026-02-03 |" in line for line in notes_of_sample(tmp_path).splitlines())


def notes_of_sample(tmp_path: Path) -> str:
    return notes_of(clean_tables(visits=2), tmp_path / "sample", "sample")


def test_authorities_are_counted_once_and_years_by_kind(tmp_path: Path) -> None:
    notes = notes_of(clean_tables(visits=4), tmp_path)
    assert "**20 of 24 authorities have no visit here**" in notes
    assert "| Focused visit | 2019 | 4 | 4 | 0 |" in notes
    assert "| ILACS inspection | 2019 | 1 | 1 | 1 |" in notes


def test_pages_in_html_lead_to_each_other_and_hold_markup_as_words(tmp_path: Path) -> None:
    notes_of(with_quarantined("<b>x</b>.pdf"), tmp_path)
    use = "# Use\n\nRead the [notes](README.md).\n\n<script>alert(1)</script>\n"
    (tmp_path / "responsible_use.md").write_text(use, encoding="utf-8")
    info = ReleaseInfo("1.0.0", date(2026, 2, 3), "folder", {})
    write_html_pages(tmp_path, info)
    page = (tmp_path / "responsible_use.html").read_text(encoding="utf-8")
    assert '<a href="README.html">notes</a>' in page
    assert "<script" not in page
    notes = (tmp_path / "README.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;x&lt;/b&gt;.pdf" in notes
    assert "<table>" in notes
