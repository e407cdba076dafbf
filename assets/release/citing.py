"""How a document and a statement of it are cited: in a line, as APA, as BibTeX.

Here belongs the form of a citation; what a release says of itself is in `release_info`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from assets.release.release_info import ReleaseInfo
from assets.release.wording import day_in_words

_TEX = re.compile(r"([&%$#_{}])")


@dataclass(frozen=True, slots=True)
class Cited:
    """A document, or a page of it.

    Attributes:
        key: The id of what is cited, a visit's or a finding's.
        authority: The authority that it is about.
        kind: The kind of document, by its label.
        is_letter: Whether it is addressed to somebody; else it is a report.
        start: The first day of the visit.
        end: The last one.
        written: The day of the letter, or of its publication.
        pages: Where the words stand, as `page 3`; nothing for the whole.
        address: Where the document can be had.
    """

    key: str
    authority: str
    kind: str
    is_letter: bool
    start: date
    end: date
    written: date | None
    pages: str = ""
    address: str | None = None

    @property
    def title(self) -> str:
        """The document in words: `letter to Ashmere, focused visit of 26 October 2021`."""
        what = "letter to" if self.is_letter else "report on"
        kind = within_a_sentence(self.kind)
        return f"{what} {self.authority}, {kind} of {days(self.start, self.end)}"

    def plain(self, info: ReleaseInfo | None) -> str:
        """In a line, with the release that it was found in."""
        written = day_in_words(self.written) if self.written else "undated"
        parts = [f"Ofsted: {self.title}", written, *([self.pages] if self.pages else [])]
        address = f" {self.address}." if self.address else ""
        within = f" In: {info.citation}" if info else ""
        return f"{', '.join(parts)}.{address}{within}"

    @property
    def within_text(self) -> str:
        """As it stands behind quoted words: `(Ofsted, 2021, p. 3)`."""
        pages = [_short(self.pages)] if self.pages else []
        return (
            f"({', '.join(['Ofsted', str(self.written.year if self.written else 'n.d.'), *pages])})"
        )

    def apa(self, info: ReleaseInfo, found_at: str | None) -> str:
        """As the seventh edition of APA's manual has a report, with the dataset that has it."""
        day = (
            f"{self.written.year}, {self.written:%B} {self.written.day}" if self.written else "n.d."
        )
        title = self.title[:1].upper() + self.title[1:]
        pages = f" ({_short(self.pages)})" if self.pages else ""
        address = f" {self.address}" if self.address else ""
        found = f" {found_at}" if found_at else ""
        return (
            f"Ofsted. ({day}). {title}{pages}.{address} "
            f"Quoted from {info.title} (Version {info.version}) [Data set].{found}"
        )

    def bibtex(self, info: ReleaseInfo, found_at: str | None) -> str:
        """As an entry for BibTeX."""
        title = self.title[:1].upper() + self.title[1:]
        fields = {
            "author": "{Ofsted}",
            "title": f"{{{_tex(title)}}}",
            "year": str(self.written.year) if self.written else None,
            "date": self.written.isoformat() if self.written else None,
            "pages": self.pages.removeprefix("pages ").removeprefix("page ") or None,
            "url": self.address,
            "note": _tex(
                f"Quoted from {info.title}, version {info.version}"
                + (f", {found_at}" if found_at else "")
            ),
        }
        lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
        return "\n".join((f"@techreport{{{self.key},", *lines, "  institution = {Ofsted}", "}"))


def within_a_sentence(kind: str) -> str:
    """The name of a kind with a small letter, unless it begins with an acronym."""
    return kind if kind[:2].isupper() else kind[:1].lower() + kind[1:]


def pages_in_words(start: int | None, end: int | None) -> str:
    """Pages of a document: `page 3`, `pages 3 to 4`; nothing where there are none."""
    if start is None or end is None:
        return ""
    return f"page {start}" if start == end else f"pages {start} to {end}"


def days(start: date, end: date) -> str:
    """The days of a visit in words: `26 and 27 October 2021`, `30 November to 3 December 2021`."""
    if start == end:
        return day_in_words(start)
    if start.year != end.year:
        return f"{day_in_words(start)} to {day_in_words(end)}"
    month = "" if start.month == end.month else f" {start:%B}"
    until = "and" if end - start == timedelta(days=1) else "to"
    return f"{start.day}{month} {until} {day_in_words(end)}"


def _short(pages: str) -> str:
    return pages.replace("pages", "pp.").replace("page", "p.")


def _tex(text: str) -> str:
    return _TEX.sub(r"\\\1", text)
