"""Published states: what readers see, and how the next one takes its place.

    OUT/states/<id>/        one whole state: warehouse.duckdb, parquet/, state.json
    OUT/current             -> states/<id>, the state that is published
    OUT/warehouse.duckdb    -> current/warehouse.duckdb
    OUT/parquet             -> current/parquet

A state is made beside the others under a name that no link leads to, written through to the disk,
and published in one instant: by renaming a new `current` over the old. Whatever happens before that
instant leaves the old state as it was, whatever happens after leaves the new one; what a killed
run leaves lying is cleared by the next. A state has the checksums of its files; one that is damaged
is made anew.

Here belongs this order of steps. What stands in a state's files is the business of `parquet.py` and
`database.py`; whether it is fit to be published has been decided before.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from warehouse import database, parquet
from warehouse.files import (
    UNFINISHED,
    exclusive_lock,
    file_sha256,
    replace_file,
    written_beside,
)
from warehouse.schema import SCHEMA
from warehouse.working_copy import copy_of

DATABASE_NAME = "warehouse.duckdb"
PARQUET_NAME = "parquet"
STATE_FILE = "state.json"
CURRENT = "current"
STATES = "states"
LINKS = {name: f"{CURRENT}/{name}" for name in (DATABASE_NAME, PARQUET_NAME)}
#: What this version of the program writes into `state.json`; a later one may be another.
FORMAT = 1
_FILES = (DATABASE_NAME, *(f"{PARQUET_NAME}/{name}.parquet" for name in SCHEMA))
# No id of a state starts with a dot, so a folder that does is a state in the making.
NEW = ".new"
# Nothing else is removed from the folder of states.
_OUR_NAME = re.compile(rf"{re.escape(NEW)}-.*|[0-9a-f]{{16}}")
# Of a DuckDB file beside tables that are not published yet; a killed run may have left a part.
_PREPARED = re.compile(rf"[0-9a-f]{{16}}\.duckdb({re.escape(UNFINISHED)}\d+(\.wal)?)?")
# Tables of more bytes are large: those of some 1,200 letters.
_LARGE_BYTES = 10_000_000


class PublishError(RuntimeError):
    """A state cannot be published or read; the message says what stands in the way."""


class DamagedState(PublishError):
    """The published state is not as it was made; the message says where."""

    def __init__(self, file: Path | str, why: str) -> None:
        self.what = f"What is published is damaged: {file} {why}."
        super().__init__(f"{self.what} `ofsted-letters run` makes it anew from the archive.")


@dataclass(frozen=True, slots=True)
class State:
    """A published state.

    Attributes:
        state_id: The name of its folder, made from the tables' fingerprint and the definition of
            tables and views.
        folder: Where it lies. A reader who opens files through it, rather than through the links,
            never gets one file of this state and another of the next.
        fingerprint: The fingerprint of its tables.
        published_at: When it was made (UTC).
        previous_id: The state that was published before it, if any.
        row_counts: How many rows each table has.
        sums: The SHA-256 of each of its files, by path within the folder.
        meta: What the publisher wished to be kept with it.
    """

    state_id: str
    folder: Path
    fingerprint: str
    published_at: datetime
    previous_id: str | None
    row_counts: Mapping[str, int]
    sums: Mapping[str, str] = field(default_factory=dict)
    meta: Mapping[str, Any] = field(default_factory=dict)

    @property
    def database(self) -> Path:
        """Its DuckDB file."""
        return self.folder / DATABASE_NAME

    @property
    def parquet(self) -> Path:
        """Its folder of tables."""
        return self.folder / PARQUET_NAME


def current(out: Path) -> State | None:
    """The published state, or `None` if nothing is published in that folder.

    Raises:
        DamagedState: What it says of itself cannot be read.
        PublishError: A newer version of the program published it.
    """
    if copy := copy_of(out):
        from warehouse import stored_states

        stored_states.bring(copy)
    return _current_here(out)


def _current_here(out: Path) -> State | None:
    """The state that the links of a folder lead to."""
    folder = (out / CURRENT).resolve()
    path = folder / STATE_FILE
    try:
        record = json.loads(path.read_bytes())
        refuse_newer(record.get("format", FORMAT), out)
        return State(
            folder=folder,
            state_id=folder.name,
            fingerprint=record["fingerprint"],
            published_at=datetime.fromisoformat(record["published_at"]),
            previous_id=record["previous_id"],
            row_counts=record["row_counts"],
            sums=record.get("sums", {}),
            meta=record["meta"],
        )
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise DamagedState(path, "cannot be read") from error


def folder_of(out: Path, state_id: str) -> Path:
    """The folder of a state, whether there is one or not."""
    if copy := copy_of(out):
        from warehouse import stored_states

        stored_states.bring(copy, state_id)
    return out / STATES / state_id


def refuse_newer(written: int, where: Path | str) -> None:
    """Refuse what a newer version of the program has published.

    Raises:
        PublishError: If it has.
    """
    if written > FORMAT:
        raise PublishError(
            f"What is published in {where} was published by a newer version of this program. Use "
            "that version, or name another folder with --out."
        )


def whole(out: Path) -> State | None:
    """As `current`, of files that are those that were published.

    An earlier version of the program kept no checksums, so that nothing can be said of its files.

    Raises:
        DamagedState: One is missing or another.
        PublishError: A newer version of the program published it.
    """
    state = current(out)
    if state is not None and state.sums:
        found = sums(state.folder)
        for name in sorted({*_FILES, *state.sums}):
            if name not in found:
                raise DamagedState(state.folder / name, "is not there")
            if found[name] != state.sums.get(name):
                raise DamagedState(state.folder / name, "has other bytes than were published")
    return state


def damage(out: Path) -> DamagedState | None:
    """What is wrong with the published state; `None` if nothing is, or nothing is published."""
    try:
        whole(out)
    except DamagedState as error:
        return error
    return None


def intact(out: Path) -> State | None:
    """The published state if it is whole: what the next one may be held against."""
    return None if damage(out) else current(out)


def name_of(fingerprint: str) -> str:
    """The id of a state: of tables with that fingerprint, by the code's own definitions."""
    definition = fingerprint + database.definition_fingerprint()
    return hashlib.sha256(definition.encode()).hexdigest()[:16]


