"""The right to work in a store, for one run at a time: an object that holds for a while.

Here belongs how it is had, kept and lost. It spares two runs from doing the same work; that they do
each other no harm rests on conditional puts of what they publish, and on no clock. How old a sign
of life is, the store's own clock says, as those of two machines differ.
"""

from __future__ import annotations

import json
import math
import os
import socket
import threading
import uuid
from contextlib import suppress
from typing import Any

from warehouse.files import Busy
from warehouse.places import Place, PlaceError, Tagged

LOCK_FILE = "lock.json"

#: How long after its last sign of life a run is taken for dead (seconds), unless a setting says
#: otherwise: longer than a run of this program ever keeps its other threads waiting.
SECONDS = 120
SETTING = "OFSTED_LETTERS_LOCK_SECONDS"
#: A lease is renewed so often within the time that it holds.
_RENEWALS = 4


class Lease:
    """The right to work in a store, as a context manager; it is renewed while it is held."""

    def __init__(self, place: Place) -> None:
        """Name the place; nothing is asked of it before the lease is taken.

        Raises:
            PlaceError: If the setting says no time.
        """
        self._place = place
        self._seconds = _seconds()
        self._holder = uuid.uuid4().hex
        self._tag: str | None = None
        self._is_lost = False
        self._ended = threading.Event()
        self._renewing = threading.Thread(target=self._renew, daemon=True)

    def __enter__(self) -> Lease:
        """Take it.

        Raises:
            Busy: If another run has it, or may still have it.
            PlaceError: If the place cannot be asked.
        """
        there = self._place.read_tagged(LOCK_FILE)
        if there is not None:
            self._refuse_if_held(there)
        self._tag = self._place.switch(LOCK_FILE, self._content(), there.tag if there else None)
        if self._tag is None:
            raise Busy(f"Another run has just begun in {self._place.url}. Wait until it has ended.")
        self._renewing.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._renewing.join()
        # Where the store cannot be told, it ends by itself: nothing of the run is lost by that.
        with suppress(PlaceError):
            if not self._is_lost:
                self._place.switch(LOCK_FILE, self._content(seconds=0), self._tag)

    def refuse_if_lost(self) -> None:
        """Stop a run that another one took for dead.

        Raises:
            Busy: If it was.
        """
        if self._is_lost:
            raise Busy(
                f"Another run has taken over in {self._place.url}, as this one had given no sign "
                f"of life for {self._seconds:.0f} seconds. What had come is kept; nothing was "
                "published."
            )

    def _renew(self) -> None:
        while not self._ended.wait(self._seconds / _RENEWALS):
            try:
                tag = self._place.switch(LOCK_FILE, self._content(), self._tag)
                if tag is None:
                    there = self._place.read_tagged(LOCK_FILE)
                    # A renewal whose answer was lost has been kept all the same.
                    if there is None or self._holder.encode() not in there.content:
                        self._is_lost = True
                        return
                    tag = there.tag
            except PlaceError:  # a store that is away for a moment; whoever took over is met later
                continue
            self._tag = tag

    def _content(self, seconds: float | None = None) -> bytes:
        record = {
            "holder": self._holder,
            "machine": socket.gethostname(),
            "process": os.getpid(),
            "seconds": self._seconds if seconds is None else seconds,
            "sign": uuid.uuid4().hex,  # no two signs of life are the same bytes
        }
        return json.dumps(record, indent=2).encode() + b"\n"

    def _refuse_if_held(self, there: Tagged) -> None:
        try:
            record: dict[str, Any] = json.loads(there.content)
            machine, process = record["machine"], record["process"]
            seconds = float(record["seconds"])
        except (ValueError, KeyError, TypeError):  # nobody's: what a run writes is whole
            return
        left = seconds - self._place.age(LOCK_FILE) if seconds else 0
        if left > 0:
            raise Busy(
                f"Another run is at work in {self._place.url}: process {process} on {machine}. "
                f"Wait until it has ended; if it was killed, its lock ends by itself in {left:.0f} "
                "seconds."
            )


def _seconds() -> float:
    text = os.environ.get(SETTING) or str(SECONDS)
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < math.inf:
        raise PlaceError(
            f"{SETTING} is {text}: write a number of seconds, as 120, or leave it out."
        )
    return seconds
