"""Whole runs on the site: the tables of a folder, and what is left alone when it fails.

The stand-in has the sample's letters, whose authorities are the sample's own.
"""

import contextlib
import gzip
import io
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from assets.letters.manifest import MANIFEST
from assets.letters.site.source import SiteSource
from assets.letters.sources import SAMPLE
from pipelines.run import NOT_PUBLISHED, PUBLISHED, WRONG_USAGE, Options, run_letters
from tests import bad_inputs
from tests.pipelines.conftest import (
    DAY,
    NEW_YEAR,
    Ran,
    name_alone,
    reasons,
    tables,
    use_no_processes,
)
from tests.site import (
    SITE_ERROR,
    WITHDRAWN,
    AsUsual,
    Chunked,
    Content,
    Empty,
    Garbage,
    NoLength,
    Packed,
    Page,
    Redirect,
    Request,
    Reset,
    RetryAfter,
    Site,
    Status,
    Truncated,
    sample_publications,
)
from warehouse import database
from warehouse.ours import MARKER

#: How the program behaves here: in a hurry.
SETTINGS = {
    "PAUSE_SECONDS": "0",
    "FIRST_WAIT_SECONDS": "0.005",
    "LONGEST_WAIT_SECONDS": "0.01",
    "READ_SECONDS": "60",
}

#: The columns on where a file came from, when, and under which name.
ORIGIN = {
    "letters": (
        "source source_url file_name link_text ofsted_urn first_seen_at last_seen_at etag "
        "last_modified event_date"
    ).split(),
    "visits": ["source_url"],
    "visit_versions": ["source_url"],
    "quarantine": ["source_url", "file_name", "detail", "seen_at"],
}

#: A megabyte is sent, and so many times as much comes of it.
BOMB = Packed(gzip.compress(b"%PDF-" + bytes(8 << 20), 9))
MOST_BYTES = str(4 << 20)

COUNT = len(sample_publications())
PROVIDERS = len({one.urn for one in sample_publications()})


@dataclass
class Live:
    """The site, and runs on it."""

    site: Site
    patch: pytest.MonkeyPatch

    def run(self, out: Path, *, source: str = "live", day: int = 0, full: bool = False) -> Ran:
        self.patch.setenv("SOURCE_DATE_EPOCH", str(NEW_YEAR + day * DAY))
        self.site.requests.clear()
        site_url = self.site.url if source == "live" else None
        options = Options(source=source, out=out, jobs=2, full=full, site_url=site_url)
        printed, complained = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(complained):
            status = run_letters(options)
        return Ran(status, out, printed.getvalue(), complained.getvalue())

    def asked(self, part: str) -> list[Request]:
        return [one for one in self.site.requests if part in one.path]


@pytest.fixture(scope="module")
def live_site() -> Iterator[Live]:
    """One site for all tests here: its address is in the tables."""
    with pytest.MonkeyPatch.context() as patch, Site() as site:
        use_no_processes(patch)
        patch.setattr(database, "build_database", name_alone)
        patch.setattr(SiteSource, "authorities", SAMPLE / "authorities.csv")
        patch.setenv("COLUMNS", "200")
        for name, value in SETTINGS.items():
            patch.setenv(f"OFSTED_LETTERS_{name}", value)
        yield Live(site, patch)


@pytest.fixture(scope="module")
def first(live_site: Live, tmp_path_factory: pytest.TempPathFactory) -> tuple[Ran, list[Request]]:
    """The first run, of which others go on with a copy."""
    ran = live_site.run(tmp_path_factory.mktemp("first") / "out")
    return ran, list(live_site.site.requests)


@pytest.fixture
def live(live_site: Live, first: object, monkeypatch: pytest.MonkeyPatch) -> Live:
    """The site as it was at first."""
    live_site.site.reset()
    return Live(live_site.site, monkeypatch)


@pytest.fixture
def out(first: tuple[Ran, object], tmp_path: Path) -> Path:
    """A copy of what the first run left."""
    ran, _ = first
    return shutil.copytree(ran.out, tmp_path / "out", symlinks=True)