def prepare(candidate: Path, out: Path) -> None:
    """Makes what takes longest of a state, while it is found out whether it may be published.

    The DuckDB file lies beside the tables until they are published or others take their place. That
    of large tables is made when they are published: now, checking them has the memory.

    Args:
        candidate: The folder of tables, in a folder of its own.
        out: The folder to publish in; if the same tables are published there, nothing is made.
    """
    for other in candidate.parent.iterdir():
        if _PREPARED.fullmatch(other.name):
            other.unlink()
    if sum(path.stat().st_size for path in candidate.iterdir()) > _LARGE_BYTES:
        return
    state_id = name_of(parquet.fingerprint(candidate))
    if (out / CURRENT).resolve().name != state_id:
        with written_beside(_prepared(candidate, state_id)) as new:
            database.build_database(candidate, new)


def _prepared(candidate: Path, state_id: str) -> Path:
    return candidate.with_name(f"{state_id}.duckdb")


def publish(candidate: Path, out: Path, meta: Mapping[str, Any], at: datetime) -> State:
    """Publishes a folder of tables, so that readers go from the old state to the new in one step.

    If the published state was made from the same tables, these stay as they are, to the byte; only
    what is kept with it may be another.

    Args:
        candidate: The folder of tables; it is copied, and may change afterwards.
        out: The folder to publish in.
        meta: What is to be kept with the state, as JSON can hold it.
        at: The time of publication, with its zone.

    Raises:
        PublishError: In the place of a link stands something that is not ours to remove.
        Busy: Another run is publishing here.
        FileNotFoundError: A table is missing from the candidate.
    """
    for name, target in {**LINKS, CURRENT: "states/"}.items():
        check_ours(out / name, target)
    states = out / STATES
    states.mkdir(parents=True, exist_ok=True)
    with exclusive_lock(states, "run is publishing"):
        fingerprint = parquet.fingerprint(candidate)
        state_id = name_of(fingerprint)
        previous = _readable(out)
        now = max(at, datetime.now(UTC))
        is_kept = (
            previous is not None
            and previous.state_id == state_id
            and bool(previous.sums)
            and previous.published_at <= now  # else the clock was wrong
            and not damage(out)
        )
        if previous is not None and is_kept:
            path = previous.folder / STATE_FILE
            record = json.loads(path.read_bytes()) | {"meta": dict(meta)}
            if path.read_bytes() != as_json(record):
                replace_file(path, as_json(record))
        else:
            is_another = previous is not None and previous.state_id != state_id
            record = {
                "format": FORMAT,
                "fingerprint": fingerprint,
                "published_at": at.astimezone(UTC).isoformat(),
                "previous_id": previous
                and (previous.state_id if is_another else previous.previous_id),
                "row_counts": parquet.row_counts(candidate),
                "meta": dict(meta),
            }
            _make_state(candidate, states, state_id, record)
        # The links lead nowhere before the first state is published: better than for a moment to
        # half of it.
        for name, target in LINKS.items():
            replace_link(out / name, target)
        replace_link(out / CURRENT, f"states/{state_id}")
        published = _current_here(out)
        assert published is not None, "what was just published must be there"
        if copy := copy_of(out):
            from warehouse import stored_states

            stored_states.push(copy, published, is_new=not is_kept)
        _prune(states, {published.state_id, published.previous_id})
    return published


