"""Lines on how far a long piece of work is: when one is due, and how long the rest takes."""

from types import SimpleNamespace

import pytest

from assets.running.progress_log import Pace


class Clock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("assets.running.progress_log.time", SimpleNamespace(monotonic=clock))
    return clock


def lines(clock: Clock, seconds: float, parts: int, total: int) -> list[tuple[float, str]]:
    """The lines of a piece of work whose parts take so many seconds each, and when they came."""
    pace, began, told = Pace(), clock.now, []
    for done in range(parts + 1):
        clock.now = began + done * seconds
        if line := pace.line("Files fetched", done, total):
            told.append((clock.now - began, line))
    return told


def test_a_line_every_ten_seconds(clock: Clock) -> None:
    told = lines(clock, seconds=2.5, parts=14, total=100)
    assert [at for at, _ in told] == [10, 20, 30]
    assert told[0][1] == "Files fetched: 4 of 100, about 4 min left"


def test_what_is_quick_is_not_told(clock: Clock) -> None:
    assert lines(clock, seconds=0.02, parts=400, total=400) == []


@pytest.mark.parametrize(
    ("seconds", "total", "left"),
    [
        (10, 9, "about 80 s left"),
        (10, 10, "about 2 min left"),
        (10, 2, "about 10 s left"),
        (12, 2000, "about 400 min left"),
    ],
)
def test_how_long_the_rest_will_take(clock: Clock, seconds: float, total: int, left: str) -> None:
    ((_, line),) = lines(clock, seconds=seconds, parts=1, total=total)
    assert line == f"Files fetched: 1 of {total}, {left}"


def test_when_all_is_done_nothing_is_left(clock: Clock) -> None:
    assert lines(clock, seconds=12, parts=1, total=1) == [(12, "Files fetched: 1 of 1")]


def test_what_was_done_before_does_not_count(clock: Clock) -> None:
    """The first call may come when some parts are done: of these nobody knows what they took."""
    pace = Pace()
    assert pace.line("Files fetched", 50, 100) is None
    clock.now += 10
    assert pace.line("Files fetched", 60, 100) == "Files fetched: 60 of 100, about 40 s left"


def test_where_nothing_gets_done_no_end_is_foretold(clock: Clock) -> None:
    pace = Pace()
    pace.line("Pages read", 0, 100)
    clock.now += 30
    assert pace.line("Pages read", 0, 100) == "Pages read: 0 of 100"
    clock.now += 9
    assert pace.line("Pages read", 0, 100) is None


def test_each_piece_of_work_has_its_own_pace(clock: Clock) -> None:
    pace = Pace()
    pace.line("Pages read", 0, 10)
    clock.now += 5
    pace.line("Files fetched", 0, 10)
    clock.now += 5
    assert pace.line("Pages read", 1, 10) == "Pages read: 1 of 10, about 2 min left"
    assert pace.line("Files fetched", 1, 10) is None
    clock.now += 5
    assert pace.line("Files fetched", 2, 10) == "Files fetched: 2 of 10, about 40 s left"
