"""The checks can be declared without running them, and without paying for it."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from expectations import domain
from expectations import suites as suites_module
from expectations.domain import domain_rules
from expectations.suites import check_specs, suite_fingerprint, suites
from warehouse import schema
from warehouse.schema import SCHEMA

HEAVY = ("great_expectations", "pandas", "polars", "pyarrow", "duckdb", "dagster")


def test_specs_can_be_asset_checks() -> None:
    specs = check_specs()

    assert len({(spec.table, spec.name) for spec in specs}) == len(specs)
    assert {spec.table for spec in specs} == set(SCHEMA)
    for spec in specs:
        assert re.fullmatch(r"[a-z_]+", spec.name)
        assert spec.description.startswith("- ")
        assert spec.blocking


def test_every_table_has_the_checks_that_all_have() -> None:
    names = {table: {s.name for s in check_specs() if s.table == table} for table in SCHEMA}

    for table in SCHEMA:
        assert names[table] >= {"columns", "row_counts", "required"}


def test_rules_are_on_tables_and_have_one_name_each() -> None:
    for suite, rules in suites().items():
        names = [rule.name for rule in rules]
        assert len(set(names)) == len(names), suite
        assert all(re.fullmatch(r"[a-z0-9_]+", name) for name in names)


def test_the_head_of_the_rules_names_all_their_checks() -> None:
    text = Path(domain.__file__).with_name("domain.toml").read_text(encoding="utf-8")
    head = " ".join(text.partition("\n\n")[0].replace("#", " ").split())
    named = head.partition("A check is one of: ")[2].partition(".")[0].split(", ")
    rules = tomllib.loads(text)
    assert {check for checks in rules.values() for check in checks} == set(named)


def test_two_rules_of_one_name_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    twice = [*domain_rules(), next(iter(domain_rules()))]
    monkeypatch.setattr(suites_module, "domain_rules", lambda: twice)

    with pytest.raises(ValueError, match="two rules of authorities"):
        suites.__wrapped__()


RULE = """
[findings.shares.few]
description = "Few findings say so."
expect = "ExpectColumnMeanToBeBetween"
with = { column = "is_few", max_value = 0.1 }
"""


def test_a_rule_of_a_letters_table_is_on_letters_unless_it_says_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(domain, "DOMAIN_FILE", tmp_path / "domain.toml")

    domain.DOMAIN_FILE.write_text(RULE)
    (of_letters,) = domain_rules()
    domain.DOMAIN_FILE.write_text(f'{RULE}scope = "table"\nleast_rows = 2000')
    (of_the_table,) = domain_rules()

    assert (of_letters.scope, of_letters.least_rows) == ("letter", 0)
    assert (of_the_table.scope, of_the_table.least_rows) == ("table", 2000)


@pytest.mark.parametrize(
    ("line", "error", "message"),
    [
        ('scope = "lettre"', ValueError, r"findings\.few has the scope lettre"),
        ('becase = "a slip"', TypeError, r"findings\.few has unknown entries: becase"),
    ],
)
def test_a_slip_in_a_rule_is_an_error(
    line: str,
    error: type[Exception],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(domain, "DOMAIN_FILE", tmp_path / "domain.toml")
    domain.DOMAIN_FILE.write_text(RULE + line)

    with pytest.raises(error, match=message):
        list(domain_rules())


def test_fingerprint_follows_what_decides_the_result(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = suite_fingerprint()
    assert before == suite_fingerprint()
    assert re.fullmatch(r"[0-9a-f]{64}", before)

    with monkeypatch.context() as patched:
        patched.setattr(suites_module, "version", lambda name: "0")
        assert suite_fingerprint() != before
    # The schema may be declared in a file beside its code.
    monkeypatch.setattr(schema, "__file__", str(tmp_path / "schema.py"))
    found = set()
    for declared in ("one", "another"):
        (tmp_path / "schema.toml").write_text(declared)
        found.add(suite_fingerprint())
    assert len(found) == 2


def test_callers_import_nothing_heavy() -> None:
    code = (
        "import sys, expectations.service, expectations.suites as s, expectations.report;"
        "s.check_specs(); s.suite_fingerprint();"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
