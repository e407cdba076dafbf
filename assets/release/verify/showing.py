"""From a key to its place: the quotation, the letter that it is from, and the page with its words.

Here belongs what a person is told of one finding, section or visit. How the page is drawn is in
`picture`, and whether the words stand there in `quotation`.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assets.letters.store import place
from assets.release.edition import Edition
from assets.release.verify.letter_pages import (
    PdfLetter,
    Rectangle,
    TextLetter,
    UnreadableLetter,
    open_letter,
)
from assets.release.verify.quotation import Mark, Misquotation, Proof, prove, prove_text
from assets.release.wording import counted, day_in_words
from assets.tables.corrections_file import KEY_SEPARATOR
from warehouse.parquet import read_table, table_path

if TYPE_CHECKING:
    import polars as pl

Row = Mapping[str, Any]

_BETWEEN_PARAGRAPHS = "\n\n"

_WIDTH = 100
_LABEL = 14
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
        is_visit: Whether it is a visit, which has no words of its own.
        quotation: The words of a finding or section, an empty line between paragraphs; `None` for
            a visit, and for a section that has none beneath its heading.
        citation: How to cite it, the release included.
        facts: All else, as label and value.
        context: Of a letter that is text: the lines around a finding.
        remarks: What could not be shown or does not hold, and why.
        marks: Where its words stand, of a section those of its findings; empty where there are no
            pages.
        letter: The archived file; `None` if it is not there.
    """

    key: str
    is_visit: bool
    quotation: str | None
    citation: str
    facts: tuple[tuple[str, str], ...]
    context: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    letter: Path | None = None

    def lines(self) -> Iterator[str]:
        """All of it for a person, line by line."""
        if self.quotation is not None:
            *others, last = self.quotation.split(_BETWEEN_PARAGRAPHS)
            for paragraph in (*(f"‘{one}" for one in others), f"‘{last}’"):
                yield from (*textwrap.wrap(paragraph, _WIDTH), "")
        yield from textwrap.wrap(
            self.citation, _WIDTH, break_on_hyphens=False, break_long_words=False
        )
        yield ""
        for label, value in self.facts:
            yield f"{label:<{_LABEL}}{value}"
        if self.context:
            yield from ("", *self.context)
        if self.remarks:
            yield from ("", *self.remarks)

    def picture(self) -> bytes | None:
        """Its pages side by side, with the words highlighted, as PNG; `None` where there is none.

        `remarks` says why there is none.
        """
        from assets.release.verify.picture import draw

        if self.letter is None or not self.marks:
            return None
        with PdfLetter(self.letter.read_bytes()) as letter:
            return draw(letter, self.marks)


def show(key: str, tables: Path, archive: Path, edition: Edition | None = None) -> Shown:
    """What there is to say of a finding, a section or a visit.

    Args:
        key: Its `finding_id`, `section_id` or `visit_id`.
        tables: A folder of tables.
        archive: The folder of archived files.
        edition: The release that the tables are of, for the citation.

    Raises:
        UnknownKey: No row has that key.
        FileNotFoundError: The folder has no such tables.
    """
    import polars as pl

    key = key.strip().lower()
    for name, column in (
        ("findings", "finding_id"),
        ("sections", "section_id"),
        ("visits", "visit_id"),
    ):
        found = pl.scan_parquet(table_path(tables, name)).filter(pl.col(column) == key).collect()
        if found.height:
            return _Showing(tables, archive, edition).show(name, found.row(0, named=True))
    raise UnknownKey(_unknown(key, tables))


def _unknown(key: str, tables: Path) -> str:
    from rapidfuzz import process

    keys = [
        *read_table(tables, "visits")["visit_id"],
        *read_table(tables, "sections")["section_id"],
        *read_table(tables, "findings")["finding_id"],
    ]
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


