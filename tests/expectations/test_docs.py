"""Data Docs can be read without a network, and say what is wrong."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from expectations.report import ValidationReport
from expectations.suites import suites
from expectations.validation import validate
from tests.expectations.clean_tables import Tables

if TYPE_CHECKING:
    from expectations.gx_reader import GreatExpectationsReader


@pytest.fixture(scope="module")
def written(
    runner: GreatExpectationsReader,
    spoilt_folder: Callable[[Callable[[Tables], None]], Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    from expectations.docs import write_docs

    def spoil(tables: Tables) -> None:
        tables["visits"][0]["start_date"] -= dt.timedelta(days=2)
        tables["findings"][0]["text"] = "<script>alert('Plans are clear')</script>\n"
        tables["letters"][0]["sha256"] = None
        tables["authorities"].clear()

    folder = tmp_path_factory.mktemp("docs")
    (folder / "table_of_long_ago.html").touch()
    report, outcomes = validate(runner.ask, spoilt_folder(spoil))
    write_docs(folder, report, outcomes)
    return folder


def test_a_page_a_suite(written: Path) -> None:
    assert {path.name for path in written.iterdir()} == {
        "index.html",
        "results.json",
        *(f"{suite}.html" for suite in suites()),
    }


def test_index_tells_what_fails(written: Path) -> None:
    index = (written / "index.html").read_text()

    assert "rules fail: the tables may not be published" in index
    assert "starts_on_weekday" in index
    assert '<a href="visits.html#dates">' in index
    for suite in suites():
        assert f'<a href="{suite}.html">' in index


def test_links_lead_somewhere(written: Path) -> None:
    links = re.findall(r'href="([^"#]+)#?([^"]*)"', (written / "index.html").read_text())

    assert ("row_counts.html", "row_counts") in links
    for page, anchor in links:
        assert f'id="{anchor}"' in (written / page).read_text() or not anchor, (page, anchor)


def test_page_shows_what_was_found(written: Path) -> None:
    page = (written / "visits.html").read_text()

    assert "A visit starts on a weekday (Monday is 1)." in page
    assert "1 unexpected values found" in page
    assert "ashmere-focused-visit-2019-01-08" in page


def test_pages_need_nothing_from_elsewhere(written: Path) -> None:
    for page in written.glob("*.html"):
        text = page.read_text()
        assert "http" not in text, page.name
        assert str(written.parent) not in text, page.name
        assert "<script" not in text, page.name


def test_results_can_be_read_again(written: Path) -> None:
    report = msgspec.json.decode((written / "results.json").read_bytes(), type=ValidationReport)

    assert not report.success
    assert {result.name for result in report.failures} >= {"starts_on_weekday"}
