"""Another version of the code makes anew what it decides, and nothing else."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec

from pipelines import cli
from pipelines.summary import Summary
from tests.pipelines.conftest import NEW_YEAR, read_note_counts, tables

ROOT = Path(cli.__file__).parent.parent


def run(code: Path, letters: Path, out: Path) -> Summary:
    """Run the job by the code in a folder."""
    environment = {**os.environ, "PYTHONPATH": str(code), "SOURCE_DATE_EPOCH": str(NEW_YEAR)}
    environment.pop("DAGSTER_HOME", None)
    command = [
        sys.executable,
        "-m",
        "pipelines",
        "run",
        "--source",
        str(letters),
        "--out",
        str(out),
    ]
    subprocess.run(command, env=environment, cwd=code, check=True, stdout=subprocess.DEVNULL)
    return msgspec.json.decode((out / "quality" / "summary.json").read_bytes(), type=Summary)


def test_another_version_of_the_parser_parses_again(letters: Path, tmp_path: Path) -> None:
    code = tmp_path / "code"
    for room in ("pipelines", "assets", "expectations", "warehouse"):
        shutil.copytree(ROOT / room, code / room, ignore=shutil.ignore_patterns("sample"))
    out = tmp_path / "out"
    run(code, letters, out)
    before = tables(out)
    assert run(code, letters, out).outcome == "unchanged"

    with (code / "assets" / "visits" / "parse.py").open("a", encoding="utf-8") as module:
        module.write("\n# Another version.\n")
    assert run(code, letters, out).outcome == "published"
    assert read_note_counts(out) == {
        "documents": (3, 0),  # kept, made
        "parsed_letters": (0, 3),
        "statements": (0, 3),
    }
    after = tables(out)
    changed = {name for name, content in after.items() if content != before[name]}
    assert changed == {"letters.parquet"}, "it holds the version; what was read is the same"
