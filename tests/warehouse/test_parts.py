"""Tables that come in parts: the same bytes as of one piece, and nothing left lying."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from warehouse import parquet, parts
from warehouse.frames import SchemaError
from warehouse.parts import Parts
from warehouse.schema import SCHEMA


@pytest.mark.parametrize("most_bytes", [0, parts.MOST_BYTES], ids=["put aside", "in memory"])
def test_parts_in_any_order_give_the_bytes_of_the_whole(
    most_bytes: int,
    rows: dict[str, Any],
    candidate: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "parts"
    with Parts(folder, most_bytes) as made:
        for which in (slice(1, None, 2), slice(0, None, 2)):
            made.add({name: of_table[which] for name, of_table in rows.items()})
        assert any(folder.iterdir()) == (most_bytes == 0)
        known = {row["visit_id"] for row in rows["visits"]}
        assert {row["visit_id"] for row in made.read("visits", "visit_id")} == known
        made.write(tmp_path)
    assert not folder.exists()
    for name in SCHEMA:
        whole = parquet.table_path(candidate, name).read_bytes()
        assert parquet.table_path(tmp_path, name).read_bytes() == whole, name


def test_tables_lie_in_groups_whether_they_come_in_parts_or_not(
    rows: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "ROWS_A_GROUP", 2048)
    monkeypatch.setattr(parts, "ROWS_A_GROUP", 2048)
    many = [
        row | {"letter_id": f"{number:016x}"}
        for number in range(3000)
        for row in rows["letters"][:1]
    ]
    found = []
    for most_bytes in (0, parts.MOST_BYTES):
        with Parts(tmp_path / "parts", most_bytes) as made:
            made.add({"letters": many[::2]})
            made.add({"letters": many[1::2]})
            made.write(tmp_path)
        found.append(parquet.table_path(tmp_path, "letters").read_bytes())
    assert found[0] == found[1]


def test_what_has_not_the_shape_of_its_table_is_not_taken_in(tmp_path: Path) -> None:
    with Parts(tmp_path / "parts") as made, pytest.raises(SchemaError, match="letters"):
        made.add({"letters": [{"letter_id": "x"}]})
