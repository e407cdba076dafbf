"""States in a store: whoever publishes, or is killed at it, readers find one whole state."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.stores import Killed, Machine, kill_after
from warehouse import leases, parquet
from warehouse.files import Busy
from warehouse.ours import NotOursError, claim
from warehouse.places import Place, PlaceError
from warehouse.schema import SCHEMA
from warehouse.states import DamagedState, PublishError, State, current, publish, whole
from warehouse.working_copy import PUBLISHED, copy_of, held, save

AT = datetime(2026, 2, 3, 6, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("light")


def reads(out: Path) -> State | None:
    """What a reader finds, whole."""
    state = whole(out)
    if state is not None:
        assert parquet.fingerprint(out / "parquet") == state.fingerprint
        assert (out / "warehouse.duckdb").read_text().startswith("made from")
    return state


def test_what_one_machine_publishes_another_reads(
    candidates: list[Path], machine: Machine, store_url: str
) -> None:
    assert reads(machine("b")) is None
    for candidate in candidates[:3]:
        published = publish(candidate, machine("a"), {"of": candidate.name}, at=AT)
        found = reads(machine("b"))
        assert found is not None
        assert (found.state_id, found.previous_id) == (published.state_id, published.previous_id)
        assert found.meta == {"of": candidate.name}
    assert len({path.partition("/")[0] for path in Place(store_url).sizes("states")}) == 2


def test_tables_are_not_put_again(candidate: Path, machine: Machine, store_url: str) -> None:
    publish(candidate, machine("a"), {"run": 1}, at=AT)
    before = Place(store_url).sizes("states")
    publish(candidate, machine("b"), {"run": 2}, at=AT + timedelta(days=1))
    assert Place(store_url).sizes("states") == before
    found = reads(machine("a"))
    assert found is not None
    assert (found.meta, found.published_at) == ({"run": 2}, AT)


def test_wherever_publishing_is_killed_readers_find_a_whole_state(
    candidates: list[Path], machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = publish(candidates[0], machine("a"), {}, at=AT)
    files, seen = len(SCHEMA) + 2, []  # then the pointer is switched, and what was before removed
    for steps in (0, 9, files - 1, files, files + 1, files + 9):
        with monkeypatch.context() as patched:
            kill_after(steps, patched)
            with pytest.raises(Killed):
                publish(candidates[1], machine("a"), {}, at=AT)
        found = reads(machine("b"))
        assert found is not None
        seen.append(found.state_id != old.state_id)
        # The next run heals, on whichever machine.
        new = publish(candidates[1], machine("c"), {}, at=AT)
        found = reads(machine("b"))
        assert found is not None
        assert found.state_id == new.state_id
        old = publish(candidates[0], machine("c"), {}, at=AT)
    assert seen == [False, False, False, False, True, True]


def test_of_two_that_publish_at_once_one_is_let_through(
    candidates: list[Path], machine: Machine
) -> None:
    publish(candidates[0], machine("a"), {}, at=AT)
    slow = machine("a")
    assert reads(slow)
    won = publish(candidates[1], machine("b"), {}, at=AT)
    with pytest.raises(PublishError, match="Another run has published"):
        publish(candidates[2], slow, {}, at=AT)
    for out in (slow, machine("c")):
        found = reads(out)
        assert found is not None
        assert found.state_id == won.state_id


def lose_a_table(store: Place) -> None:
    [lost] = [path for path in store.sizes("states") if path.endswith("/visits.parquet")]
    store.remove(f"states/{lost}")


def spoil_the_pointer(store: Place) -> None:
    store.write(PUBLISHED, b"{")


@pytest.mark.parametrize(
    ("damage", "told"),
    [(lose_a_table, r"file:.* lacks visits\.parquet"), (spoil_the_pointer, "cannot be read")],
)
def test_what_is_damaged_in_the_store_is_told_and_made_anew(
    candidate: Path,
    machine: Machine,
    store_url: str,
    damage: Callable[[Place], None],
    told: str,
) -> None:
    publish(candidate, machine("a"), {}, at=AT)
    damage(Place(store_url))
    with pytest.raises(DamagedState, match=told):
        current(machine("b"))
    publish(candidate, machine("b"), {}, at=AT)
    assert reads(machine("c"))


def test_no_pointer_is_taken_for_another_that_says_the_same(
    candidates: list[Path], machine: Machine
) -> None:
    publish(candidates[0], machine("a"), {}, at=AT)
    slow = machine("a")
    assert reads(slow)
    publish(candidates[0], machine("b"), {}, at=AT)  # clears away what others have begun to put
    with pytest.raises(PublishError, match="Another run has published"):
        publish(candidates[1], slow, {}, at=AT)


def test_what_another_process_has_brought_is_left_alone(
    candidate: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(candidate, machine("a"), {}, at=AT)
    here, fetch, brought = machine("b"), Place.fetch, []

    def number() -> int:
        state = reads(here)
        assert state is not None
        return state.folder.stat().st_ino

    def fetch_late(*arguments: Any) -> frozenset[str]:
        monkeypatch.setattr(Place, "fetch", fetch)
        brought.append(number())
        return fetch(*arguments)

    monkeypatch.setattr(Place, "fetch", fetch_late)
    assert [number()] == brought


def test_one_run_at_a_time_works_in_a_store(machine: Machine, store_url: str) -> None:
    first, second = machine("a"), machine("b")
    with held(first), pytest.raises(Busy, match="Another run is at work in file:"), held(second):
        pass
    with held(second):
        pass


def test_a_run_that_was_taken_for_dead_publishes_nothing(
    candidates: list[Path], machine: Machine, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(leases.SETTING, "0.4")
    asleep, taken = machine("a"), threading.Event()
    switch = Place.switch

    def sleeping(self: Place, path: str, content: bytes, before: str | None) -> str | None:
        if path == leases.LOCK_FILE and before and not taken.is_set():  # a sign of life
            taken.wait(20)
        return switch(self, path, content, before)

    monkeypatch.setattr(Place, "switch", sleeping)
    with held(asleep):
        threading.Event().wait(0.6)
        other = machine("b")
        assert Place(store_url).age(leases.LOCK_FILE) > 0.4
        monkeypatch.setattr(Place, "switch", switch)
        with held(other):
            taken.set()
            threading.Event().wait(0.3)
            with pytest.raises(Busy, match="Another run has taken over"):
                publish(candidates[1], asleep, {}, at=AT)
            with pytest.raises(Busy, match="Another run has taken over"):
                save(asleep, "quality/summary.md")
            won = publish(candidates[2], other, {}, at=AT)
    found = reads(machine("c"))
    assert found is not None
    assert found.state_id == won.state_id


def test_a_sign_of_life_whose_answer_was_lost_is_one(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(leases.SETTING, "0.2")
    switch, signs = Place.switch, 0

    def forgetful(self: Place, path: str, content: bytes, before: str | None) -> str | None:
        nonlocal signs
        tag = switch(self, path, content, before)
        signs += before is not None
        if signs == 1:
            raise PlaceError
        return tag

    monkeypatch.setattr(Place, "switch", forgetful)
    out = machine("a")
    with held(out):
        copy = copy_of(out)
        assert copy is not None
        while signs < 4:
            threading.Event().wait(0.01)
            copy.refuse_if_lost()


def test_what_was_published_is_so_though_the_lock_cannot_be_given_back(
    candidate: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise PlaceError

    out = machine("a")
    with held(out):
        publish(candidate, out, {}, at=AT)
        monkeypatch.setattr(Place, "switch", away)


@pytest.mark.parametrize("seconds", ["soon", "0", "nan", "inf", "-3"])
def test_a_lock_holds_for_a_time(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, seconds: str
) -> None:
    monkeypatch.setenv(leases.SETTING, seconds)
    with (
        pytest.raises(PlaceError, match=f"SECONDS is {seconds}: write a number"),
        held(machine("a")),
    ):
        pass


def test_a_store_that_keeps_no_conditions_is_refused(
    machine: Machine, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def careless(self: Place, path: str, content: bytes, before: str | None) -> str:
        self.write(path, content)
        return "tag"

    monkeypatch.setattr(Place, "switch", careless)
    for steps in range(4):  # killed before it has tried, it has not been let in either
        with monkeypatch.context() as patched:
            kill_after(steps, patched)
            with pytest.raises(Killed):
                claim(machine("a"))
    with pytest.raises(NotOursError, match="puts a file whatever is there"):
        claim(machine("a"))
    assert ".ofsted-letters" not in Place(store_url).sizes()


def test_a_place_of_somebody_elses_is_left_alone(machine: Machine, store_url: str) -> None:
    claim(machine("a"))
    claim(machine("b"))
    Place(store_url).remove(".ofsted-letters")
    Place(store_url).write("photos/1.jpg", b"mine")
    with pytest.raises(NotOursError, match=r"holds photos/1\.jpg"):
        claim(machine("a"))
