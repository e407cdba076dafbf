"""The types that travel between the stages, from what a source lists to what came of a file.

Here stand only the types that more than one stage needs. A stage's own product (`Document`,
`Publication`, `Finding`) is defined in that stage's folder. Nothing here does any work or I/O, and
nothing here imports Dagster or a data frame: the reading processes import this module.

All of them are `msgspec` structs. Those that can stand for each other in a stage's result are
tagged, so that `msgspec` can tell them apart when it reads the stage's file again; a stage's own
product must be tagged too (`tag=True`).
"""

from datetime import date, datetime
from typing import Literal

import msgspec

#: Where a file can come from; `letters.source` in the tables.
SourceName = Literal["ofsted", "folder", "sample"]

#: A larger file (in bytes) is no letter and no report: the largest known has 3 MB.
LARGEST_BYTES = 100_000_000

#: The stage at which a file stopped; `quarantine.stage` in the tables.
QuarantineStage = Literal["fetch", "read", "parse", "validate"]


class Listing(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a source says of one file before anyone has read it.

    A listing is a claim: the letter's own words win over it, and the difference is reported.

    Attributes:
        source: The kind of source.
        file_name: The file's name within its source, unique there. For a folder, its path below
            the folder with `/` between parts.
        source_url: The address that the publisher gives it, if it was published.
        link_text: The words of the link to it.
        ofsted_urn: The publisher's number of the authority.
        authority_name: The authority's name as it is listed.
        published_date: The day of publication.
        event_date: The day of the event that the publisher lists it under.
        listed_kind: The kind of document, as it is listed.
        listed_sha256: The checksum that the source's manifest gives, in lower case.
        etag: The HTTP header of that name.
        last_modified: The HTTP header of that name.
    """

    source: SourceName
    file_name: str
    source_url: str | None = None
    link_text: str | None = None
    ofsted_urn: str | None = None
    authority_name: str | None = None
    published_date: date | None = None
    event_date: date | None = None
    listed_kind: str | None = None
    listed_sha256: str | None = None
    etag: str | None = None
    last_modified: str | None = None

    @property
    def title(self) -> str:
        """How a person knows the file: by what is published of it, or by its name."""
        if self.source_url is None or self.authority_name is None or self.link_text is None:
            return self.file_name
        day = f"published {self.published_date:%d %B %Y}" if self.published_date else "undated"
        return f"{self.authority_name}: {self.link_text}, {day} ({self.file_name})"


class ArchivedFile(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One file in the archive, with all that was ever observed of it merged.

    Attributes:
        letter_id: The first 16 hex digits of `sha256`.
        sha256: The checksum of its bytes, which is what it is known by.
        byte_count: Its size.
        path: Where it lies, relative to the archive's folder, with `/` between parts.
        listing: The listing that speaks for it: of the names under which the source had it when
            it was last seen, the first in alphabetical order.
        other_names: Further names under which the same bytes are listed at the same time.
        first_seen_at: When it was first observed (UTC).
        last_seen_at: The last look at its source that found any change and found this file there
            (UTC). A file that is gone from its source has an older one than the rest.
        is_listed: Whether its source had it at the last look.
        replaced_by: The `sha256` of what the publisher put in its place, at the same address, the
            newest first.
    """

    letter_id: str
    sha256: str
    byte_count: int
    path: str
    listing: Listing
    first_seen_at: datetime
    last_seen_at: datetime
    other_names: tuple[str, ...] = ()
    is_listed: bool = True
    replaced_by: tuple[str, ...] = ()

    @property
    def file_name(self) -> str:
        """The name under which it is listed."""
        return self.listing.file_name


class Rejection(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Stands in place of a value for a file that cannot go on; becomes a row of `quarantine`.

    Attributes:
        stage: Where it stopped.
        reason_code: A code of the list `reason`, e.g. `empty_file`.
        detail: One plain sentence: what is wrong, and where it helps, what to do.
        page_count: Pages of the file, where it could be read.
        text_method: How it was read, where it could be.
        is_passing: Whether the fault may be the machine's, so that the next run tries again.
    """

    stage: QuarantineStage
    reason_code: str
    detail: str
    page_count: int | None = None
    text_method: str | None = None
    is_passing: bool = False


class Unsupported(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Stands in place of a letter of a kind that is recognised but not read yet.

    Attributes:
        document_kind: A code of the list `document_kind`.
        detail: What it was recognised by.
        page_count: Pages of the file; `None` for plain text.
        text_method: How it was read.
    """

    document_kind: str
    detail: str
    page_count: int | None = None
    text_method: str | None = None


class Unarchived(msgspec.Struct, frozen=True, kw_only=True):
    """A listed file whose bytes could not be had; becomes a row of `quarantine` without an id."""

    listing: Listing
    rejection: Rejection
    seen_at: datetime


class Signal(msgspec.Struct, frozen=True, order=True):
    """Something never met before, or a disagreement: reported in the run's summary, not dropped.

    Attributes:
        code: What kind of thing, e.g. `heading_never_met`.
        detail: The thing itself, in few words, so that the same thing in two letters groups.
    """

    code: str
    detail: str
