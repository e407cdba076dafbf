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
    TextLetter,
    UnreadableLetter,
    open_letter,
)
from assets.release.verify.problems import Problem, first_of_many, show, table_file
from assets.release.verify.quotation import Misquotation, Proof, prove, prove_text
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


class LetterJob(NamedTuple):
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
    from assets.running.workers import WorkerFailure

    jobs = list(_jobs(archive, frames))
    there = [letter for letter in jobs if (archive / place(letter.sha256)).is_file()]
    if len(there) < _LEAST * len(jobs):
        # Then it is another archive; to name every letter would say less.
        absent, findings = len(jobs) - len(there), _count(jobs) - _count(there)
        yield Problem(
            _ARCHIVE,
            f"{absent:,} of {counted(len(jobs), 'letter')} not there, so that "
            f"{counted(findings, 'finding')} could not be proven",
            "that of the letters: name it with --archive, or leave the letters out with "
            "--without-letters",
        )
        jobs = there
    for letter, result in zip(jobs, workers.map(verify_letter, jobs), strict=True):
        if isinstance(result, WorkerFailure):
            yield Problem(
                _archived(letter.sha256),
                "the process that opened it ended"
                if result is WorkerFailure.CRASHED
                else "no answer",
                "a letter that can be opened",
                letter.letter_id,
            )
        else:
            yield from result


def _count(jobs: Iterable[LetterJob]) -> int:
    """How many findings are held against some letters."""
    return sum(len(letter.findings) for letter in jobs)


def _jobs(archive: Path, frames: Frames) -> Iterator[LetterJob]:
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
            yield LetterJob(
                archive,
                letter_id,
                sha256,
                byte_count,
                page_count,
                # One row of a key is enough: that it comes twice is told by the check of keys.
                tuple(findings.pop(letter_id, ())),
            )


def verify_letter(job: LetterJob) -> tuple[Problem, ...]:
    """What is wrong with one letter, or with what is quoted of it."""
    return tuple(_verify(job))


def _archived(sha256: str) -> str:
    return f"{_ARCHIVE}/{place(sha256)}"


def _verify(job: LetterJob) -> Iterator[Problem]:
    file = _archived(job.sha256)
    try:
        content = (job.archive / place(job.sha256)).read_bytes()
    except OSError as error:
        yield Problem(
            file,
            f"cannot be read ({error.strerror})",
            f"the letter, of which {counted(len(job.findings), 'finding')} could not be proven",
            job.letter_id,
        )
        return
    if len(content) != job.byte_count:
        found = counted(len(content), "byte")
        yield Problem(file, found, f"{job.byte_count} by {_LETTERS}", job.letter_id, "byte_count")
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256 != job.sha256:
        yield Problem(file, f"the SHA-256 {sha256}", job.sha256, job.letter_id, "sha256")
    try:
        with open_letter(content) as letter:
            if letter.page_count != job.page_count and job.page_count is not None:
                yield Problem(
                    _LETTERS,
                    show(job.page_count),
                    f"{show(letter.page_count)}, as {file} has",
                    job.letter_id,
                    "page_count",
                )
            yield from first_of_many(_misquoted(letter, job, file))
    except UnreadableLetter as error:
        # One that was never read, as a web page in place of a letter, need not be readable.
        if job.page_count is not None or job.findings:
            yield Problem(file, str(error), "a letter that can be opened", job.letter_id)


def _misquoted(letter: PdfLetter | TextLetter, job: LetterJob, file: str) -> Iterator[Problem]:
    for finding in job.findings:
        for found, expected, column in _faults(letter, finding, file):
            yield Problem(_FINDINGS, found, expected, finding.finding_id, column)


def _faults(
    letter: PdfLetter | TextLetter, finding: Quoted, file: str
) -> Iterator[tuple[str, str, str]]:
    """What a finding says, what it should say, and in which column."""
    result: Proof | Misquotation
    if isinstance(letter, TextLetter):
        if finding.page is not None:
            yield show(finding.page), f"NULL, as {file} is a text", "page"
        result = prove_text(letter, finding.text)
    elif finding.page is None or finding.box is None:
        missing = "page" if finding.page is None else "x0"
        yield "NULL", f"the place of its words in {file}", missing
        return
    else:
        result = prove(letter, finding.text, finding.page, finding.box)
    if isinstance(result, Misquotation):
        column = "x0, y0, x1, y1" if result.column == "box" else result.column
        yield result.found, f"{result.expected}, by {file}", column
