"""The program that keeps the archive and publishes versions, against a stand-in for `gh`."""

import hashlib
import importlib.util
import json
import shutil
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

from assets.release.store import ReleaseError, ReleaseStore, read_release
from tests.assets.release.test_store import put as put_release
from tests.deploy.fake_gh import FakeGh

PROGRAM = Path(__file__).parents[2] / "deploy" / "github_release.py"

OLD = [f"archive-202601{day:02}T050000Z.tar" for day in range(1, 5)]

_SPEC = importlib.util.spec_from_file_location("github_release", PROGRAM)
assert _SPEC
assert _SPEC.loader
program = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(program)


class Run(Protocol):
    """Does a step, with a fault of GitHub's perhaps."""

    def __call__(self, step: str, out: Path, **faults: object) -> "Done": ...


@dataclass
class Done:
    """How a step ended, and what it said."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def gh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeGh:
    (tmp_path / "github").mkdir()
    (tmp_path / "temporary").mkdir()
    fake = FakeGh(tmp_path / "github")
    monkeypatch.setattr(program.subprocess, "run", fake.run)
    monkeypatch.setenv("GH_REPO", "someone/letters")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    return fake


@pytest.fixture
def releases(gh: FakeGh) -> Path:
    return gh.releases


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "a folder" / "data"


@pytest.fixture
def run(gh: FakeGh, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def call(step: str, out: Path, **faults: object) -> Done:
        returncode, said = 0, ""
        vars(gh).update({"broken": None, "cuts": False, "grew": None, **faults})
        try:
            program.main([step, str(out)])
        except SystemExit as left:
            returncode, said = 1, str(left.code)
        assert list((tmp_path / "temporary").iterdir()) == []  # it leaves nothing behind
        return Done(returncode, capsys.readouterr().out, said)

    return call


def fill(out: Path, content: str = "one") -> None:
    for path, text in {
        "archive/manifest.jsonl": f'{{"type": "seen", "at": "{content}"}}\n',
        "archive/ab/abcd": content,
        "reports/2026-01-01.md": "# A run",
    }.items():
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        (out / path).write_text(text)


def put(releases: Path, name: str, content: str = "one") -> None:
    """An archive that a run kept before."""
    source = releases.parent / "made"
    fill(source, content)
    (releases / "data").mkdir(exist_ok=True)
    with tarfile.open(releases / "data" / name, "w") as tar:
        for part in ("archive", "reports"):
            tar.add(source / part, part)
    shutil.rmtree(source)


def names(releases: Path) -> list[str]:
    return sorted(path.name for path in (releases / "data").iterdir())


def test_a_first_run_starts_empty_and_keeps_its_archive_in_a_new_release(
    releases: Path, out: Path, run: Run
) -> None:
    (releases / "v1.0").mkdir()  # another release does not matter
    restored = run("restore", out)
    assert restored.returncode == 0, restored.stderr
    assert "first run" in restored.stdout
    assert not (out / "archive").exists()

    fill(out)
    kept = run("keep", out)
    assert kept.returncode == 0, kept.stderr
    (name,) = names(releases)
    with tarfile.open(releases / "data" / name) as tar:
        files = {member.name for member in tar if member.isfile()}
    assert files == {"archive/manifest.jsonl", "archive/ab/abcd", "reports/2026-01-01.md"}


def test_what_one_run_kept_the_next_one_restores(releases: Path, out: Path, run: Run) -> None:
    fill(out)
    assert run("keep", out).returncode == 0
    shutil.rmtree(out)
    restored = run("restore", out)
    assert restored.returncode == 0, restored.stderr
    assert (out / "archive/ab/abcd").read_text() == "one"
    assert (out / "reports/2026-01-01.md").exists()


def test_the_newest_whole_archive_is_restored(releases: Path, out: Path, run: Run) -> None:
    put(releases, OLD[0], "old")
    put(releases, OLD[1], "new")
    (releases / "data" / f"{OLD[2]}.part").write_text("cut off")
    (releases / "data" / "parquet.zip").write_text("not an archive")
    restored = run("restore", out)
    assert restored.returncode == 0, restored.stderr
    assert (out / "archive/ab/abcd").read_text() == "new"


@pytest.mark.parametrize(
    ("kept", "faults", "said"),
    [
        ("archive", {"broken": "list"}, "does not say which releases there are"),
        ("archive", {"broken": "view"}, "cannot be listed"),
        ("archive", {"broken": "download"}, "cannot be fetched"),
        ("archive", {"grew": OLD[0]}, "it has"),
        ("nothing", {}, "has no archive"),
        ("other bytes", {}, "is no archive that can be used"),
        ("other files", {}, "is no archive that can be used"),
    ],
)
def test_a_run_never_starts_from_empty_by_mistake(
    releases: Path, out: Path, run: Run, kept: str, faults: dict[str, object], said: str
) -> None:
    put(releases, OLD[0])
    archive = releases / "data" / OLD[0]
    if kept == "nothing":
        archive.unlink()
    elif kept == "other bytes":
        archive.write_text("<html>Unicorn!</html>")
    elif kept == "other files":
        with tarfile.open(archive, "w") as tar:
            tar.add(PROGRAM, PROGRAM.name)
    restored = run("restore", out, **faults)
    assert restored.returncode == 1
    assert said in restored.stderr
    assert not (out / "archive").exists()


def test_an_archive_that_is_there_is_not_overwritten(releases: Path, out: Path, run: Run) -> None:
    put(releases, OLD[0], "released")
    fill(out, "here")
    restored = run("restore", out)
    assert restored.returncode == 1
    assert "already" in restored.stderr
    assert (out / "archive/ab/abcd").read_text() == "here"


def test_old_archives_are_deleted_when_the_new_one_is_there(
    gh: FakeGh, releases: Path, out: Path, run: Run
) -> None:
    for name in OLD:
        put(releases, name)
    (releases / "data" / "warehouse.duckdb").write_text("tables")
    fill(out)
    kept = run("keep", out)
    assert kept.returncode == 0, kept.stderr
    *older, new, tables = names(releases)
    assert (older, tables) == (OLD[2:], "warehouse.duckdb")
    assert new not in OLD
    calls = gh.calls
    assert calls.index("upload") < calls.index("delete-asset")


@pytest.mark.parametrize("faults", [{"broken": "upload"}, {"cuts": True}, {"broken": "list"}])
def test_nothing_is_deleted_when_the_new_one_is_not_there(
    releases: Path, out: Path, run: Run, faults: dict[str, object]
) -> None:
    for name in OLD:
        put(releases, name)
    fill(out)
    kept = run("keep", out, **faults)
    assert kept.returncode == 1
    assert set(OLD) <= set(names(releases))


def test_a_run_that_archived_nothing_keeps_nothing(releases: Path, out: Path, run: Run) -> None:
    put(releases, OLD[0])
    out.mkdir(parents=True)
    kept = run("keep", out)
    assert (kept.returncode, names(releases)) == (0, [OLD[0]])
    assert "nothing to keep" in kept.stdout


def lose_machine(out: Path) -> None:
    shutil.rmtree(out)


def test_versions_are_published_with_checksums_and_restored_to_an_empty_machine(
    releases: Path, out: Path, run: Run
) -> None:
    fill(out)
    for version in ("1.0.0", "1.0.1", "1.0.2"):
        put_release(ReleaseStore(out), version)
        if version == "1.0.0":
            assert run("keep", out).returncode == 0
        published = run("publish", out)
        assert (published.returncode, published.stdout) == (
            0,
            f"Published release {version}.\n",
        ), published.stderr
        before = (out / "releases" / version / "SHA256SUMS").read_bytes()
        lose_machine(out)
        restored = run("restore", out)
        assert restored.returncode == 0, restored.stderr
        assert (out / "releases" / version / "SHA256SUMS").read_bytes() == before
    assets = releases / "data-1.0.1"
    assert {path.name for path in assets.iterdir()} == {
        "SHA256SUMS", "parquet--visits.parquet", "release.json", "releases.json",
    }  # fmt: skip
    for line in (assets / "SHA256SUMS").read_text().splitlines():
        assert hashlib.sha256((assets / line[66:]).read_bytes()).hexdigest() == line[:64]
    # Of all versions but the last two there is the entry alone, with the address of its files.
    store = ReleaseStore(out)
    assert [one.record.version for one in store.releases()] == ["1.0.1", "1.0.2"]
    assert (out / "releases" / "latest").readlink() == Path("1.0.2")
    store.refuse_if_any_is_lost()
    listed = json.loads((out / "releases" / "releases.json").read_text())["releases"]
    assert [one["address"] for one in listed] == [
        f"https://github.com/someone/letters/releases/download/data-{version}/"
        for version in ("1.0.2", "1.0.1", "1.0.0")
    ]
    assert [one["path"] for one in listed] == ["1.0.2", "1.0.1", ""]
    assert run("publish", out).stdout == ""


@pytest.mark.parametrize("faults", [{"broken": "create"}, {"cuts": True}, {"broken": "edit"}])
def test_a_version_that_was_cut_off_is_seen_by_nobody_and_published_by_the_next_run(
    releases: Path, out: Path, run: Run, faults: dict[str, object]
) -> None:
    fill(out)
    put_release(ReleaseStore(out), "1.0.0")
    assert run("keep", out).returncode == 0
    assert run("publish", out, **faults).returncode == 1
    assert all((path / ".draft").exists() for path in releases.glob("data-*"))
    lose_machine(out)
    assert run("restore", out).returncode == 0
    assert not (out / "releases").exists()  # so that the next run may give the number again
    put_release(ReleaseStore(out), "1.0.0")
    assert run("publish", out).returncode == 0
    assert read_release(releases / "data-1.0.0").record.version == "1.0.0"
    assert not (releases / "data-1.0.0" / ".draft").exists()


def test_a_version_that_is_not_as_it_was_released_is_not_built_on(
    releases: Path, out: Path, run: Run
) -> None:
    fill(out)
    put_release(ReleaseStore(out), "1.0.0")
    assert run("keep", out).returncode == 0
    assert run("publish", out).returncode == 0
    lose_machine(out)
    (releases / "data-1.0.0" / "parquet--visits.parquet").write_text("other")
    restored = run("restore", out)
    assert restored.returncode == 1
    assert "parquet--visits.parquet of release 1.0.0 is not on GitHub" in restored.stderr
    assert not out.exists()


def test_versions_without_an_archive_are_no_first_run(releases: Path, out: Path, run: Run) -> None:
    (releases / "data-1.0.0").mkdir()
    restored = run("restore", out)
    assert restored.returncode == 1
    assert 'no release "data" with the archive' in restored.stderr


def test_a_release_of_somebody_under_the_name_of_a_version_is_told(
    releases: Path, out: Path, run: Run
) -> None:
    put(releases, OLD[0])
    (releases / "data-2.0.0").mkdir()
    restored = run("restore", out)
    assert restored.returncode == 1
    assert "data-2.0.0 is not a release of this program's" in restored.stderr


def test_the_newest_version_has_to_be_here_whatever_its_address(out: Path) -> None:
    store = ReleaseStore(out)
    for version in ("1.0.0", "1.0.1"):
        put_release(store, version)
        store.write_index({version: f"https://example.org/{version}/"})
    shutil.rmtree(store.folder / "1.0.0")
    store.refuse_if_any_is_lost()
    shutil.rmtree(store.folder / "1.0.1")
    with pytest.raises(ReleaseError, match=r"lists 1\.0\.1"):
        store.refuse_if_any_is_lost()


@pytest.mark.parametrize("arguments", [[], ["restore"], ["delete", "data"]])
def test_wrong_usage_is_told(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        program.main(arguments)
    assert "restore OUT" in capsys.readouterr().err
