"""The SQL of the pages: each query answers on the sample letters as its page says it does."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest
from typer.testing import CliRunner

from assets.tables.corrections_file import read_corrections
from pipelines.cli import app
from warehouse.database import load_views
from warehouse.query import Format, run_query

ROOT = Path(__file__).parents[1]
PAGES = ("README.md", "docs/questions.md", "docs/releases.md", "docs/follow_ups.md")

#: The first line of a block whose answer has no rows, since the sample has nothing of the kind.
NO_ROWS = "-- none in the sample letters"
ASKED_OF_THE_PROGRAM = re.compile(r'^\$ \S*ofsted-letters query [^"$]*"\s*([^"$]+)"', re.M)
FENCED = re.compile(
    r"^```(?P<language>\w+)\n(?P<text>.*?)^```\n+(?=(?P<after>.*?)(?:\n\n|\Z))", re.M | re.S
)


class Question(NamedTuple):
    """A query of a page.

    Attributes:
        place: The page and the line that its block begins on.
        sql: The query.
        columns: The columns that the page says it has; `None` where it says nothing.
        has_rows: Whether the sample has something of the kind.
    """

    place: str
    sql: str
    columns: list[str] | None
    has_rows: bool


def blocks(page: str, language: str) -> list[tuple[str, str, str]]:
    """The fenced blocks in a language: where, what is in them, and the paragraph that follows."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return [
        (f"{page}:{text.count(chr(10), 0, found.start()) + 1}", found["text"], found["after"])
        for found in FENCED.finditer(text)
        if found["language"] == language
    ]


def questions() -> list[Question]:
    asked = []
    for page in PAGES:
        for place, text, after in blocks(page, "sql"):
            queries = [sql for sql in duckdb.extract_statements(text) if sql.query.strip()]
            stated = re.findall(r"`(\w+)`", after) if after.startswith("Columns:") else None
            has_rows = not text.startswith(NO_ROWS)
            # One query is asked with the comment above it, which `extract_statements` leaves out.
            single = [text] if len(queries) == 1 else [sql.query for sql in queries]
            asked += [Question(place, sql.strip(), stated, has_rows) for sql in single]
        for place, text, _ in blocks(page, "console"):
            queries = ASKED_OF_THE_PROGRAM.findall(text)
            asked += [Question(place, sql, None, True) for sql in queries]
    return asked


QUESTIONS = questions()


@pytest.mark.parametrize("question", QUESTIONS, ids=[question.place for question in QUESTIONS])
def test_a_question_is_answered_as_the_page_says(question: Question, published: Path) -> None:
    # As it stands on the page, its first line too: so a reader pastes it.
    asked = ["query", question.sql, "--out", str(published), "--format", "json"]
    answer = CliRunner().invoke(app, asked)
    assert answer.exit_code == 0, answer.output
    rows = json.loads(answer.stdout)
    assert bool(rows) == question.has_rows
    if question.columns is not None:
        header = io.BytesIO()
        run_query(published, question.sql, Format.CSV, header)
        assert header.getvalue().decode().splitlines()[0].split(",") == question.columns


def test_every_block_of_sql_is_among_them() -> None:
    for page in PAGES:
        fences = re.findall(r"^```sql$", (ROOT / page).read_text(encoding="utf-8"), re.M)
        assert len(fences) == len(blocks(page, "sql")), page
    assert len(QUESTIONS) > 15


def test_every_view_is_on_the_page() -> None:
    page = (ROOT / "docs/questions.md").read_text(encoding="utf-8")
    assert [view.name for view in load_views() if f"`{view.name}`" not in page] == []


def test_a_number_leads_to_as_many_sentences(published: Path) -> None:
    """What the page promises of every count: with the same conditions, the sentences are there."""
    with duckdb.connect(published / "warehouse.duckdb", read_only=True) as connection:
        assert (
            connection.execute(
                "SELECT year, document_kind, era, topic_code, improvement_count, central_count "
                "FROM improvements_by_topic_and_year ORDER BY ALL"
            ).fetchall()
            == connection.execute(
                "SELECT year(start_date), document_kind, era, topic_code, count(*), "
                "count(*) FILTER (position = 1) "
                "FROM findings_with_visits JOIN finding_topics USING (finding_id) "
                "WHERE is_improvement GROUP BY ALL ORDER BY ALL"
            ).fetchall()
        )
        assert (
            connection.execute(
                "SELECT document_kind, region, topic_code, finding_count, concern_count "
                "FROM concerns_by_topic WHERE counted_by = 'region' ORDER BY ALL"
            ).fetchall()
            == connection.execute(
                "SELECT document_kind, region, topic_code, count(*), "
                "count(*) FILTER (valence_code = 'concern') "
                "FROM findings_with_visits JOIN finding_topics USING (finding_id) "
                "GROUP BY ALL ORDER BY ALL"
            ).fetchall()
        )


def test_the_lines_that_show_how_to_correct_are_sound(tmp_path: Path) -> None:
    ((_, text, _),) = blocks("docs/questions.md", "csv")
    path = tmp_path / "corrections.csv"
    path.write_text(text, encoding="utf-8")
    assert [one.table_name for one in read_corrections(path)] == [
        "findings",
        "finding_topics",
        "visits",
    ]
