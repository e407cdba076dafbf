"""Stages: when a letter's result is made anew, and what happens where it cannot be made."""

import os
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import grimp
import msgspec
import pytest

from assets.documents import stage as documents
from assets.findings import stage as findings
from assets.follow_ups import kept
from assets.model import ArchivedFile, Listing, Rejection
from assets.proof import stage as proof
from assets.publications import stage as publications
from assets.running import stages
from assets.running.stages import Folders, NotMade, Stage
from assets.running.workers import LocalWorkers
from pipelines.settings import PRELOAD
from warehouse.kinds import kinds

NOW = datetime(2026, 1, 1, tzinfo=UTC)
#: What runs a stage decides no result.
RUNS_A_STAGE = tuple(
    f"warehouse.{name}"
    for name in "files garbage hosts leases limits places shown working_copy".split()
)
ROOT = Path(stages.__file__).parents[2]
OWN = ("pipelines", "assets", "expectations", "warehouse")


class Text(msgspec.Struct, tag=True):
    """What the stage under test makes of a file."""

    text: str


def read(file: ArchivedFile, folders: Folders) -> Text | Rejection:
    text = (folders.archive / file.path).read_text()
    if text == "crash":
        os.kill(os.getpid(), signal.SIGKILL)
    if text == "full":
        raise MemoryError
    if text == "slow":
        time.sleep(600)
    if text == "hungry":
        bytearray(2 << 30)
    if text == "bug":
        raise KeyError("bug")
    if not text:
        return Rejection(stage="read", reason_code="empty_file", detail="Nothing is in it.")
    return Text(text)


def pass_on(file: ArchivedFile, folders: Folders) -> Text | Rejection:
    return STAGE.load(file, folders)


def pass_on_but_b(file: ArchivedFile, folders: Folders) -> Text | Rejection:
    if file.letter_id == "b":
        os.kill(os.getpid(), signal.SIGKILL)
    if file.letter_id == "c":
        raise MemoryError
    return STAGE.load(file, folders)


STAGE: Stage[Text | Rejection] = Stage(
    name="texts",
    product=Text | Rejection,
    make=read,
    quarantine_stage="read",
    source_paths=("LICENSE",),
)


@pytest.fixture(scope="module")
def workers() -> Iterator[LocalWorkers]:
    with LocalWorkers(2) as workers:
        yield workers


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    (tmp_path / "archive").mkdir()
    return Folders(archive=tmp_path / "archive", work=tmp_path / "work")


def archived(folders: Folders, text: str, **facts: str) -> ArchivedFile:
    name = text or "empty"
    (folders.archive / name).write_text(text)
    return ArchivedFile(
        letter_id=name,
        sha256=name,
        byte_count=len(text),
        path=name,
        listing=Listing(source="folder", file_name=f"{name}.txt", **facts),
        first_seen_at=NOW,
        last_seen_at=NOW,
    )


def test_results_are_made_once_and_kept(folders: Folders, workers: LocalWorkers) -> None:
    files = [archived(folders, "a"), archived(folders, "b"), archived(folders, "")]
    told: list[tuple[int, int]] = []
    made = STAGE.run(
        files, folders, workers, progress=lambda done, total: told.append((done, total))
    )
    assert made == (0, Counter(Text=2, Rejection=1))
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert STAGE.load(files[0], folders) == Text("a")
    assert STAGE.load(files[2], folders) == read(files[2], folders)
    assert STAGE.run(files, folders, workers) == (3, Counter())
    assert STAGE.run(files, folders, workers, full=True) == (0, Counter(Text=2, Rejection=1))


@pytest.mark.parametrize(
    "damage",
    [
        lambda kept: b"",
        lambda kept: kept[:10],
        lambda kept: b"\0\0\0",
        lambda kept: kept.replace(b'"text":"a"', b'"text":"c"'),
    ],
)
def test_a_torn_result_is_made_anew(
    folders: Folders, workers: LocalWorkers, damage: Callable[[bytes], bytes]
) -> None:
    files = [archived(folders, "a"), archived(folders, "b")]
    STAGE.run(files, folders, workers)
    path = folders.work / "texts" / "a.json"
    path.write_bytes(damage(path.read_bytes()))
    assert STAGE.run(files, folders, workers) == (1, Counter(Text=1))
    assert STAGE.load(files[0], folders) == Text("a")


def test_another_listing_makes_the_result_anew(folders: Folders, workers: LocalWorkers) -> None:
    STAGE.run([archived(folders, "a"), archived(folders, "b")], folders, workers)
    files = [archived(folders, "a", ofsted_urn="80999"), archived(folders, "b")]
    assert STAGE.run(files, folders, workers) == (1, Counter(Text=1))


def test_another_look_at_the_source_does_not(folders: Folders, workers: LocalWorkers) -> None:
    file = archived(folders, "a")
    STAGE.run([file], folders, workers)
    later = msgspec.structs.replace(file, last_seen_at=NOW.replace(year=2027), is_listed=False)
    assert STAGE.run([later], folders, workers) == (1, Counter())


