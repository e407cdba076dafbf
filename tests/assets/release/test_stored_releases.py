"""Releases in a store: each is whole or in no list, and is brought when it is asked for."""

from pathlib import Path
from typing import Any

import pytest

from assets.release.store import ReleaseError, ReleaseStore
from tests.assets.release.test_store import put
from tests.stores import Killed, Machine, kill_after
from warehouse.places import Place


def held_in(store: ReleaseStore) -> set[str]:
    """The versions that lie on a machine."""
    return {path.name for path in store.folder.iterdir() if path.is_dir() and path.name[0] != "."}


def test_a_release_is_brought_when_it_is_asked_for(machine: Machine) -> None:
    for version in ("1.0.0", "1.10.0", "1.9.1"):
        put(ReleaseStore(machine("a")), version)
    store = ReleaseStore(machine("b"))
    store.refuse_if_any_is_lost()
    newest = store.latest()
    assert newest is not None
    assert newest.record.version == "1.10.0"
    assert held_in(store) - {"latest"} == {"1.10.0"}
    assert (store.find("1.0.0").tables / "visits.parquet").read_bytes() == b"1.0.0"
    with pytest.raises(ReleaseError, match=r"Was it 1\.9\.1\?"):
        store.find("1.9")
    put(store, "1.10.1")
    assert [one.record.version for one in ReleaseStore(machine("a")).releases()] == [
        "1.0.0",
        "1.9.1",
        "1.10.0",
        "1.10.1",
    ]


def test_of_two_releases_made_at_once_one_is_kept(machine: Machine) -> None:
    put(ReleaseStore(machine("a")), "1.0.0")
    slow = ReleaseStore(machine("a"))
    put(ReleaseStore(machine("b")), "1.1.0")
    with pytest.raises(ReleaseError, match="Another release was made in file:"):
        put(slow, "1.0.1")
    for store in (slow, ReleaseStore(machine("c"))):
        assert [one.record.version for one in store.releases()] == ["1.0.0", "1.1.0"]


def test_wherever_a_release_is_killed_none_is_half_in_the_list(
    machine: Machine, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(ReleaseStore(machine("a")), "1.0.0")
    is_listed = []
    for steps in range(5):  # three files, the list, and what a killed one had left
        with monkeypatch.context() as patched:
            kill_after(steps, patched)
            with pytest.raises(Killed):
                put(ReleaseStore(machine("a")), f"1.0.{steps + 1}")
        found = [one.record.version for one in ReleaseStore(machine("b")).releases()]
        is_listed.append(f"1.0.{steps + 1}" in found)
    assert is_listed == [False, False, False, False, True]
    put(ReleaseStore(machine("c")), "1.1.0")
    folders = {path.partition("-")[0] for path in Place(store_url).sizes("releases")}
    assert folders == {"1.0.0", "1.0.5", "1.1.0", "releases.json"}


def test_a_release_that_lost_a_file_is_told(machine: Machine, store_url: str) -> None:
    put(ReleaseStore(machine("a")), "1.0.0")
    place = Place(store_url)
    [lost] = [path for path in place.sizes("releases") if path.endswith("visits.parquet")]
    place.write(f"releases/{lost}", b"1.0.1")
    with pytest.raises(ReleaseError, match=r"visits\.parquet is missing or has other bytes"):
        ReleaseStore(machine("b")).find()


def test_a_release_that_is_damaged_here_is_brought_again(machine: Machine) -> None:
    put(ReleaseStore(machine("a")), "1.0.0")
    (ReleaseStore(machine("b")).find().tables / "visits.parquet").write_bytes(b"1.0.1")
    assert (ReleaseStore(machine("b")).find().tables / "visits.parquet").read_bytes() == b"1.0.0"


def test_what_another_process_has_brought_is_left_alone(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(ReleaseStore(machine("a")), "1.0.0")
    here, brought, fetch = machine("b"), [], Place.fetch

    def fetch_late(*arguments: Any) -> frozenset[str]:
        monkeypatch.setattr(Place, "fetch", fetch)
        brought.append(ReleaseStore(here).find().folder.stat().st_ino)
        return fetch(*arguments)

    monkeypatch.setattr(Place, "fetch", fetch_late)
    assert [ReleaseStore(here).find().folder.stat().st_ino] == brought


def test_what_only_this_machine_has_is_no_release(machine: Machine, tmp_path: Path) -> None:
    folder = put(ReleaseStore(tmp_path / "elsewhere"), "2.0.0")
    out = machine("a")
    (out / "releases").mkdir()
    folder.rename(out / "releases" / "2.0.0")
    assert ReleaseStore(machine("a")).releases() == ()
