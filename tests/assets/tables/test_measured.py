"""The measures that are published with the tables."""

from __future__ import annotations

import pytest

from assets.tables import measured
from assets.tables.measured import measured_rows
from warehouse.codes import code_list
from warehouse.frames import build_frame
from warehouse.schema import SCHEMA

ROW = {
    "table_name": "findings",
    "field": "valence_code",
    "era": "all",
    "metric": "precision",
    "value": "0.95",
    "low": "0.9",
    "high": "1",
    "n": "120",
    "code": "concern",
    "basis": "gold",
    "document_kind": "focused_visit",
}


def test_numbers_of_the_files_are_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"measured": (ROW,), "learnt": (ROW | {"basis": "fitted"},)}
    monkeypatch.setattr(measured, "read_table", lambda _, name: files.get(name, ()))
    rows = measured_rows()
    read = ROW | {"value": 0.95, "low": 0.9, "high": 1.0, "n": 120}
    assert rows == [read, read | {"basis": "fitted"}]
    assert build_frame("evaluation", rows).height == 2


def test_the_files_that_ship_are_sound() -> None:
    rows = measured_rows()
    table = SCHEMA["evaluation"]
    build_frame("evaluation", rows)
    keys = [tuple(row[name] for name in table.primary_key) for row in rows]
    assert len(set(keys)) == len(keys)
    for row in rows:
        assert row["field"] in SCHEMA[row["table_name"]].column_names
        assert 0 <= row["low"] <= row["value"] <= row["high"] <= 1
        assert row["n"] >= 1
        for name in ("document_kind", "era", "metric"):
            assert row[name] in code_list(name)
        assert row["basis"] in code_list("evaluation_basis")
        column = SCHEMA[row["table_name"]].column(row["field"])
        # A set has the codes of the valence.
        assert row["code"] == "all" or row["code"] in code_list(column.code_list or "valence")
