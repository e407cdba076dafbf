"""One letter is held against what is said of it: its bytes, its pages, and what is quoted of it.

Here belongs what is asked of an archived file, of a run's results before they are published and of
a release after. What makes a quotation proven is in `quotation`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from assets.model import ArchivedFile
from assets.proof.letter_pages import (
    PdfLetter,
    Rectangle,
    TextLetter,
    UnreadableLetter,
    open_letter,
)
from assets.proof.quotation import Misquotation, Proof, Wanted, as_wanted, prove, prove_text

#: The tables whose rows quote a letter and say where, and the column of the words.
QUOTING = {"findings": "text", "judgements": "grade_as_written"}

_LONGEST = 60  # characters of a quotation by which a person finds it


class Quoted(NamedTuple):
    """A text that should stand in the letter.

    Attributes:
        table: The table of the row that quotes it.
        key: The key of that row.
        text: Its words.
        page: The page on which it begins, from 1; `None` of a letter that is plain text.
        box: Its place there, as `quotation.prove` takes it; `None` of a letter that is plain text.
    """

    table: str
    key: str
    text: str
    page: int | None
    box: Rectangle | None

    @property
    def is_phrase(self) -> bool:
        """Whether it may be a part of a sentence, as a grade is."""
        return self.table == "judgements"

    @classmethod
    def of(
        cls, table: str, key: str, text: str, page: int | None, box: Sequence[float | None] | None
    ) -> Quoted:
        """What a row quotes; a box that lacks an edge is none."""
        return cls(table, key, text, page, None if not box or None in box else Rectangle(*box))  # type: ignore[arg-type]


class Claims(NamedTuple):
    """What is said of a letter.

    Attributes:
        archive: The folder of files by content.
        path: Where the letter lies in it, with `/` between parts.
        letter_id: Its key.
        sha256: The checksum of its bytes.
        byte_count: Its size.
        page_count: Its pages; `None` of a text, and of a file that nobody could read.
        quotations: What is quoted of it.
    """

    archive: Path
    path: str
    letter_id: str
    sha256: str
    byte_count: int
    page_count: int | None
    quotations: tuple[Quoted, ...]

    @classmethod
    def of(
        cls,
        file: ArchivedFile,
        archive: Path,
        page_count: int | None,
        quotations: Iterable[Quoted],
    ) -> Claims:
        """What a run says of a letter that it has read."""
        return cls(
            archive,
            file.path,
            file.letter_id,
            file.sha256,
            file.byte_count,
            page_count,
            tuple(quotations),
        )

    @property
    def file(self) -> str:
        """The file, as messages name it."""
        return f"archive/{self.path}"


class Fault(NamedTuple):
    """One thing that is not as is said of a letter.

    Attributes:
        found: What is said.
        expected: What the file shows, or what should be.
        column: The column that is at fault; `None` for the whole file.
        quoted: The quotation that is at fault; `None` where the letter is.
    """

    found: str
    expected: str
    column: str | None = None
    quoted: Quoted | None = None


def prove_letter(claims: Claims) -> tuple[Fault, ...]:
    """What is wrong with one letter, or with what is quoted of it."""
    return tuple(_faults(claims))


def in_words(fault: Fault) -> str:
    """A fault as a sentence for a person who knows the letter, and no row as yet."""
    what = "The file" if fault.quoted is None else f"“{_shortened(fault.quoted.text)}”"
    where = f", page {fault.quoted.page}" if fault.quoted and fault.quoted.page else ""
    column = f", {fault.column}" if fault.column else ""
    return f"{what}{where}{column}: {fault.found}; should be {fault.expected}."


def _faults(claims: Claims) -> Iterator[Fault]:
    try:
        content = (claims.archive / claims.path).read_bytes()
    except OSError as error:
        proven = f"the letter, of which {len(claims.quotations):,} quotations could not be proven"
        yield Fault(f"cannot be read ({error.strerror})", proven)
        return
    if len(content) != claims.byte_count:
        yield Fault(f"{len(content):,} bytes", f"{claims.byte_count:,}", "byte_count")
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256 != claims.sha256:
        yield Fault(f"the SHA-256 {sha256}", claims.sha256, "sha256")
    try:
        with open_letter(content) as letter:
            if letter.page_count != claims.page_count and claims.page_count is not None:
                has = f"{_shown(letter.page_count)}, as {claims.file} has"
                yield Fault(_shown(claims.page_count), has, "page_count")
            prepared = as_wanted([(quoted.text, quoted.is_phrase) for quoted in claims.quotations])
            for quoted, wanted in zip(claims.quotations, prepared, strict=True):
                yield from _misquoted(letter, quoted, wanted, claims.file)
    except UnreadableLetter as error:
        # One that was never read, as a web page in place of a letter, need not be readable.
        if claims.page_count is not None or claims.quotations:
            yield Fault(str(error), "a letter that can be opened")


def _misquoted(
    letter: PdfLetter | TextLetter, quoted: Quoted, wanted: Wanted, file: str
) -> Iterator[Fault]:
    result: Proof | Misquotation
    if isinstance(letter, TextLetter):
        if quoted.page is not None:
            yield Fault(_shown(quoted.page), f"NULL, as {file} is a text", "page", quoted)
        result = prove_text(letter, quoted.text, quoted.is_phrase)
    elif quoted.page is None or quoted.box is None:
        missing = "page" if quoted.page is None else "x0"
        yield Fault("NULL", f"the place of its words in {file}", missing, quoted)
        return
    else:
        result = prove(letter, wanted, quoted.page, quoted.box)
    if isinstance(result, Misquotation):
        column = "x0, y0, x1, y1" if result.column == "box" else result.column
        yield Fault(result.found, f"{result.expected}, by {file}", column, quoted)


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _shown(count: int | None) -> str:
    return "NULL" if count is None else str(count)
