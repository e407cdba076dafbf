"""From a key to its place: the quotation, the letter that it is from, and the page with its words.

Here belongs what a person is told of one finding, section or visit (with its grades): it is asked
by `shown.sql`, and said by `templates/shown.txt.j2`. How the page is drawn is in `picture`, and
whether the words stand there in `quotation`.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from assets.letters.store import place
from assets.proof.letter import QUOTING, Quoted
from assets.proof.letter_pages import (
    PdfLetter,
    Rectangle,
    TextLetter,
    UnreadableLetter,
    open_letter,
)
from assets.proof.quotation import Mark, Misquotation, Proof, prove, prove_text
from assets.release.citing import Cited, pages_in_words
from assets.release.formats.in_memory import ask
from assets.release.release_info import ReleaseInfo
from assets.release.templating import render
from assets.release.wording import counted
from warehouse.parquet import read_table
from warehouse.working_copy import bring_letters

#: The tables that the query asks.
_TABLES = ("authorities codes corrections finding_topics findings letters sections visits").split()
_NEWER = ("follow_ups", "follow_up_evidence", "judgements", "visit_correspondents")
_QUERY = Path(__file__).with_name("shown.sql")

_FIRST_WORDS = 40  # characters of a finding by which it is known in a list
_AROUND = 2  # lines of a text shown before and behind a quotation
_PROPOSED = 3
_NO_FINDINGS = "There is no picture: the section has no findings, whose words it would mark."
_LIKE_ENOUGH = 60  # of 100, as rapidfuzz counts


class UnknownKey(LookupError):
    """No row has that key; the message proposes some, or says how to find one."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What there is to say of one finding, section or visit.

    Attributes:
        key: Its key.
        is_ungraded: Whether it is a visit without grades, which has no words of its own.
        text: All of it for a person, line by line.
        marks: Where its words stand, of a section those of its findings, of an inspection those of
            its grades; empty where there are no pages.
        letter: The archived file; `None` if it is not there.
    """

    key: str
    is_ungraded: bool
    text: str
    marks: tuple[Mark, ...] = ()
    letter: Path | None = None

    def picture(self) -> bytes | None:
        """Its pages side by side, with the words highlighted, as PNG; `None` where there is none.

        The text says why there is none.
        """
        from assets.release.verify.picture import draw

        if self.letter is None or not self.marks:
            return None
        with PdfLetter(self.letter.read_bytes()) as letter:
            return draw(letter, self.marks)


def show(key: str, tables: Path, archive: Path, info: ReleaseInfo | None = None) -> Shown:
    """What there is to say of a finding, a section or a visit.

    Args:
        key: Its `finding_id`, `section_id` or `visit_id`.
        tables: A folder of tables.
        archive: The folder of archived files.
        info: The release that the tables are of, for the citation.

    Raises:
        UnknownKey: No row has that key.
        FileNotFoundError, duckdb.Error: A table is missing, or cannot be read.
    """
    row = _row(key.strip().lower(), tables)
    at = place(row["letter"]["sha256"])
    bring_letters(archive, [at])
    path = archive / at
    told: dict[str, Any] = {"remarks": () if path.is_file() else (_not_there(path),)}
    if row["findings"] or row["judgements"]:
        told = _words(_quotations(row), path)
    elif row["kind"] == "section":
        told = {"remarks": (_NO_FINDINGS,)}
    marks = told.get("marks", ())
    text = render(
        "shown.txt.j2",
        **row,
        citation=_citation(row, info),
        archived=path,
        box=_box(row["finding"]),
        last_marked=max((mark.page for mark in marks), default=0),
        # The text of a section is told in whole.
        context=told.get("context", ()) if row["kind"] == "finding" else (),
        remarks=told.get("remarks", ()),
        pages=_pages,
        counted=counted,
        shorten=partial(textwrap.shorten, width=_FIRST_WORDS, placeholder="…"),
    )
    is_ungraded = row["kind"] == "visit" and not row["judgements"]
    return Shown(row["key"], is_ungraded, text, marks, told.get("letter"))


def _row(key: str, tables: Path) -> dict[str, Any]:
    """What the tables say of a key.

    Raises:
        UnknownKey: No row has that key, or one that it leads to is missing.
    """
    row = ask(_QUERY, tables, _TABLES, {"key": key}, _NEWER)
    if row is None:
        raise UnknownKey(_unknown(key, tables))
    for name in ("letter", "authority"):
        if row[name][f"{name}_id"] is None:
            raise UnknownKey(
                f"There is no {name} of {key}, though another row names it: the tables are "
                "damaged. `ofsted-letters verify` says more."
            )
    return row


def _unknown(key: str, tables: Path) -> str:
    from rapidfuzz import process

    names = {"visits": "visit_id", "sections": "section_id", "findings": "finding_id"}
    keys = [key for table, column in names.items() for key in read_table(tables, table)[column]]
    like = [known for known in keys if known.endswith(f"-{key}") or known.startswith(key)]
    if not like:
        like = [
            known
            for known, score, _ in process.extract(key, keys, limit=_PROPOSED)
            if score >= _LIKE_ENOUGH
        ]
    if like and key:
        return f"There is no {key}. Was it {' or '.join(like[:_PROPOSED])}?"
    return (
        f"There is no {key or 'finding without a key'}. A key is the finding_id of a row of "
        "findings, or the section_id or visit_id of its table; to find one: "
        "ofsted-letters query \"SELECT finding_id, text FROM findings WHERE text ILIKE '%word%'\""
    )


def _citation(row: Mapping[str, Any], info: ReleaseInfo | None) -> str:
    visit = row["visit"]
    return Cited(
        key=row["key"],
        authority=row["authority"]["name"],
        kind=row["document_kind"],
        is_letter=row["is_letter"],
        start=visit["start_date"],
        end=visit["end_date"],
        written=visit["letter_date"] or visit["published_date"],
        pages=pages_in_words(row["page"], row["last_page"]),
        address=row["letter"]["source_url"],
    ).plain(info)


def _box(finding: Mapping[str, Any]) -> Rectangle:
    return Rectangle(*(finding[edge] for edge in Rectangle._fields))


def _quotations(row: Mapping[str, Any]) -> list[Quoted]:
    """What is quoted of the letter: findings, or the grades of an inspection."""
    return [
        Quoted.of(table, one[key], one[QUOTING[table]], one["page"], _box(one))
        for table, key in (("findings", "finding_id"), ("judgements", "judgement_code"))
        for one in row[table] or ()
    ]


def _words(quotations: Sequence[Quoted], path: Path) -> dict[str, Any]:
    """Where quotations of one letter stand, or why that cannot be shown."""
    try:
        content = path.read_bytes()
    except OSError:
        return {"remarks": (_not_there(path),)}
    try:
        with open_letter(content) as letter:
            return {"letter": path} | _joined(_stands(letter, one) for one in quotations)
    except UnreadableLetter as error:
        return {"remarks": (f"There is no picture: {path} cannot be shown, as {error}.",)}


def _joined(told: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What is told of several findings, in one; the same remark once."""
    every = list(told)
    return {
        name: tuple(dict.fromkeys(one for of in every for one in of.get(name, ())))
        for name in ("marks", "context", "remarks")
    }


