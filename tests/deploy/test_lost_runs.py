"""Runs that died with their container are ended in Dagster's books, and only those."""

import runpy
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

DEPLOY = Path(__file__).parents[2] / "deploy"
end_lost_runs = runpy.run_path(str(DEPLOY / "lost_runs.py"))["end_lost_runs"]


@dg.op
def nothing() -> None:
    pass


@dg.job
def publish() -> None:
    nothing()


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as made:
        yield made


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.FAILURE),
        (dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.FAILURE),
        (dg.DagsterRunStatus.CANCELING, dg.DagsterRunStatus.CANCELED),
        (dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.NOT_STARTED),
        (dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.SUCCESS),
    ],
)
def test_what_was_at_work_has_ended(
    instance: dg.DagsterInstance, before: dg.DagsterRunStatus, after: dg.DagsterRunStatus
) -> None:
    run = instance.create_run_for_job(publish, status=before)
    ended = end_lost_runs(instance)
    found = instance.get_run_by_id(run.run_id)
    assert found is not None
    assert found.status == after
    assert ended == ([run.run_id] if after != before else [])


def test_the_reason_stands_in_the_log_of_the_run(instance: dg.DagsterInstance) -> None:
    run = instance.create_run_for_job(publish, status=dg.DagsterRunStatus.STARTED)
    end_lost_runs(instance)
    entries = instance.all_logs(run.run_id)
    said = [entry.dagster_event.message for entry in entries if entry.dagster_event]
    assert "The container in which this run was at work has stopped." in said
