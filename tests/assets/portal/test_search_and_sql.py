"""Search and SQL in Debian's Chromium: what is found, what is taken away, and from where."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterator
from datetime import datetime
from itertools import product
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from openpyxl import load_workbook

from assets.portal.reading import read_book
from assets.portal.search_index import build_index
from assets.portal.words import how_sure
from assets.portal.worked_questions import PAGE, answered, before_counting, worked_questions
from assets.release.store import ReleaseStore
from tests.assets.portal.conftest import URL

pytestmark = pytest.mark.slow

DONE = "#sql-run:not([disabled])"


@pytest.fixture(scope="module")
def findings(released: Path) -> pl.DataFrame:
    """The findings of the release, with the kind and day of their visits."""
    tables = ReleaseStore(released).find(None).tables
    visits = pl.read_parquet(tables / "visits.parquet").select(
        "visit_id", "start_date", "document_kind"
    )
    return pl.read_parquet(tables / "findings.parquet").join(visits, on="visit_id")


def count(page: Any) -> int:
    """How many findings the page says there are."""
    page.wait_for_selector("#search-files button, #search-hints a", state="attached")
    told = page.inner_text("#search-status")
    return 0 if told == "Nothing was found." else int(told.split()[0].replace(",", ""))


def saved(page: Any, button: str, to: Path) -> Path:
    with page.expect_download() as download:
        page.get_by_role("button", name=button).dispatch_event("click")  # waits for no frames
    download.value.save_as(to)
    return to


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_everything_is_in_the_index_word_by_word(
    open_page: Any, findings: pl.DataFrame, tmp_path: Path
) -> None:
    page = open_page("search/")
    assert count(page) == len(findings)
    head, *rows = rows_of(saved(page, "Save all as CSV", tmp_path / "all.csv"))
    said = {row[head.index("finding_id")]: row[head.index("finding")] for row in rows}
    assert said == dict(findings.select("finding_id", "text").iter_rows())
    sure = {row[head.index("finding_id")]: row[head.index("how_sure")] for row in rows}
    scores = findings.select("finding_id", "valence_score").iter_rows()
    assert sure == {one: how_sure(score).removeprefix(", ") or "sure" for one, score in scores}
    own = rows[0][head.index("finding_id")]  # where the portal stands, and not where it was read
    assert rows[0][head.index("address")] == f"{URL}visits/{own.rpartition('-')[0]}/#{own}"
    assert all(row[head.index("file_name")] for row in rows)
    days = [row[head.index("first_day")] for row in rows]
    assert days == sorted(days, reverse=True)
    book = load_workbook(saved(page, "Save all as Excel", tmp_path / "all.xlsx"))
    heads, first, *_ = book["Findings"].iter_rows(values_only=True)
    assert heads[0] == "Council"
    told = [str(cell.date() if isinstance(cell, datetime) else cell or "") for cell in first]
    assert told == rows[0]
    assert isinstance(first[head.index("first_day")], datetime)
    assert {"Licence", "Cite as"} <= {row[0] for row in book["About"].iter_rows(values_only=True)}
    assert book["Findings"].max_row == len(findings) + 1


def test_an_index_that_is_too_large_is_split_by_year(
    released: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = read_book(ReleaseStore(released).find(None))
    [whole] = build_index(book)
    most = len(whole.content) // 3
    monkeypatch.setattr("assets.portal.search_index.MOST_BYTES", most)
    parts = build_index(book)
    assert len(parts) > 3
    for part in parts:
        assert len(part.content) <= most or part.first_year == part.last_year
    for year in {visit["start_date"].year for visit in book.visits.values()}:
        assert sum(part.first_year <= year <= part.last_year for part in parts) == 1


#: What is typed, and the pattern that a finding with it has, or must not have.
WORDS = [
    ("plan", r"\bplans?\b", None),
    ('"plans"', r"\bplans\b", None),
    ("supervis*", r"\bsupervis", None),
    ('"social workers"', r"\bsocial workers\b", None),
    ("supervision OR audit", r"\b(supervision|audit)s?\b", None),
    # No plural is made of it.
    ("children NOT plans", r"\bchildren('s|’s)?\b", r"\bplans?\b"),
    ("children -plans", r"\bchildren('s|’s)?\b", r"\bplans?\b"),
]


def test_words_are_found_as_they_are_asked_for(open_page: Any, findings: pl.DataFrame) -> None:
    texts = findings["text"].to_list()
    page = open_page("search/")
    count(page)  # the index has come
    for typed, has, has_not in WORDS:
        expected = [
            text
            for text in texts
            if re.search(has, text, re.I) and not (has_not and re.search(has_not, text, re.I))
        ]
        page.get_by_label("Words").fill(typed)
        page.get_by_role("button", name="Search", exact=True).click()
        assert count(page) == len(expected) > 0, typed
        assert page.locator("#search-results mark").count() > 0, typed


def test_facets_narrow_and_all_is_in_the_address(open_page: Any, findings: pl.DataFrame) -> None:
    page = open_page("search/")
    count(page)
    page.get_by_role("checkbox", name=re.compile("^Concern ")).check()
    concerns = findings.filter(pl.col("valence_code") == "concern")
    assert count(page) == len(concerns)
    assert page.locator("#facet-valence li").count() > 1  # the others can still be chosen
    page.get_by_role("checkbox", name=re.compile("^Points to improve ")).check()
    points = concerns.filter(pl.col("is_improvement") & ~pl.col("is_priority_action"))
    assert count(page) == len(points)
    kinds = dict(
        page.locator("#facet-kind label").evaluate_all(
            "all => all.map(one => [one.firstChild.value, one.lastChild.textContent])"
        )
    )
    told = points.group_by("document_kind").len()
    assert kinds == {kind: f"{number:,}" for kind, number in told.iter_rows()}
    assert "valence=concern" in page.url
    page.reload()
    assert count(page) == len(points)
    page.go_back()
    assert count(page) == len(concerns)


def test_points_are_narrowed_by_what_became_of_them(open_page: Any, released: Path) -> None:
    tables = ReleaseStore(released).find(None).tables
    later = pl.read_parquet(tables / "follow_ups.parquet")
    revisited = later.filter(pl.col("status_code") != "not_revisited")["finding_id"]
    improved = later.filter(pl.col("status_code") == "improved")["finding_id"]
    passed_over = later.filter(
        (pl.col("status_code") == "not_revisited")
        & ~pl.col("finding_id").is_in(revisited.implode())
    )["finding_id"]
    for code, ids in (("improved", improved), ("not_revisited", passed_over)):
        page = open_page(f"search/?later={code}")
        assert count(page) == ids.n_unique() > 0


def test_where_nothing_is_found_another_way_is_proposed(open_page: Any) -> None:
    page = open_page("search/?q=caseloads+xyzzy")
    assert count(page) == 0
    assert page.get_by_role("link", name="Workforce").count() == 1
    page.get_by_role("link", name="for any of them").click()
    assert count(page) > 0


def test_a_word_that_nobody_wrote_is_told_with_the_nearest(open_page: Any) -> None:
    page = open_page("search/?q=supervisoin")
    assert count(page) == 0
    assert "No finding here has “supervisoin”" in page.inner_text("#search-hints")
    page.get_by_role("link", name="supervision", exact=True).click()
    assert count(page) > 0


def test_long_facets_are_narrowed_by_typing_and_what_is_chosen_comes_first(open_page: Any) -> None:
    page = open_page("search/")
    count(page)
    page.locator("#facet-topic > summary").click()
    topics = page.locator("#facet-topic li:visible")
    topics.first.wait_for()  # a facet is filled once it is open
    every = topics.count()
    page.get_by_label("Topic: type to narrow").fill("workforce")
    assert 0 < topics.count() < every
    topics.first.get_by_role("checkbox").check()
    page.get_by_label("Topic: type to narrow").fill("")
    assert "Workforce" in topics.first.inner_text()
    assert page.locator("#search-narrowing > summary").inner_text() == "Narrow it down (1 chosen)"


def test_a_query_that_is_not_understood_says_why(open_page: Any) -> None:
    page = open_page("search/")
    assert count(page) > 0
    page.get_by_label("Words").fill("(supervision")
    page.get_by_role("button", name="Search", exact=True).click()
    assert page.inner_text("#search-status") == "A bracket is opened and not closed."
    assert page.locator("#search-files button").count() == 0  # of what was asked before


@pytest.fixture(scope="module")
def database(released: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    [file] = ReleaseStore(released).find(None).folder.glob("*.duckdb")
    with duckdb.connect(str(file), read_only=True) as connection:
        yield connection


def test_worked_questions_give_the_same_rows_in_the_browser(
    open_page: Any, portal: Path, database: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    if not (portal / "static" / "duckdb.js").is_file():
        pytest.skip("DuckDB for the browser could not be had")
    page = open_page("sql/")
    queries = page.locator(".question pre").all_text_contents()
    assert len(queries) > 25
    for number, sql in enumerate(queries):
        page.get_by_label("Query").fill(sql)
        page.locator("#sql-run").dispatch_event("click")  # without waiting for frames
        page.wait_for_selector(DONE, timeout=150_000)
        head, *rows = rows_of(saved(page, "Save as CSV", tmp_path / f"{number}.csv"))
        answer = database.execute(sql)
        assert head == [name for name, *_ in answer.description or ()], sql
        expected = answer.fetchall()
        assert len(rows) == len(expected), sql
        for row, wanted in zip(rows, expected, strict=True):
            assert all(map(is_same, row, wanted)), (sql, row, wanted)
    # What a spreadsheet would take for a formula is marked as text.
    query = "select '=1+1' as formula, -2 as number, null as nothing, 0.25 as share"
    query += " union all select '', 1, null, 2"
    page.get_by_label("Query").fill(query)
    page.locator("#sql-run").dispatch_event("click")
    page.wait_for_selector(DONE, timeout=150_000)
    assert rows_of(saved(page, "Save as CSV", tmp_path / "formula.csv"))[1] == [
        "'=1+1",
        "-2",
        "",
        "0.25",
    ]
    assert page.locator("#sql-answer td").all_text_contents()[-2:] == ["NULL", "2.00"]
    assert f" {URL}sql/?release=" in str(page.locator("#sql-answer .cite pre").text_content())
    page.get_by_label("Query").fill(queries[0])
    page.locator("#sql-run").dispatch_event("click")
    page.wait_for_selector(DONE, timeout=150_000)
    assert page.locator("#sql-answer .mind").count() == 1


def is_same(shown: str, value: object) -> bool:
    """Whether a cell of a CSV file says a value of DuckDB's; of fractions within a tolerance."""
    match value:
        case None:
            return shown == ""
        case bool():
            return shown == str(value).lower()
        case int() | float():
            return bool(shown) and math.isclose(float(shown), value, rel_tol=1e-9, abs_tol=1e-12)
    return shown == str(value)


