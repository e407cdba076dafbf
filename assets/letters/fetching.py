"""One look at a source: what it lists is fetched, put in its place and noted.

Here belongs what is done in which order, and when what a source answers cannot be believed. What is
to be opened is decided in `changes`, what an observation means, in `manifest`.
"""

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import as_completed
from dataclasses import InitVar, dataclass
from datetime import datetime
from typing import Any

import msgspec

from assets.letters.changes import Changes
from assets.letters.manifest import (
    LEARNT,
    Appender,
    Effect,
    Failed,
    Fetched,
    FileObservation,
    ListingDone,
    Name,
    RecheckFailed,
    Removed,
    State,
)
from assets.letters.source import (
    Entry,
    FetchError,
    Inventory,
    Progress,
    Received,
    Source,
    SourceUnavailable,
)
from assets.letters.store import Store
from assets.model import Listing, Signal
from assets.running.threads import threads

#: The source is down, not some of its files, when so many in a row fail by no fault of their own.
FAILURES_IN_A_ROW = 25

#: So many files that are held may be withdrawn in one look, whatever share of those asked for.
FEW_GONE = 2


class FetchResult(msgspec.Struct, frozen=True, kw_only=True):
    """What a look at a source found.

    Attributes:
        listed: How many files the source has.
        new: Files that were not there before.
        changed: Files with other bytes than before.
        relisted: Files with the same bytes, of which something else is said.
        returned: Files that had been gone and are there again, with the bytes that they had.
        gone: Files that are not listed any more; what was had of them stays.
        withdrawn: Files that are listed and not there any more; what was had of them stays.
        failed: Files whose bytes could not be had, and why.
        opened: How many files were opened.
        rechecked: How many of them had been held, and were looked at again.
        ignored: How many files of other types were passed over, by type.
        signals: What does not add up in the list.
    """

    listed: int = 0
    new: tuple[Listing, ...] = ()
    changed: tuple[Listing, ...] = ()
    relisted: tuple[Listing, ...] = ()
    returned: tuple[Listing, ...] = ()
    gone: tuple[Listing, ...] = ()
    withdrawn: tuple[Listing, ...] = ()
    failed: tuple[tuple[Listing, str], ...] = ()
    opened: int = 0
    rechecked: int = 0
    ignored: dict[str, int] = {}
    signals: tuple[Signal, ...] = ()


#: What of a look's result is told once; the rest says how things are now.
FOUND: tuple[Effect, ...] = ("new", "changed", "relisted", "returned", "gone", "withdrawn")


def result_of(found: Mapping[Effect, Mapping[str, Listing]], **rest: Any) -> FetchResult:
    """The result of a look at which these files were found."""
    lists = {
        effect: tuple(one for _, one in sorted(found.get(effect, {}).items())) for effect in FOUND
    }
    return msgspec.structs.replace(FetchResult(**rest), **lists)


