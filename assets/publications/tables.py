"""The rule tables of this stage: their patterns, compiled."""

from __future__ import annotations

import re

from assets.language import patterns as rule_tables
from assets.language.patterns import compile_pattern

__all__ = ["compile_pattern", "matches", "patterns", "read_table"]


def read_table(name: str) -> tuple[dict[str, str], ...]:
    """Read a CSV table of this folder; see `assets.language.patterns`."""
    return rule_tables.read_table("assets.publications", name)


def patterns(name: str, **only: str) -> tuple[tuple[re.Pattern[str], dict[str, str]], ...]:
    """The rows of a table of this folder; see `assets.language.patterns.patterns`."""
    return rule_tables.patterns("assets.publications", name, **only)


def matches(name: str, text: str, **only: str) -> bool:
    """Whether a text holds one of a table's patterns."""
    return any(pattern.search(text) for pattern, _ in patterns(name, **only))
