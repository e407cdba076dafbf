"""Releases as a user makes, compares, verifies and uses them, through the command line."""

import hashlib
import html
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import duckdb
import polars as pl
import pyarrow.parquet as pq
import pytest
import yaml
from openpyxl import load_workbook
from typer.testing import CliRunner

from assets.letters.sources import SAMPLE
from assets.release.checksums import read_checksums, write_checksums
from assets.release.release_info import NAME, ReleaseInfo
from assets.release.store import ReleaseStore
from assets.release.verify import verification
from assets.release.verify.verify_files import (
    check_checksums,
    check_descriptions,
    check_record,
    check_release_list,
)
from pipelines.cli import app
from pipelines.definitions import build_defs
from tests.in_this_process import InThisProcess
from tests.pipelines.conftest import Run
from tests.unverified import leave_out_workbook, leave_unverified
from warehouse.files import file_sha256
from warehouse.schema import SCHEMA

Call = Callable[..., "Called"]


@dataclass(frozen=True)
class Called:
    """What came of a command."""

    status: int
    printed: str
    complained: str


@pytest.fixture(scope="module", autouse=True)
def in_this_process() -> Iterator[None]:
    """Outside of Dagster, and with no other processes that open letters."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DAGSTER_HOME", raising=False)
        patch.setattr(verification, "LocalWorkers", InThisProcess)
        yield


@pytest.fixture(scope="module")
def call() -> Call:
    def make(*arguments: str | Path) -> Called:
        result = CliRunner().invoke(app, [*map(str, arguments)], env={"COLUMNS": "200"})
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Called(result.exit_code, result.stdout, result.stderr)

    return make


@pytest.fixture
def unverified(monkeypatch: pytest.MonkeyPatch) -> None:
    """Releases are made quickly, where a test is about something else."""
    leave_unverified(monkeypatch)
    leave_out_workbook(monkeypatch)


@pytest.fixture
def letters_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a release, only the letters are looked at, and its schema and columns."""
    leave_out_workbook(monkeypatch)
    monkeypatch.setattr(verification, "_CHECKS", ())
    monkeypatch.setattr(verification, "verify_rules", lambda _: ((), ()))


def copy_of(out: Path, to: Path) -> Path:
    shutil.copytree(out, to, symlinks=True)
    return to


def sums(release: Path) -> dict[str, str]:
    return {
        path.relative_to(release).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in release.rglob("*")
        if path.is_file()
    }


# --- Making one -----------------------------------------------------------------------------------


def test_a_release_has_every_table_in_every_form_and_says_what_it_is(released: Path) -> None:
    release = released / "releases" / "latest"
    assert release.readlink() == Path("1.0.0")
    names = {path.relative_to(release).as_posix() for path in release.rglob("*") if path.is_file()}
    assert names == {
        *(f"parquet/{name}.parquet" for name in SCHEMA),
        *(f"csv/{name}.csv" for name in SCHEMA),
        "csv/README.txt",
        f"{NAME}-sample.duckdb",
        f"{NAME}-sample.xlsx",
        "datapackage.json",
        "croissant.json",
        "CITATION.cff",
        "data_dictionary.html",
        "data_dictionary.md",
        "responsible_use.html",
        "responsible_use.md",
        "README.html",
        "README.md",
        "CHANGELOG.md",
        "schema.json",
        "release.json",
        "SHA256SUMS",
    }
    assert dict(read_checksums(release / "SHA256SUMS")) == {
        name: sha256 for name, sha256 in sums(release).items() if name != "SHA256SUMS"
    }
    listed = json.loads((released / "releases" / "releases.json").read_text(encoding="utf-8"))
    assert [one["version"] for one in listed["releases"]] == ["1.0.0"]


