"""What tests of stores share: machines that work in one, and processes that end in the middle."""

from collections.abc import Callable
from pathlib import Path

import pytest

from warehouse.places import Place

#: The folder in which a new process works, on the machine of that name.
Machine = Callable[[str], Path]

#: How a store is changed.
_CHANGES = ("_put", "write", "switch", "remove")


class Killed(BaseException):
    """A process ended without another word."""


def kill_after(steps: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the process end after so many changes of the store."""
    left = iter(range(steps))

    def counted(change: Callable[..., object]) -> Callable[..., object]:
        def step(*args: object) -> object:
            if next(left, None) is None:
                raise Killed
            return change(*args)

        return step

    for name in _CHANGES:
        monkeypatch.setattr(Place, name, counted(getattr(Place, name)))
    monkeypatch.setattr("warehouse.places._AT_ONCE", 1)
