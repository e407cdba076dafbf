"""Whose turn it is to ask a host: a few requests at a time, and a pause around each.

Here belongs only that. What a request is, and what becomes of it, is the client's business.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Stopped(Exception):
    """The program gives up what it was waiting for."""


class Turns:
    """The turns at one host.

    A pause is kept after any request has begun and after any has ended, so that two requests are
    under way at a time only where an answer takes longer than the pause.

    Args:
        at_once: How many requests may be under way.
        pause: How long the host is left alone (seconds).
        stopping: Is set when waiting is to end.
    """

    def __init__(self, at_once: int, pause: float, stopping: threading.Event) -> None:
        self._at_once = at_once
        self._pause = pause
        self._stopping = stopping
        self._free_at = time.monotonic()
        self._under_way = 0
        self._change = threading.Condition()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn, and have it.

        Raises:
            Stopped: If the program gives up.
        """
        with self._change:
            while not self._stopping.is_set() and (wait := self._seconds_to_wait()) > 0:
                # Now and then it looks up, as nobody tells a condition of another's event.
                self._change.wait(min(wait, 1.0))
            if self._stopping.is_set():
                raise Stopped
            self._under_way += 1
            self._leave_alone(self._pause)
        try:
            yield
        finally:
            with self._change:
                self._under_way -= 1
                self._leave_alone(self._pause)
                self._change.notify_all()

    def hold(self, seconds: float) -> None:
        """Leave the host alone for so long: it has asked for that."""
        with self._change:
            self._leave_alone(seconds)

    def slow_down(self, pause: float) -> None:
        """Keep a pause of at least so many seconds from now on."""
        with self._change:
            self._pause = max(self._pause, pause)

    def _leave_alone(self, seconds: float) -> None:
        self._free_at = max(self._free_at, time.monotonic() + seconds)

    def _seconds_to_wait(self) -> float:
        if self._under_way >= self._at_once:
            return 1.0
        return self._free_at - time.monotonic()
