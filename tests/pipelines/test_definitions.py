"""What Dagster is told: assets, checks, job, schedule, and that any part can be run by itself."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import dagster as dg
import msgspec
import pytest

from assets.letters.archive import Archive
from assets.letters.folder import FolderSource
from assets.letters.source import Inventory, SourceUnavailable
from assets.letters.sources import SAMPLE
from assets.letters.workspace import Workspace
from assets.publishing.asset import published
from assets.publishing.publish import Publishing
from assets.release.store import ReleaseStore
from expectations.suites import check_specs
from pipelines.definitions import (
    FRESHNESS,
    JOB,
    PORTAL_JOB,
    PUBLISHING_JOB,
    RELEASE_JOB,
    build_defs,
    defs,
)
from pipelines.resources import LISTING_RETRIES
from pipelines.run import instance, is_published
from pipelines.stages import STAGES as LETTER_STAGES
from pipelines.summary import Summary
from tests.assets.release.test_store import put
from tests.in_this_process import InThisProcess
from tests.pipelines.conftest import DAY, NEW_YEAR, ByDuckDB, name_alone
from warehouse import database
from warehouse.files import exclusive_lock
from warehouse.schema import SCHEMA

STAGES = ("archived_files", "documents", "parsed_letters", "statements", "proofs")


def specs() -> dict[str, dg.AssetSpec]:
    loaded = defs()
    return {spec.key.to_user_string(): spec for spec in loaded.resolve_all_asset_specs()}


def test_the_graph_has_every_stage_and_every_table() -> None:
    assert specs().keys() == {
        *(*STAGES, *SCHEMA, "warehouse"),
        *("releases", "portal", "published"),
    }


def test_every_asset_tells_what_it_is() -> None:
    for name, spec in specs().items():
        assert spec.description, name
        assert spec.kinds, name
        assert spec.group_name != "default", name


def test_tables_carry_their_columns() -> None:
    for name, table in SCHEMA.items():
        schema = specs()[name].metadata["dagster/column_schema"]
        assert isinstance(schema, dg.TableSchema)
        assert [column.name for column in schema.columns] == list(table.column_names)
        assert all(column.description for column in schema.columns)


def test_every_expectation_is_a_check_that_blocks() -> None:
    checks = build_defs().resolve_asset_graph().asset_check_keys
    assert {(key.asset_key.to_user_string(), key.name) for key in checks} == {
        (spec.table, spec.name) for spec in check_specs()
    }
    job = build_defs().resolve_job_def(JOB)
    assert set(job.asset_layer.asset_graph.asset_check_keys) == set(checks)


def test_the_letter_goes_its_way_in_order() -> None:
    upstream = {
        name: {dep.asset_key.to_user_string() for dep in spec.deps}
        for name, spec in specs().items()
    }
    for before, after in pairwise(STAGES):
        assert upstream[after] == {before}
    for name in ("findings", "finding_topics", "corrections"):
        assert upstream[name] == {"proofs"}
    assert upstream["visits"] == {"parsed_letters"}
    assert upstream["warehouse"] == set(SCHEMA)
    assert upstream["releases"] == {"warehouse"}
    assert upstream["portal"] == {"releases"}


@pytest.fixture
def no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "build_database", name_alone)


@pytest.fixture
def workspace(letters: Path, tmp_path: Path, no_database: None) -> Iterator[Workspace]:
    with InThisProcess() as workers:
        yield Workspace(
            source=FolderSource(letters),
            out=tmp_path / "out",
            archive=Archive(tmp_path / "out" / "archive"),
            workers=workers,
            validator=ByDuckDB(),
            stages=LETTER_STAGES,
        )


def materialise(workspace: Workspace, *assets: str) -> dg.ExecuteInProcessResult:
    job = build_defs({"workspace": workspace}).resolve_job_def(JOB)
    with instance() as dagster_instance:
        return job.execute_in_process(
            instance=dagster_instance,
            raise_on_error=False,
            asset_selection=[dg.AssetKey(name) for name in assets],
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )


def failure(result: dg.ExecuteInProcessResult) -> str:
    (event,) = result.filter_events(lambda event: event.is_step_failure)
    error = event.step_failure_data.error
    assert error is not None
    return (error.cause or error).message


def metadata(result: dg.ExecuteInProcessResult) -> dict[str, dict[str, Any]]:
    """What each asset that was made says of itself."""
    return {
        event.asset_key.to_user_string(): {
            key: value.value for key, value in event.materialization.metadata.items()
        }
        for event in result.get_asset_materialization_events()
        if event.asset_key is not None
    }


def test_stages_can_be_run_one_by_one(workspace: Workspace, letters: Path) -> None:
    assert materialise(workspace, "archived_files").success
    assert "There is nothing of" in failure(materialise(workspace, "statements"))
    assert "make the tables first" in failure(materialise(workspace, "warehouse"))
    first = materialise(workspace, "documents")
    assert metadata(first)["documents"]["built"] == 3
    assert metadata(materialise(workspace, "documents"))["documents"]["cached"] == 3
    assert materialise(workspace, "parsed_letters", "statements", "proofs").success
    result = materialise(workspace, *SCHEMA)
    assert result.success
    made = metadata(result)
    assert made.keys() == SCHEMA.keys()
    assert made["visits"]["dagster/row_count"] == 3
    assert made["visits"]["preview"].startswith("| visit_id | letter_id |")
    assert not (workspace.out / "current").exists()
    assert materialise(workspace, "warehouse").success
    assert (workspace.out / "current").exists()
    assert is_published(workspace.out, workspace.source, workspace.archive)
    # A state is known by what its tables were made from, not by what has come since.
    shutil.copy2(SAMPLE / "9900003_2019-05-24.pdf", letters)
    assert materialise(workspace, "archived_files").success
    assert materialise(workspace, "warehouse").success
    assert not is_published(workspace.out, workspace.source, workspace.archive)


def test_what_did_not_pass_is_not_published_by_itself(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from assets.tables import rows

    codes = rows.code_rows()
    monkeypatch.setattr(rows, "code_rows", lambda: [*codes, codes[0]])
    blocked = materialise(workspace, *STAGES, *SCHEMA)
    assert not blocked.success
    assert "The tables may not be published." in failure(materialise(workspace, "warehouse"))
    assert not (workspace.out / "current").exists()


def test_settings_make_a_workspace_and_end_it(
    letters: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OFSTED_LETTERS_SOURCE", str(letters))
    monkeypatch.setenv("OFSTED_LETTERS_OUT", str(tmp_path / "out"))
    job = build_defs().resolve_job_def(JOB)
    with instance() as dagster_instance:
        result = job.execute_in_process(
            instance=dagster_instance, asset_selection=[dg.AssetKey("archived_files")]
        )
    assert result.success
    assert metadata(result)["archived_files"]["listed"] == 3


@pytest.mark.parametrize("resource", ["workspace", "releasing"])
@pytest.mark.parametrize("setting", ["source", "out", "jobs"])
def test_pages_do_not_say_where_letters_come_from_or_go(resource: str, setting: str) -> None:
    job = build_defs().resolve_job_def(JOB if resource == "workspace" else RELEASE_JOB)
    with pytest.raises(dg.DagsterInvalidConfigError, match="unexpected config entr"):
        dg.validate_run_config(job, {"resources": {resource: {"config": {setting: "1"}}}})


# --- Every day ------------------------------------------------------------------------------------


def scheduled(name: str) -> dg.ScheduleDefinition:
    schedules = {schedule.name: schedule for schedule in build_defs().schedules or ()}
    assert schedules.keys() == {"daily", "monthly"}
    schedule = schedules[name]
    assert isinstance(schedule, dg.ScheduleDefinition)
    return schedule


def daily() -> dg.ScheduleDefinition:
    return scheduled("daily")


def test_a_release_is_made_every_month_after_that_days_run() -> None:
    schedule = scheduled("monthly")
    assert schedule.job_name == RELEASE_JOB
    assert schedule.execution_timezone == daily().execution_timezone
    (_, hour, day, *every), (_, hour_of_run, *_) = (
        str(one.cron_schedule).split() for one in (schedule, daily())
    )
    assert (day, every) == ("1", ["*", "*"])
    assert int(hour) > int(hour_of_run) + 1  # a run may wait three quarters of an hour for the site


def test_a_release_is_published_with_its_portal_where_somebody_said_where_to(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("OFSTED_LETTERS_PUBLISH_TO", str(tmp_path / "to"))
    assert scheduled("monthly").job_name == PUBLISHING_JOB
    job = build_defs().resolve_job_def(PUBLISHING_JOB)
    made = {key.to_user_string() for key in job.asset_layer.executable_asset_keys}
    assert made == {"releases", "portal", "published"}
    put(ReleaseStore(tmp_path / "out"), "1.0.0")
    publishing = Publishing(tmp_path / "out", str(tmp_path / "to"))
    result = dg.materialize([published], resources={"publishing": publishing})
    (told,) = result.asset_materializations_for_node("published")
    assert told.metadata["version"].value == "1.0.0"
    assert (tmp_path / "to" / "latest" / "release.json").is_file()


def test_a_run_makes_no_release() -> None:
    defs = build_defs()
    made = {
        name: {
            key.to_user_string()
            for key in defs.resolve_job_def(name).asset_layer.executable_asset_keys
        }
        for name in (JOB, RELEASE_JOB, PORTAL_JOB)
    }
    assert made[JOB] == {*STAGES, *SCHEMA, "warehouse"}
    assert made[RELEASE_JOB] == {"releases"}
    assert made[PORTAL_JOB] == {"portal"}


def test_the_whole_job_runs_every_day_on_the_site() -> None:
    schedule = daily()
    assert (schedule.name, schedule.job_name) == ("daily", JOB)
    assert schedule.execution_timezone == "Europe/London"
    minute, hour, *every = str(schedule.cron_schedule).split()
    assert every == ["*", "*", "*"]
    assert minute.isdigit()
    assert hour.isdigit()
    with instance() as dagster_instance:
        context = dg.build_schedule_context(
            dagster_instance, scheduled_execution_time=datetime(2026, 7, 1, 18, tzinfo=UTC)
        )
        data = schedule.evaluate_tick(context)
    (request,) = data.run_requests or ()
    assert not request.run_config
    # What Dagster would start with that is a job that can be started.
    job = build_defs().resolve_job_def(JOB)
    assert dg.validate_run_config(job, request.run_config)


@pytest.mark.parametrize(
    ("source", "status"),
    [
        (None, dg.DefaultScheduleStatus.STOPPED),
        ("", dg.DefaultScheduleStatus.STOPPED),
        ("sample", dg.DefaultScheduleStatus.STOPPED),
        ("/letters", dg.DefaultScheduleStatus.STOPPED),
        ("live", dg.DefaultScheduleStatus.RUNNING),
    ],
)
def test_it_is_on_only_where_letters_come_from_the_site(
    monkeypatch: pytest.MonkeyPatch, source: str | None, status: dg.DefaultScheduleStatus
) -> None:
    if source is not None:
        monkeypatch.setenv("OFSTED_LETTERS_SOURCE", source)
    assert daily().default_status == status
    assert scheduled("monthly").default_status == status


def test_what_is_published_is_to_stay_fresh() -> None:
    fresh = {name for name, spec in specs().items() if spec.freshness_policy is not None}
    assert fresh == {*SCHEMA, "warehouse"}
    assert {specs()[name].freshness_policy for name in fresh} == {FRESHNESS}
    warn, fail = FRESHNESS.warn_window, FRESHNESS.fail_window
    assert warn is not None
    assert timedelta(days=1) < warn.to_timedelta() < fail.to_timedelta() < timedelta(days=3)


class Flaky:
    """A source that does not answer the first so many times."""

    def __init__(self, letters: Path, times: int) -> None:
        self._source = FolderSource(letters)
        self.times = times
        self.looks = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._source, name)

    def list_files(self, *arguments: Any) -> Inventory:
        self.looks += 1
        if self.looks <= self.times:
            raise SourceUnavailable("The site does not answer.")
        return self._source.list_files(*arguments)


@pytest.mark.parametrize(
    ("times", "retries", "looks", "is_success"),
    [(0, 3, 1, True), (2, 3, 3, True), (3, 3, 4, True), (9, 3, 4, False), (1, 0, 1, False)],
)
def test_a_source_that_does_not_answer_is_asked_again(
    letters: Path,
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    times: int,
    retries: int,
    looks: int,
    is_success: bool,
) -> None:
    monkeypatch.setattr("assets.letters.asset.RETRY_SECONDS", 0)
    source = Flaky(letters, times)
    patient = replace(workspace, source=source, listing_retries=retries)  # type: ignore[arg-type]
    result = materialise(patient, "archived_files")
    assert source.looks == looks
    assert result.success == is_success
    retried = result.filter_events(lambda event: event.is_step_up_for_retry)
    assert len(retried) == looks - 1
    if not is_success:
        (event,) = result.filter_events(lambda event: event.is_step_failure)
        assert "The site does not answer." in str(event.step_failure_data.error)


def test_what_dagster_waits_is_a_matter_of_minutes() -> None:
    from assets.letters.asset import RETRY_SECONDS

    assert 60 <= RETRY_SECONDS <= 3600
    assert LISTING_RETRIES >= 1


# --- The report of a run of Dagster's -------------------------------------------------------------


@pytest.fixture
def out(letters: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_database: None) -> Path:
    monkeypatch.setattr("pipelines.resources.Validator", ByDuckDB)
    monkeypatch.setattr("pipelines.resources.open_workers", InThisProcess)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(NEW_YEAR))
    monkeypatch.setenv("OFSTED_LETTERS_SOURCE", str(letters))
    monkeypatch.setenv("OFSTED_LETTERS_OUT", str(tmp_path / "out"))
    return tmp_path / "out"


def run_whole(*assets: str) -> dg.ExecuteInProcessResult:
    job = build_defs().resolve_job_def(JOB)
    # A report of Dagster's run is made from the log of the instance, whole.
    with dg.DagsterInstance.ephemeral() as dagster_instance:
        return job.execute_in_process(
            instance=dagster_instance,
            raise_on_error=False,
            asset_selection=[dg.AssetKey(name) for name in assets] if assets else None,
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )


def kept(out: Path) -> list[Summary]:
    reports = sorted((out / "reports").glob("*.json"))
    assert all(path.with_suffix(".md").is_file() for path in reports)
    return [msgspec.json.decode(path.read_bytes(), type=Summary) for path in reports]


def test_a_run_of_the_whole_job_leaves_its_report(
    out: Path, letters: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run_whole().success
    (report,) = kept(out)
    assert report.outcome == "published"
    assert (report.listed, len(report.new)) == (3, 3)
    assert report.source == str(letters)
    assert report.seconds > 0
    assert (out / "quality" / "summary.json").is_file()

    # A run of some assets says nothing of the whole.
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(NEW_YEAR + DAY))
    assert run_whole("archived_files").success
    assert len(kept(out)) == 1

    assert run_whole().success
    assert [report.outcome for report in kept(out)] == ["published", "unchanged"]


def test_a_run_that_fails_leaves_its_report(
    out: Path, letters: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assets.letters.asset.RETRY_SECONDS", 0)
    source = Flaky(letters, times=99)
    monkeypatch.setattr("pipelines.resources.open_source", lambda text, out: source)
    assert not run_whole().success
    assert source.looks == 1 + LISTING_RETRIES
    (report,) = kept(out)
    assert report.outcome == "failed"
    assert report.problems == ("The site does not answer.",)
    assert report.listed == 0


def test_one_run_at_a_time(out: Path) -> None:
    with exclusive_lock(out):
        result = run_whole("archived_files")
    assert not result.success
    errors = [event.event_specific_data for event in result.all_events if event.is_failure]
    assert any("Another run is at work" in str(error) for error in errors)
    assert run_whole("archived_files").success