@pytest.mark.parametrize(
    "change",
    [{"source_paths": ("README.md",)}, {"libraries": ("msgspec",)}, {"after": STAGE}],
    ids=["code", "library", "stage before"],
)
def test_another_version_makes_all_results_anew(
    folders: Folders, workers: LocalWorkers, change: dict[str, object]
) -> None:
    files = [archived(folders, "a"), archived(folders, "b")]
    STAGE.run(files, folders, workers)
    other = replace(STAGE, **change)
    assert other.run(files, folders, workers) == (0, Counter(Text=2))
    assert other.run(files, folders, workers) == (2, Counter())


@pytest.mark.parametrize(
    ("text", "reason_code", "detail"),
    [
        ("crash", "reader_crashed", "The process that was reading the file within 1 GiB"),
        ("full", "reader_crashed", "Reading the file takes over 1 GiB of memory; the next run"),
        ("bug", "parser_failed", "KeyError while reading the file: 'bug'"),
        pytest.param(
            "hungry",
            "reader_crashed",
            "Reading the file takes over 1 GiB of memory",
            marks=pytest.mark.skipif(sys.platform != "linux", reason="kept by Linux only"),
        ),
    ],
)
def test_a_file_that_breaks_the_reader_costs_itself_only(
    folders: Folders, workers: LocalWorkers, text: str, reason_code: str, detail: str
) -> None:
    files = [archived(folders, "a"), archived(folders, text), archived(folders, "b")]
    assert STAGE.run(files, folders, workers).built == Counter(Text=2, Rejection=1)
    result = STAGE.load(files[1], folders)
    assert isinstance(result, Rejection)
    assert (result.reason_code, result.is_passing) == (reason_code, text != "bug")
    assert result.detail.startswith(detail)
    assert STAGE.load(files[2], folders) == Text("b")


def test_a_letter_is_taken_onwards_and_what_fails_there_is_left_to_its_own_run(
    folders: Folders, workers: LocalWorkers
) -> None:
    files = [archived(folders, "a"), archived(folders, "b"), archived(folders, "bug")]
    after = replace(STAGE, name="later", after=STAGE, make=pass_on_but_b)
    made = Counter[str]()
    run = STAGE.run(files, folders, workers, onwards={after: made})
    assert run == (0, Counter(Text=2, Rejection=1))
    assert made == Counter(Text=1, Rejection=1)
    assert after.run(files, folders, workers) == (2, Counter(Rejection=1))
    assert STAGE.run(files, folders, workers) == (3, Counter())


def test_no_run_tries_a_letter_twice(folders: Folders, workers: LocalWorkers) -> None:
    files = [archived(folders, "c"), archived(folders, "full")]
    after = replace(STAGE, name="later", after=STAGE, make=pass_on_but_b)
    made = Counter[str]()
    STAGE.run(files, folders, workers, onwards={after: made})
    assert made == Counter()
    assert after.run(files, folders, workers) == (0, Counter(Rejection=2))
    results = [after.load(file, folders) for file in files]
    assert [isinstance(one, Rejection) and one.is_passing for one in results] == [True, True]


def test_a_passing_fault_is_no_verdict_until_it_comes_again(
    folders: Folders, workers: LocalWorkers
) -> None:
    files = [archived(folders, "a"), archived(folders, "crash")]
    after = replace(STAGE, name="later", after=STAGE, make=pass_on)

    def run() -> tuple[list[int], list[Any]]:
        made = [stage.run(files, folders, workers).built.total() for stage in (STAGE, after)]
        return made, [stage.load(files[1], folders) for stage in (STAGE, after)]

    made, (read_once, passed_on) = run()
    assert (made, read_once.is_passing) == ([2, 2], True)
    assert passed_on == read_once
    (folders.archive / "crash").write_text("well")
    assert run() == ([1, 1], [Text("well"), Text("well")])

    (folders.archive / "crash").write_text("crash")
    STAGE.run(files, folders, workers, full=True)
    made, (read_twice, passed_on) = run()
    assert (made, read_twice.is_passing) == ([1, 0], False)
    assert read_twice.detail.endswith("ended, and so it was when it was tried again.")
    assert run()[0] == [0, 0]


def test_a_file_that_takes_too_long_costs_itself_only(folders: Folders) -> None:
    files = [archived(folders, "a"), archived(folders, "slow"), archived(folders, "b")]
    with LocalWorkers(1, timeout_seconds=5) as impatient:
        assert STAGE.run(files, folders, impatient).built == Counter(Text=2, Rejection=1)
    result = STAGE.load(files[1], folders)
    assert isinstance(result, Rejection)
    assert result.reason_code == "timed_out"


def test_a_stage_that_is_made_by_nothing_says_so() -> None:
    with pytest.raises(FileNotFoundError, match="is not there"):
        _ = replace(STAGE, source_paths=("assets/nowhere",)).version


def test_what_is_not_made_says_what_to_run(folders: Folders) -> None:
    with pytest.raises(NotMade, match=r"nothing of a\.txt from texts yet, or only of"):
        STAGE.load(archived(folders, "a"), folders)


