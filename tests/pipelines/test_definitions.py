"""What Dagster is told: assets, checks, job, and that any part of it can be run by itself."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from assets.letters.folder import FolderSource
from assets.workers import Workers
from assets.workspace import Workspace
from expectations.service import Validator
from expectations.suites import check_specs
from pipelines.definitions import JOB, build_defs, defs
from pipelines.resources import WorkspaceSettings
from pipelines.settings import PRELOAD
from warehouse.schema import SCHEMA

STAGES = ("archived_files", "documents", "parsed_letters", "statements")


def specs() -> dict[str, dg.AssetSpec]:
    loaded = defs()
    return {spec.key.to_user_string(): spec for spec in loaded.resolve_all_asset_specs()}


def test_the_graph_has_every_stage_and_every_table() -> None:
    assert specs().keys() == {*STAGES, *SCHEMA, "warehouse"}


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
    assert upstream["findings"] == {"statements"}
    assert upstream["visits"] == {"parsed_letters"}
    assert upstream["warehouse"] == set(SCHEMA)


@pytest.fixture
def workspace(letters: Path, tmp_path: Path, validator: Validator) -> Iterator[Workspace]:
    with Workers(2, PRELOAD) as workers:
        yield Workspace(
            source=FolderSource(letters),
            out=tmp_path / "out",
            workers=workers,
            validator=validator,
        )


def materialise(workspace: Workspace, *assets: str) -> dg.ExecuteInProcessResult:
    job = build_defs({"workspace": workspace}).resolve_job_def(JOB)
    with dg.DagsterInstance.ephemeral() as instance:
        return job.execute_in_process(
            instance=instance,
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


def test_stages_can_be_run_one_by_one(workspace: Workspace) -> None:
    assert materialise(workspace, "archived_files").success
    assert "There is nothing of" in failure(materialise(workspace, "statements"))
    first = materialise(workspace, "documents")
    assert metadata(first)["documents"]["made"] == 3
    assert metadata(materialise(workspace, "documents"))["documents"]["kept"] == 3
    assert materialise(workspace, "parsed_letters", "statements").success
    result = materialise(workspace, *SCHEMA)
    assert result.success
    made = metadata(result)
    assert made.keys() == SCHEMA.keys()
    assert made["visits"]["dagster/row_count"] == 3
    assert made["visits"]["preview"].startswith("| visit_id | letter_id |")
    assert not (workspace.out / "current").exists()
    assert materialise(workspace, "warehouse").success
    assert (workspace.out / "current").exists()


def test_what_did_not_pass_is_not_published_by_itself(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from assets.tables import candidate
    from assets.tables.rows import Tables, build_rows

    def twice(*args: object, **kwargs: object) -> Tables:
        made = build_rows(*args, **kwargs)  # type: ignore[arg-type]
        made.rows["codes"].append(made.rows["codes"][0])
        return made

    monkeypatch.setattr(candidate, "build_rows", twice)
    blocked = materialise(workspace, *STAGES, *SCHEMA)
    assert not blocked.success
    assert "The tables may not be published." in failure(materialise(workspace, "warehouse"))
    assert not (workspace.out / "current").exists()


def test_settings_make_a_workspace_and_end_it(letters: Path, tmp_path: Path) -> None:
    settings = WorkspaceSettings(source=str(letters), out=str(tmp_path / "out"), jobs=1)
    job = build_defs({"workspace": settings}).resolve_job_def(JOB)
    with dg.DagsterInstance.ephemeral() as instance:
        result = job.execute_in_process(
            instance=instance, asset_selection=[dg.AssetKey("archived_files")]
        )
    assert result.success
    assert metadata(result)["archived_files"]["listed"] == 3