def replace_link(link: Path, target: str) -> None:
    """Makes a symbolic link lead to a target, in one step: readers find the old one or the new.

    Raises:
        PublishError: In its place stands a file or a folder.
    """
    new = link.with_name(f"{NEW}-{link.name}")
    new.unlink(missing_ok=True)
    if link.is_symlink() and str(link.readlink()) == target:
        return
    check_ours(link)
    new.symlink_to(target)
    new.replace(link)
    sync(link.parent)


def check_ours(link: Path, target: str = "") -> None:
    """Refuse a place in which there is neither nothing nor a link to such a target.

    Raises:
        PublishError: In it stands a file or a folder, or another link.
    """
    ours = str(link.readlink()).startswith(target) if link.is_symlink() else not link.exists()
    if not ours:
        raise PublishError(
            f"{link} is in the way: it was not made by this project, so it is not replaced. "
            "Move it, or choose another folder to publish in"
        )


def _make_state(candidate: Path, states: Path, state_id: str, record: Mapping[str, Any]) -> None:
    new = states / f"{NEW}-{state_id}"
    _remove(new)
    (new / PARQUET_NAME).mkdir(parents=True)
    for table_name in SCHEMA:
        source = parquet.table_path(candidate, table_name)
        shutil.copyfile(source, new / PARQUET_NAME / source.name)
    prepared = _prepared(candidate, state_id)
    if prepared.exists():
        prepared.replace(new / DATABASE_NAME)
    else:
        database.build_database(new / PARQUET_NAME, new / DATABASE_NAME)
    (new / STATE_FILE).write_bytes(as_json({**record, "sums": sums(new)}))
    for path in (*new.rglob("*"), new):
        sync(path)
    # A folder of that name is an older state with the same tables, one whose publication was cut
    # short, or one that is damaged: no link leads to it that anybody could follow with gain.
    _remove(states / state_id)
    new.rename(states / state_id)
    sync(states)


def _readable(out: Path) -> State | None:
    """The published state, whole or not, if it says what it is."""
    try:
        return current(out)
    except DamagedState:
        return None


def sums(folder: Path) -> dict[str, str]:
    """The checksums of a state's files that are there."""
    found = {}
    for name in _FILES:
        with suppress(FileNotFoundError):
            found[name] = file_sha256(folder / name)
    return found


def as_json(record: Mapping[str, Any]) -> bytes:
    """What a state says of itself, as its file has it."""
    return (json.dumps(record, indent=2, ensure_ascii=False) + "\n").encode()


def _prune(states: Path, kept: set[str | None]) -> None:
    for folder in states.iterdir():
        if _OUR_NAME.fullmatch(folder.name) and folder.is_dir() and folder.name not in kept:
            _remove(folder)


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def sync(path: Path) -> None:
    """Have the system write a file or folder through to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
