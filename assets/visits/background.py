"""What a letter says about method, framework, themes and the inspection before.

Here: values that are drawn from phrases, wherever in the introduction or the findings they stand.
The phrases are the tables `methods.csv`, `themes.csv` and `previous.csv`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from assets.sentences import split_sentences
from assets.visits.dates import MONTHS
from assets.visits.tables import compile_pattern, matches, patterns

_HYBRID = "hybrid"
_WHOLE_SERVICE = 3  # areas that a visit of the whole service names, where it names any
_WORDS_AROUND = 3  # words beside an inspection's date that say what kind it was
_FOLLOWING = 2  # sentences behind it that may still speak of it
_MONTH = "|".join(MONTHS)
# `DATE` and `GRADE` in the patterns of `previous.csv`.
_DATE = (
    rf"(?:(?P<month>{_MONTH})(?P<span>\s*(?:/|-|–|and|to)\s*(?:{_MONTH}))?\s+)?(?P<year>20\d\d)\b"
)
_ALSO = re.compile(r"\balso\b", re.IGNORECASE)
# `PHRASE` in the patterns of `themes.csv`: as far as one thing goes in a list of things.
_PHRASE = (
    r"(?:(?! and (?:the|their|at|how|whether|on|what|arrangements) |,? with an? |,? including |"
    r",? in particular|,? specifically)[^,.;:])*"
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
    themes = list(dict.fromkeys(_looked_at(focus or "")))
    programme = [
        row["value"]
        for pattern, row in patterns("methods", part="programme")
        if any(pattern.search(sentence) for sentence in sentences)
    ]
    is_whole_service = not themes or len(themes) >= _WHOLE_SERVICE
    return tuple([*programme[:1], *themes] if is_whole_service else themes)


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
        for pattern, _ in patterns("themes", part=part)
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
    for pattern, row in patterns("themes", part=part):
        for match in pattern.finditer(text):
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