def test_its_notes_open_with_what_is_missing_and_say_that_the_sample_is_made_up(
    released: Path,
) -> None:
    notes = (released / "releases" / "latest" / "README.md").read_text(encoding="utf-8")
    headings = [line for line in notes.splitlines() if line.startswith("#")]
    assert headings[1] == "## What is missing"
    assert "Made up" in notes.split("## ")[0]
    coverage = pl.read_parquet(released / "releases" / "latest" / "parquet" / "coverage.parquet")
    last = coverage.filter(pl.col("year") == pl.col("year").max())
    visited = coverage.filter(pl.col("newest_visit_date").is_not_null())["authority_id"]
    without = last.filter(~pl.col("authority_id").is_in(visited.implode()))[
        "authority_id"
    ].n_unique()
    assert f"do not exist. The {without} that do have no visit here." in notes
    quarantine = pl.read_parquet(released / "parquet" / "quarantine.parquet")
    for name in quarantine["file_name"]:
        assert f"| {name} |" in notes
    assert "[responsible_use.md](responsible_use.md)" in notes


@pytest.fixture(scope="module", params=["sample", "folder"])
def info_and_release(
    request: pytest.FixtureRequest,
    released: Path,
    few_published: Path,
    tmp_path_factory: pytest.TempPathFactory,
    call: Call,
) -> tuple[ReleaseInfo, Path]:
    """A release of the sample, and one of letters that came from a folder."""
    out = released
    if request.param == "folder":
        out = copy_of(few_published, tmp_path_factory.mktemp("folder") / "out")
        with pytest.MonkeyPatch.context() as patch:
            leave_unverified(patch)
            assert call("release", "--out", out).status == 0
    release = ReleaseStore(out).find()
    assert release.record.info.is_made_up == (request.param == "sample")
    return release.record.info, release.folder


@pytest.mark.parametrize(
    "name",
    ["README.md", "csv/README.txt", "datapackage.json", "croissant.json", "CITATION.cff",
     "data_dictionary.html", "data_dictionary.md"],
)  # fmt: skip
def test_the_attribution_is_in_every_form(
    info_and_release: tuple[ReleaseInfo, Path], name: str
) -> None:
    info, release = info_and_release
    text = (release / name).read_text(encoding="utf-8-sig")
    if name.endswith(".cff"):
        text = " ".join(str(value) for value in yaml.safe_load(text).values())
    said = " ".join(html.unescape(text).split())
    assert info.attribution in said
    assert ("© Crown copyright" in said) != info.is_made_up


def test_the_attribution_is_in_the_files_of_tables_too(
    info_and_release: tuple[ReleaseInfo, Path],
) -> None:
    info, release = info_and_release
    schema = pq.read_schema(release / "parquet" / "visits.parquet")
    assert schema.metadata[b"attribution"].decode() == info.attribution
    with duckdb.connect(release / f"{info.file_stem}.duckdb", read_only=True) as database:
        rows = dict(database.sql("SELECT key, value FROM about").fetchall())
    assert rows["attribution"] == info.attribution
    cover = load_workbook(release / f"{info.file_stem}.xlsx", read_only=True).worksheets[0]
    cells = [str(value) for row in cover.iter_rows(values_only=True) for value in row if value]
    assert info.attribution in cells


def test_where_nothing_has_changed_no_release_is_made(released: Path, call: Call) -> None:
    before = sums(released / "releases")
    again = call("release", "--out", released)
    assert again.status == 0
    assert again.printed.startswith("Nothing has changed since the release 1.0.0\n")
    assert "it is the first" not in again.printed
    assert sums(released / "releases") == before


#: The command line, which makes a release without looking it through: the bytes are looked at here.
UNVERIFIED = """
import pytest
from pipelines import __main__
from tests.unverified import leave_unverified
with pytest.MonkeyPatch.context() as patch:
    leave_unverified(patch)
    __main__.main()
"""


