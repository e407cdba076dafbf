"""The worked questions of `docs/questions.md`, as a list to ask from.

Here belongs how they are read from the page, and what stands in the place of the council, topic and
year that the page names: fields to fill in.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from assets.portal.reading import Book

PAGE = Path(__file__).with_name("questions.md")

#: A heading, a block of SQL with the comment that it may begin with, or a paragraph.
_PARTS = re.compile(
    r"^## (?P<heading>[^\n]+)$|^```sql\n(?P<sql>.*?)^```$|^(?P<text>[^\n#`|].*?)(?=\n\n|\n```|\Z)",
    re.M | re.S,
)
#: What the page asks about, by the field that it becomes.
_FIELDS = (
    (re.compile(r"(?<=\bauthority = )'[^']*'"), "authority"),
    (re.compile(r"(?<=\btopic_code = )'[^']*'"), "topic"),
    (re.compile(r"(?<=\byear\(start_date\) = )\d{4}|(?<=\byear = )\d{4}"), "year"),
)
_LONGEST_TITLE = 140  # characters; what says more is no title
_MARKUP = re.compile(r"[`*]|\[([^]]*)\]\([^)]*\)")


class Question(NamedTuple):
    """A worked question.

    Attributes:
        group: The heading that it stands under.
        title: What it asks, in words.
        sql: The query; `{authority}`, `{topic}` and `{year}` stand where something is filled in.
    """

    group: str
    title: str
    sql: str


def worked_questions(page: str) -> Iterator[Question]:
    """The questions of a page in Markdown, in their order; only what is one query."""
    group, title = "", ""
    for part in _PARTS.finditer(page):
        if part["heading"]:
            group, title = part["heading"], ""
        elif part["text"]:
            title = "" if part["text"].startswith(("Columns:", "Mind:")) else _plain(part["text"])
            title = title if title[:1].isupper() else ""  # what begins small goes on from before
        elif part["sql"].strip().count(";") == 1:
            yield Question(group, title or group, _with_fields(part["sql"].strip()))
            title = ""


def suggested(book: Book) -> Mapping[str, str]:
    """What the fields hold at first: what the commonest kind of visit tells most of."""
    kinds = Counter(visit["document_kind"] for visit in book.visits.values())
    points = [one for one in book.points if one["visit"]["document_kind"] == _commonest(kinds)]
    visits = Counter(visit["authority"]["name"] for visit in book.visits.values())
    topics = Counter(topic for point in points for topic in point["topics"])
    years = Counter(str(point["visit"]["start_date"].year) for point in points)
    return {
        field: _commonest(counted)
        for field, counted in (("authority", visits), ("topic", topics), ("year", years))
    }


def _commonest(counted: Counter[str]) -> str:
    return min(counted, key=lambda value: (-counted[value], value), default="")


def filled(sql: str, values: Mapping[str, str]) -> str:
    """A question's query with what is filled in."""
    for field, value in values.items():
        sql = sql.replace(f"{{{field}}}", value.replace("'", "''"))
    return sql


def answered(
    questions: Iterable[Question], database: Path, values: Mapping[str, str]
) -> list[Question]:
    """Those questions that a database has an answer for, with what is filled in at first.

    A release of an older schema has none for questions on what it had not yet.
    """
    import duckdb

    with duckdb.connect(str(database), read_only=True) as connection:

        def is_answered(question: Question) -> bool:
            try:
                answer = connection.execute(filled(question.sql, values))
            except (duckdb.BinderException, duckdb.CatalogException):
                return False
            return answer.fetchone() is not None

        return [*filter(is_answered, questions)]


def _with_fields(sql: str) -> str:
    for pattern, field in _FIELDS:
        quote = "'" if field != "year" else ""
        sql = pattern.sub(f"{quote}{{{field}}}{quote}", sql)
    return sql


def _plain(text: str) -> str:
    """The last sentence of a paragraph, without markup, as what follows it is called."""
    plain = " ".join(_MARKUP.sub(lambda found: found[1] or "", text).split())
    last = re.split(r"(?<=[.?:]) (?=[A-Z])", plain)[-1].rstrip(":.")
    return last if len(last) <= _LONGEST_TITLE else ""
