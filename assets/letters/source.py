"""What every source of letters is to the archive: a list of files, and a way to get each.

Here belongs the shape that all sources share, and nothing of any one of them: a source is a sibling
module (`folder`), and `sources` picks one by the name a user gives.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import msgspec

from assets.model import Listing, Signal, SourceName


class SourceError(Exception):
    """There is no such source, or it cannot be listed; the message says what to do."""


class SourceUnavailable(SourceError):
    """The source does not answer, or what it lists cannot be believed: another day it may."""


class FetchError(Exception):
    """One listed file could not be had; the others may well be.

    Attributes:
        reason_code: A code of the list `reason`.
        detail: One plain sentence for a person.
        is_gone: Whether the source says that it does not have the file any more.
        is_of_source: Whether the fault is the source's, and says nothing of this file.
        is_passing: Whether it may be worth while to ask once more, later in the same look.
    """

    def __init__(
        self,
        reason_code: str,
        detail: str,
        *,
        is_gone: bool = False,
        is_of_source: bool = False,
        is_passing: bool = False,
    ) -> None:
        super().__init__(detail)
        self.reason_code = reason_code
        self.detail = detail
        self.is_gone = is_gone
        self.is_of_source = is_of_source
        self.is_passing = is_passing


class PassingError(FetchError):
    """A request failed in a way that may pass.

    Attributes:
        wait: How long the site asks to wait (seconds).
    """

    def __init__(
        self, reason_code: str, detail: str, *, wait: float = 0, is_of_source: bool = False
    ) -> None:
        super().__init__(reason_code, detail, is_of_source=is_of_source, is_passing=True)
        self.wait = wait


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a source.

    Attributes:
        listing: What the source says of it.
        stamp: Stands for the bytes: while it stays what it was at the last observation of this
            name, the file need not be opened again. What it is made of is the source's business.
        locator: Where the source itself finds the file: a path, an address.
    """

    listing: Listing
    stamp: str
    locator: str


class Inventory(msgspec.Struct, frozen=True, kw_only=True):
    """All that a source has, without a byte of it read.

    Attributes:
        entries: The files in alphabetical order; no name comes twice.
        signals: What does not add up in the list.
        ignored: How many files of other types were passed over, by type.
    """

    entries: tuple[Entry, ...]
    signals: tuple[Signal, ...] = ()
    ignored: Mapping[str, int] = {}


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """What came of fetching a file.

    Attributes:
        is_held: Whether the source said that its bytes are those that are held; then none were
            written.
        etag: The HTTP header of that name.
        last_modified: The HTTP header of that name.
    """

    is_held: bool = False
    etag: str | None = None
    last_modified: str | None = None


class Traffic(msgspec.Struct, frozen=True, kw_only=True):
    """What a source asked of a site.

    Attributes:
        requests: How many requests were made, those of retries and redirects included.
        retries: How many of them were made because one before had failed in a passing way.
        byte_count: How many bytes of answers were read, unpacked.
        failures: How many requests failed, by the code of the reason.
    """

    requests: int
    retries: int
    byte_count: int
    failures: Mapping[str, int]


class Sink(Protocol):
    """Where a file's bytes go."""

    def write(self, chunk: bytes) -> object:
        """Take the next bytes."""

    def reset(self) -> None:
        """Forget the bytes that were taken: they come again from the first."""


#: Is told how many pages or files are done, and of how many.
Progress = Callable[[int, int], None]


class Source(Protocol):
    """Somewhere that letters come from."""

    @property
    def name(self) -> SourceName:
        """The kind of source, as the tables have it."""

    @property
    def label(self) -> str:
        """How a person names it: a folder's path, an address."""

    @property
    def authorities(self) -> Path | None:
        """A table of authorities of the source's own; `None` for England's."""

    @property
    def parallel(self) -> int:
        """How many files may be fetched at once."""

    @property
    def recheck_share(self) -> float | None:
        """The share of the held files to look at again each day.

        `None` where a stamp tells of every change, so that there is nothing to look for.
        """

    @property
    def traffic(self) -> Traffic | None:
        """What was asked of a site so far; `None` where there is none to ask."""

    def check(self) -> None:
        """Say at once, and at no cost, what a look would complain of anyhow.

        Raises:
            SourceError: If there is no such source.
        """

    def list_files(self, before: Sequence[Listing], progress: Progress) -> Inventory:
        """List what is there now.

        Args:
            before: The listings of the last look, for a source to hold its list against.
            progress: Is told how far the listing is, where it takes time.

        Raises:
            SourceUnavailable: If it does not answer, or its list cannot be believed.
            SourceError: If it cannot be listed, or has no letters at all.
        """

    def fetch(self, entry: Entry, into: Sink, held: Listing | None) -> Received:
        """Write the file's bytes, unless they are those that are held.

        Args:
            entry: The file.
            into: Where its bytes go.
            held: The listing, with all that the last fetch told, of the bytes that are held.

        Raises:
            FetchError: If the bytes cannot be had.
            SourceUnavailable: If there is no point in asking for further files.
        """

    def stop(self) -> None:
        """Let whatever is waiting for the source give up."""