STAGES = (documents.STAGE, publications.STAGE, findings.STAGE, proof.STAGE)
WORK = (
    "assets.documents.read",
    "assets.publications.parse",
    "assets.findings.splitting",
    "assets.proof.letter",
)


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(*OWN, include_external_packages=True, cache_dir=None)


@pytest.mark.parametrize(
    ("stage", "work"), list(zip(STAGES, WORK, strict=True)), ids=[one.name for one in STAGES]
)
def test_a_stage_knows_what_it_is_made_by(
    stage: Stage[Any], work: str, graph: grimp.ImportGraph
) -> None:
    """Its version sums what the work imports, and nothing else, but for what runs a stage."""
    assert work in PRELOAD
    covered: set[Path] = set()
    libraries: set[str] = set()
    before: Stage[Any] | None = stage
    while before is not None:
        covered |= set(stages._files(before.source_paths))
        libraries |= set(before.libraries)
        before = before.after
    entries = {work, stage.make.__module__}
    if stage is not documents.STAGE:  # a kind's parser is found by its row
        entries |= {f"assets.publications.{one.parser}" for one in kinds().values() if one.parser}
    imported = entries.union(*map(graph.find_upstream_modules, entries))
    own = {name for name in imported if name.split(".")[0] in OWN}
    distributions = packages_distributions()
    assert libraries == {
        distributions[name][0]
        for name in imported - own - {"fsspec", "pebble"}
        if name not in sys.stdlib_module_names
    }
    modules = {
        ROOT / f"{name.replace('.', '/')}.py"
        for name in own
        if not name.startswith(("assets.running.", *RUNS_A_STAGE))
    }
    code = {path for path in covered if path.suffix == ".py" and path.name != "__init__.py"}
    assert code == modules


def test_judgements_that_are_kept_know_what_they_are_made_by(graph: grimp.ImportGraph) -> None:
    work = "assets.follow_ups.judging"
    imported = graph.find_upstream_modules(work) | {work}
    own = {name for name in imported if name.split(".")[0] in OWN}
    modules = {ROOT / f"{name.replace('.', '/')}.py" for name in own}
    assert modules <= set(stages._files(kept.SOURCE_PATHS))
    assert imported - own - sys.stdlib_module_names == set(kept.LIBRARIES)


def test_every_table_of_the_rooms_that_read_is_part_of_a_version() -> None:
    covered = {path for stage in STAGES for path in stages._files(stage.source_paths)}
    for room in ("language", "documents", "publications", "findings"):
        for path in (ROOT / "assets" / room).rglob("*"):
            assert path in covered or path.suffix not in stages.CODE_AND_TABLES - {".py"}, path


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code of two rooms, to be changed."""
    folder = tmp_path_factory.mktemp("code")
    for room in ("assets", "warehouse"):
        unneeded = shutil.ignore_patterns("sample", "release", "reference", "__pycache__")
        shutil.copytree(ROOT / room, folder / room, ignore=unneeded)
    return folder


@pytest.mark.parametrize(
    ("changed", "read_again"),
    [
        ("assets/documents/pdf.py", [True, True, True]),
        ("assets/publications/headings.csv", [False, True, True]),
        ("assets/findings/lexicon.csv", [False, False, True]),
        ("assets/running/progress_log.py", [False, False, False]),
        ("assets/documents/asset.py", [False, False, False]),
        ("assets/tables/rows.py", [False, False, False]),
    ],
)
def test_a_change_reads_again_what_it_decides_and_nothing_else(
    changed: str, read_again: list[bool], copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stages, "_ROOT", copied)

    def versions() -> list[str]:
        first = replace(documents.STAGE)
        second = replace(publications.STAGE, after=first)
        return [one.version for one in (first, second, replace(findings.STAGE, after=second))]

    before, content = versions(), (copied / changed).read_bytes()
    (copied / changed).write_bytes(content + b"\n# Another version.\n")
    assert [one != other for one, other in zip(before, versions(), strict=True)] == read_again
    (copied / changed).write_bytes(content)


def test_the_work_imports_nothing_heavy(graph: grimp.ImportGraph) -> None:
    for work in PRELOAD:
        heavy = {"dagster", "polars", "pandas", "duckdb", "great_expectations"}
        assert not heavy & graph.find_upstream_modules(work)


def test_a_result_of_another_version_is_not_given(folders: Folders, workers: LocalWorkers) -> None:
    files = [archived(folders, "a")]
    STAGE.run(files, folders, workers)
    other = replace(STAGE, source_paths=("README.md",))
    with pytest.raises(NotMade, match="or only of another version: run that first"):
        other.load(files[0], folders)
    relisted = msgspec.structs.replace(
        files[0], listing=msgspec.structs.replace(files[0].listing, ofsted_urn="80999")
    )
    with pytest.raises(NotMade):
        STAGE.load(relisted, folders)
    assert STAGE.load(files[0], folders) == Text("a")