def test_the_same_state_gives_the_same_bytes_on_another_day_and_place(
    released: Path, published: Path, tmp_path: Path
) -> None:
    # Which would be a pattern to some who read files.
    out = copy_of(published, tmp_path / "else*where" / "o [1] {a,b}")
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("OFSTED_LETTERS_")
    }
    subprocess.run(
        [sys.executable, "-c", UNVERIFIED, "release", "--out", str(out)],
        env={
            **environment,
            "SOURCE_DATE_EPOCH": "2000000000",
            "PYTHONHASHSEED": "7",
            "TZ": "Asia/Kolkata",
            "LC_ALL": "C.UTF-8",
        },
        capture_output=True,
        check=True,
    )
    again, before = (sums(folder / "releases" / "1.0.0") for folder in (out, released))
    # DuckDB leaves in gaps of its file what memory held before, and three files name its checksum.
    names_it = {"datapackage.json", "croissant.json", "SHA256SUMS", f"{NAME}-sample.duckdb"}
    assert again.keys() == before.keys()
    assert {file for file in again if again[file] != before[file]} <= names_it


def test_a_release_that_does_not_verify_is_not_made(
    published: Path, tmp_path: Path, call: Call, letters_alone: None
) -> None:
    out = copy_of(published, tmp_path / "out")
    letter = pl.read_parquet(out / "parquet" / "letters.parquet").filter(
        (pl.col("status") == "parsed") & pl.col("file_name").str.ends_with(".pdf")
    )
    sha256 = letter["sha256"][0]
    (archived,) = out.glob(f"archive/**/{sha256}")
    archived.chmod(0o644)
    archived.write_bytes(archived.read_bytes() + b"\n")
    done = call("release", "--out", out)
    assert done.status == 1
    assert "No release was made" in done.complained
    assert sha256[:16] in done.complained
    assert not (out / "releases" / "1.0.0").exists()
    assert not (out / "releases" / "latest").exists()


def test_where_nothing_is_published_that_is_told(tmp_path: Path, call: Call) -> None:
    done = call("release", "--out", tmp_path)
    assert done.status == 1
    assert "Run `ofsted-letters run` first" in done.complained
    done = call("release", "--out", tmp_path / "nowhere")
    assert done.status == 1
    assert "There is no folder" in done.complained
    assert not (tmp_path / "nowhere").exists()


# --- The next one ---------------------------------------------------------------------------------


