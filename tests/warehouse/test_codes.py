"""The code lists are complete, unambiguous and in order."""

from __future__ import annotations

from pathlib import Path

import pytest

from warehouse import codes
from warehouse.codes import Code, code_list, code_lists, code_rows
from warehouse.schema import SCHEMA


@pytest.mark.parametrize("name", code_lists())
def test_a_list_is_numbered_through_and_explains_itself(name: str) -> None:
    entries = list(code_list(name).values())
    assert [entry.position for entry in entries] == list(range(1, len(entries) + 1))
    assert all(entry.label and entry.definition.endswith(".") for entry in entries)
    assert len({entry.label for entry in entries}) == len(entries)


def test_every_list_is_used_and_every_list_used_exists() -> None:
    used = {column.code_list for table in SCHEMA.values() for column in table.columns}
    assert used - {None} == set(code_lists())


@pytest.mark.parametrize(
    ("name", "count"),
    [("theme", 16), ("topic", 23), ("valence", 4), ("region", 9), ("cohort", 10), ("era", 10)],
)
def test_settled_lists_have_their_size(name: str, count: int) -> None:
    assert len(code_list(name)) == count


def test_a_code_is_found_by_list_and_code() -> None:
    assert code_list("delivery_mode")["on_site"].label == "On site"
    assert code_rows()[0].keys() == set(SCHEMA["codes"].column_names)


def test_an_unknown_list_is_named_with_those_there_are() -> None:
    with pytest.raises(KeyError, match=r"no code list 'colour'.*theme"):
        code_list("colour")


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("a,b,B,B.,1\na,b,B,B.,2\n", r"a\.b stands there twice"),
        ("a,b,B,B, too.,1\n", "line 2: not as many cells"),
        ("a,b,B,B.\n", "line 2: not as many cells"),
        ("a,b,B,B.,first\n", "the position of a.b is no number"),
    ],
)
def test_a_slip_in_the_file_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: str, message: str
) -> None:
    path = tmp_path / "codes.csv"
    path.write_text("list,code,label,definition,position\n" + lines)
    monkeypatch.setattr(codes, "CODES_FILE", path)
    with pytest.raises(ValueError, match=message):
        code_lists.__wrapped__()


def test_a_code_has_the_columns_of_its_table() -> None:
    assert tuple(Code.__dataclass_fields__) == SCHEMA["codes"].column_names
