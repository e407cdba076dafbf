"""States in an object store: where they lie there, and how one becomes the current one.

    STORE/states/<id>-<token>/    one whole state: warehouse.duckdb, parquet/, state.json
    STORE/current.json            the pointer: the state that is published, and the one before it

The files of a state are put in a folder that no other attempt shares. Then the pointer is switched,
on condition that it says what this run read: of two runs that publish at once, one is let through
and the other is told. What leads nowhere is cleared by whoever switches the pointer next.

Here belongs this order of steps; what a state is, and how it lies in a folder, is in `states`.
"""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Sequence
from typing import Any

import msgspec

from warehouse import states
from warehouse.files import json_of, replace_file, waiting_lock
from warehouse.places import each
from warehouse.working_copy import PUBLISHED, WorkingCopy


class _Entry(msgspec.Struct, frozen=True):
    """A state in the store: its id, its folder, and what it says of itself."""

    state_id: str
    folder: str
    record: dict[str, Any]


class _Pointer(msgspec.Struct, frozen=True):
    """What is published, what was before it, and what tells it from one that says the same."""

    format: int
    states: tuple[_Entry, ...]
    token: str = ""


def bring(copy: WorkingCopy, state_id: str | None = None) -> None:
    """Have a state lie in the working copy, and the links lead to the one that is published.

    Args:
        copy: The working copy.
        state_id: The state; `None` is the one that is published. One that is not in the store is
            not brought.

    Raises:
        DamagedState: The published state is not whole in the store.
        PublishError: A newer version of the program published it.
    """
    entries = _entries(copy)
    if not entries:
        (copy.folder / states.CURRENT).unlink(missing_ok=True)
        return
    entry = entries[0]
    if state_id is not None:
        for entry in entries:
            if entry.state_id == state_id:
                _bring(copy, entry)
        return
    while wrong := _bring(copy, entry):
        before = copy.pointer(PUBLISHED)
        if copy.lease is None:
            copy.pointers.clear()
        # What two others have followed is cleared away, and may have been while it was brought.
        if copy.pointer(PUBLISHED) == before:
            raise states.DamagedState(f"{copy.place.url}/{entry.folder}", wrong)
        entry = _entries(copy)[0]
    with waiting_lock(copy.folder):
        for name, target in states.LINKS.items():
            states.replace_link(copy.folder / name, target)
        states.replace_link(copy.folder / states.CURRENT, f"{states.STATES}/{entry.state_id}")


def push(copy: WorkingCopy, state: states.State, *, is_new: bool) -> None:
    """Publish in the store the state that is published in the working copy.

    Args:
        copy: The working copy.
        state: The state.
        is_new: Whether its files were made now; else they are those that are published.

    Raises:
        PublishError: Another run has published meanwhile.
        Busy: Another run has taken over.
        PlaceError: The store does not take it.
    """
    record = json.loads((state.folder / states.STATE_FILE).read_bytes())
    token = uuid.uuid4().hex[:8]
    try:
        before = _entries(copy)
    except states.DamagedState:  # nothing can be followed to what it led to
        before = ()
    if is_new:
        entry = _Entry(state.state_id, f"states/{state.state_id}-{token}", record)
        names = (*record["sums"], states.STATE_FILE)
        copy.place.put({f"{entry.folder}/{name}": state.folder / name for name in names})
    else:
        entry = _Entry(state.state_id, before[0].folder, record)
    previous = [one for one in before if one.state_id == state.previous_id]
    published = _Pointer(states.FORMAT, (entry, *previous), token)
    there = [f"states/{path}" for path in copy.place.sizes(states.STATES)]
    content = json_of(published)
    if not copy.switch(PUBLISHED, content):
        raise states.PublishError(
            f"Another run has published in {copy.place.url} meanwhile, so what this one made is "
            "not published. Run again: what it had read is kept."
        )
    kept = tuple(f"{one.folder}/" for one in published.states)
    each(copy.place.remove, [path for path in there if not path.startswith(kept)])


def _entries(copy: WorkingCopy) -> Sequence[_Entry]:
    there = copy.pointer(PUBLISHED)
    if there is None:
        return ()
    try:
        pointer = msgspec.json.decode(there.content, type=_Pointer)
    except msgspec.DecodeError as error:
        raise states.DamagedState(f"{copy.place.url}/{PUBLISHED}", "cannot be read") from error
    states.refuse_newer(pointer.format, copy.place.url)
    return pointer.states


def _bring(copy: WorkingCopy, entry: _Entry) -> str:
    """Have a state's files lie in the working copy; what is wrong with them, if anything is."""
    place = copy.folder / states.STATES / entry.state_id
    state_file, text = place / states.STATE_FILE, states.as_json(entry.record)
    sums = entry.record["sums"]
    if states.sums(place) != sums:
        new = place.with_name(f"{states.NEW}-{uuid.uuid4().hex}")
        try:
            missing = copy.place.fetch({f"{entry.folder}/{name}": new / name for name in sums})
            if missing:
                return f"lacks {min(missing).rpartition('/')[2]}"
            if states.sums(new) != sums:
                return "has other bytes than were published"
            with waiting_lock(copy.folder):
                if states.sums(place) != sums:  # else another process has, and may be reading
                    shutil.rmtree(place, ignore_errors=True)
                    new.rename(place)
        finally:
            shutil.rmtree(new, ignore_errors=True)
    if not state_file.exists() or state_file.read_bytes() != text:
        replace_file(state_file, text)
    return ""
