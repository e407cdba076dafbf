"""The rule tables of joint letters: their patterns, compiled."""

from __future__ import annotations

import re

from assets.language import patterns as rule_tables


def patterns(name: str, **only: str) -> tuple[tuple[re.Pattern[str], dict[str, str]], ...]:
    """The rows of a table of this folder; see `assets.language.patterns.patterns`."""
    return rule_tables.patterns("assets.publications.joint", name, **only)


def matches(name: str, text: str, **only: str) -> bool:
    """Whether a text holds one of a table's patterns."""
    return any(pattern.search(text) for pattern, _ in patterns(name, **only))
