"""What each asset notes of its last run, so that the run can be told of afterwards.

Here belongs the shape of these notes and where they lie. A note is of no use to any later stage;
what is made of the notes for a person is the business of `pipelines.summary`.
"""

from datetime import datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from assets.letters.taking import Look
from assets.model import Rejection, Signal


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """The note of `archived_files`.

    Attributes:
        at: When the source was looked at.
        look: What was found there.
        signals: What does not add up in the archive.
    """

    at: datetime
    look: Look
    signals: tuple[Signal, ...]


class Worked(msgspec.Struct, frozen=True, kw_only=True):
    """The note of a stage that works letter by letter.

    Attributes:
        kept: How many results still held.
        made: How many results were made, by the name of their type.
    """

    kept: int
    made: dict[str, int]


class Quarantined(msgspec.Struct, frozen=True, kw_only=True):
    """A file in quarantine.

    Attributes:
        file_name: Its name at the source.
        title: How a person knows it.
        rejection: Where it stopped, and why.
    """

    file_name: str
    title: str
    rejection: Rejection


class Tabled(msgspec.Struct, frozen=True, kw_only=True):
    """The note of the tables.

    Attributes:
        row_counts: Rows a table.
        letters_by_status: Files by what became of them.
        quarantine: The files in quarantine.
        signals: What was never met before or does not agree, and the files it is about.
        corrections_by_status: Corrections of these letters by what became of them.
    """

    row_counts: dict[str, int]
    letters_by_status: dict[str, int]
    quarantine: tuple[Quarantined, ...]
    signals: tuple[tuple[Signal, tuple[str, ...]], ...]
    corrections_by_status: dict[str, int] = {}


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """The note of `warehouse`.

    Attributes:
        state_id: The published state.
        inputs: A checksum over all that it was made from.
        is_new: Whether it was another one before.
    """

    state_id: str
    inputs: str
    is_new: bool


Note = Listed | Worked | Tabled | Published
N = TypeVar("N", bound=Note)


def keep_note(out: Path, asset: str, note: Note) -> None:
    """Keep what an asset notes of its run."""
    path = _path(out, asset)
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.write_bytes(msgspec.json.encode(note))
    new.replace(path)


def read_note(out: Path, asset: str, kind: type[N]) -> N | None:
    """What an asset noted last; `None` if it did not, or in another version's words."""
    try:
        return msgspec.json.decode(_path(out, asset).read_bytes(), type=kind)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def _path(out: Path, asset: str) -> Path:
    return out / "work" / "notes" / f"{asset}.json"
