"""Sources in memory: a folder of files, and one that must be looked at again, as a site is."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from assets.letters.source import Entry, FetchError, Inventory, Progress, Received, Sink
from assets.model import Listing, SourceName

START = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


@dataclass
class InMemory:
    """A source in memory; counts what it is asked for."""

    files: dict[str, bytes] = field(default_factory=dict)
    touched: dict[str, int] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    fetched: list[str] = field(default_factory=list)
    name: SourceName = "folder"
    label: str = "memory"
    authorities: Path | None = None
    parallel: int = 2
    recheck_share: float | None = None
    traffic: None = None

    def check(self) -> None:
        pass

    def stop(self) -> None:
        pass

    def list_files(
        self, before: Sequence[Listing] = (), progress: Progress = lambda done, total: None
    ) -> Inventory:
        return Inventory(
            entries=tuple(
                Entry(
                    listing=Listing(
                        source=self.name, file_name=name, link_text=self.titles.get(name)
                    ),
                    stamp=self.stamp(name),
                    locator=name,
                )
                for name in sorted(self.files)
            )
        )

    def stamp(self, name: str) -> str:
        """Another one if the bytes are, as a folder tells by size and time."""
        return f"{self.touched.get(name)}:{self.files[name]!r}"

    def fetch(self, entry: Entry, into: Sink, held: Listing | None = None) -> Received:
        self.fetched.append(entry.locator)
        if entry.locator in self.broken:
            raise FetchError("unreadable", "It is broken.")
        into.write(self.files[entry.locator])
        # What only a fetch can tell must not make the next look believe in a change.
        return Received(etag=entry.stamp)


@dataclass
class Live(InMemory):
    """A source that does not tell of every change, answers conditional requests, and withdraws.

    It can be down for some of its files.
    """

    withdrawn: set[str] = field(default_factory=set)
    down: set[str] = field(default_factory=set)
    transferred: list[str] = field(default_factory=list)
    sends_tags: bool = True
    is_passing: bool = False
    name: SourceName = "ofsted"
    recheck_share: float | None = 0.25

    def stamp(self, name: str) -> str:
        """The day of publication, which says nothing of the bytes."""
        return f"published {self.touched.get(name, 0)}"

    def fetch(self, entry: Entry, into: Sink, held: Listing | None = None) -> Received:
        name = entry.locator
        self.fetched.append(name)
        if name in self.withdrawn:
            raise FetchError("withdrawn", "It was withdrawn.", is_gone=True)
        if name in self.broken:
            raise FetchError("http_error", "It is broken.")
        if name in self.down:
            raise FetchError(
                "timed_out", "It said nothing.", is_of_source=True, is_passing=self.is_passing
            )
        tag = hashlib.sha256(self.files[name]).hexdigest() if self.sends_tags else None
        if tag is not None and held is not None and held.etag == tag:
            return Received(is_held=True, etag=tag)
        self.transferred.append(name)
        into.write(self.files[name])
        return Received(etag=tag)


def names(listings: Iterable[Listing]) -> list[str]:
    return [listing.file_name for listing in listings]
