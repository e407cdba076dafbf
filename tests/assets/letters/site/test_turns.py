"""Turns at one host: how many at a time, the pauses between, and an end to waiting."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from assets.letters.site.turns import Stopped, Turns
from tests.conftest import SOON

#: What a busy machine may take off a pause, as it is measured from outside (seconds).
TOLERANCE = 0.05


def take_turns(turns: Turns, threads: int, each: int, work: float) -> list[tuple[float, float]]:
    """When each turn of some threads began and ended, in the order of beginnings."""
    taken = []

    def take(_: int) -> None:
        with turns.turn():
            began = time.monotonic()
            time.sleep(work)
            taken.append((began, time.monotonic()))

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(take, range(threads * each)))
    return sorted(taken)


@pytest.mark.parametrize("at_once", [1, 2])
def test_no_more_at_once_than_may_be(at_once: int) -> None:
    taken = take_turns(Turns(at_once, 0, threading.Event()), threads=5, each=2, work=0.02)
    under_way = [
        sum(began <= moment < ended for began, ended in taken)
        for moment, _ in taken  # the most are under way when one has just begun
    ]
    assert max(under_way) == at_once
    assert len(taken) == 10


@pytest.mark.parametrize("work", [0.0, 0.25])
def test_a_pause_after_each_beginning_and_each_end(work: float) -> None:
    pause = 0.12
    taken = take_turns(Turns(2, pause, threading.Event()), threads=2, each=2, work=work)
    for number, (began, _) in enumerate(taken[1:], start=1):
        for before, ended in taken[:number]:
            assert began - before >= pause - TOLERANCE
            assert ended > began or began - ended >= pause - TOLERANCE
    if work > pause:  # only then are two under way
        assert taken[1][0] < taken[0][1]


def test_without_a_pause_nobody_waits() -> None:
    began = time.monotonic()
    take_turns(Turns(1, 0, threading.Event()), threads=2, each=100, work=0)
    assert time.monotonic() - began < SOON


def seconds_to_a_turn(turns: Turns) -> float:
    began = time.monotonic()
    with turns.turn():
        return time.monotonic() - began


@pytest.mark.parametrize(
    ("ask", "at_least"),
    [
        (lambda turns: turns.hold(0.2), 0.2),
        (lambda turns: (turns.hold(0.2), turns.hold(0.01)), 0.2),
        (lambda turns: (turns.slow_down(0.2), seconds_to_a_turn(turns)), 0.2),
        (lambda turns: (turns.slow_down(0.2), turns.slow_down(0.0), seconds_to_a_turn(turns)), 0.2),
        (lambda turns: None, 0.0),
    ],
    ids=["held", "held for the longest", "slowed down", "never faster", "free"],
)
def test_a_host_can_ask_for_more_time(ask: Callable[[Turns], object], at_least: float) -> None:
    turns = Turns(2, 0, threading.Event())
    ask(turns)
    waited = seconds_to_a_turn(turns)
    assert waited >= at_least - TOLERANCE
    assert waited < at_least + SOON


def test_a_turn_that_fails_is_over_all_the_same() -> None:
    turns = Turns(1, 0, threading.Event())
    for _ in range(3):
        with pytest.raises(ValueError, match="no"), turns.turn():
            raise ValueError("no")
    assert seconds_to_a_turn(turns) < SOON


@pytest.mark.parametrize("waits_for", ["another's end", "the end of a pause", "nothing"])
def test_who_waits_gives_up_when_the_program_does(waits_for: str) -> None:
    stopping = threading.Event()
    turns = Turns(1, 60 if waits_for == "the end of a pause" else 0, stopping)
    release = threading.Event()
    given_up: list[float] = []

    def wait() -> None:
        try:
            with turns.turn():
                pytest.fail("it had its turn")
        except Stopped:
            given_up.append(time.monotonic())

    def hold() -> None:
        with turns.turn():
            release.wait(2 * SOON)

    holder = threading.Thread(target=hold)
    if waits_for == "another's end":
        holder.start()
    elif waits_for == "the end of a pause":
        seconds_to_a_turn(turns)
    else:
        stopping.set()
    waiter = threading.Thread(target=wait)
    time.sleep(0.02)
    waiter.start()
    time.sleep(0.02)
    stopped = time.monotonic()
    stopping.set()
    waiter.join(2 * SOON)
    release.set()
    if holder.ident:
        holder.join(SOON)
    (at,) = given_up
    assert at - stopped < SOON
