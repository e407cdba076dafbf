"""What a letter says about method and framework, wherever in the introduction it stands.

The phrases are the table `methods.csv`.
"""

from __future__ import annotations

from collections.abc import Sequence

from assets.publications.tables import likely, matches, patterns

_HYBRID = "hybrid"


def delivery_mode(sentences: Sequence[str]) -> str | None:
    """Whether the inspectors were on site, remote or both; `None` where the letter does not say.

    Args:
        sentences: The introduction's sentences.
    """
    modes = set()
    for sentence in sentences:
        for pattern, row in likely("methods", sentence, part="mode"):
            if pattern.search(sentence):
                if row["value"].endswith("!"):
                    return row["value"].rstrip("!")
                modes.add(row["value"])
    if len(modes) > 1:
        return _HYBRID
    return modes.pop() if modes else None


def is_covid_adapted(sentences: Sequence[str]) -> bool:
    """Whether the letter says that the visit was adapted to the pandemic."""
    return any(
        matches("methods", sentence, part=part)
        for sentence in sentences
        for part in ("covid", "programme")
    )


def framework(sentences: Sequence[str]) -> str | None:
    """The inspection framework that the letter names."""
    for sentence in sentences:
        for pattern, row in likely("methods", sentence, part="framework"):
            if pattern.search(sentence):
                return row["value"]
    return None


def programme_theme(sentences: Sequence[str]) -> str | None:
    """The theme of a programme of visits that the letter opens with, as in the pandemic."""
    for pattern, row in patterns("methods", part="programme"):
        if any(pattern.search(sentence) for sentence in sentences):
            return row["value"]
    return None