def test_a_letter_more_is_a_patch_that_says_so(
    run: Run,
    letters: Path,
    out: Path,
    call: Call,
    unverified: None,
    letters_alone: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert call("release", "--out", out).status == 0
    shutil.copy2(SAMPLE / "9900011_2023-06-30.pdf", letters)
    assert run(letters, out, day=1, has_database=True).status == 0
    announced = call("diff", "latest", "current", "--out", out)
    assert announced.status == 0
    assert "New letter" in announced.printed
    done = call("release", "--out", out)
    assert done.printed.startswith("Released 1.0.1\n"), done.complained
    store = out / "releases"
    assert (store / "latest").readlink() == Path("1.0.1")
    versions = json.loads((store / "releases.json").read_text(encoding="utf-8"))["releases"]
    assert [(one["version"], one["previous"]) for one in versions] == [
        ("1.0.1", "1.0.0"),
        ("1.0.0", None),
    ]
    changes = pl.read_parquet(store / "latest" / "changes.parquet")
    added = changes.filter((pl.col("table_name") == "visits") & (pl.col("change") == "added"))
    assert added["reason_code"].to_list() == ["new_letter"]
    page = (store / "latest" / "changes.md").read_text(encoding="utf-8")
    assert added["row_key"][0] in page
    log = (store / "latest" / "CHANGELOG.md").read_text(encoding="utf-8")
    assert log.index("## 1.0.1") < log.index("## 1.0.0")
    notes = (store / "latest" / "README.md").read_text(encoding="utf-8")
    assert "changes.parquet" in notes
    assert pl.read_parquet(store / "latest" / "gone.parquet").is_empty()
    of_files = (check_checksums, check_release_list, check_record, check_descriptions)
    monkeypatch.setattr(verification, "_CHECKS", of_files)
    assert call("verify", "--out", out).status == 0


def test_a_release_that_was_killed_before_it_was_listed_is_listed_by_the_next(
    released: Path, tmp_path: Path, call: Call
) -> None:
    out = copy_of(released, tmp_path / "out")
    path = out / "releases" / "releases.json"
    listed = path.read_bytes()
    path.write_text(json.dumps(json.loads(listed) | {"releases": []}), encoding="utf-8")
    assert call("release", "--out", out).status == 0
    assert path.read_bytes() == listed


def test_a_number_that_was_given_out_is_not_given_to_other_tables(
    released: Path, out: Path, call: Call, unverified: None
) -> None:
    shutil.copytree(released / "releases", out / "releases", symlinks=True)
    shutil.rmtree(out / "releases" / "1.0.0")
    refused = call("release", "--out", out)
    assert refused.status == 1
    assert "lists 1.0.0, which is not there" in refused.complained
    (out / "releases" / "releases.json").unlink()
    assert call("release", "--out", out).printed.startswith("Released 1.0.0\n")


# --- Using one ------------------------------------------------------------------------------------


def test_a_sound_release_verifies_and_says_so(
    released: Path, call: Call, letters_alone: None
) -> None:
    done = call("verify", "--out", released)
    assert done.status == 0, done.printed
    quoting = ("findings", "judgements")
    quoted = sum(
        pl.read_parquet(released / "parquet" / f"{name}.parquet").height for name in quoting
    )
    assert f"{quoted:,} quotations proven" in done.printed.splitlines()[-1]
    assert "wrong" not in [line.split("  ")[0] for line in done.printed.splitlines()]


def test_a_release_without_its_archive_verifies_but_for_the_letters_and_says_so(
    released: Path, tmp_path: Path, call: Call, letters_alone: None
) -> None:
    downloaded = copy_of(released / "releases" / "1.0.0", tmp_path / "downloaded")
    refused = call("verify", downloaded, "--out", tmp_path)
    assert refused.status == 2
    assert "--without-letters" in refused.complained
    done = call("verify", downloaded, "--without-letters", "--out", tmp_path)
    assert done.status == 0
    assert "not looked at: the letters" in done.printed
    of_others = tmp_path / "archive"
    of_others.mkdir()
    wrong = call("verify", downloaded, "--archive", of_others)
    assert wrong.status == 1
    assert wrong.printed.count("archive") < 5
    assert "--without-letters" in wrong.printed
    assert wrong.printed.splitlines()[-1].endswith("does not hold: 1 problem, see above.")


def test_a_finding_is_shown_with_its_letter_and_the_page(
    released: Path, tmp_path: Path, call: Call
) -> None:
    from PIL import Image

    finding = pl.read_parquet(released / "parquet" / "findings.parquet").filter(
        pl.col("page").is_not_null()
    )[0]
    picture = tmp_path / "page.png"
    key = finding["finding_id"][0]
    done = call("show", key, "--out", released, "--picture", picture)
    assert done.status == 0, done.complained
    said = " ".join(done.printed.split())
    assert finding["text"][0] in said
    assert "Version 1.0.0" in said
    letters = pl.read_parquet(released / "parquet" / "letters.parquet")
    assert any(sha256 in said for sha256 in letters["sha256"])
    with Image.open(picture) as image:
        assert image.width > 500
    refused = call("show", key, "--out", released, "--picture", tmp_path / "page.jpg")
    assert (refused.status, (tmp_path / "page.jpg").exists()) == (2, False)
    assert ".png" in refused.complained
    no_picture = call("show", finding["visit_id"][0], "--out", released, "--picture", picture)
    assert no_picture.status == 2
    assert "A visit without grades has no picture" in no_picture.complained
    assert call("show", key, "--out", released, "--release", "9.0.0").status == 2


def test_a_key_that_is_none_is_told_with_those_that_are_like_it(released: Path, call: Call) -> None:
    visit = pl.read_parquet(released / "parquet" / "visits.parquet")["visit_id"][0]
    done = call("show", visit[:-1], "--out", released)
    assert done.status == 1
    assert visit in done.complained


def test_differences_are_written_in_three_forms(released: Path, tmp_path: Path, call: Call) -> None:
    same = call("diff", "1.0.0", "current", "--out", released)
    assert same.status == 0
    assert "Nothing differs" in same.printed
    page = tmp_path / "changes.md"
    assert call("diff", "1.0.0", "latest", "--out", released, "--format", "markdown",
                "--output", page).status == 0  # fmt: skip
    assert page.read_text(encoding="utf-8").startswith("# From 1.0.0 to latest")
    for name, begins in (
        ("a.md", b"# From"),
        ("a.txt", b"From"),
        ("a", b"From"),
        ("a.parquet", b"PAR1"),
    ):
        to = tmp_path / name
        assert call("diff", "1.0.0", "latest", "--out", released, "--output", to).status == 0
        assert to.read_bytes().startswith(begins)
    contrary = call(
        "diff", "1.0.0", "latest", "--out", released, "--format", "text", "--output", page
    )
    assert (contrary.status, "--format is text" in contrary.complained) == (2, True)
    refused = call("diff", "1.0.0", "latest", "--out", released, "--format", "parquet")
    assert refused.status == 2
    assert "--output" in refused.complained
    unknown = call("diff", "1.0.0", "9.0.0", "--out", released)
    assert unknown.status == 2
    assert "holds 1.0.0" in unknown.complained


def test_damaged_tables_are_told_by_every_command(
    released: Path, tmp_path: Path, call: Call
) -> None:
    finding = pl.read_parquet(released / "parquet" / "findings.parquet")["finding_id"][0]
    downloaded = copy_of(released / "releases" / "1.0.0", tmp_path / "downloaded")
    codes = downloaded / "parquet" / "codes.parquet"
    show = ("show", finding, "--release", downloaded)
    export = ("export", "--release", downloaded, "--output", tmp_path / "part.xlsx")

    def check(*commands: tuple[object, ...]) -> None:
        for command in commands:
            done = call(*command, "--out", released)
            assert done.status in (1, 2)
            assert "cannot be read: " in done.complained
            assert "`ofsted-letters verify` says what" in done.complained

    codes.chmod(0o644)
    codes.write_bytes(b"no table")
    check(show, export, ("diff", "1.0.0", downloaded))
    codes.unlink()
    check(show, export)


# --- What a release builds on ---------------------------------------------------------------------


def test_all_of_dagsters_graph_can_be_made_at_once(
    letters: Path, out: Path, monkeypatch: pytest.MonkeyPatch, unverified: None
) -> None:
    monkeypatch.setenv("OFSTED_LETTERS_SOURCE", str(letters))
    monkeypatch.setenv("OFSTED_LETTERS_OUT", str(out))
    with dg.DagsterInstance.ephemeral() as instance:
        result = (
            build_defs()
            .resolve_implicit_global_asset_job_def()
            .execute_in_process(
                instance=instance,
                asset_selection=[dg.AssetKey("warehouse"), dg.AssetKey("releases")],
            )
        )
    assert result.success
    assert (out / "releases" / "latest").readlink() == Path("1.0.0")


def older(release: Path) -> None:
    """Make of a release one of an older schema, that had no cues, no numbers and no history."""
    newer = ["cues", "valence_set", "paragraph_number", "responsible_body"]
    for path in release.rglob("*"):
        if path.is_file():
            path.chmod(0o644)
    schema = json.loads((release / "schema.json").read_text(encoding="utf-8"))
    schema["tables"] = [one for one in schema["tables"] if one["name"] != "visit_versions"]
    (findings,) = (one for one in schema["tables"] if one["name"] == "findings")
    findings["columns"] = [one for one in findings["columns"] if one["name"] not in newer]
    gone = ("findings_with_visits", "places", "visits_as_of")
    schema["views"] = [one for one in schema["views"] if one["name"] not in gone]
    (release / "schema.json").write_text(json.dumps(schema), encoding="utf-8")
    record = json.loads((release / "release.json").read_text(encoding="utf-8"))
    del record["row_counts"]["visit_versions"]
    # What is not there cannot have been measured.
    path = release / "parquet" / "evaluation.parquet"
    measured = pl.read_parquet(path).filter(~pl.col("field").is_in(newer))
    measured.write_parquet(path)
    record["row_counts"]["evaluation"] = measured.height
    path = release / "csv" / "evaluation.csv"
    pl.read_csv(path, infer_schema=False).filter(~pl.col("field").is_in(newer)).write_csv(path)
    (release / "release.json").write_text(json.dumps(record), encoding="utf-8")
    for suffix in ("parquet", "csv"):
        (release / suffix / f"visit_versions.{suffix}").unlink()
    path = release / "parquet" / "findings.parquet"
    pl.read_parquet(path).drop(newer).write_parquet(path)
    path = release / "csv" / "findings.csv"
    pl.read_csv(path, infer_schema=False).drop(newer).write_csv(path)
    (database,) = release.glob("*.duckdb")
    with duckdb.connect(database) as connection:
        for name in gone[:2]:
            connection.execute(f"DROP VIEW {name}")
        connection.execute(f"DROP MACRO TABLE {gone[2]}")
        connection.execute("DROP TABLE visit_versions")
        connection.execute("DELETE FROM evaluation WHERE field IN $1", [newer])
        for name in newer:
            connection.execute(f"ALTER TABLE findings DROP COLUMN {name}")
    for name, files, path_of, sha256 in (
        ("datapackage.json", "resources", "path", "hash"),
        ("croissant.json", "distribution", "contentUrl", "sha256"),
    ):
        described = json.loads((release / name).read_text(encoding="utf-8"))
        described[files] = [one for one in described[files] if (release / one[path_of]).is_file()]
        for one in described[files]:
            digest = file_sha256(release / one[path_of])
            one[sha256] = f"sha256:{digest}" if sha256 == "hash" else digest
        (release / name).write_text(json.dumps(described), encoding="utf-8")
    write_checksums(release)
    ReleaseStore(release.parent.parent).write_index()


def test_an_older_release_stays_sound_and_useful_after_the_schema_has_grown(
    released: Path, tmp_path: Path, call: Call, unverified: None
) -> None:
    out = copy_of(released, tmp_path / "out")
    older(out / "releases" / "1.0.0")
    done = call("verify", "1.0.0", "--out", out)
    assert done.status == 0, done.printed
    assert "as the release has not all that they ask for" in done.printed
    part = tmp_path / "part.json"
    exported = call("export", "--where", "is_improvement", "--format", "json", "--release", "1.0.0",
                    "--out", out, "--output", part)  # fmt: skip
    assert exported.status == 0, exported.complained
    assert {row["cues"] for row in json.loads(part.read_text(encoding="utf-8"))["findings"]} == {
        None
    }
    grown = call("release", "--out", out)
    assert grown.printed.startswith("Released 1.1.0\n"), grown.complained
    log = (out / "releases" / "latest" / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "`visit_versions`: a table more" in log
    assert "`findings.cues`: a column more" in log


@pytest.mark.parametrize(
    ("asked", "to", "status", "said"),
    [
        (
            ("--where", "is_improvement", "--where", "page > 0"),
            "a.json",
            0,
            " visits in release 1.0.0: ",
        ),
        (("--where", "is_improvement", "--where", "NOT is_improvement"), "b.json", 1, "no finding"),
        (("--year", "1999"), "c.json", 1, "There is no finding for the year 1999."),
        (("--authority", "Nowhere at all"), "d.json", 2, "There is no authority"),
        (("--where", "colour = 1"), "e.json", 2, "cannot be asked"),
        (("--format", "xlsx"), "f.json", 2, "Write --output"),
        ((), "g.csv", 2, "a folder of several"),
        (("--release", "9.9.9"), "h.json", 2, "There is no release 9.9.9."),
    ],
)
def test_an_export_says_how_it_ended(
    released: Path,
    tmp_path: Path,
    call: Call,
    asked: tuple[str, ...],
    to: str,
    status: int,
    said: str,
) -> None:
    done = call("export", *asked, "--out", released, "--output", tmp_path / to)
    assert done.status == status, done.complained
    assert said in (done.complained if status else done.printed)
    assert (tmp_path / to).is_file() == (status == 0)


def test_one_finding_is_one(released: Path, tmp_path: Path, call: Call) -> None:
    tables = released / "releases" / "latest" / "parquet"
    one = pl.read_parquet(tables / "findings.parquet")["finding_id"][0]
    done = call("export", "--where", f"finding_id = '{one}'", "--out", released,
                "--output", tmp_path / "one.json")  # fmt: skip
    assert done.printed.startswith("1 finding of 1 visit in release 1.0.0: ")


def test_no_release_is_built_on_one_that_was_changed(
    released: Path, tmp_path: Path, call: Call
) -> None:
    out = copy_of(released, tmp_path / "out")
    log = out / "releases" / "1.0.0" / "CHANGELOG.md"
    log.chmod(0o644)
    log.write_text(log.read_text(encoding="utf-8") + "And one thing more.\n", encoding="utf-8")
    done = call("release", "--out", out)
    assert done.status == 1
    assert "is not as it was made" in done.complained
    assert "CHANGELOG.md" in done.complained


def test_what_stands_in_the_way_of_the_link_is_told_before_the_work(
    published: Path, tmp_path: Path, call: Call
) -> None:
    out = copy_of(published, tmp_path / "out")
    (out / "releases" / "latest").mkdir(parents=True)
    done = call("release", "--out", out)
    assert done.status == 1
    assert "is in the way" in done.complained
    assert not (out / "releases" / "1.0.0").exists()


def test_the_same_rows_in_other_bytes_are_no_news(
    released: Path, tmp_path: Path, call: Call
) -> None:
    out = copy_of(released, tmp_path / "out")
    release = out / "releases" / "1.0.0"
    record = json.loads((release / "release.json").read_text(encoding="utf-8"))
    record["fingerprint"] = "0" * 64
    (release / "release.json").chmod(0o644)
    (release / "release.json").write_text(json.dumps(record), encoding="utf-8")
    write_checksums(release)
    ReleaseStore(out).write_index()
    done = call("release", "--out", out)
    assert done.printed.startswith("Nothing has changed since the release 1.0.0\n"), done.complained


def test_another_view_is_a_patch(
    released: Path, tmp_path: Path, call: Call, unverified: None
) -> None:
    out = copy_of(released, tmp_path / "out")
    release = out / "releases" / "1.0.0"
    schema = json.loads((release / "schema.json").read_text(encoding="utf-8"))
    schema["views"][0]["query"] = "asked in another way"
    (release / "schema.json").chmod(0o644)
    (release / "schema.json").write_text(json.dumps(schema), encoding="utf-8")
    write_checksums(release)
    ReleaseStore(out).write_index()
    done = call("release", "--out", out)
    assert done.printed.startswith("Released 1.0.1\n"), done.complained


def test_what_another_version_published_is_not_released(
    published: Path, tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = copy_of(published, tmp_path / "out")
    monkeypatch.setattr("warehouse.database.definition_fingerprint", lambda: "other views")
    done = call("release", "--out", out)
    assert done.status == 1
    assert "published by another version" in done.complained
    assert "ofsted-letters run" in done.complained


def test_a_place_that_cannot_be_written_is_told(released: Path, tmp_path: Path, call: Call) -> None:
    done = call("diff", "1.0.0", "current", "--out", released, "--format", "markdown",
                "--output", tmp_path / "nowhere" / "changes.md")  # fmt: skip
    assert done.status == 1
    assert "cannot be written" in done.complained
    broken = copy_of(released, tmp_path / "out")
    (broken / "releases" / "1.0.0" / "release.json").unlink()
    done = call("release", "--out", broken)
    assert done.status == 1
    assert "does not say what release this is" in done.complained


def test_a_picture_bears_the_key_that_was_found(released: Path, tmp_path: Path, call: Call) -> None:
    out = tmp_path / "out"
    out.mkdir()
    for name in ("current", "states", "archive"):
        (out / name).symlink_to(released / name)
    findings = pl.read_parquet(released / "parquet" / "findings.parquet")
    key = findings.filter(pl.col("page").is_not_null())["finding_id"][0]
    done = call("show", f"  {key.upper()} ", "--out", out)
    assert done.status == 0, done.complained
    assert [path.name for path in (out / "pictures").iterdir()] == [f"{key}.png"]
    assert f"{out / 'pictures' / key}.png" in done.printed


#: Calls commands on a system that cannot lock files, as Windows. Of a release, little is looked at.
WITHOUT_FCNTL = """
import sys
sys.modules["fcntl"] = None
from assets.release.verify import verification
from assets.release.verify.verify_files import (
    check_checksums,
    check_descriptions,
    check_record,
    check_release_list,
)
verification._CHECKS = ()
verification.verify_rules = lambda _: ((), ())
from typer.testing import CliRunner
from pipelines.cli import app
for command in sys.stdin.read().splitlines():
    done = CliRunner().invoke(app, command.split("|"))
    assert done.exit_code == 0, (command, done.exception, done.output)
"""


def test_what_only_reads_needs_no_lock(released: Path, tmp_path: Path) -> None:
    findings = pl.read_parquet(released / "parquet" / "findings.parquet")
    key = findings.filter(pl.col("page").is_not_null())["finding_id"][0]
    commands = (
        ("query", "FROM visits"),
        ("verify", "--without-letters"),
        ("show", key, "--picture", str(tmp_path / "page.png")),
        ("export", "--where", "is_improvement", "--output", str(tmp_path / "part.json")),
        ("diff", "1.0.0", "current"),
        ("status",),
    )
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_FCNTL],
        input="\n".join("|".join((*command, "--out", str(released))) for command in commands),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_no_command_writes_over_what_is_published(released: Path, call: Call) -> None:
    findings = pl.read_parquet(released / "parquet" / "findings.parquet")
    (key,) = findings.drop_nulls("x0")["finding_id"].head(1)
    places = [
        released / name
        for name in ("warehouse.duckdb", "archive/manifest.jsonl", "releases/1.0.0/release.json")
    ]
    picture = released / "releases" / "1.0.0" / "page.png"
    before = [place.read_bytes() for place in places]
    diff = ("diff", "1.0.0", "current", "--format", "text", "--output")
    for command in (
        *((*diff, place, *force) for place in places for force in ((), ("--force",))),
        ("show", key, "--picture", picture),
    ):
        done = call(*command, "--out", released)
        assert done.status == 1, command
        assert "never changed" in done.complained
    assert [place.read_bytes() for place in places] == before
    assert not picture.exists()


def test_differences_and_pictures_replace_their_like_and_nothing_else(
    released: Path, tmp_path: Path, call: Call
) -> None:
    place = tmp_path / "changes.md"
    command = ("diff", "1.0.0", "1.0.0", "--out", released, "--output", place)
    assert call(*command).status == 0
    assert "is there already" in call(*command).complained
    assert call(*command, "--force").status == 0
    place.write_text("mine")
    assert "is not replaced" in call(*command, "--force").complained
    assert place.read_text() == "mine"
