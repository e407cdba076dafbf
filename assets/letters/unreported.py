"""What was found at a source and no report has told yet, and the run that has not ended.

A run that is killed leaves no report. What it had found is told by the next one, and so is what was
found by `archived_files` when it was run by itself.
"""

from datetime import datetime
from pathlib import Path

import msgspec

from assets.letters.fetching import FOUND, FetchResult
from assets.model import Listing
from warehouse.files import replace_file
from warehouse.working_copy import refresh, switch

_PATH = "work/unreported.json"


class Unreported(msgspec.Struct, frozen=True, kw_only=True):
    """What no report has told.

    Attributes:
        begun_at: When the run began that has not ended (UTC).
        source: How a person names its source.
        found: What was found, by what it is (`new`, …).
    """

    begun_at: datetime | None = None
    source: str = ""
    found: dict[str, tuple[Listing, ...]] = {}


def read_unreported(out: Path) -> Unreported:
    """What no report has told of what was done in a folder."""
    refresh(out, _PATH)
    try:
        return msgspec.json.decode(_path(out).read_bytes(), type=Unreported)
    except (FileNotFoundError, msgspec.DecodeError):
        return Unreported()


def untold(out: Path) -> FetchResult:
    """What was found and no report has told: all that a run has to tell that found nothing itself.

    Where a look was cut off, what had come by then is told so; the next run tells of it as well.
    """
    return msgspec.structs.replace(FetchResult(), **read_unreported(out).found)


def begin(out: Path, at: datetime, source: str) -> None:
    """Note that a run has begun."""
    before = read_unreported(out)
    _keep(out, msgspec.structs.replace(before, begun_at=at, source=source))


def with_unreported(out: Path, result: FetchResult) -> FetchResult:
    """A look's result with what was found before and not told; it is not told either as yet."""
    before = read_unreported(out)
    found = {name: _merged(before.found.get(name, ()), getattr(result, name)) for name in FOUND}
    _keep(out, msgspec.structs.replace(before, found=found))
    return msgspec.structs.replace(result, **found)


def end(out: Path, *, is_told: bool) -> None:
    """Note that the run has ended, and whether its report told what had been found."""
    _keep(out, Unreported(found={} if is_told else read_unreported(out).found))


def _merged(before: tuple[Listing, ...], now: tuple[Listing, ...]) -> tuple[Listing, ...]:
    by_name = {listing.file_name: listing for listing in (*before, *now)}
    return tuple(listing for _, listing in sorted(by_name.items()))


def _keep(out: Path, unreported: Unreported) -> None:
    content = msgspec.json.encode(unreported)
    switch(out, _PATH, content)
    if unreported.begun_at or any(unreported.found.values()):
        replace_file(_path(out), content)
    else:  # all is told
        _path(out).unlink(missing_ok=True)


def _path(out: Path) -> Path:
    return out / _PATH
