"""Whether the letters in the archive are those of a release, and say what its findings quote.

Here belongs what is asked of each archived file, and that it is asked in processes of their own: a
file may end the process that opens it. What makes a quotation proven is in `quotation`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from assets.letters.store import place
from assets.release.verify.letter_pages import (
    PdfLetter,
    Rectangle,
    UnreadableLetter,
    open_letter,
)
from assets.release.verify.problems import Problem, first_of_many, show, table_file
from assets.release.verify.quotation import Misquotation, prove, prove_text
from assets.release.wording import counted

if TYPE_CHECKING:
    import polars as pl

    from assets.running.workers import Workers

Frames = Mapping[str, "pl.DataFrame"]

#: What the processes need.
PRELOAD = ("assets.release.verify.verify_letters", "pypdfium2")
_ARCHIVE = "archive"
_LEAST = 0.5  # share of the letters that are there, below which it is told in one of the others
_FINDINGS = table_file("findings")
_LETTERS = table_file("letters")


class Quoted(NamedTuple):
    """A finding, as the letter is asked for it."""

    finding_id: str
    text: str
    page: int | None
    box: Rectangle | None


class Asked(NamedTuple):
    """A letter, as the archive is asked for it."""

    archive: Path
    letter_id: str
    sha256: str
    byte_count: int
    page_count: int | None
    findings: tuple[Quoted, ...]


def check_letters(archive: Path, frames: Frames, workers: Workers) -> Iterator[Problem]:
    """That every letter is in the archive, byte for byte, and every finding stands at its place.

    Args:
        archive: The folder of files by content.
        frames: The tables `letters`, `visits` and `findings`.
        workers: The processes that open the letters.
    """
    from assets.running.workers import Fault

    asked = list(_asked(archive, frames))
    there = [letter for letter in asked if (archive / place(letter.sha256)).is_file()]
    if len(there) < _LEAST * len(asked):
        # Then it is another archive; to name every letter would say less.
        absent, findings = len(asked) - len(there), _count(asked) - _count(there)
        yield Problem(
            _ARCHIVE,
            f"{absent:,} of {counted(len(asked), 'letter')} not there, so that "
            f"{counted(findings, 'finding')} could not be proven",
            "that of the letters: name it with --archive, or leave the letters out with "
            "--without-letters",
        )
        asked = there
    for letter, result in zip(asked, workers.map(look_at, asked), strict=True):
        if isinstance(result, Fault):
            yield Problem(
                _archived(letter.sha256),
                f"{'the process that opened it ended' if result is Fault.CRASHED else 'no answer'}",
                "a letter that can be opened",
                letter.letter_id,
            )
        else:
            yield from result


def _count(asked: Iterable[Asked]) -> int:
    """How many findings are held against some letters."""
    return sum(len(letter.findings) for letter in asked)


def _asked(archive: Path, frames: Frames) -> Iterator[Asked]:
    import polars as pl

    letters = frames["letters"]
    findings: dict[str, list[Quoted]] = {}
    quoted = (
        frames["findings"]
        .join(
            frames["visits"].select("visit_id", "letter_id").unique("visit_id", keep="first"),
            on="visit_id",
            maintain_order="left",
        )
        .filter(pl.col("text").is_not_null())
        .select("letter_id", "finding_id", "text", "page", "x0", "y0", "x1", "y1")
    )
    for letter_id, finding_id, text, page, *box in quoted.iter_rows():
        findings.setdefault(letter_id, []).append(
            Quoted(finding_id, text, page, None if None in box else Rectangle(*box))
        )
    columns = letters.select("letter_id", "sha256", "byte_count", "page_count")
    for letter_id, sha256, byte_count, page_count in columns.iter_rows():
        if letter_id is not None and sha256 is not None:
            yield Asked(
                archive,
                letter_id,
                sha256,
                byte_count,
                page_count,
                # One row of a key is enough: that it comes twice is told by the check of keys.
                tuple(findings.pop(letter_id, ())),
            )


def look_at(asked: Asked) -> tuple[Problem, ...]:
    """What is wrong with one letter, or with what is quoted of it."""
    return tuple(_look_at(asked))


def _archived(sha256: str) -> str:
    return f"{_ARCHIVE}/{place(sha256)}"


def _look_at(asked: Asked) -> Iterator[Problem]:
    file = _archived(asked.sha256)
    try:
        content = (asked.archive / place(asked.sha256)).read_bytes()
    except OSError as error:
        yield Problem(
            file,
            f"cannot be read ({error.strerror})",
            f"the letter, of which {counted(len(asked.findings), 'finding')} could not be proven",
            asked.letter_id,
        )
        return
    if len(content) != asked.byte_count:
        found = counted(len(content), "byte")
        yield Problem(
            file, found, f"{asked.byte_count} by {_LETTERS}", asked.letter_id, "byte_count"
        )
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256 != asked.sha256:
        yield Problem(file, f"the SHA-256 {sha256}", asked.sha256, asked.letter_id, "sha256")
    try:
        with open_letter(content) as letter:
            if letter.page_count != asked.page_count and asked.page_count is not None:
                yield Problem(
                    _LETTERS,
                    show(asked.page_count),
                    f"{show(letter.page_count)}, as {file} has",
                    asked.letter_id,
                    "page_count",
                )
            yield from first_of_many(_misquoted(letter, asked, file))
    except UnreadableLetter as error:
        # One that was never read, as a web page in place of a letter, need not be readable.
        if asked.page_count is not None or asked.findings:
            yield Problem(file, str(error), "a letter that can be opened", asked.letter_id)


def _misquoted(letter: PdfLetter | object, asked: Asked, file: str) -> Iterator[Problem]:
    from assets.release.verify.letter_pages import TextLetter

    for finding in asked.findings:
        if isinstance(letter, TextLetter):
            if finding.page is not None:
                yield Problem(
                    _FINDINGS,
                    show(finding.page),
                    f"NULL, as {file} is a text",
                    finding.finding_id,
                    "page",
                )
            result = prove_text(letter, finding.text)
        elif finding.page is None or finding.box is None:
            missing = "page" if finding.page is None else "x0"
            yield Problem(
                _FINDINGS, "NULL", f"the place of its words in {file}", finding.finding_id, missing
            )
            continue
        else:
            assert isinstance(letter, PdfLetter), "a letter is a PDF or a text"
            result = prove(letter, finding.text, finding.page, finding.box)
        if isinstance(result, Misquotation):
            column = "x0, y0, x1, y1" if result.column == "box" else result.column
            yield Problem(
                _FINDINGS,
                result.found,
                f"{result.expected}, by {file}",
                finding.finding_id,
                column,
            )
