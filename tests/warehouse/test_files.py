"""Files that other processes see, and the lock on a folder, where there is one."""

import ast
import sys
from pathlib import Path

import pytest

import warehouse
from warehouse.files import Busy, LockUnavailable, exclusive_lock, replace_file

ROOT = Path(warehouse.__file__).parent.parent


def test_a_file_is_replaced_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "below" / "a.json"
    replace_file(path, b"one")
    replace_file(path, b"two")
    assert [(one.name, one.read_bytes()) for one in path.parent.iterdir()] == [("a.json", b"two")]

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        replace_file(path, b"three")
    assert path.read_bytes() == b"two"
    assert [one.name for one in path.parent.iterdir()] == ["a.json"]


def test_two_do_not_hold_one_folder(tmp_path: Path) -> None:
    with (
        exclusive_lock(tmp_path / "out"),
        exclusive_lock(tmp_path / "other"),
        pytest.raises(Busy, match=r"^Another release is made in .*/out\. Wait until"),
        exclusive_lock(tmp_path / "out", "release is made"),
    ):
        pytest.fail("held twice")
    with exclusive_lock(tmp_path / "out"):
        pass


def test_where_there_is_no_lock_that_is_told_plainly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "fcntl", None)
    with (
        pytest.raises(LockUnavailable, match=r"on Linux and macOS only.* query, status"),
        exclusive_lock(tmp_path / "out"),
    ):
        pytest.fail("held without a lock")
    assert not (tmp_path / "out").exists()


def test_nothing_that_only_reads_needs_what_windows_lacks() -> None:
    """No module imports what is not there as it is loaded, but where it takes a lock."""
    lacking = {"fcntl", "grp", "pwd", "resource", "termios"}
    for room in ("pipelines", "assets", "expectations", "warehouse"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.parse(path.read_bytes()).body:
                names = [alias.name for alias in getattr(node, "names", ())]
                assert not lacking.intersection([*names, getattr(node, "module", None)]), path