def test_a_query_asks_no_other_host(browser: Any, site: str, portal: Path) -> None:
    if not (portal / "static" / "duckdb.js").is_file():
        pytest.skip("DuckDB for the browser could not be had")
    foreign = f"{site.replace('127.0.0.1', 'localhost')}latest/csv/visits.csv"
    page = browser.new_page()
    refused: list[tuple[str, str]] = []
    page.on("requestfailed", lambda one: refused.append((one.url, one.failure)))
    page.goto(f"{site}sql/")
    page.get_by_label("Query").fill(f"from read_csv('{foreign}')")
    page.locator("#sql-run").click()
    page.wait_for_selector(DONE, timeout=150_000)
    assert (foreign, "csp") in refused
    assert page.locator("#sql-answer table").count() == 0
    page.close()


def test_a_linked_query_waits_and_says_of_which_release_it_is(open_page: Any) -> None:
    page = open_page("sql/?release=0.9.0&sql=select+42")
    assert page.get_by_label("Query").input_value() == "select 42"
    assert "linked for release 0.9.0, and this is 1.0.0" in page.inner_text("#sql-about")
    assert page.locator("#sql-answer table").count() == 0


def test_a_question_offers_what_has_an_answer(
    open_page: Any, portal: Path, database: duckdb.DuckDBPyConnection
) -> None:
    if not (portal / "static" / "duckdb.js").is_file():
        pytest.skip("DuckDB for the browser could not be had")
    page = open_page("sql/")
    [question] = page.locator(".question:has(label + label)").all()
    question.locator("summary").click()
    topic, year = question.locator("select").all()
    code = topic.locator("option").last.get_attribute("value")
    topic.select_option(code)
    for one in year.locator("option").all_text_contents():
        year.select_option(one)
        shown = question.locator("pre").text_content()
        assert f"topic_code = '{code}' and year(start_date) = {one}" in shown
        assert database.execute(shown).fetchone()
    # Other questions take over what they offer too.
    queries = page.locator(".question pre").all_text_contents()
    assert sum(f"topic_code = '{code}'" in one for one in queries) > 1


