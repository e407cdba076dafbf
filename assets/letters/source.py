"""What every source of letters is to the archive: a list of files, and a way to get each.

Here belongs the shape that all sources share, and nothing of any one of them: a source is a sibling
module (`folder`), and `sources` picks one by the name a user gives.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import msgspec

from assets.model import Listing, Signal, SourceName


class SourceError(Exception):
    """There is no such source, or it cannot be listed; the message says what to do."""


class FetchError(Exception):
    """One listed file could not be had; the others may well be.

    Attributes:
        reason_code: A code of the list `reason`.
        detail: One plain sentence for a person.
    """

    def __init__(self, reason_code: str, detail: str) -> None:
        super().__init__(detail)
        self.reason_code = reason_code
        self.detail = detail


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


class Sink(Protocol):
    """Where a file's bytes go."""

    def write(self, chunk: bytes) -> object:
        """Take the next bytes."""


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

    def look(self) -> Inventory:
        """List what is there now.

        Raises:
            SourceError: If it cannot be listed, or has no letters at all.
        """

    def fetch(self, entry: Entry, into: Sink) -> Listing:
        """Write the file's bytes and return its listing, with what was learnt on the way.

        Raises:
            FetchError: If the bytes cannot be had.
        """
