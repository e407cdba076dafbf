"""The store: what stands in it, what a name leads to, and that nothing in it is ever changed."""

import json
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from assets.release import checksums
from assets.release.store import (
    RECORD_FILE,
    Record,
    ReleaseError,
    ReleaseStore,
    read_release,
    write_record,
)


def record(version: str, previous: str | None = None) -> Record:
    return Record(
        version=version,
        previous=previous,
        released=date(2026, 1, 5),
        source="folder",
        state_id="0123456789abcdef",
        fingerprint="f" * 64,
        row_counts={"visits": 2},
    )


def put(store: ReleaseStore, version: str) -> Path:
    made = store.start_draft(version)
    (made / "parquet").mkdir()
    (made / "parquet" / "visits.parquet").write_bytes(version.encode())
    write_record(made, record(version))
    checksums.write_checksums(made)
    return store.publish(made, version).folder


@pytest.fixture
def store(tmp_path: Path) -> ReleaseStore:
    return ReleaseStore(tmp_path)


def test_an_empty_store_has_no_release_and_says_how_to_make_one(store: ReleaseStore) -> None:
    assert store.releases() == ()
    assert store.latest() is None
    with pytest.raises(ReleaseError, match="Make one with `ofsted-letters release`"):
        store.find()


def test_releases_stand_in_the_order_of_their_versions(store: ReleaseStore) -> None:
    for version in ("1.0.0", "1.10.0", "1.9.1"):
        put(store, version)
    assert [one.record.version for one in store.releases()] == ["1.0.0", "1.9.1", "1.10.0"]
    assert (store.folder / "latest").readlink() == Path("1.10.0")
    listed = json.loads((store.folder / "releases.json").read_text(encoding="utf-8"))
    assert listed["latest"] == "1.10.0"
    assert [one["version"] for one in listed["releases"]] == ["1.10.0", "1.9.1", "1.0.0"]
    newest = listed["releases"][0]
    assert newest["date"] == "2026-01-05"
    assert newest["row_counts"] == {"visits": 2}
    sums = store.folder / "1.10.0" / checksums.CHECKSUMS_FILE
    assert newest["sha256sums"] == checksums.file_sha256(sums)
    assert {key: newest["files"][0][key] for key in ("path", "bytes")} == {
        "path": "parquet/visits.parquet",
        "bytes": 6,
    }


def test_a_release_is_never_changed(store: ReleaseStore) -> None:
    folder = put(store, "1.0.0")
    assert not (folder / RECORD_FILE).stat().st_mode & 0o222
    with pytest.raises(ReleaseError, match="a release is never changed"):
        put(store, "1.0.0")
    assert store.find("1.0.0").folder == folder


def test_what_a_killed_release_left_is_cleared(store: ReleaseStore) -> None:
    left = store.start_draft("1.0.0")
    (left / "half").write_text("a file cut sh", encoding="utf-8")
    assert store.releases() == ()
    assert list(store.start_draft("1.0.0").iterdir()) == []


def test_a_list_that_a_killed_release_did_not_write_is_written_by_the_next(
    store: ReleaseStore,
) -> None:
    put(store, "1.0.0")
    (store.folder / "releases.json").unlink()
    (store.folder / "latest").unlink()
    store.write_index()
    assert (store.folder / "releases.json").is_file()
    assert (store.folder / "latest" / RECORD_FILE).is_file()


def test_a_release_that_is_not_whole_is_told_before_the_next_is_begun(store: ReleaseStore) -> None:
    folder = put(store, "1.0.0")
    (folder / "parquet" / "visits.parquet").unlink()
    with pytest.raises(ReleaseError, match=r"visits\.parquet is missing"):
        store.start_draft("1.0.1")


@pytest.mark.parametrize("broken", [None, "{", '{"version": "1.0.0"}'])
def test_a_folder_that_does_not_say_what_it_is_is_told(
    store: ReleaseStore, broken: str | None
) -> None:
    folder = store.folder / "1.0.0"
    folder.mkdir(parents=True)
    if broken is not None:
        (folder / RECORD_FILE).write_text(broken, encoding="utf-8")
    with pytest.raises(ReleaseError, match="does not say what release this is"):
        read_release(folder)


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to("/etc/hostname")])
def test_a_release_that_holds_links_or_pipes_is_not_read(
    store: ReleaseStore, make: Callable[[Path], None]
) -> None:
    folder = put(store, "1.0.0")
    (folder / RECORD_FILE).unlink()
    make(folder / RECORD_FILE)
    with pytest.raises(ReleaseError, match="no file with content"):
        read_release(folder)


def test_names_lead_to_tables(store: ReleaseStore, tmp_path: Path) -> None:
    old, new = put(store, "1.0.0"), put(store, "1.1.0")
    state = tmp_path / "states" / "00112233" / "parquet"
    state.mkdir(parents=True)
    (state / "visits.parquet").touch()
    assert store.tables("1.0.0") == old / "parquet"
    assert store.tables("latest") == new / "parquet"
    assert store.tables("00112233") == state
    assert store.tables(str(old)) == old / "parquet"
    assert store.tables(str(old / "parquet")) == old / "parquet"
    assert store.find(str(old)).record.version == "1.0.0"


STATE = "00112233aabbccdd"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("2.0.0", r"There is no release 2\.0\.0\. .*holds 1\.0\.0"),
        ("v1.0.0", r"Was it 1\.0\.0\?"),
        ("1.0", r"Was it 1\.0\.0\?"),
        ("0011", rf"Was it {STATE}\?"),
        ("nowhere", r"nowhere is no release, .* holds 1\.0\.0\.$"),
        ("", r"“” is no release, .* holds 1\.0\.0\.$"),
        (" ", r"“ ” is no release"),
        ("current", r"Nothing is published in .* Run `ofsted-letters run`"),
        ("previous", r"Nothing is published in "),
    ],
)
def test_a_name_that_leads_nowhere_is_told_with_those_that_do(
    store: ReleaseStore, monkeypatch: pytest.MonkeyPatch, name: str, told: str
) -> None:
    folder = put(store, "1.0.0")
    (store.out / "states" / STATE).mkdir(parents=True)
    monkeypatch.chdir(folder)  # which an empty name does not stand for
    with pytest.raises(ReleaseError, match=told):
        store.tables(name)


@pytest.mark.parametrize("name", ["", "v1.0.0", "nowhere"])
def test_a_name_of_no_release_is_told(
    store: ReleaseStore, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(put(store, "1.0.0"))
    with pytest.raises(ReleaseError, match=r"There is no release .*holds 1\.0\.0"):
        store.find(name)


def test_of_the_first_state_there_is_no_previous(store: ReleaseStore) -> None:
    state = store.out / "states" / STATE
    state.mkdir(parents=True)
    facts = {
        "fingerprint": "f" * 64,
        "published_at": "2026-01-05T00:00:00+00:00",
        "previous_id": None,
        "row_counts": {},
        "meta": {},
    }
    (state / "state.json").write_text(json.dumps(facts), encoding="utf-8")
    (store.out / "current").symlink_to(f"states/{STATE}")
    with pytest.raises(ReleaseError, match=r"There is no previous: .* is the first"):
        store.tables("previous")