class _Showing:
    """The tables, as far as one key needs them."""

    def __init__(self, tables: Path, archive: Path, edition: Edition | None) -> None:
        self._tables = tables
        self._archive = archive
        self._edition = edition

    def show(self, table: str, row: Row) -> Shown:
        visit = row if table == "visits" else self._row("visits", "visit_id", row["visit_id"])
        letter = self._row("letters", "letter_id", visit["letter_id"])
        authority = self._row("authorities", "authority_id", visit["authority_id"])
        pages = {
            "findings": (row.get("page"), row.get("page")),
            "sections": (row.get("page_start"), row.get("page_end")),
            "visits": (None, None),
        }[table]
        key = {"findings": "finding_id", "sections": "section_id", "visits": "visit_id"}[table]
        path = self._archive / place(letter["sha256"])
        facts = [
            ("letter", letter["file_name"] or "without a name"),
            ("address", letter["source_url"] or "not from the web"),
            ("SHA-256", letter["sha256"]),
            ("archived as", str(path)),
        ]
        told: dict[str, Any] = {}
        if table == "findings":
            facts += self._place(row, letter)
            told = self._words((row,), path)
            facts += [*self._told_pages(row, told), *self._judgement(row)]
        elif table == "sections":
            facts += [
                ("heading", row["heading"] or "none"),
                ("part", self._label("section_type", row["section_type"])),
                ("pages", _pages(*pages) or "none, as the letter is text"),
                (
                    "words",
                    f"{row['word_count']:,} in {counted(row['paragraph_count'], 'paragraph')}",
                ),
            ]
            findings = self._findings(row["section_id"])
            told = self._words(findings, path) if findings else {"remarks": (_NO_FINDINGS,)}
            # Its own text is told in whole.
            told.pop("context", None)
            facts += [
                ("finding", f"{one['finding_id']}  {_first_words(one['text'])}") for one in findings
            ]
        else:
            facts += [
                ("pages", f"{letter['page_count']}" if letter["page_count"] else "none: a text"),
                ("findings", f"{visit['finding_count']:,}"),
                *(("section", text) for text in self._sections(visit["visit_id"])),
            ]
            told["remarks"] = () if path.is_file() else (_not_there(path),)
        facts += self._corrections(row[key])
        return Shown(
            key=row[key],
            is_visit=table == "visits",
            quotation=row.get("text"),
            citation=self._citation(visit, letter, authority, pages),
            facts=tuple(facts),
            **told,
        )

    def _row(self, table: str, column: str, value: Any) -> Row:
        found = self._rows(table, column, value)
        if not found.height:
            raise UnknownKey(
                f"{table} has no {column} {value}, though another row names it: the tables are "
                "damaged. `ofsted-letters verify` says more."
            )
        return found.row(0, named=True)

    def _rows(self, table: str, column: str, value: Any) -> pl.DataFrame:
        import polars as pl

        return (
            pl.scan_parquet(table_path(self._tables, table))
            .filter(pl.col(column) == value)
            .collect()
        )

    def _label(self, code_list: str, code: str) -> str:
        import polars as pl

        found = self._rows("codes", "list", code_list).filter(pl.col("code") == code)
        return str(found["label"][0]) if found.height else code

    def _citation(
        self, visit: Row, letter: Row, authority: Row, pages: tuple[int | None, int | None]
    ) -> str:
        kind = self._label("document_kind", visit["document_kind"])
        written = visit["letter_date"] or visit["published_date"]
        parts = [
            f"Ofsted: letter to {authority['name']}",
            f"{kind[:1].lower()}{kind[1:]} of {days(visit['start_date'], visit['end_date'])}",
            day_in_words(written) if written else "undated",
            *([_pages(*pages, word=True)] if pages[0] else []),
        ]
        address = f" {letter['source_url']}." if letter["source_url"] else ""
        within = f" In: {self._edition.citation}" if self._edition else ""
        return f"{', '.join(parts)}.{address}{within}"

    def _place(self, row: Row, letter: Row) -> Iterator[tuple[str, str]]:
        section = self._row("sections", "section_id", row["section_id"])
        yield "section", section["heading"] or self._label("section_type", row["section_type"])
        yield "paragraph", f"{row['paragraph']}, sentence {row['sentence']}"

    def _told_pages(self, row: Row, told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        if row["page"] is None:
            yield "page", "none, as the letter is text"
            return
        last = max((mark.page for mark in told.get("marks", ())), default=row["page"])
        yield "page", f"{row['page']}{', and on to the next' if last > row['page'] else ''}"
        box = Rectangle(row["x0"], row["y0"], row["x1"], row["y1"])
        yield "box", f"{box} in points from the page's top left"

    def _judgement(self, row: Row) -> Iterator[tuple[str, str]]:
        import polars as pl

        score = row["valence_score"]
        how = "as a person judged it" if score is None else f"scored {score:.2f}"
        yield "judged", f"{self._label('valence', row['valence_code'])}, {how}"
        if row["cues"]:
            yield "by the words", row["cues"]
        topics = self._rows("finding_topics", "finding_id", row["finding_id"]).sort("position")
        codes = self._rows("codes", "list", "topic").select(
            pl.col("code").alias("topic_code"), "label"
        )
        labels = topics.join(codes, on="topic_code", how="left", maintain_order="left")["label"]
        yield "topics", "; ".join(label or "?" for label in labels) or "none"

    def _sections(self, visit_id: str) -> Iterator[str]:
        rows = self._rows("sections", "visit_id", visit_id).sort("position")
        for row in rows.iter_rows(named=True):
            heading = row["heading"] or self._label("section_type", row["section_type"])
            pages = _pages(row["page_start"], row["page_end"], word=True)
            yield f"{row['section_id']}  {heading}{f', {pages}' if pages else ''}"

    def _findings(self, section_id: str) -> list[Row]:
        rows = self._rows("findings", "section_id", section_id)
        return list(rows.sort("paragraph", "sentence").iter_rows(named=True))

    def _corrections(self, key: str) -> Iterator[tuple[str, str]]:
        import polars as pl

        rows = read_table(self._tables, "corrections").filter(
            (pl.col("row_key") == key) | pl.col("row_key").str.starts_with(f"{key}{KEY_SEPARATOR}"),
            pl.col("status_code") == "applied",
        )
        if not rows.height:
            yield "corrected", "nothing"
        for row in rows.iter_rows(named=True):
            old, new = (row[name] or "nothing" for name in ("old_value", "new_value"))
            yield (
                "corrected",
                f"{row['field']} from {old} to {new}, by {row['found_by']}: {row['reason']}",
            )

    def _words(self, findings: Sequence[Row], path: Path) -> dict[str, Any]:
        """Where the words of findings of one letter stand, or why that cannot be shown."""
        try:
            content = path.read_bytes()
        except OSError:
            return {"remarks": (_not_there(path),)}
        try:
            with open_letter(content) as letter:
                return {"letter": path} | _joined(_stands(letter, row) for row in findings)
        except UnreadableLetter as error:
            return {"remarks": (f"There is no picture: {path} cannot be shown, as {error}.",)}


def _joined(told: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What is told of several findings, in one; the same remark once."""
    every = list(told)
    return {
        name: tuple(dict.fromkeys(one for of in every for one in of.get(name, ())))
        for name in ("marks", "context", "remarks")
    }


def _stands(letter: PdfLetter | TextLetter, row: Row) -> dict[str, Any]:
    if isinstance(letter, TextLetter):
        result = prove_text(letter, row["text"])
        remark = "There is no picture: the letter is text, and has no pages."
        if isinstance(result, Proof) and result.lines:
            return {"context": tuple(_context(letter.lines, *result.lines)), "remarks": (remark,)}
    elif row["page"] is None or row["x0"] is None:
        return {"remarks": (f"{row['finding_id']} is in no picture, as it has no page or box.",)}
    else:
        box = Rectangle(row["x0"], row["y0"], row["x1"], row["y1"])
        result = prove(letter, row["text"], row["page"], box)
        if isinstance(result, Proof):
            return {"marks": result.marks}
    assert isinstance(result, Misquotation), "it is proven, or it is not"
    return {
        "remarks": (
            f"{row['finding_id']} does not stand there: its {result.column} is {result.found}, but "
            f"the letter has {result.expected}. Do not cite it; `ofsted-letters verify` says more.",
        )
    }


def _context(lines: Sequence[str], first: int, last: int) -> Iterator[str]:
    for number in range(max(first - _AROUND, 1), min(last + _AROUND, len(lines)) + 1):
        mark = ">" if first <= number <= last else " "
        yield f"{mark}{number:>5}  {lines[number - 1]}"


def _first_words(text: str) -> str:
    return textwrap.shorten(text, _FIRST_WORDS, placeholder="…")


def _not_there(path: Path) -> str:
    return (
        f"There is no picture: {path} is not there. Name the folder of the run that read the "
        "letters with --out, or fetch the letter from its address."
    )


def _pages(start: int | None, end: int | None, *, word: bool = False) -> str:
    if start is None or end is None:
        return ""
    pages = str(start) if start == end else f"{start} to {end}"
    return f"page{'s' if start != end else ''} {pages}" if word else pages


def days(start: date, end: date) -> str:
    """The days of a visit in words: `26 and 27 October 2021`, `30 November to 3 December 2021`."""
    if start == end:
        return day_in_words(start)
    if start.year != end.year:
        return f"{day_in_words(start)} to {day_in_words(end)}"
    month = "" if start.month == end.month else f" {start:%B}"
    until = "and" if end - start == timedelta(days=1) else "to"
    return f"{start.day}{month} {until} {day_in_words(end)}"
