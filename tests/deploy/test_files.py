"""What is in deploy/ fits together, and fits the program: names, paths and settings."""

import os
import re
import runpy
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from assets.letters.site.settings import PREFIX, SiteSettings
from assets.portal.settings import PortalSettings
from assets.publishing.settings import PublishingSettings
from pipelines.cli import app

PROJECT = Path(__file__).parents[2]
DEPLOY = PROJECT / "deploy"

FILES = sorted(path for path in DEPLOY.rglob("*.*") if path.suffix != ".pyc")
PAGES = [
    PROJECT / "docs" / f"{name}.md" for name in ("cluster", "kubernetes", "operating", "publishing")
]
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
WORKFLOW: dict[str, Any] = yaml.safe_load((DEPLOY / "github-actions.yaml").read_text())
STEPS: list[dict[str, Any]] = WORKFLOW["jobs"]["letters"]["steps"]

SETTINGS = {PREFIX + name.upper() for name in SiteSettings.model_fields}
#: What the command line itself reads.
COMMAND_LINE = "CACHE CLUSTER LOCK_SECONDS OUT SOURCE".split()
SETTINGS |= {f"OFSTED_LETTERS_{name}" for name in COMMAND_LINE}
#: Of what is made and published of releases.
SETTINGS |= {
    f"{settings.model_config['env_prefix']}{name.upper()}"
    for settings in (PortalSettings, PublishingSettings)
    for name in settings.model_fields
}


def dockerfile(instruction: str) -> list[str]:
    """What stands after an instruction of the Dockerfile, once for each time that it is given."""
    lines = (DEPLOY / "Dockerfile").read_text().replace("\\\n", " ").splitlines()
    return [
        line.removeprefix(instruction).strip()
        for line in lines
        if line.startswith(f"{instruction} ")
    ]


def copied() -> dict[str, str]:
    """What the Dockerfile copies, and where to."""
    return {
        source: to
        for line in dockerfile("COPY")
        for *sources, to in [line.split()]
        for source in sources
    }


@pytest.mark.parametrize("path", [*FILES, *PAGES], ids=lambda path: path.name)
def test_every_setting_named_is_one(path: Path) -> None:
    named = set(re.findall(r"\bOFSTED_LETTERS_[A-Z_]+\b", path.read_text()))
    assert named <= SETTINGS


def test_compose_hands_every_setting_to_the_program() -> None:
    assert set(SERVICES["code"]["environment"]) >= SETTINGS


def test_compose_does_not_start_without_a_contact() -> None:
    assert SERVICES["code"]["environment"]["OFSTED_LETTERS_CONTACT"].startswith(
        "${OFSTED_LETTERS_CONTACT:?"
    )


def test_a_store_is_named_to_all_who_read_and_write_letters() -> None:
    services = yaml.safe_load((DEPLOY / "compose.store.yaml").read_text())["services"]
    given = SERVICES["code"]["environment"]
    for name in ("code", "worker"):
        assert {"OFSTED_LETTERS_OUT", "AWS_ENDPOINT_URL"} <= set(services[name]["environment"])
        assert set(services[name]["environment"]) <= set(given)
        assert (
            f"data:{services[name]['environment']['OFSTED_LETTERS_CACHE']}"
            in (SERVICES[name]["volumes"])
        )
        networks = SERVICES[name]["networks"] + services[name].get("networks", [])
        assert "default" in networks  # the others lead nowhere
    assert "\ns3fs==" in (PROJECT / "requirements-deploy.lock").read_text()


def test_the_volume_lies_where_the_program_writes() -> None:
    out = SERVICES["code"]["environment"]["OFSTED_LETTERS_OUT"]
    assert f"data:{out}" in SERVICES["code"]["volumes"]
    assert any(f"OFSTED_LETTERS_OUT={out}" in line.split() for line in dockerfile("ENV"))
    assert any("install --directory --owner" in line and out in line for line in dockerfile("RUN"))


