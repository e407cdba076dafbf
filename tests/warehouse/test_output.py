"""How answers look: for people on a terminal, and for programs."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from decimal import Decimal
from textwrap import dedent
from typing import Any

import pytest

from warehouse.output import CELL_LINES, distinct_names, write_csv, write_json, write_table

VALUES: list[tuple[Any, Any, str]] = [
    (None, None, ""),
    ("Ashmère “plan”", "Ashmère “plan”", "Ashmère “plan”"),
    (True, True, "true"),
    (3, 3, "3"),
    (0.5, 0.5, "0.5"),
    (float("nan"), None, ""),
    (Decimal("3"), 3, "3"),
    (Decimal("1.50"), 1.5, "1.5"),
    (dt.date(2021, 10, 26), "2021-10-26", "2021-10-26"),
    (
        dt.datetime(2026, 2, 3, 6, tzinfo=dt.UTC).replace(tzinfo=None),
        "2026-02-03T06:00:00",
        "2026-02-03T06:00:00",
    ),
    ([dt.date(2021, 10, 26), None], ["2021-10-26", None], '["2021-10-26", null]'),
    ({"a": Decimal(1)}, {"a": 1}, '{"a": 1}'),
    (b"\x01\xff", "01ff", "01ff"),
    (dt.timedelta(days=1), "1 day, 0:00:00", "1 day, 0:00:00"),
]


@pytest.mark.parametrize(("value", "in_json", "in_csv"), VALUES, ids=[repr(v[0]) for v in VALUES])
def test_a_value_looks_the_same_everywhere(value: Any, in_json: Any, in_csv: str) -> None:
    json_file, csv_file = io.StringIO(), io.StringIO()
    write_json(["v", "w"], [(value, 1)], json_file)
    write_csv(["v", "w"], [(value, 1)], csv_file)
    assert json.loads(json_file.getvalue()) == [{"v": in_json, "w": 1}]
    assert list(csv.reader(io.StringIO(csv_file.getvalue()))) == [["v", "w"], [in_csv, "1"]]


def test_json_has_a_row_a_line_and_text_as_it_is() -> None:
    file = io.StringIO()
    write_json(["name", "name"], [("Zoë", 1), ("Ann\nB", None)], file)
    assert file.getvalue() == (
        '[\n{"name": "Zoë", "name_2": 1},\n{"name": "Ann\\nB", "name_2": null}\n]\n'
    )


def test_no_rows_are_an_answer_too() -> None:
    for write, expected in ((write_json, "[]\n"), (write_csv, "a,b\n")):
        file = io.StringIO()
        write(["a", "b"], [], file)
        assert file.getvalue() == expected


def test_names_are_told_apart() -> None:
    assert distinct_names(["a", "a", "b", "a_2", "a"]) == ["a", "a_2", "b", "a_2_2", "a_3"]


def table(names: list[str], rows: list[tuple[Any, ...]], width: int | None) -> str:
    file = io.StringIO()
    write_table(names, rows, file, width)
    return "\n" + file.getvalue()


def test_a_table_lines_up_numbers_right_and_text_left() -> None:
    rows = [("Ashmere", 2, True, None), ("Wexcombe Vale", 10, False, None)]
    assert table(["authority", "visits", "open", "closed"], rows, 80) == dedent("""
        authority      visits  open   closed
        ─────────────  ──────  ─────  ──────
        Ashmere             2  true   NULL
        Wexcombe Vale      10  false  NULL
        (2 rows)
        """)


def test_long_text_is_wrapped_on_a_terminal() -> None:
    rows = [("Ashmere", "Most care leavers have a plan that they helped to write.", 3)]
    assert table(["authority", "finding", "page"], rows, 40) == dedent("""
        authority  finding                  page
        ─────────  ───────────────────────  ────
        Ashmere    Most care leavers have      3
                   a plan that they helped
                   to write.
        (1 row)
        """)


def test_long_names_are_parted_on_a_terminal() -> None:
    rows = [("Good", 77, 3.0)]
    names = ["grade", "visits_with_priority_action", "improvements_per_visit"]
    assert table(names, rows, 36) == dedent("""
        grade    visits_  improvements_
                   with_      per_visit
               priority_
                  action
        ─────  ─────────  ─────────────
        Good          77            3.0
        (1 row)
        """)


def test_columns_that_do_not_fit_become_lines() -> None:
    rows = [("Ashmere", "Most care leavers have a plan that they helped to write.", "x" * 30)]
    assert table(["authority", "finding", "focus"], rows, 44) == dedent("""
        ── row 1 ───────────────────────────────────
        authority  Ashmere
        finding    Most care leavers have a plan
                   that they helped to write.
        focus      xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
        (1 row)
        """)


def test_very_long_text_is_cut_on_a_terminal_and_only_there() -> None:
    text = "word " * 200
    on_terminal = table(["text"], [(text.strip(),)], 40)
    assert on_terminal.count("\n") == 1 + 2 + CELL_LINES + 1
    assert on_terminal.splitlines()[-2].endswith(" …")
    assert max(map(len, on_terminal.splitlines())) <= 40
    assert text.strip() in table(["text"], [(text.strip(),)], None)


def test_lines_of_a_value_stay_lines() -> None:
    assert table(["plan", "n"], [("a\nb", 1)], None) == dedent("""
        plan  n
        ────  ─
        a     1
        b
        (1 row)
        """)


def test_a_table_without_rows_has_its_header() -> None:
    assert table(["visit_id"], [], 80) == dedent("""
        visit_id
        ────────
        (0 rows)
        """)
