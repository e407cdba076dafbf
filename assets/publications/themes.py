"""The themes of a visit: what its inspectors looked at, of the words of the focus.

A theme is named where it was looked at. What a thing looked at is about, or is for, is no theme
(`about` in `themes.csv`), nor is what was only said in general before it is narrowed (`replaces`,
`narrows`). Words that hint at a theme count `alone`: where nothing is named.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from assets.language.patterns import compile_pattern
from assets.language.sentences import split_sentences
from assets.publications.background import programme_theme
from assets.publications.tables import likely, patterns

_WHOLE_SERVICE = 3  # areas that a visit of the whole service names, where it names any
_ALSO = re.compile(r"\balso\b", re.IGNORECASE)
# `PHRASE` in the patterns of `themes.csv`: as far as one thing goes in a list of things.
_PHRASE = (
    r"(?:(?! and (?:the|their|at|how|whether|on|what|arrangements) |,? with an? |,? including |"
    r",? in particular|,? specifically)[^,.;:])*"
)


def theme_codes(focus: str | None, sentences: Sequence[str]) -> tuple[str, ...]:
    """The visit's themes, the main one first.

    Args:
        focus: The letter's words on what inspectors looked at.
        sentences: The introduction's sentences.

    Returns:
        Codes of the list `theme` in the order in which the focus names them; `other` only where
        nothing else is named. The pandemic comes first where the letter opens with the programme of
        visits on it and looked at the whole service.
    """
    themes = list(dict.fromkeys(_looked_at(focus or "")))
    programme = programme_theme(sentences)
    is_whole_service = not themes or len(themes) >= _WHOLE_SERVICE
    return tuple([programme, *themes] if programme and is_whole_service else themes)


def _looked_at(focus: str) -> list[str]:
    """The themes of a focus: what is named first, what is only hinted at where nothing is."""
    for hidden in (_without_objects(focus), focus):
        named: list[list[str]] = []
        for sentence in split_sentences(hidden):
            _add_themes(named, sentence)
        if themes := [theme for of_sentence in named for theme in of_sentence]:
            return themes
        for part in ("alone", "other"):
            if themes := _themes_in_order(hidden, part):
                return themes
    return []


def _add_themes(named: list[list[str]], sentence: str) -> None:
    """Add the themes of one sentence; what it narrows gives way to what it is narrowed to."""
    found = [
        (match.start(), is_weaker, match.end())
        for is_weaker, part in enumerate(("replaces", "narrows"))
        for pattern, _ in likely("themes", sentence, part=part)
        for match in pattern.finditer(sentence)
    ]
    adds = _ALSO.search(sentence)
    start, is_weaker, end = min(found, default=(len(sentence), 1, len(sentence)))
    before = _themes_in_order(sentence[:start], "named")
    if before or not named or adds:
        named.append(before)
    narrowed = _themes_in_order(sentence[end:], "named")
    if not narrowed:
        return
    if not is_weaker or (set(narrowed) & set(named[-1])):
        named[-1] = narrowed
    else:
        named[-1] = [*named[-1], *narrowed]


def _without_objects(focus: str) -> str:
    """The focus without what the things looked at are about, or are for."""
    for pattern in _objects():
        focus = pattern.sub(_blank_object, focus)
    return focus


def _blank_object(found: re.Match[str]) -> str:
    start, end = (place - found.start() for place in found.span("about"))
    return found.group()[:start] + "_" * (end - start) + found.group()[end:]


@cache
def _objects() -> tuple[re.Pattern[str], ...]:
    return tuple(
        compile_pattern(row["pattern"].replace("PHRASE", _PHRASE))
        for _, row in patterns("themes", part="about")
    )


def _themes_in_order(text: str, part: str) -> list[str]:
    """The themes that a text names; a row of the table takes its words from the rows below."""
    found: list[tuple[int, int, str]] = []
    for pattern, row in likely("themes", text, part=part):
        for match in pattern.finditer(text):
            if all(match.end() <= start or end <= match.start() for start, end, _ in found):
                found.append((match.start(), match.end(), row["theme_code"]))
    return [theme for _, _, theme in sorted(found)]