def published(out: Path) -> dict[str, tuple[bytes, int]]:
    """All that is published, with the archive it was made from: bytes and times of change."""
    return {
        str(path.relative_to(out)): (path.read_bytes(), path.stat().st_mtime_ns)
        for below in ("states", "archive")
        for path in sorted((out / below).rglob("*"))
        if path.is_file() and path.name != ".lock"
    }


@pytest.fixture
def unfetched(first: tuple[Ran, object], tmp_path: Path) -> Path:
    """A folder with nothing archived or published, and what was read of each letter."""
    out = tmp_path / "unfetched"
    for stage in ("documents", "parsed_letters", "statements", "proofs"):
        shutil.copytree(first[0].out / "work" / stage, out / "work" / stage)
    shutil.copy(first[0].out / MARKER, out)
    return out


def not_fetched(ran: Ran) -> list[dict[str, Any]]:
    """The rows of files whose bytes could not be had."""
    return [row for row in ran.rows("quarantine") if row["stage"] == "fetch"]


def reports(out: Path) -> list[str]:
    return sorted(path.name for path in (out / "reports").iterdir())


# --- The first run --------------------------------------------------------------------------------


def test_the_tables_are_those_of_a_folder(
    live: Live, first: tuple[Ran, object], tmp_path: Path
) -> None:
    """The files that the site has, with what it says of them, in a folder with a manifest."""
    folder = tmp_path / "letters"
    folder.mkdir()
    shutil.copy2(SAMPLE / "authorities.csv", folder)
    lines = ["file,kind,urn,listed_name,link_text,published"]
    for one in live.site.publications:
        name = f"{one.file_number}.pdf"
        (folder / name).write_bytes(one.content)
        words = f'"{one.provider_name}","{one.link_text}"'
        lines.append(f"{name},focused_visit,{one.urn},{words},{one.published}")
    (folder / "manifest.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    ran, _ = first
    of_folder = live.run(tmp_path / "folder", source=str(folder))
    assert ran.status == of_folder.status == PUBLISHED, ran.printed + of_folder.printed
    names = sorted(path.name for path in (ran.out / "parquet").iterdir())
    assert names == sorted(path.name for path in (of_folder.out / "parquet").iterdir())
    for name in names:
        here, there = (pl.read_parquet(one.out / "parquet" / name) for one in (ran, of_folder))
        columns = ORIGIN.get(name.removesuffix(".parquet"), [])
        assert here.drop(columns).equals(there.drop(columns)), name
    assert len(ran.rows("visits")) == ran.summary.letters_by_status["parsed"] > COUNT // 2


def test_where_a_file_came_from_is_in_the_tables(
    live: Live, first: tuple[Ran, list[Request]]
) -> None:
    ran, _ = first
    rows = {row["file_name"]: row for row in ran.rows("letters")}
    assert rows.keys() == {f"{one.file_number}.pdf" for one in live.site.publications}
    for one in live.site.publications:
        row = rows[f"{one.file_number}.pdf"]
        assert row["source"] == "ofsted"
        assert row["source_url"] == f"{live.site.url}{one.path}"
        assert row["link_text"] == one.link_text
        assert row["ofsted_urn"] == one.urn
        assert (row["published_date"], row["event_date"]) == (one.published, one.event)
        assert row["etag"].startswith('"')
        assert row["last_modified"].endswith(" GMT")
        assert row["is_listed"] is True


def test_every_page_and_file_is_asked_for_once(first: tuple[Ran, list[Request]]) -> None:
    _, requests = first
    paths = [one.path for one in requests]
    assert len(paths) == len(set(paths)) == 1 + 1 + PROVIDERS + COUNT
    assert paths[0] == "/robots.txt"
    assert max(one.active for one in requests) <= 2


def test_the_report_says_what_came_of_it(live: Live, first: tuple[Ran, list[Request]]) -> None:
    ran, requests = first
    assert reports(ran.out) == ["2026-01-01T000000Z.json", "2026-01-01T000000Z.md"]
    page = (ran.out / "reports" / "2026-01-01T000000Z.md").read_text(encoding="utf-8")
    data = json.loads((ran.out / "reports" / "2026-01-01T000000Z.json").read_bytes())
    assert data["outcome"] == "published"
    assert data["source"] == live.site.url
    assert data["listed"] == len(data["new"]) == COUNT
    assert data["changed"] == data["gone"] == data["failed"] == []
    assert data["seconds"] > 0
    traffic = data["traffic"]
    assert traffic["requests"] == len(requests)
    assert traffic["byte_count"] == sum(one.byte_count for one in requests)
    assert (traffic["retries"], traffic["failures"]) == (0, {})
    one = live.site.publications[0]
    for words in (
        f"# Published {data['letters_by_status']['parsed']} letters from {live.site.url}",
        "- Begun: 2026-01-01 00:00:00 UTC",
        f"{COUNT} seen: {COUNT} new, 0 changed, 0 removed",
        f"{len(requests)} requests, ",
        "## New",
        f"- {one.provider_name}: {one.link_text}, published {one.published:%d %B %Y} "
        f"({one.file_number}.pdf)",
    ):
        assert words in page, words
    assert (ran.out / "quality" / "summary.md").read_text(encoding="utf-8") == page
    assert ran.printed.startswith("Published ")
    assert f"{len(requests)} requests" in ran.printed


def test_progress_is_told(first: tuple[Ran, object]) -> None:
    ran, _ = first
    told = ran.complained.splitlines()
    assert told[:2] == [f"Listing publications: {PROVIDERS}", f"Archiving files: {COUNT}"]


# --- Faults that pass, and faults that do not -----------------------------------------------------


def test_faults_that_pass_change_nothing(
    live: Live, first: tuple[Ran, list[Request]], unfetched: Path
) -> None:
    faults = (
        Status(403),
        Reset(),
        SITE_ERROR,
        Truncated(0.6),
        RetryAfter(0),
        Status(503),
        NoLength(0.5),
        Chunked(0.5),
        Reset(0.4),
        Empty(),
        Garbage(),
    )
    struck = live.site.fail("/(v1|provider)/", *faults, every=3)
    ran = live.run(unfetched)
    assert ran.status == PUBLISHED, ran.printed
    assert tables(ran.out) == tables(first[0].out)
    assert ran.summary.traffic is not None
    assert ran.summary.traffic.retries == struck.struck > len(faults)
    assert sum(ran.summary.traffic.failures.values()) == struck.struck
    assert "were tried again" in ran.printed
    assert max(one.active for one in live.site.requests) <= 2


def test_dead_files_are_in_quarantine(
    live: Live,
    first: tuple[Ran, list[Request]],
    unfetched: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OFSTED_LETTERS_ATTEMPTS", "3")
    monkeypatch.setenv("OFSTED_LETTERS_MOST_BYTES", MOST_BYTES)
    dead = {
        "0": (WITHDRAWN, "withdrawn"),
        "1": (Status(404), "not_found"),
        "2": (Status(503), "http_error"),
        "3": (Status(403), "refused"),
        "4": (Garbage(), "not_a_pdf"),
        "5": (NoLength(0.5), "truncated"),
        "6": (Page("Words never met"), "html_page"),
        "7": (BOMB, "too_large"),
    }
    expected = {}
    for one, (answer, reason) in zip(live.site.publications, dead.values(), strict=False):
        live.site.fail(one.path, answer)
        expected[f"{one.file_number}.pdf"] = reason
    elsewhere = live.site.publications[8]
    live.site.publications[8] = replace(elsewhere, address="https://www.example.org/x.pdf")
    expected["x.pdf"] = "address_not_allowed"
    ran = live.run(unfetched)
    assert ran.status == PUBLISHED, ran.printed
    rows = not_fetched(ran)
    assert {row["file_name"]: row["reason_code"] for row in rows} == expected
    assert all(row["letter_id"] is None and row["detail"].endswith(".") for row in rows)
    assert len(ran.rows("letters")) == COUNT - len(expected)
    visits = {row["visit_id"] for row in ran.rows("visits")}
    assert visits < {row["visit_id"] for row in first[0].rows("visits")}
    assert len(ran.summary.failed) == len(expected)
    page = (ran.out / "quality" / "summary.md").read_text(encoding="utf-8")
    assert "## In quarantine" in page
    assert "answers with a page headed “Report not found”" in page
    for name in expected:
        assert name in ran.printed, name
    # What will not pass is asked for once; what may, three times, and as often again at the end.
    for one, times in zip(live.site.publications, (1, 1, 6), strict=False):
        assert len(live.asked(one.path)) == times


# --- Nothing is believed --------------------------------------------------------------------------


def nothing(site: Site) -> None:
    site.publications = []


def too_few(site: Site) -> None:
    site.publications = [one for one in site.publications if one.urn != site.publications[0].urn]
    site.publications = site.publications[: len(site.publications) * 3 // 4]


def too_few_publications(site: Site) -> None:
    """Every authority is there still, with its newest letter only."""
    newest = {one.urn: one for one in site.publications}
    site.publications = list(newest.values())


NOT_BELIEVED = {
    "down": (lambda site: site.fail("/", Reset()), "cannot be reached, or hung up"),
    "robots.txt down": (lambda site: site.fail("robots", Status(503)), "robots.txt cannot be had"),
    "search down": (lambda site: site.fail("/search", Status(503)), "answers 503"),
    "site error": (lambda site: site.fail("/search", SITE_ERROR), "Slim Application Error"),
    "empty search": (nothing, "lists no authority at all"),
    "no page of results": (lambda site: site.fail("/search", Page("Welcome")), "not a page of"),
    "count": (lambda site: setattr(site, "claimed_count", 100), "100 results said"),
    "fewer authorities": (too_few, "authorities are missing"),
    "fewer publications": (too_few_publications, "publications are missing"),
    "pages down": (lambda site: site.fail("/provider/", Status(500)), "authorities' pages"),
    "robots.txt": (
        lambda site: setattr(site, "robots", b"User-agent: *\nDisallow: /\n"),
        "robots.txt keeps",
    ),
}


@pytest.mark.parametrize("what", NOT_BELIEVED)
def test_what_cannot_be_believed_changes_nothing(
    live: Live, out: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OFSTED_LETTERS_ATTEMPTS", "2")
    spoil, words = NOT_BELIEVED[what]
    spoil(live.site)
    before = published(out)
    ran = live.run(out, day=1)
    assert ran.status == NOT_PUBLISHED
    assert published(out) == before
    assert live.asked("/v1/") == []
    told = " ".join(ran.printed.split())
    assert told.startswith("Nothing was published, after ")
    assert words in told
    assert "Traceback" not in ran.printed + ran.complained
    assert "Error(" not in ran.printed
    assert len(ran.printed.splitlines()) < 12
    # The report is kept, beside that of the run before.
    assert reports(out)[2:] == ["2026-01-02T000000Z.json", "2026-01-02T000000Z.md"]
    summary = ran.summary
    assert summary.outcome == "failed"
    assert summary.state_id is not None, "what was published stays"
    assert (summary.listed, summary.new, summary.gone) == (0, (), ())
    page = (out / "reports" / "2026-01-02T000000Z.md").read_text(encoding="utf-8")
    assert "## Why nothing was published" in page
    assert words in page


def test_a_site_that_is_down_at_first_leaves_a_report(live: Live, tmp_path: Path) -> None:
    live.site.fail("/", Status(503))
    ran = live.run(tmp_path / "out")
    assert ran.status == NOT_PUBLISHED
    assert "answers 503" in " ".join(ran.printed.split())
    assert reports(ran.out) == ["2026-01-01T000000Z.json", "2026-01-01T000000Z.md"]
    assert not (ran.out / "current").exists()


def test_a_site_that_goes_down_amid_the_files(
    live: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assets.letters.fetching.FAILURES_IN_A_ROW", 4)
    monkeypatch.setenv("OFSTED_LETTERS_ATTEMPTS", "1")
    live.site.fail("/v1/", *[AsUsual()] * 5, *[Reset()] * 100)
    ran = live.run(tmp_path / "out")
    assert ran.status == NOT_PUBLISHED
    assert ran.summary.outcome == "failed"
    told = " ".join(ran.printed.split())
    assert "The source seems to be down, or" in told
    assert "Traceback" not in told
    assert "Stack Trace" not in told
    assert not (ran.out / "current").exists()
    assert len(ran.summary.new) == 5, "what had come is told"


NO_FILE = {
    "redirected elsewhere": lambda site: site.fail("/v1/", Redirect("https://elsewhere.example/")),
    "robots.txt": lambda site: setattr(site, "robots", b"User-agent: *\nDisallow: /v1/\n"),
    "packed": lambda site: site.fail("/v1/", BOMB),
    "no PDF": lambda site: site.fail("/v1/", Content(b"Maintenance")),
}


@pytest.mark.parametrize("what", NO_FILE)
def test_where_not_one_file_can_be_had_what_is_published_stays(
    live: Live, out: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OFSTED_LETTERS_RECHECK_SHARE", "1")
    monkeypatch.setenv("OFSTED_LETTERS_ATTEMPTS", "1")
    monkeypatch.setenv("OFSTED_LETTERS_MOST_BYTES", MOST_BYTES)
    NO_FILE[what](live.site)
    states = {name for name in published(out) if name.startswith("states/")}
    ran = live.run(out, day=1)
    assert (ran.status, ran.summary.outcome) == (NOT_PUBLISHED, "failed")
    assert {name for name in published(out) if name.startswith("states/")} == states


def test_where_not_one_file_can_be_had_nothing_is_published(live: Live, tmp_path: Path) -> None:
    live.site.fail("/v1/", Redirect("https://elsewhere.example/"))
    for day in (0, 1):
        ran = live.run(tmp_path / "new", day=day)
        assert (ran.status, ran.summary.outcome) == (NOT_PUBLISHED, "failed")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"SITE_URL": "https://reports.example.org"}, "OFSTED_LETTERS_CONTACT"),
        ({"SITE_URL": "nonsense", "CONTACT": "a@example.org"}, "OFSTED_LETTERS_SITE_URL: "),
        ({"ATTEMPTS": "none", "CONTACT": "a@example.org"}, "OFSTED_LETTERS_ATTEMPTS: "),
        ({"PAUSES": "1"}, "There is no setting OFSTED_LETTERS_PAUSES: docs/operating.md"),
    ],
)
def test_settings_that_cannot_be_are_wrong_usage(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    values: dict[str, str],
    words: str,
) -> None:
    for name, value in values.items():
        monkeypatch.setenv(f"OFSTED_LETTERS_{name}", value)
    status = run_letters(Options(source="live", out=tmp_path / "out", jobs=1))
    assert status == WRONG_USAGE
    assert words in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


# --- Later runs -----------------------------------------------------------------------------------


def test_a_second_run_asks_for_the_list_and_no_more(live: Live, out: Path) -> None:
    before = published(out)
    same_day = live.run(out)
    assert same_day.status == PUBLISHED
    assert same_day.printed.startswith("Nothing new: ")
    assert len(live.site.requests) == 1 + 1 + PROVIDERS
    assert live.asked("/v1/") == []
    after = published(out)
    manifest = f"archive/{MANIFEST}"
    assert before.pop(manifest) != after.pop(manifest), "the look is noted"
    assert after == before

    # A day later, one file of the seventeen is looked at again.
    next_day = live.run(out, day=1)
    assert [one.status for one in live.asked("/v1/")] == [304]
    assert next_day.summary.outcome == "unchanged"
    assert next_day.summary.rechecked == 1
    assert (next_day.summary.new, next_day.summary.changed) == ((), ())
    assert "1 looked at again" in next_day.printed
    after = published(out)
    after.pop(manifest)
    assert after == before
    assert len(reports(out)) == 6, "each run has its own, even two of one second"


def test_what_changes_on_the_site_is_found_and_told(
    live: Live, out: Path, first: tuple[Ran, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OFSTED_LETTERS_RECHECK_SHARE", "1")
    amended, dropped, withdrawn, republished = live.site.publications[:4]
    name = {one.file_number: f"{one.file_number}.pdf" for one in live.site.publications}
    changed = replace(amended, content=amended.content + b"% amended\n")
    day_later = replace(republished, published=republished.event)
    dead = replace(amended, file_number="59999999", content=bad_inputs.minutes_pdf())
    live.site.publications = [changed, withdrawn, day_later, *live.site.publications[4:], dead]
    live.site.fail(withdrawn.path, WITHDRAWN)
    live.site.fail(dead.path, Status(404))
    before = {row["file_name"]: row for row in first[0].rows("letters")}
    visits = {row["visit_id"] for row in first[0].rows("visits")}
    ran = live.run(out, day=1)
    assert ran.status == PUBLISHED, ran.printed

    rows = ran.rows("letters")
    old, new = sorted(
        (row for row in rows if row["file_name"] == name[amended.file_number]),
        key=lambda row: row["first_seen_at"],
    )
    assert (old["status"], new["status"]) == ("superseded", "parsed")
    assert old["superseded_by"] == new["letter_id"]
    assert (old["is_listed"], new["is_listed"]) == (False, True)
    assert new["etag"] != old["etag"]
    assert (old["first_seen_at"].day, new["first_seen_at"].day) == (1, 2)
    visit = next(row for row in ran.rows("visits") if row["letter_id"] == new["letter_id"])
    assert visit["visit_id"] in visits
    assert {row["visit_id"] for row in ran.rows("visits")} == visits, "nothing is lost"

    status = {row["file_name"]: (row["status"], row["is_listed"]) for row in rows}
    for one in (dropped, withdrawn):
        assert status[name[one.file_number]] == (before[name[one.file_number]]["status"], False)
    (row,) = (row for row in rows if row["file_name"] == name[republished.file_number])
    assert row["published_date"] == republished.event
    assert len(rows) == COUNT + 1
    (row,) = not_fetched(ran)
    assert (row["file_name"], row["reason_code"]) == ("59999999.pdf", "not_found")

    summary = ran.summary
    told = {
        what: {line.rpartition("(")[2].rstrip(")") for line in getattr(summary, what)}
        for what in ("new", "changed", "relisted", "returned", "gone", "withdrawn")
    }
    assert told == {
        "new": set(),
        "changed": {name[amended.file_number]},
        "relisted": {name[republished.file_number]},
        "returned": set(),
        "gone": {name[dropped.file_number]},
        "withdrawn": {name[withdrawn.file_number]},
    }
    page = (out / "reports" / "2026-01-02T000000Z.md").read_text(encoding="utf-8")
    assert "## Changed" in page
    assert "## Removed from the source's list; what was read of them stays" in page
    assert "## Withdrawn: still listed, but not there; what was read of them stays" in page
    assert summary.rechecked == COUNT - 2

    # And what comes back is listed again, without having been fetched again; what could not be had
    # is asked for again, once, and leaves no trace of its fault.
    live.site.clear_faults()
    live.site.publications.append(dropped)
    back = live.run(out, day=2)
    rows = back.rows("letters")
    unlisted = {row["letter_id"] for row in rows if not row["is_listed"]}
    assert unlisted == {old["letter_id"]}
    assert live.asked(dropped.path) == []
    assert [one.status for one in live.asked(dead.path)] == [200]
    assert not_fetched(back) == []
    assert reasons(back)["59999999.pdf"] == "not_a_letter"
    assert len(rows) == COUNT + 2
    assert {row["visit_id"] for row in back.rows("visits")} == visits
    assert len(back.summary.returned) == 2
    assert [line.rpartition("(")[2] for line in back.summary.new] == ["59999999.pdf)"]
    page = (out / "reports" / "2026-01-03T000000Z.md").read_text(encoding="utf-8")
    assert "## There again" in page