@dataclass
class Fetcher:
    """One look at a source."""

    _store: Store
    _state: State
    _source: Source
    _inventory: Inventory
    _changes: Changes
    _now: datetime
    full: InitVar[bool]

    def __post_init__(self, full: bool) -> None:
        """Nothing has been fetched yet; every file is to be opened, whatever changed, if `full`."""
        changes = self._changes
        # Those last that failed before: they are no sign of how the source is today.
        self._to_open = (*changes.new, *changes.changed, *changes.due, *changes.absent)
        self._to_note = (*changes.returned, *changes.relisted)
        if full:
            self._to_open, self._to_note = self._inventory.entries, ()
        self._failed_before = frozenset(self._state.failed)
        #: Files are fetched by several threads; one at a time says what came of it.
        self._lock = threading.Lock()
        self._failed: dict[str, tuple[Listing, str]] = {}
        self._again: list[tuple[Entry, FetchError]] | None = []
        self._gone: list[tuple[Entry, FetchError]] = []
        self._signals: list[Signal] = []
        self._answered, self._lost, self._held_asked, self._in_a_row = 0, 0, 0, 0
        if self._source.recheck_share is None:  # what need not be opened has been found there
            self._answered = len(self._inventory.entries) - len(self._to_open)

    def run(self, progress: Progress) -> FetchResult:
        """Do it.

        Raises:
            SourceUnavailable: If the source goes down, or what it answers cannot be believed. What
                was had until then is kept and noted.
        """
        source, changes = self._source, self._changes
        with Appender(self._store.folder, self._state, self._store.segment()) as self._manifest:
            try:
                self._open(self._to_open, progress)
            except SourceUnavailable:
                # Else files that fail for good would, from so many on, stop every further run.
                for entry, error in self._again or ():
                    self._note_failure(entry, error)
                raise
            # What failed in a passing way is asked for once more, when some time has passed.
            again, self._again = self._again or [], None
            opened = len(self._to_open)
            entries = [entry for entry, _ in again]
            self._open(entries, lambda done, total: progress(opened + done, opened + total))
            # Several files could not be had, and not a single one could.
            if self._lost > 1 and not self._answered:
                self._give_up(self._lost)
            for event in self._withdrawals():
                self._note(event)
            for entry in self._to_note:
                self._note(self._as_before(entry))
            for file_name in changes.gone:
                self._note(self._removed(file_name, is_listed=False))
            found = self._state.found.get(source.name, {})
            if found or source.recheck_share is not None or self._state.is_undated:
                self._manifest.append(
                    ListingDone(at=self._now, source=source.name, is_change=bool(found))
                )
        return result_of(
            found,
            listed=len(self._inventory.entries),
            failed=tuple(failed for _, failed in sorted(self._failed.items())),
            opened=len(self._to_open),
            rechecked=len(changes.due),
            ignored=dict(self._inventory.ignored),
            signals=(*self._inventory.signals, *sorted(self._signals)),
        )

    def _open(self, entries: Sequence[Entry], progress: Progress) -> None:
        with threads(self._source.parallel, self._source.stop) as pool:
            jobs = [pool.submit(self._fetch, entry) for entry in entries]
            for done, job in enumerate(as_completed(jobs), start=1):
                job.result()
                progress(done, len(jobs))

    def _fetch(self, entry: Entry) -> None:
        """Bring one file into its place."""
        held = self._held(entry)
        with self._store.incoming() as incoming:
            try:
                received = self._source.fetch(entry, incoming, held.listing if held else None)
            except FetchError as error:
                self._fail(entry, error, held)
                return
            self._count_answer(held)
            if received.is_held:
                self._note(self._as_before(entry, received))
                return
            incoming.finish()
            learnt = {name: getattr(received, name) for name in LEARNT}
            self._note(
                Fetched(
                    at=self._now,
                    listing=msgspec.structs.replace(entry.listing, **learnt),
                    stamp=entry.stamp,
                    sha256=incoming.sha256,
                    byte_count=incoming.byte_count,
                )
            )
            incoming.commit()

    def _held(self, entry: Entry) -> Fetched | None:
        """The last observation of a name whose bytes are held, and are still those."""
        last = self._state.last(self._name(entry))
        return last if last and self._store.is_whole(last.sha256) else None

    def _fail(self, entry: Entry, error: FetchError, held: Fetched | None) -> None:
        """Decide what is to be made of a file that could not be had."""
        name = self._name(entry)
        if error.is_gone:
            self._count_answer(held if name not in self._state.withdrawn else None)
        elif self._again is not None and name not in self._failed_before:
            self._count_lost(error)
        if error.is_passing and self._again is not None:
            with self._lock:
                self._again.append((entry, error))
        elif held and error.is_gone:
            with self._lock:
                self._gone.append((entry, error))
        else:
            self._note_failure(entry, error)

    def _note_failure(self, entry: Entry, error: FetchError) -> None:
        """Note that a file could not be had, or could not be looked at again."""
        held = self._held(entry)
        if (
            held
            and held.stamp == entry.stamp
            and self._name(entry) not in self._failed_before
            and self._source.recheck_share is not None
        ):
            # The letter that is held stays what it is; another day will tell.
            self._note(self._recheck_failed(entry, error))
        else:
            why = {"reason_code": error.reason_code, "detail": error.detail}
            self._note(Failed(at=self._now, listing=entry.listing, **why))

    def _count_answer(self, held: Fetched | None) -> None:
        with self._lock:
            self._answered += 1
            self._held_asked += held is not None
            self._in_a_row = 0

    def _count_lost(self, error: FetchError) -> None:
        with self._lock:
            self._lost += 1
            self._in_a_row = self._in_a_row + 1 if error.is_of_source else 0
            self._last_failure = error.detail
            is_down = self._in_a_row >= FAILURES_IN_A_ROW
        if is_down:
            self._give_up(FAILURES_IN_A_ROW)

    def _withdrawals(self) -> list[Removed | RecheckFailed]:
        """What the files that are held, listed and said to be gone amount to.

        If they are most of those that were asked for, that is not believed: the letters that are
        held stay what they are, and other days will tell.
        """
        news = [one for one in self._gone if self._name(one[0]) not in self._state.withdrawn]
        if len(news) > max(FEW_GONE, self._held_asked / 2):
            detail = f"{len(news)} of {self._held_asked} files that are held are said to be gone"
            self._signals.append(Signal("withdrawals_not_believed", detail))
            return [self._recheck_failed(entry, error) for entry, error in self._gone]
        return [self._removed(entry.listing.file_name, is_listed=True) for entry, _ in self._gone]

    def _removed(self, file_name: str, *, is_listed: bool) -> Removed:
        return Removed(
            at=self._now, source=self._source.name, file_name=file_name, is_listed=is_listed
        )

    def _name(self, entry: Entry) -> Name:
        return self._source.name, entry.listing.file_name

    def _recheck_failed(self, entry: Entry, error: FetchError) -> RecheckFailed:
        return RecheckFailed(
            at=self._now,
            source=self._source.name,
            file_name=entry.listing.file_name,
            reason_code=error.reason_code,
            detail=error.detail,
        )

    def _give_up(self, count: int) -> None:
        raise SourceUnavailable(
            f"{count} files could not be had, and none between them; of the last one: "
            f"{self._last_failure} The source seems to be down, or to give its files in another "
            "way. What had come is kept, and the next run goes on from there."
        )

    def _as_before(self, entry: Entry, received: Received | None = None) -> Fetched:
        """The last observation of a name that is held, made again: by asking, or unopened."""
        last = self._state.last(self._name(entry))
        if last is None:
            raise AssertionError(entry)
        learnt = {
            name: getattr(received, name, None) or getattr(last.listing, name) for name in LEARNT
        }
        return msgspec.structs.replace(
            last,
            at=self._now,
            listing=msgspec.structs.replace(entry.listing, **learnt),
            stamp=entry.stamp,
            is_opened=received is not None,
        )

    def _note(self, event: FileObservation) -> None:
        """Append an observation, if it says anything new."""
        with self._lock:
            if isinstance(event, Failed):
                self._failed[event.listing.file_name] = (event.listing, event.detail)
            elif isinstance(event, RecheckFailed):
                title = self._state.listing((event.source, event.file_name)).title
                detail = f"{title}: {event.detail}"
                self._signals.append(Signal("recheck_failed", detail))
            effect = self._state.effect(event)
            # At a site, that a file was found to be as it was tells when to look again.
            is_recheck = isinstance(event, Fetched) and self._source.recheck_share is not None
            if effect != "same" or is_recheck:
                self._manifest.append(event)