def test_all_volumes_are_declared() -> None:
    mounted = {
        volume.split(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
    }
    assert mounted == set(COMPOSE["volumes"])


def test_what_dagster_reads_from_the_environment_every_service_has() -> None:
    read = set()
    for name in ("dagster.yaml", "workspace.yaml"):
        read |= set(re.findall(r"env: (\w+)", (DEPLOY / name).read_text()))
    assert len(read) == 6
    for name in ("code", "web", "daemon"):
        assert read <= set(SERVICES[name]["environment"]), name
    postgres = SERVICES["postgres"]["environment"]
    for key in ("USER", "PASSWORD", "DB"):
        name = f"POSTGRES_{key}"
        assert postgres[name] == SERVICES["code"]["environment"][f"DAGSTER_{name}"]


def test_services_wait_for_what_they_need() -> None:
    for service in SERVICES.values():
        for needed, when in service.get("depends_on", {}).items():
            assert when == {"condition": "service_healthy"}
            assert "healthcheck" in SERVICES[needed]
    assert {"postgres", "code"} == set(SERVICES["daemon"]["depends_on"])


def test_pages_without_a_password_are_for_this_machine_only() -> None:
    assert SERVICES["web"]["ports"] == ["${DAGSTER_WEB_ADDRESS:-127.0.0.1:3000}:3000"]
    assert SERVICES["scheduler"]["ports"] == ["${DASK_WEB_ADDRESS:-127.0.0.1:8787}:8787"]
    assert [name for name in SERVICES if "ports" in SERVICES[name]] == ["web", "scheduler"]


def test_images_are_of_a_named_version() -> None:
    images = [*dockerfile("FROM"), SERVICES["postgres"]["image"]]
    assert all(re.fullmatch(r"\w+:\d[\w.-]+", image) for image in images)


def test_what_the_image_takes_is_there_and_is_let_through() -> None:
    let_through = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    for source in copied():
        assert (PROJECT / source).exists(), source
        top = f"!{source.split('/')[0]}/"
        assert {top, f"!{source}"} & {*let_through}, source


def test_the_image_takes_all_that_the_program_is_made_of() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    wanted = {f"{package}/" for package in packages} | {"pyproject.toml"}
    wanted |= {project["project"]["readme"], *project["project"]["license-files"]}
    assert {one for one in wanted if not one.startswith(tuple(copied()))} == set()


def test_commands_are_files_that_are_copied_to_where_they_are_called() -> None:
    places = {f"{to}{Path(source).name}" for source, to in copied().items() if to.startswith("/")}
    called = {
        word
        for service in SERVICES.values()
        for word in service.get("command", [])
        if word.startswith("/opt/")
    }
    names = ("serve.sh", "scheduler.sh", "workspace.yaml")
    assert called == {f"/opt/dagster/{name}" for name in names}
    assert called <= places
    assert {"/opt/dagster/dagster.yaml", "/opt/dagster/lost_runs.py"} <= places


def test_the_image_is_installed_by_the_script_that_is_checked() -> None:
    steps = [line for line in dockerfile("RUN") if "install.sh" in line]
    assert [line.split()[-2:] for line in steps] == [
        ["libraries", "/opt/ofsted-letters/venv"],
        ["program", "/opt/ofsted-letters/venv"],
    ]
    assert '"opt/ofsted-letters/source/deploy/install.sh"' in (DEPLOY / "check.py").read_text()


def test_dagster_takes_its_configuration() -> None:
    from dagster._core.instance.config import dagster_instance_config

    config, _ = dagster_instance_config(str(DEPLOY))
    assert config["concurrency"]["runs"]["max_concurrent_runs"] == 1
    assert config["run_retries"]["retry_on_asset_or_op_failure"] is False
    # Without an end by the clock, a run that hangs would keep all others waiting.
    assert config["run_monitoring"]["max_runtime_seconds"] > 0


def test_dagster_has_the_driver_of_its_database() -> None:
    from dagster_postgres.utils import create_pg_engine, pg_url_from_config

    storage = yaml.safe_load((DEPLOY / "dagster.yaml").read_text())["storage"]["postgres"]
    database = {
        name: "5432" if isinstance(value, dict) else value
        for name, value in storage["postgres_db"].items()
    }
    url = pg_url_from_config({"postgres_db": database})
    engine = create_pg_engine(url, None)  # connects to nothing yet
    assert engine.dialect.driver == "psycopg2"


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-deploy.lock"])
def test_all_locks_hold_the_same_versions(lock: str) -> None:
    versions = [
        set(re.findall(r"^\S+==\S+", (PROJECT / name).read_text(), flags=re.MULTILINE))
        for name in ("requirements.lock", lock, "requirements-dev.lock")
    ]
    assert versions[0] <= versions[1] <= versions[2]


def test_the_workflow_keeps_the_archive_whatever_the_run_came_to() -> None:
    (run,) = [step for step in STEPS if step.get("name") == "Run"]
    (keep,) = [step for step in STEPS if "github_release.py keep" in step.get("run", "")]
    assert keep["if"] == "${{ always() && steps.restore.outcome == 'success' }}"
    # What is left after the run has to do for keeping.
    assert run["timeout-minutes"] + 30 <= WORKFLOW["jobs"]["letters"]["timeout-minutes"]
    (publish,) = [step for step in STEPS if "github_release.py publish" in step.get("run", "")]
    assert "if" not in publish
    assert STEPS.index(run) < STEPS.index(keep) < STEPS.index(publish)


def test_the_workflow_gives_a_version_out_before_the_site_and_the_deposit_name_it() -> None:
    text = (DEPLOY / "github-actions.yaml").read_text()
    order = ("letters release", "github_release.py publish", "letters portal", "letters publish")
    places = [text.index(step) for step in (*order, "upload-pages-artifact", "letters deposit")]
    assert places == sorted(places)
    assert WORKFLOW["jobs"]["site"]["needs"] == "letters"


def test_the_workflow_calls_what_is_there() -> None:
    for step in STEPS:
        for script in re.findall(r"\bdeploy/[\w.-]+", step.get("run", "")):
            assert os.access(PROJECT / script, os.X_OK), script
            assert set(step["env"]) >= {"GH_TOKEN", "GH_REPO"}
        for command in re.findall(r"ofsted-letters (\w+)", step.get("run", "")):
            assert command in {one.name or one.callback.__name__ for one in app.registered_commands}


def test_every_script_is_looked_at() -> None:
    scripts = {f"deploy/{path.name}" for path in FILES if path.suffix == ".sh"}
    assert scripts < set(runpy.run_path(str(PROJECT / "start.py"))["SCRIPTS"])
    for script in scripts:
        assert os.access(PROJECT / script, os.X_OK)
        assert "\nset -euo pipefail\n" in (PROJECT / script).read_text()


def test_kubernetes_starts_what_compose_starts() -> None:
    folder = DEPLOY / "kubernetes"
    claim, dask = yaml.safe_load_all((folder / "dask.yaml").read_text())
    values = yaml.safe_load((folder / "dagster.yaml").read_text())
    (code,) = values["dagster-user-deployments"]["deployments"]
    scheduler, reading = (dask["spec"][name]["spec"] for name in ("scheduler", "worker"))
    (worker,) = reading["containers"]
    address = code["env"]["OFSTED_LETTERS_CLUSTER"]
    assert address == f"tls://{dask['metadata']['name']}-scheduler:8786"
    own = ("--name", "$(DASK_WORKER_NAME)")
    assert [part for part in worker["args"] if part not in own] == [
        part.replace("tls://scheduler:8786", address) for part in SERVICES["worker"]["command"]
    ]
    assert worker["image"] == f"{code['image']['repository']}:{code['image']['tag']}"
    for pod in (scheduler, reading, code):
        held = {volume["name"]: volume for volume in pod["volumes"]}
        assert held["certificate"]["secret"]["secretName"] == "letters-certificate"
        if pod is not scheduler:
            name = held["letters"]["persistentVolumeClaim"]["claimName"]
            assert name == claim["metadata"]["name"]
