"""Published states: what readers see, and how the next one takes its place.

    OUT/states/<id>/        one whole state: warehouse.duckdb, parquet/, state.json
    OUT/current             -> states/<id>, the state that is published
    OUT/warehouse.duckdb    -> current/warehouse.duckdb
    OUT/parquet             -> current/parquet

A state is made beside the others under a name that no link leads to, written through to the disk,
and published in one instant: by renaming a new `current` over the old. Whatever happens before that
instant leaves the old state as it was, whatever happens after leaves the new one; what a killed
run leaves lying is cleared by the next.

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
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from warehouse import database, parquet
from warehouse.files import exclusive_lock, replace_file
from warehouse.schema import SCHEMA

DATABASE_NAME = "warehouse.duckdb"
PARQUET_NAME = "parquet"
STATE_FILE = "state.json"
CURRENT = "current"
STATES = "states"
LINKS = {name: f"{CURRENT}/{name}" for name in (DATABASE_NAME, PARQUET_NAME)}
# No id of a state starts with a dot, so a folder that does is a state in the making.
NEW = ".new"
# Nothing else is removed from the folder of states.
_OUR_NAME = re.compile(rf"{re.escape(NEW)}-.*|[0-9a-f]{{16}}")


class PublishError(RuntimeError):
    """A state cannot be published; the message says what stands in the way."""


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
        meta: What the publisher wished to be kept with it.
    """

    state_id: str
    folder: Path
    fingerprint: str
    published_at: datetime
    previous_id: str | None
    row_counts: Mapping[str, int]
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
    """The published state, or `None` if nothing is published in that folder."""
    folder = (out / CURRENT).resolve()
    try:
        record = json.loads((folder / STATE_FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return State(
        folder=folder,
        state_id=folder.name,
        fingerprint=record["fingerprint"],
        published_at=datetime.fromisoformat(record["published_at"]),
        previous_id=record["previous_id"],
        row_counts=record["row_counts"],
        meta=record["meta"],
    )


def name_of(fingerprint: str) -> str:
    """The id of a state: of tables with that fingerprint, by the code's own definitions."""
    definition = fingerprint + database.definition_fingerprint()
    return hashlib.sha256(definition.encode()).hexdigest()[:16]


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
        previous = current(out)
        if previous is None or previous.state_id != state_id:
            record = {
                "fingerprint": fingerprint,
                "published_at": at.astimezone(UTC).isoformat(),
                "previous_id": previous.state_id if previous else None,
                "row_counts": parquet.row_counts(candidate),
                "meta": dict(meta),
            }
            _make_state(candidate, states, state_id, record)
        else:
            path = previous.folder / STATE_FILE
            record = json.loads(path.read_text(encoding="utf-8")) | {"meta": dict(meta)}
            if path.read_bytes() != _as_json(record):
                replace_file(path, _as_json(record))
        # The links lead nowhere before the first state is published: better than for a moment to
        # half of it.
        for name, target in LINKS.items():
            replace_link(out / name, target)
        replace_link(out / CURRENT, f"states/{state_id}")
        published = current(out)
        assert published is not None, "what was just published must be there"
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
    database.build_database(new / PARQUET_NAME, new / DATABASE_NAME)
    (new / STATE_FILE).write_bytes(_as_json(record))
    for path in (*new.rglob("*"), new):
        sync(path)
    # A folder of that name is an older state with the same tables, or one whose publication was
    # cut short: no link leads to it, or this state would not be made anew.
    _remove(states / state_id)
    new.rename(states / state_id)
    sync(states)


def _as_json(record: Mapping[str, Any]) -> bytes:
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
