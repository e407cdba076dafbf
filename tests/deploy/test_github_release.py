"""The script that keeps the archive and publishes, against a stand-in for `gh`."""

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "deploy" / "github-release.sh"
FAKE = Path(__file__).parent / "fake_gh.py"

OLD = [f"archive-202601{day:02}T050000Z.tar" for day in range(1, 5)]


@pytest.fixture
def releases(tmp_path: Path) -> Path:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "gh").symlink_to(FAKE)
    (tmp_path / "github").mkdir()
    return tmp_path / "github"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "a folder" / "data"


def run(step: str, out: Path, releases: Path, **faults: str) -> subprocess.CompletedProcess[str]:
    path = f"{releases.parent / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    temporary = releases.parent / "temporary"
    temporary.mkdir(exist_ok=True)
    done = subprocess.run(
        [SCRIPT, step, out],
        env=os.environ
        | {"PATH": path, "FAKE_GH": str(releases), "TMPDIR": str(temporary)}
        | {f"FAKE_GH_{name.upper()}": value for name, value in faults.items()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert list(temporary.iterdir()) == []  # it leaves nothing behind
    return done


def fill(out: Path, content: str = "one") -> None:
    for path, text in {
        "archive/manifest.jsonl": f"{content}\n",
        "archive/ab/abcd": content,
        "reports/2026-01-01.md": "# A run",
        "states/one/warehouse.duckdb": "DUCK",
        "states/one/parquet/visits.parquet": "PAR1",
        "states/one/parquet/letters.parquet": "PAR1",
        "work/quality/one/summary.md": "# Summary",
        "work/quality/one/summary.json": "{}",
    }.items():
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        (out / path).write_text(text)
    for link, to in {
        "warehouse.duckdb": "states/one/warehouse.duckdb",
        "parquet": "states/one/parquet",
        "quality": "work/quality/one",
    }.items():
        if not (out / link).exists():
            (out / link).symlink_to(to)


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
    releases: Path, out: Path
) -> None:
    (releases / "v1.0").mkdir()  # another release does not matter
    restored = run("restore", out, releases)
    assert restored.returncode == 0, restored.stderr
    assert "first run" in restored.stdout
    assert not (out / "archive").exists()

    fill(out)
    kept = run("keep", out, releases)
    assert kept.returncode == 0, kept.stderr
    (name,) = names(releases)
    with tarfile.open(releases / "data" / name) as tar:
        files = {member.name for member in tar if member.isfile()}
    assert files == {"archive/manifest.jsonl", "archive/ab/abcd", "reports/2026-01-01.md"}


def test_what_one_run_kept_the_next_one_restores(releases: Path, out: Path) -> None:
    fill(out)
    assert run("keep", out, releases).returncode == 0
    shutil.rmtree(out)
    restored = run("restore", out, releases)
    assert restored.returncode == 0, restored.stderr
    assert (out / "archive/ab/abcd").read_text() == "one"
    assert (out / "reports/2026-01-01.md").exists()


def test_the_newest_whole_archive_is_restored(releases: Path, out: Path) -> None:
    put(releases, OLD[0], "old")
    put(releases, OLD[1], "new")
    (releases / "data" / f"{OLD[2]}.part").write_text("cut off")
    (releases / "data" / "parquet.zip").write_text("not an archive")
    restored = run("restore", out, releases)
    assert restored.returncode == 0, restored.stderr
    assert (out / "archive/ab/abcd").read_text() == "new"


@pytest.mark.parametrize(
    ("kept", "faults", "said"),
    [
        ("archive", {"broken": "list"}, "does not say which releases there are"),
        ("archive", {"broken": "view"}, "cannot be listed"),
        ("archive", {"broken": "download"}, "cannot be downloaded"),
        ("archive", {"grew": OLD[0]}, "it has"),
        ("nothing", {}, "has no archive"),
        ("other bytes", {}, "is no archive that can be used"),
        ("other files", {}, "is no archive that can be used"),
    ],
)
def test_a_run_never_starts_from_empty_by_mistake(
    releases: Path, out: Path, kept: str, faults: dict[str, str], said: str
) -> None:
    put(releases, OLD[0])
    archive = releases / "data" / OLD[0]
    if kept == "nothing":
        archive.unlink()
    elif kept == "other bytes":
        archive.write_text("<html>Unicorn!</html>")
    elif kept == "other files":
        with tarfile.open(archive, "w") as tar:
            tar.add(FAKE, "fake_gh.py")
    restored = run("restore", out, releases, **faults)
    assert restored.returncode == 1
    assert said in restored.stderr
    assert not (out / "archive").exists()


def test_an_archive_that_is_there_is_not_overwritten(releases: Path, out: Path) -> None:
    put(releases, OLD[0], "released")
    fill(out, "here")
    restored = run("restore", out, releases)
    assert restored.returncode == 1
    assert "already" in restored.stderr
    assert (out / "archive/ab/abcd").read_text() == "here"


def test_old_archives_are_deleted_when_the_new_one_is_there(releases: Path, out: Path) -> None:
    for name in OLD:
        put(releases, name)
    (releases / "data" / "warehouse.duckdb").write_text("tables")
    fill(out)
    kept = run("keep", out, releases)
    assert kept.returncode == 0, kept.stderr
    *older, new, tables = names(releases)
    assert (older, tables) == (OLD[2:], "warehouse.duckdb")
    assert new not in OLD
    calls = (releases.parent / "calls").read_text().split()
    assert calls.index("upload") < calls.index("delete-asset")


@pytest.mark.parametrize("faults", [{"broken": "upload"}, {"cuts": "1"}, {"broken": "list"}])
def test_nothing_is_deleted_when_the_new_one_is_not_there(
    releases: Path, out: Path, faults: dict[str, str]
) -> None:
    for name in OLD:
        put(releases, name)
    fill(out)
    kept = run("keep", out, releases, **faults)
    assert kept.returncode == 1
    assert set(OLD) <= set(names(releases))


def test_a_run_that_archived_nothing_keeps_nothing(releases: Path, out: Path) -> None:
    put(releases, OLD[0])
    out.mkdir(parents=True)
    kept = run("keep", out, releases)
    assert (kept.returncode, names(releases)) == (0, [OLD[0]])
    assert "nothing to keep" in kept.stdout


def test_publishing_replaces_what_was_published(releases: Path, out: Path) -> None:
    put(releases, OLD[0])
    (releases / "data" / "warehouse.duckdb").write_text("older")
    fill(out)
    published = run("publish", out, releases)
    assert published.returncode == 0, published.stderr
    expected = [OLD[0], "parquet.zip", "report.json", "report.md", "warehouse.duckdb"]
    assert names(releases) == expected
    assert (releases / "data" / "warehouse.duckdb").read_text() == "DUCK"
    with zipfile.ZipFile(releases / "data" / "parquet.zip") as tables:
        assert sorted(tables.namelist()) == ["letters.parquet", "visits.parquet"]


@pytest.mark.parametrize("arguments", [[], ["restore"], ["delete", "data"]])
def test_wrong_usage_is_told(arguments: list[str]) -> None:
    done = subprocess.run([SCRIPT, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "restore OUT" in done.stderr
