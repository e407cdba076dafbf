"""What a letter says about method, framework, themes and the inspection before.

Here: values that are drawn from phrases, wherever in the introduction or the findings they stand.
The phrases are the tables `methods.csv`, `themes.csv` and `previous.csv`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from assets.sentences import split_sentences
from assets.visits.dates import MONTHS
from assets.visits.tables import matches, patterns

_HYBRID = "hybrid"
_OTHER = "other"
_WHOLE_SERVICE = 3  # areas that a visit of the whole service names, where it names any
_WORDS_BEFORE = 3  # words before 'inspection' that say what kind it was
_SPECIFICALLY = re.compile(r"^(specifically|in particular)\b", re.IGNORECASE)
_INSPECTION = re.compile(
    r"\binspect(?:ion|ed)\b(?P<between>[^.;]{0,120}?)\b(?:in|of|during)\s+"
    r"(?:(?P<month>" + "|".join(MONTHS) + r")\s+)?(?P<year>20\d\d)\b",
    re.IGNORECASE,
)
_JUDGED = re.compile(
    r"(?P<subject>[^,.;]*?)\b(?:was|were|is|had been|been)\s+(?:all\s+|both\s+)?"
    r"(?:judged|graded|rated|found|assessed)\b(?P<grade>[^,.;]*)",
    re.IGNORECASE,
)


class PreviousInspection(NamedTuple):
    """When the last full inspection was, and its overall judgement."""

    when: str | None
    judgement_code: str | None


def delivery_mode(sentences: Sequence[str]) -> str | None:
    """Whether the inspectors were on site, remote or both; `None` where the letter does not say.

    Args:
        sentences: The introduction's sentences.
    """
    modes = set()
    for sentence in sentences:
        for pattern, row in patterns("methods", part="mode"):
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
        for pattern, row in patterns("methods", part="framework"):
            if pattern.search(sentence):
                return row["value"]
    return None


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
    looked_at = split_sentences(focus or "")
    # What the visit looked at `specifically` goes before what that was part of.
    looked_at.sort(key=lambda sentence: not _SPECIFICALLY.match(sentence))
    themes = [theme for sentence in looked_at for theme in _themes_in_order(sentence)]
    themes = [theme for theme in themes if theme != _OTHER] or themes
    programme = [
        row["value"]
        for pattern, row in patterns("methods", part="programme")
        if any(pattern.search(sentence) for sentence in sentences)
    ]
    themes = list(dict.fromkeys(themes))
    is_whole_service = not themes or len(themes) >= _WHOLE_SERVICE
    return tuple([*programme[:1], *themes] if is_whole_service else themes)


def _themes_in_order(sentence: str) -> list[str]:
    """The themes that a sentence names; a row of the table takes its words from the rows below."""
    found: list[tuple[int, int, str]] = []
    for pattern, row in patterns("themes"):
        for match in pattern.finditer(sentence):
            if all(match.end() <= start or end <= match.start() for start, end, _ in found):
                found.append((match.start(), match.end(), row["theme_code"]))
    return [theme for _, _, theme in sorted(found)]


def previous_inspection(sentences: Sequence[str]) -> PreviousInspection:
    """The last full inspection, as far as the letter speaks of it.

    Args:
        sentences: The sentences of the whole letter, in order; the first that dates one counts.
    """
    for sentence in sentences:
        for found in _INSPECTION.finditer(sentence):
            before = " ".join(sentence[: found.start()].split()[-_WORDS_BEFORE:])
            if matches("previous", f"{before} inspection {found['between']}", part="other"):
                continue
            month = MONTHS.get((found["month"] or "").lower())
            when = f"{found['year']}-{month:02d}" if month else found["year"]
            return PreviousInspection(when, _overall_judgement(sentence))
    return PreviousInspection(None, None)


def _overall_judgement(sentence: str) -> str | None:
    for found in _JUDGED.finditer(sentence):
        subject, grade = found["subject"], found["grade"]
        overall = "overall" in subject + grade
        if matches("previous", subject, part="area") and not overall:
            continue
        if not matches("previous", subject, part="whole"):
            continue
        for pattern, row in patterns("previous", part="grade"):
            if pattern.search(grade):
                return row["value"]
    return None
