"""Reports of runs: what is kept of them, of those too that were killed, and how they are shown."""

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import msgspec
import pytest

from assets.letters.fetching import FetchResult
from assets.letters.unreported import begin as note_begin
from assets.letters.unreported import read_unreported, with_unreported
from assets.model import Listing, Rejection, Signal
from assets.release.build import make_release
from assets.release.releasing import Releasing
from assets.release.store import ReleaseError
from assets.tables.provenance import Quarantined, Told, nothing_usable
from pipelines import report
from pipelines.summary import Summary, as_markdown
from pipelines.terminal import DOING, Reporter, show_summary
from tests.stores import Machine
from warehouse.database import build_database
from warehouse.shown import shown
from warehouse.working_copy import held

AT = datetime(2026, 1, 1, tzinfo=UTC)
SOURCE: Any = SimpleNamespace(label="letters", traffic=None)


def listing(name: str, **facts: Any) -> Listing:
    return Listing(source="folder", file_name=name, **facts)


def summary(out: Path | str = "out", **values: Any) -> Summary:
    plain = {"outcome": "published", "at": AT, "seconds": 1.0, "source": "letters"}
    return Summary(**(plain | {"out": str(out)} | values))


def names(listings: tuple[Listing, ...]) -> list[str]:
    return [one.file_name for one in listings]


# --- What is kept ---------------------------------------------------------------------------------


def test_no_report_takes_the_place_of_another(tmp_path: Path) -> None:
    """The clock stands still where `SOURCE_DATE_EPOCH` says so."""
    for seconds in (1.0, 2.0, 3.0):
        report.keep(tmp_path, summary(tmp_path, seconds=seconds))
        last = report.last(tmp_path)
        assert last is not None
        assert last.seconds == seconds
    stem = "2026-01-01T000000Z"
    assert {path.name for path in (tmp_path / "reports").iterdir()} == {
        f"{stem}{number}.{kind}" for number in ("", "-2", "-3") for kind in ("md", "json")
    }
    for kind in ("md", "json"):
        newest = (tmp_path / "reports" / f"{stem}-3.{kind}").read_bytes()
        assert (tmp_path / "quality" / f"summary.{kind}").read_bytes() == newest


def test_a_report_that_cannot_be_written_leaves_the_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report.keep(tmp_path, summary(tmp_path))
    before = (tmp_path / "quality" / "summary.json").read_bytes()

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(OSError, match="No space left"):
        report.keep(tmp_path, summary(tmp_path, seconds=2.0))
    assert (tmp_path / "quality" / "summary.json").read_bytes() == before


def test_a_disk_that_fills_up_is_told_in_a_sentence(published: Path, tmp_path: Path) -> None:
    resource = pytest.importorskip("resource", reason="not everywhere")
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, unlimited[1]))
    try:
        with pytest.raises(duckdb.Error) as full:
            build_database(published / "parquet", tmp_path / "warehouse.duckdb")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
    assert "Could not write file" in (report.in_plain_words(full.value) or "")


def test_a_report_in_another_versions_words_is_none(tmp_path: Path) -> None:
    assert report.last(tmp_path) is None
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "2026-01-01T000000Z.json").write_text('{"came_of": "it"}')
    assert report.last(tmp_path) is None


# --- Runs that were killed ------------------------------------------------------------------------


def test_a_killed_run_is_told_and_what_it_had_found_by_the_next(tmp_path: Path) -> None:
    report.begin(tmp_path, SOURCE, AT)
    found = FetchResult(listed=3, new=(listing("b.pdf"),), gone=(listing("c.pdf"),))
    assert with_unreported(tmp_path, found) == found
    assert report.unfinished(tmp_path) == AT
    # It is killed; the next one looks at the source, finds another letter, and is killed as well.
    report.begin(tmp_path, SOURCE, AT.replace(day=2))
    killed = report.last(tmp_path)
    assert killed is not None
    assert (killed.outcome, killed.at, killed.source) == ("killed", AT, "letters")
    assert as_markdown(killed).startswith("# A run was killed.")
    result = with_unreported(tmp_path, FetchResult(listed=4, new=(listing("a.pdf"),)))
    assert (result.listed, names(result.new)) == (4, ["a.pdf", "b.pdf"])
    # The third one comes to its end, and tells of all.
    report.begin(tmp_path, SOURCE, AT.replace(day=3))
    result = with_unreported(tmp_path, FetchResult(listed=4))
    assert (names(result.new), names(result.gone)) == (["a.pdf", "b.pdf"], ["c.pdf"])
    report.keep(tmp_path, summary(tmp_path, at=AT.replace(day=3), listed=4))
    assert report.unfinished(tmp_path) is None
    assert len(list((tmp_path / "reports").glob("*.json"))) == 3
    # What has been told is told once, and leaves no trace.
    assert not list((tmp_path / "work").glob("unreported*"))
    assert with_unreported(tmp_path, FetchResult(listed=4)) == FetchResult(listed=4)


def test_a_run_that_fails_before_it_has_looked_leaves_that_to_the_next(tmp_path: Path) -> None:
    report.begin(tmp_path, SOURCE, AT)
    with_unreported(tmp_path, FetchResult(listed=1, new=(listing("a.pdf"),)))
    # It is killed. The next one cannot list the source.
    report.begin(tmp_path, SOURCE, AT.replace(day=2))
    failed = report.failed_before(tmp_path, SOURCE, AT, 1.0, "It does not answer.")
    assert failed.new == ("a.pdf",)
    report.keep(tmp_path, failed)
    assert report.unfinished(tmp_path) is None
    assert names(with_unreported(tmp_path, FetchResult(listed=1)).new) == ["a.pdf"]


