"""The worked questions of `docs/questions.md`, as a list to ask from.

Here belongs how they are read from the page, with what is to be minded of their answers, and what
stands in the place of the council, topic and year that the page names: fields to fill in, each with
those values that have an answer.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from assets.portal.reading import Book
from assets.release.templating import html_of

PAGE = Path(__file__).with_name("questions.md")

#: A heading, a block of SQL with the comment that it may begin with, or a paragraph.
_PARTS = re.compile(
    r"^## (?P<heading>[^\n]+)$|^```sql\n(?P<sql>.*?)^```$"
    r"|^(?P<text>(?!```)[^\n#|].*?)(?=\n\n|\n```|\Z)",
    re.M | re.S,
)
#: What the page asks about, by the field that it becomes.
_FIELDS = (
    (re.compile(r"(?<=\bauthority = )'[^']*'"), "authority"),
    (re.compile(r"(?<=\btopic_code = )'[^']*'"), "topic"),
    (re.compile(r"(?<=\byear\(start_date\) = )\d{4}|(?<=\byear = )\d{4}"), "year"),
)
_FIELD = re.compile(r"{(authority|topic|year)}")
_LONGEST_TITLE = 140  # characters; what says more is no title
_FOR_MAINTAINERS = "For maintainers:"  # so begins a heading of what is not asked by readers
_MIND = "Mind: "
#: In brackets: where more is told, on pages that the portal has not.
_ASIDE = re.compile(r"\s\(\[[^]]*\]\([^)]*\)\)")
#: What each paragraph of `Before you count` begins with.
_LEAD = re.compile(r"^- \*\*(?P<lead>[^*]+?)[.:]?\*\*", re.M)
_MARKUP = re.compile(r"[`*]|\[([^]]*)\]\([^)]*\)")


class Question(NamedTuple):
    """A worked question.

    Attributes:
        group: The heading that it stands under.
        title: What it asks, in words.
        sql: The query; `{authority}`, `{topic}` and `{year}` stand where something is filled in.
        mind: What to mind when its answer is read, as HTML.
        offered: What may be filled in, a value for each of its fields: all that has an answer.
    """

    group: str
    title: str
    sql: str
    mind: str = ""
    offered: Sequence[tuple[str, ...]] = ((),)

    @property
    def fields(self) -> tuple[str, ...]:
        """What is filled in."""
        return tuple(dict.fromkeys(_FIELD.findall(self.sql)))

    def filled(self, values: Iterable[str]) -> str:
        """The query with a value for each of its fields."""
        sql = self.sql
        for field, value in zip(self.fields, values, strict=True):
            sql = sql.replace(f"{{{field}}}", value.replace("'", "''"))
        return sql


def worked_questions(page: str) -> Iterator[Question]:
    """The questions of a page in Markdown, in their order; only what is one query.

    What is to be minded holds for all questions under the heading that stand before it, down from
    what was to be minded last.
    """
    group, title = "", ""
    asked: list[Question] = []
    for part in _PARTS.finditer(page):
        if part["heading"]:
            yield from asked
            asked, group, title = [], part["heading"], ""
        elif group.startswith(_FOR_MAINTAINERS):
            continue
        elif part["text"]:
            text = part["text"]
            title = "" if text.startswith(("Columns:", _MIND)) else _plain(text)
            title = title if title[:1].isupper() else ""  # what begins small goes on from before
            if text.startswith(_MIND):
                yield from (one._replace(mind=html_of(_ASIDE.sub("", text))) for one in asked)
                asked = []
        elif part["sql"].strip().count(";") == 1:
            asked.append(Question(group, title or group, _with_fields(part["sql"].strip())))
            title = ""
    yield from asked


def before_counting(page: str) -> str:
    """What the page says is to be minded of every count, in a line."""
    leads = [found["lead"] for found in _LEAD.finditer(page)]
    return "; ".join(lead[:1].lower() + lead[1:] for lead in leads)


def answered(
    questions: Iterable[Question], book: Book, database: Path
) -> Iterator[tuple[Question, tuple[str, ...]]]:
    """Those questions that a release has an answer for, and what their fields hold at first.

    A release of an older schema has none for questions on what it had not yet.
    """
    import duckdb

    counted = _counted(book)
    with duckdb.connect(str(database), read_only=True) as connection:
        for question in questions:
            values = {field: sorted(counted[field]) for field in question.fields}
            try:
                answer = connection.execute(_which_have_an_answer(question), values)
            except (duckdb.BinderException, duckdb.CatalogException):
                continue
            rows = [tuple(map(str, row[: len(values)])) for row in answer.fetchall()]
            if offered := sorted(rows):
                first = max(offered, key=lambda one: _weight(question, one, counted))
                yield question._replace(offered=offered), first


def _counted(book: Book) -> Mapping[str, Counter[str]]:
    """What each field may hold, the higher the more the commonest kind of visit tells of it."""
    kinds = Counter(visit["document_kind"] for visit in book.visits.values())
    [(commonest, _)] = kinds.most_common(1)
    points = [one for one in book.points if one["visit"]["document_kind"] == commonest]
    topics = Counter(dict.fromkeys(book.topics, 0))
    topics.update(code for point in points for code in point["topics"] if code in topics)
    years = Counter({str(visit["start_date"].year): 0 for visit in book.visits.values()})
    years.update(str(point["visit"]["start_date"].year) for point in points)
    return {
        "authority": Counter(visit["authority"]["name"] for visit in book.visits.values()),
        "topic": topics,
        "year": years,
    }


def _weight(
    question: Question, values: tuple[str, ...], counted: Mapping[str, Counter[str]]
) -> list[int]:
    return [counted[field][one] for field, one in zip(question.fields, values, strict=True)]


def _which_have_an_answer(question: Question) -> str:
    """A query for those values of a question's fields, of `$field` each, with which it has rows."""
    sql = re.sub(r"'?{(\w+)}'?", r"chosen.\1", question.sql.rstrip(";"))
    lists = ", ".join(f"unnest(${one}) AS of_{one}({one})" for one in question.fields)
    chosen = f"SELECT * FROM {lists}" if lists else "SELECT 1"
    return f"FROM ({chosen}) AS chosen WHERE EXISTS ({sql}\n)"


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
