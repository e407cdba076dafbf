"""What a letter says about method, framework, themes and the inspection before.

Here: values that are drawn from phrases, wherever in the introduction or the findings they stand.
The phrases are the tables `methods.csv`, `themes.csv` and `previous.csv`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from assets.language.dates import MONTHS
from assets.language.sentences import split_sentences
from assets.publications.tables import compile_pattern, matches, patterns

_HYBRID = "hybrid"
_OTHER = "other"
_WHOLE_SERVICE = 3  # areas that a visit of the whole service names, where it names any
_WORDS_AROUND = 3  # words beside an inspection's date that say what kind it was
_FOLLOWING = 2  # sentences behind it that may still speak of it
_MONTH = "|".join(MONTHS)
# `DATE` and `GRADE` in the patterns of `previous.csv`.
_DATE = (
    rf"(?:(?P<month>{_MONTH})(?P<span>\s*(?:/|-|–|and|to)\s*(?:{_MONTH}))?\s+)?(?P<year>20\d\d)\b"
)
_SPECIFICALLY = re.compile(r"^(specifically|in particular)\b", re.IGNORECASE)


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


def previous_inspection(
    sentences: Sequence[str], authority_names: Sequence[str]
) -> PreviousInspection:
    """The last full inspection, as far as the letter speaks of it.

    Args:
        sentences: The sentences of the whole letter, in order; the first that dates one counts.
        authority_names: The authority's name as the letter writes it: what it was judged, its
            services were.
    """
    dated = list(_inspections(sentences))
    if not dated:
        return PreviousInspection(None, None)
    first = dated[0]
    # A letter that names the month once may call it by the year elsewhere.
    when = next((d.when for d in dated if d.when.startswith(f"{first.when}-")), first.when)
    speaking = [sentences[first.position]]
    for index, sentence in enumerate(sentences[first.position + 1 :]):
        is_near = index < _FOLLOWING and matches("previous", sentence, part="same")
        if is_near or first.written in sentence:
            speaking.append(sentence)
    return PreviousInspection(when, _overall_judgement(speaking, authority_names))


class _Inspection(NamedTuple):
    """A full inspection that a sentence dates."""

    position: int
    when: str
    written: str


def _inspections(sentences: Sequence[str]) -> Iterator[_Inspection]:
    for index, sentence in enumerate(sentences):
        for pattern in _dated():
            for found in pattern.finditer(sentence):
                if not _is_other_inspection(sentence, found):
                    month = None if found["span"] else MONTHS.get((found["month"] or "").lower())
                    when = f"{found['year']}-{month:02d}" if month else found["year"]
                    yield _Inspection(index, when, found["date"])


@cache
def _dated() -> tuple[re.Pattern[str], ...]:
    return tuple(
        compile_pattern(row["pattern"].replace("DATE", f"(?P<date>{_DATE})"))
        for _, row in patterns("previous", part="dated")
    )


def _is_other_inspection(sentence: str, found: re.Match[str]) -> bool:
    """Whether a date belongs to something else than a full inspection of the services."""
    if matches("previous", found["between"] or "", part="between"):
        return True
    before = sentence[: found.start()].split()[-_WORDS_AROUND:]
    behind = sentence[found.end() :].split()[:_WORDS_AROUND]
    around = " ".join([*before, found.group(), *behind])
    return matches("previous", around, part="other")


@cache
def _judgements(part: str) -> tuple[re.Pattern[str], ...]:
    grades = "|".join(row["pattern"] for _, row in patterns("previous", part="grade"))
    return tuple(
        compile_pattern(row["pattern"].replace("GRADE", f"(?:{grades})"))
        for _, row in patterns("previous", part=part)
    )


def _overall_judgement(sentences: Sequence[str], authority_names: Sequence[str]) -> str | None:
    """The overall grade that sentences on one inspection state."""
    for sentence in sentences:
        for pattern in _judgements("overall"):
            if found := pattern.search(sentence):
                return _grade(found["grade"])
    for sentence in sentences:
        for pattern in _judgements("judged"):
            for found in pattern.finditer(sentence):
                subject = found["subject"]
                is_whole = (
                    not subject
                    or matches("previous", subject, part="whole")
                    or any(name in subject for name in authority_names)
                )
                if is_whole and not matches("previous", subject, part="area"):
                    return _grade(found["grade"])
    return None


def _grade(text: str) -> str:
    return next(
        row["value"] for pattern, row in patterns("previous", part="grade") if pattern.search(text)
    )
