"""Rules that a person wrote: what letters, visits and inspectors are like.

Here belongs the reading of `domain.toml`, where the rules stand with their reasons.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from expectations.rule import Rule, Scope, default_scope

DOMAIN_FILE = Path(__file__).with_name("domain.toml")


def domain_rules() -> Iterator[Rule]:
    """The rules in the order of the file.

    Raises:
        KeyError: A rule lacks what it compares.
        TypeError: A rule lacks something else that every rule must have, or has what none has.
        ValueError: A rule's scope is none.
    """
    with DOMAIN_FILE.open("rb") as file:
        suites = tomllib.load(file)
    for suite, checks in suites.items():
        for check, rules in checks.items():
            for name, rule in rules.items():
                yield _rule(suite, check, name, **rule)


def _rule(
    suite: str,
    check: str,
    name: str,
    *,
    description: str,
    expect: str,
    rationale: str = "",
    scope: Scope | None = None,
    least_rows: int = 0,
    document_kind: str | None = None,
    **rest: dict[str, object],
) -> Rule:
    arguments = rest.pop("with")
    if rest:
        raise TypeError(f"rule {suite}.{name} has unknown entries: {', '.join(rest)}")
    if scope is not None and scope not in get_args(Scope):
        raise ValueError(f"rule {suite}.{name} has the scope {scope}, which there is not")
    if expect.startswith("ExpectColumnPair"):
        # With one value missing there is nothing to compare; without this, it would be an error.
        arguments = {**arguments, "ignore_row_if": "either_value_is_missing"}
    return Rule(
        suite=suite,
        check=check,
        name=name,
        description=description,
        rationale=rationale,
        expect=expect,
        arguments=arguments,
        scope=scope or default_scope(suite),
        least_rows=least_rows,
        document_kind=document_kind,
    )
