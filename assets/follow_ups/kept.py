"""Judgements that still hold: a pair is judged again only if one of its documents has changed.

Here belongs where they are kept, a small file a later document, and what makes them hold no more:
other words or codes in one of the two documents, or another version of what judges.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import msgspec

from assets.follow_ups.judging import FollowUp
from assets.follow_ups.statements import Statement
from assets.running.stages import checksum
from warehouse.files import replace_file

#: What decides a judgement, as for a stage: a test holds it against the imports.
SOURCE_PATHS = ("assets/follow_ups", "assets/language", "warehouse/csv_files.py")
LIBRARIES = ("msgspec", "numpy")

#: What became of the points of earlier documents, by the digests of both.
Judgements = Mapping[str, tuple[FollowUp, ...]]


class _File(msgspec.Struct):
    version: str
    judgements: dict[str, tuple[FollowUp, ...]]


class Kept:
    """A folder of judgements; without one, nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)

    def read(self, later_id: str) -> Judgements:
        """What is kept of a later visit and still holds."""
        if self._folder is None:
            return {}
        try:
            file = msgspec.json.decode(self._path(self._folder, later_id).read_bytes(), type=_File)
        except (FileNotFoundError, msgspec.DecodeError):
            return {}
        return file.judgements if file.version == _version() else {}

    def write(self, later_id: str, judgements: Judgements) -> None:
        """Keep what became of points by a later visit."""
        if self._folder is not None:
            file = _File(_version(), dict(judgements))
            replace_file(self._path(self._folder, later_id), msgspec.json.encode(file))

    @staticmethod
    def _path(folder: Path, later_id: str) -> Path:
        return folder / f"{later_id}.json"


def digest(statements: Sequence[Statement]) -> str:
    """A checksum over all of statements that decides."""
    whole = hashlib.sha256()
    for one in statements:
        said = (*one[:-1], sorted(one.place_groups))
        whole.update(repr(said).encode())
    return whole.hexdigest()[:16]


@cache
def _version() -> str:
    return checksum(SOURCE_PATHS, LIBRARIES)[:16]
