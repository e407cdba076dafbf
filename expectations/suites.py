"""The suites: all rules, and what others need to know of them without running them.

Here belongs what can be had without Great Expectations: the asset orchestrator declares checks by
name when it loads, and asks whether the rules have changed since the last run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from itertools import chain
from pathlib import Path

from expectations.by_kind import rules_by_kind
from expectations.domain import domain_rules
from expectations.extraction_artefacts import artefact_rules
from expectations.from_schema import schema_rules
from expectations.rule import Rule
from warehouse import codes, schema
from warehouse.schema import SCHEMA

#: Suites whose rows are about tables: each stands for one check of every table.
SUITES_ABOUT_TABLES = ("columns", "row_counts")


@dataclass(frozen=True, slots=True)
class CheckSpec:
    """An asset check, as it can be declared before anything runs.

    Attributes:
        table: The table it is on.
        name: Its name, unique within the table.
        description: What must be true, one line a rule, in Markdown.
        blocking: Whether a failure keeps the tables from being published.
    """

    table: str
    name: str
    description: str
    blocking: bool = True


@cache
def suites() -> Mapping[str, tuple[Rule, ...]]:
    """All rules by suite: those about columns and tables first, then the tables' own.

    Raises:
        ValueError: Two rules of a suite have one name.
    """
    rules: dict[str, list[Rule]] = {suite: [] for suite in (*SUITES_ABOUT_TABLES, *SCHEMA)}
    for rule in chain(schema_rules(), artefact_rules(), domain_rules(), rules_by_kind()):
        if any(rule.name == other.name for other in rules[rule.suite]):
            raise ValueError(f"two rules of {rule.suite} have the name {rule.name}")
        rules[rule.suite].append(rule)
    return {suite: tuple(of_suite) for suite, of_suite in rules.items()}


def tables_of(rule: Rule) -> tuple[str, ...]:
    """The tables on which a rule has a result."""
    return tuple(SCHEMA) if rule.suite in SUITES_ABOUT_TABLES else (rule.suite,)


@cache
def check_specs() -> tuple[CheckSpec, ...]:
    """The asset checks of every table, each standing for one or more rules."""
    descriptions: dict[tuple[str, str], list[str]] = {}
    for rule in chain.from_iterable(suites().values()):
        for table in tables_of(rule):
            descriptions.setdefault((table, rule.check), []).append(f"- {rule.description}")
    return tuple(
        CheckSpec(table=table, name=name, description="\n".join(lines))
        for (table, name), lines in descriptions.items()
    )


def suite_fingerprint() -> str:
    """A SHA-256 over all that decides a validation's result besides the tables themselves."""
    room = Path(__file__).parent
    files = [path for path in sorted(room.rglob("*")) if path.is_file() and path.suffix != ".pyc"]
    whole = hashlib.sha256(version("great_expectations").encode())
    # The schema's code, and the file in which it declares tables, where that is another.
    declared = sorted(Path(schema.__file__).parent.glob("schema.*"))
    for path in (*files, *declared, codes.CODES_FILE, *codes.LIST_FILES.values()):
        whole.update(f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()
