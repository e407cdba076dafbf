"""What is gone is known of all releases before, from the newest of them alone."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl

from assets.release.changes.gone import GONE_FILE, read_gone, write_gone
from assets.release.release_info import ReleaseInfo

INFO = ReleaseInfo("1.2.0", date(2026, 1, 1), "sample", {})

#: A finding by its id: its visit, its text, whether it is a point to improve.
Findings = dict[str, tuple[str, str, bool]]


def release(folder: Path, version: str, findings: Findings, visits: Sequence[str]) -> Any:
    tables = folder / version / "parquet"
    tables.mkdir(parents=True)
    schema = {"finding_id": pl.String, "visit_id": pl.String, "text": pl.String}
    schema |= {"is_improvement": pl.Boolean, "is_priority_action": pl.Boolean}
    rows = [(one, *told, False) for one, told in findings.items()]
    pl.DataFrame(rows, schema, orient="row").write_parquet(tables / "findings.parquet")
    pl.DataFrame(
        {"visit_id": visits, "letter_id": [f"letter of {one}" for one in visits]}
    ).write_parquet(tables / "visits.parquet")
    record = SimpleNamespace(version=version)
    return SimpleNamespace(folder=folder / version, tables=tables, record=record)


def test_an_id_of_the_first_release_is_known_to_the_third_from_the_second_alone(
    tmp_path: Path,
) -> None:
    first = release(
        tmp_path,
        "1.0.0",
        {
            "v-lost": ("v", "Old.", False),
            "v-point": ("v", "Do it.", True),
            "v-same": ("v", "S.", True),
        },
        ["v", "empty"],
    )
    second = release(
        tmp_path,
        "1.1.0",
        {
            "v-point": ("v", "Do it.", False),
            "v-same": ("v", "S.", True),
            "v-2": ("v", "New.", False),
        },
        ["v"],
    )
    write_gone([first], second.folder, INFO)
    third = release(tmp_path, "1.2.0", {"v-same": ("v", "S.", True)}, ["v"])
    write_gone([second], third.folder, INFO)
    gone = read_gone(third, [])
    assert gone.select("finding_id", "visit_id", "is_point", "version").rows() == [
        (None, "empty", False, "1.0.0"),
        ("v-2", "v", False, "1.1.0"),
        ("v-lost", "v", False, "1.0.0"),
        ("v-point", "v", True, "1.1.0"),
    ]
    (third.folder / GONE_FILE).unlink()  # as a release of an older program has none
    assert read_gone(third, [first, second]).equals(gone)


def test_what_comes_back_is_not_gone(tmp_path: Path) -> None:
    one: Findings = {"v-1": ("v", "One.", False)}
    first = release(tmp_path, "1.0.0", one, ["v"])
    second = release(tmp_path, "1.1.0", {}, ["v"])
    write_gone([first], second.folder, INFO)
    assert read_gone(second, []).height == 1
    third = release(tmp_path, "1.2.0", one, ["v"])
    write_gone([second], third.folder, INFO)
    assert read_gone(third, []).is_empty()
