"""Whether the letters in the archive are those of a release, and say what its findings quote.

Here belongs which letters of a release are asked for what, and that it is asked in processes of
their own: a file may end the process that opens it. What is asked of a letter is in `assets.proof`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from assets.letters.store import place
from assets.proof.letter import QUOTING, Claims, Fault, Quoted, prove_letter
from assets.release.verify.problems import Problem, first_of_many, table_file
from assets.release.wording import counted
from warehouse.schema import SCHEMA
from warehouse.working_copy import bring_letters

if TYPE_CHECKING:
    import polars as pl

    from assets.running.workers import Workers

Frames = Mapping[str, "pl.DataFrame"]

#: What the processes need.
PRELOAD = ("assets.proof.letter", "pypdfium2")
#: The tables that say which letters there are, and what is quoted of them.
TABLES = ("letters", "visits", "findings", "quarantine")
_LEAST = 0.5  # share of the letters that are there, below which it is told in one of the others
_LETTERS = table_file("letters")


def check_letters(archive: Path, frames: Frames, workers: Workers) -> Iterator[Problem]:
    """That every letter is in the archive, byte for byte, and has what is quoted of it there.

    A letter that is in quarantine since its archived file is altered was told of when it was read.

    Args:
        archive: The folder of files by content.
        frames: The tables of `TABLES`, and of `QUOTING` those that there are.
        workers: The processes that open the letters.
    """
    from assets.running.workers import WorkerFailure

    jobs = list(_jobs(archive, frames))
    bring_letters(archive, (letter.path for letter in jobs))
    there = [letter for letter in jobs if (archive / letter.path).is_file()]
    if len(there) < _LEAST * len(jobs):
        # Then it is another archive; to name every letter would say less.
        absent, quoted = len(jobs) - len(there), _count(jobs) - _count(there)
        yield Problem(
            "archive",
            f"{absent:,} of {counted(len(jobs), 'letter')} not there, so that "
            f"{counted(quoted, 'quotation')} could not be proven",
            "that of the letters: name it with --archive, or leave the letters out with "
            "--without-letters",
        )
        jobs = there
    for letter, result in zip(jobs, workers.map(prove_letter, jobs), strict=True):
        if isinstance(result, WorkerFailure):
            yield Problem(
                letter.file,
                "the process that opened it ended"
                if result is WorkerFailure.CRASHED
                else "no answer",
                "a letter that can be opened",
                letter.letter_id,
            )
        else:
            yield from _problems(letter, result)


def _count(jobs: Iterable[Claims]) -> int:
    """How many quotations are held against some letters."""
    return sum(len(letter.quotations) for letter in jobs)


def _jobs(archive: Path, frames: Frames) -> Iterator[Claims]:
    import polars as pl

    altered = frames["quarantine"].filter(pl.col("reason_code") == "altered")
    letters = frames["letters"].join(altered, on="letter_id", how="anti")
    quotations: dict[str, list[Quoted]] = {}
    of_visits = frames["visits"].select("visit_id", "letter_id").unique("visit_id", keep="first")
    for table, words in QUOTING.items():
        if table not in frames:
            continue
        key = pl.concat_str(SCHEMA[table].primary_key, separator="/")
        quoted = (
            frames[table]
            .join(of_visits, on="visit_id", maintain_order="left")
            .filter(pl.col(words).is_not_null())
            .select("letter_id", key.alias("key"), words, "page", "x0", "y0", "x1", "y1")
        )
        for letter_id, row_key, text, page, *box in quoted.iter_rows():
            one = Quoted.of(table, row_key, text, page, box)
            quotations.setdefault(letter_id, []).append(one)
    columns = letters.select("letter_id", "sha256", "byte_count", "page_count")
    for letter_id, sha256, byte_count, page_count in columns.iter_rows():
        if letter_id is not None and sha256 is not None:
            yield Claims(
                archive,
                place(sha256),
                letter_id,
                sha256,
                byte_count,
                page_count,
                # One row of a key is enough: that it comes twice is told by the check of keys.
                tuple(quotations.pop(letter_id, ())),
            )


def _problems(letter: Claims, faults: Iterable[Fault]) -> Iterator[Problem]:
    """The faults of a letter, as a release tells them."""
    of_table: dict[str, list[Problem]] = {}
    for found, expected, column, quoted in faults:
        if quoted is not None:
            file = table_file(quoted.table)
            problem = Problem(file, found, expected, quoted.key, column)
            of_table.setdefault(file, []).append(problem)
        elif column == "page_count":
            yield Problem(_LETTERS, found, expected, letter.letter_id, column)
        else:
            yield Problem(letter.file, found, expected, letter.letter_id, column)
    for problems in of_table.values():
        yield from first_of_many(problems)
