"""How numbers and days are written in sentences, wherever a release speaks to people."""

from __future__ import annotations

from datetime import date


def counted(count: int, one: str, many: str | None = None) -> str:
    """A number of things: `1 row`, `2,000 rows`.

    Args:
        count: How many there are.
        one: What one of them is called.
        many: What several are called; `None` for nouns that only take an s.
    """
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def day_in_words(day: date) -> str:
    """A day: `5 January 2026`."""
    return f"{day.day} {day:%B %Y}"