def test_a_question_offers_all_that_has_an_answer_and_nothing_else(
    released: Path, database: duckdb.DuckDBPyConnection
) -> None:
    book = read_book(ReleaseStore(released).find(None))
    [file] = ReleaseStore(released).find(None).folder.glob("*.duckdb")
    of_page = list(worked_questions(PAGE.read_text(encoding="utf-8")))
    told = list(answered(of_page, book, file))
    assert len(told) > 0.9 * len(of_page)
    every = {
        "authority": {one["authority"]["name"] for one in book.visits.values()},
        "topic": set(book.topics),
        "year": {str(one["start_date"].year) for one in book.visits.values()},
    }
    for question, first in told:
        assert first in question.offered
        some = sorted(product(*(every[field] for field in question.fields)))[::4]
        has_rows = {one for one in some if database.execute(question.filled(one)).fetchone()}
        assert has_rows == {*some} & {*question.offered}, question.title


def test_questions_of_the_page_have_fields_where_something_is_filled_in() -> None:
    page = (
        "## Before you count\n\n- **Numbers are small.** Few.\n- **Say it once:** or twice.\n\n"
        "## Who?\n\nWhat it was told:\n\n```sql\nselect 1 from x\n"
        "where authority = 'Dunlow' and topic_code = 'health' and year(start_date) = 2021;\n```\n\n"
        "Columns: `x`.\n\n```sql\nselect 2; select 3;\n```\n\n"
        "Mind: `x` is old ([more](x.md)).\n\n```sql\nselect 4;\n```\n\n"
        "## For maintainers: how?\n\n```sql\nselect 5;\n```\n"
    )
    question, other = worked_questions(page)
    assert question.mind == "<p>Mind: <code>x</code> is old.</p>\n"
    assert (other.sql, other.mind) == ("select 4;", "")
    assert before_counting(page) == "numbers are small; say it once"
    assert (question.group, question.title) == ("Who?", "What it was told")
    assert question.sql.endswith(
        "authority = '{authority}' and topic_code = '{topic}' and year(start_date) = {year};"
    )