def _stands(letter: PdfLetter | TextLetter, quoted: Quoted) -> dict[str, Any]:
    if isinstance(letter, TextLetter):
        result = prove_text(letter, quoted.text, quoted.is_phrase)
        remark = "There is no picture: the letter is text, and has no pages."
        if isinstance(result, Proof) and result.lines:
            return {"context": tuple(_context(letter.lines, *result.lines)), "remarks": (remark,)}
    elif quoted.page is None or quoted.box is None:
        return {"remarks": (f"{quoted.key} is in no picture, as it has no page or box.",)}
    else:
        result = prove(letter, quoted.text, quoted.page, quoted.box, quoted.is_phrase)
        if isinstance(result, Proof):
            return {"marks": result.marks}
    assert isinstance(result, Misquotation), "it is proven, or it is not"
    return {
        "remarks": (
            f"{quoted.key} does not stand there: its {result.column} is {result.found}, but "
            f"the letter has {result.expected}. Do not cite it; `ofsted-letters verify` says more.",
        )
    }


def _context(lines: Sequence[str], first: int, last: int) -> Iterator[str]:
    for number in range(max(first - _AROUND, 1), min(last + _AROUND, len(lines)) + 1):
        mark = ">" if first <= number <= last else " "
        yield f"{mark}{number:>5}  {lines[number - 1]}"


def _not_there(path: Path) -> str:
    return (
        f"There is no picture: {path} is not there. Name the folder of the run that read the "
        "letters with --out, or fetch the letter from its address."
    )


def _pages(start: int | None, end: int | None, *, word: bool = False) -> str:
    pages = pages_in_words(start, end)
    return pages if word else pages.partition(" ")[2]