def test_what_is_found_without_a_run_is_told_by_the_next(tmp_path: Path) -> None:
    """As where `archived_files` is materialised by itself."""
    with_unreported(tmp_path, FetchResult(new=(listing("a.pdf"),)))
    report.begin(tmp_path, SOURCE, AT)
    assert not (tmp_path / "reports").exists(), "nothing was killed"
    assert names(with_unreported(tmp_path, FetchResult()).new) == ["a.pdf"]


def test_a_file_found_twice_is_told_as_it_is_now(tmp_path: Path) -> None:
    with_unreported(tmp_path, FetchResult(relisted=(listing("a.pdf", link_text="one"),)))
    now = FetchResult(relisted=(listing("a.pdf", link_text="two"),))
    assert with_unreported(tmp_path, now).relisted == now.relisted


def test_a_torn_note_is_as_good_as_none(tmp_path: Path) -> None:
    note_begin(tmp_path, AT, "letters")
    (tmp_path / "work" / "unreported.json").write_bytes(b'{"begun')
    assert read_unreported(tmp_path).begun_at is None


# --- What is told, and how ------------------------------------------------------------------------


MANY = summary(
    listed=30,
    new=tuple(f"{number}.pdf" for number in range(10)),
    failed=(("lost.pdf", "It cannot be had."),),
    quarantine=(
        Quarantined(
            file_name="x.pdf",
            title="x.pdf",
            rejection=Rejection(stage="read", reason_code="empty_file", detail="It is [empty]."),
        ),
    ),
    signals=((Signal("heading_never_met", "Aims"), ("a.pdf", "b.pdf", "c.pdf", "d.pdf")),),
    letters_by_status={"parsed": 28},
    problems=("The first of two lines.\nStack Trace:\n  here",),
)


def test_the_page_tells_all() -> None:
    page = as_markdown(MANY)
    assert page.startswith("# Published 28 letters from letters to out in 1.0 s.\n\n- Begun: ")
    assert "\n- Letters: 30 seen: 10 new, 0 changed, 0 removed, 1 failed; 0 read now\n" in page
    assert "\n## In quarantine\n\n- x.pdf: empty_file. It is \\[empty\\].\n" in page
    assert "\n- Aims (a.pdf, b.pdf, c.pdf, d.pdf)\n" in page
    assert all(f"\n- {name}\n" in page for name in MANY.new)
    assert "more" not in page


def test_a_terminal_shows_the_page_in_short(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    show_summary(MANY)
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == "Published 28 letters from letters to out in 1.0 s."
    assert lines[lines.index("In quarantine") + 1] == "  x.pdf: empty_file. It is [empty]."
    assert "  Aims (a.pdf, b.pdf, c.pdf and 1 more)" in lines
    assert "  … and 2 more: see out/quality/summary.md" in lines
    assert "Stack Trace:" in lines
    assert not any(line.startswith(("#", "-")) for line in lines)


def test_on_the_first_look_at_a_source_that_all_are_new_is_one_number(
    capsys: pytest.CaptureFixture[str],
) -> None:
    first = msgspec.structs.replace(MANY, listed=11)
    show_summary(first)
    assert "\nNew\n" not in capsys.readouterr().out
    assert "\n## New\n" in as_markdown(first)


def test_a_stage_that_has_no_words_of_its_own_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with Reporter() as reporter:
        reporter.progress("follow_ups", 0, 7)
        reporter.progress("documents", 0, 2)
    assert capsys.readouterr().err.splitlines() == ["Follow ups: 7", f"{DOING['documents']}: 2"]


def test_nothing_is_not_released(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As an older version of the program could have published it."""
    nothing = SimpleNamespace(row_counts={"visits": 0, "letters": 3}, sums={})
    monkeypatch.setattr("assets.release.build.states.current", lambda out: nothing)
    with pytest.raises(ReleaseError, match="Not one letter is published"):
        make_release(Releasing(tmp_path, jobs=1))


def test_why_nothing_is_usable_is_told() -> None:
    told = Told(
        row_counts={"visits": 0},
        letters_by_status={"quarantined": 1, "unsupported": 2},
        quarantine=MANY.quarantine,
    )
    assert nothing_usable(told) == (
        "Not one letter can be published: 1 quarantined, 2 unsupported. In quarantine: "
        "1 empty_file; the table `quarantine` says more."
    )


def test_names_of_files_do_nothing_in_the_page() -> None:
    summary = msgspec.structs.replace(MANY, gone=("[a](b) <img> *c*\x1b[2J\n# d",))
    in_markdown = r"- \[a\](b) \<img\> \*c\*\\x1b\[2J # d"
    on_a_terminal = r"- [a](b) <img> *c*\x1b[2J\n# d"
    assert in_markdown in as_markdown(summary).splitlines()
    assert on_a_terminal in as_markdown(summary, 8, shown).splitlines()


def test_what_a_killed_run_had_found_is_told_on_another_machine(machine: Machine) -> None:
    with held(out := machine("a")):
        note_begin(out, AT, "letters")
        with_unreported(out, FetchResult(new=(listing("a.pdf"),)))
    with held(out := machine("b")):
        before = read_unreported(out)
        assert (before.begun_at, names(before.found["new"])) == (AT, ["a.pdf"])
        with_unreported(out, FetchResult(new=(listing("b.pdf"),)))
        assert names(read_unreported(out).found["new"]) == ["a.pdf", "b.pdf"]
