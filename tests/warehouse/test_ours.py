"""Whose a folder is, and what a file of a person's must not take the place of."""

import json
from collections.abc import Callable
from errno import ENOSPC
from pathlib import Path

import pytest

from warehouse.ours import MARKER, NotOursError, claim, is_marked, refuse_to_replace


def put(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def link(path: Path, target: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target)


def nothing(out: Path) -> None:
    pass


@pytest.mark.parametrize(
    "make",
    [
        nothing,
        Path.mkdir,
        lambda out: put(out / ".DS_Store"),
        lambda out: (out / "lost+found").mkdir(parents=True),
    ],
    ids=["none", "empty", "hidden", "of the file system"],
)
def test_a_new_folder_becomes_ours_and_stays_so(
    tmp_path: Path, make: Callable[[Path], object]
) -> None:
    out = tmp_path / "o [1]"
    make(out)
    claim(out)
    assert is_marked(out)
    put(out / "states" / "notes.txt")
    claim(out)


def test_a_disk_that_was_full_does_not_bar_the_folder_for_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, *_: object) -> None:
        path.touch()
        raise OSError(ENOSPC, "No space left on device")

    with monkeypatch.context() as on_a_full_disk:
        for write in ("write_bytes", "write_text"):
            on_a_full_disk.setattr(Path, write, full)
        with pytest.raises(OSError, match="No space"):
            claim(tmp_path)
    claim(tmp_path)
    assert is_marked(tmp_path)


@pytest.mark.parametrize(
    "name",
    [
        "letter.pdf",
        "states/notes.txt",
        "work/quality/index.html",
        "archive/.incoming/notes.txt",
        "archive/manifest.jsonl",
        "work/unreported.json",
        "current/states/notes.txt",
        f"{MARKER}/notes.txt",
    ],
)
def test_a_folder_of_somebody_elses_is_refused_and_stays_as_it_is(
    tmp_path: Path, name: str
) -> None:
    theirs = put(tmp_path / "out" / name, "mine")
    with pytest.raises(NotOursError, match=f"holds {name.split('/')[0]}, which this program"):
        claim(tmp_path / "out")
    assert theirs.read_text() == "mine"
    assert not is_marked(tmp_path / "out")


def test_a_mark_that_is_a_link_is_none(tmp_path: Path) -> None:
    claim(tmp_path / "ours")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / MARKER).symlink_to(tmp_path / "ours" / MARKER)
    with pytest.raises(NotOursError):
        claim(tmp_path / "out")


@pytest.mark.parametrize(
    "make",
    [
        lambda out: link(out / "current", "states/0123456789abcdef"),
        lambda out: link(out / "quality", "work/quality/none"),
        lambda out: put(out / "archive/manifest.jsonl", '{"type":"seen","at":"…"}\n{"type'),
        lambda out: put(out / "work/unreported.json", '{"begun_at":null,"source":"","found":{}}'),
    ],
    ids=["published", "ended", "archived", "begun"],
)
def test_a_folder_of_an_earlier_version_goes_on(
    tmp_path: Path, make: Callable[[Path], object]
) -> None:
    make(tmp_path / "out")
    put(tmp_path / "out" / "question.sql")
    claim(tmp_path / "out")
    assert is_marked(tmp_path / "out")


@pytest.mark.parametrize(
    "name",
    [
        "warehouse.duckdb",
        "archive/manifest.jsonl",
        "archive/new.txt",
        "releases/1.0.0/notes.md",
        "releases/releases.json",
        "work/candidate/parquet/visits.parquet",
        "reports",
        "quality/summary.md",
        MARKER,
        ".lock",
    ],
)
def test_what_runs_write_is_never_replaced_by_a_persons_file(tmp_path: Path, name: str) -> None:
    claim(tmp_path / "out")
    with pytest.raises(NotOursError, match="never changed"):
        refuse_to_replace(tmp_path / "out" / name, "picture", lambda place: True, force=True)
    link(tmp_path / "elsewhere", f"out/{name}")
    with pytest.raises(NotOursError, match="never changed"):
        refuse_to_replace(tmp_path / "elsewhere", "picture", lambda place: True, force=True)


@pytest.mark.parametrize("beside", ["state.json", "release.json"])
def test_states_and_releases_are_never_changed_wherever_they_lie(
    tmp_path: Path, beside: str
) -> None:
    put(tmp_path / "copy" / beside, json.dumps({}))
    (tmp_path / "copy" / "parquet").mkdir()
    with pytest.raises(NotOursError, match="never changed"):
        refuse_to_replace(
            tmp_path / "copy" / "csv" / "a.csv", "part", lambda place: True, force=True
        )


def test_what_is_there_is_replaced_only_by_force_and_if_it_was_made_here(tmp_path: Path) -> None:
    claim(tmp_path / "out")
    place = tmp_path / "out" / "report.txt"
    assert refuse_to_replace(place, "report", lambda place: False, force=False) == place
    put(place)
    with pytest.raises(NotOursError, match=r"is there already.* with --picture, or .* --force"):
        refuse_to_replace(place, "report", lambda place: True, force=False, option="picture")
    with pytest.raises(NotOursError, match=r"is no report.* is not replaced"):
        refuse_to_replace(place, "report", lambda place: False, force=True)
    assert refuse_to_replace(place, "report", lambda place: True, force=True) == place
