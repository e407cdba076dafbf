"""The last full inspection, as far as a letter speaks of it: when it was, and its overall grade.

Never the grade of a part: what was judged must be the services, the council or `it`, of which
nothing narrower was said before. The phrases are the table `previous.csv`:

- `dated`, `last`: an inspection with its date; the last one, its date unsaid. `between` and `other`
  tell what is dated that is no full inspection; `same` a sentence that still speaks of it.
- `overall`, `judged`: a grade that says itself that it is the overall one; one that counts where
  its `subject` is the whole of the services.
- `whole`: words that name the whole. `area`: a part. `vague`: what `it` may stand for as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from assets.language.dates import MONTHS, with_whole_numbers
from assets.language.patterns import compile_pattern
from assets.publications.tables import matches, patterns

_TABLE = "previous"
_WORDS_AROUND = 3  # words beside an inspection's date that say what kind it was
_FOLLOWING = 2  # sentences behind it that may still speak of it
_YEARS = "20"  # every year that is read begins so
_WORD = "inspect"  # stands in whatever speaks of the last inspection
_MONTH = "|".join(MONTHS)
# `DATE` and `GRADE` in the patterns of the table.
_DATE = (
    rf"(?:(?P<month>{_MONTH})(?P<span>\s*(?:/|-|–|and|to)\s*(?:{_MONTH}))?\s+)?(?P<year>20\d\d)\b"
)
_CLAUSE = re.compile(
    r".*\b(?:when|where|that|which|because|after|since|although|but|as)\b", re.IGNORECASE
)
_LAST_OF_SEVERAL = re.compile(r".*\band\b", re.IGNORECASE)
_POINTS_BACK = re.compile(
    r"^(?:(?:it|they|them|this|these|the services?|those services)\b|$)", re.IGNORECASE
)
_KIND_OF_COUNCIL = re.compile(
    r"^(?:the )?(?:(?:london|royal) )*(?:(?:borough|city|county) of )?"
    r"|(?: (?:metropolitan|borough|city|county|district))* council$",
    re.IGNORECASE,
)
# What a grade is said of, behind it: `good for care leavers`, `inadequate in 2019`.
_SCOPE = re.compile(
    r"^[^\w,.;]*(?:overall[^\w,.;]+)?(?:for|in|on|across|regarding|with|at)\b[^,.;]*", re.IGNORECASE
)


class PreviousInspection(NamedTuple):
    """When the last full inspection was, and its overall judgement."""

    when: str | None
    judgement_code: str | None


class _Inspection(NamedTuple):
    """A full inspection that a sentence dates."""

    position: int
    when: str
    written: str


def previous_inspection(
    sentences: Sequence[str], authority_names: Sequence[str]
) -> PreviousInspection:
    """The last full inspection, as far as the letter speaks of it.

    Args:
        sentences: The sentences of the whole letter, in order; the first that dates one counts.
        authority_names: The authority's name as the letter writes it: what it was judged, its
            services were.
    """
    sentences = [with_whole_numbers(sentence) for sentence in sentences]
    dated = list(_inspections(sentences))
    undated = [s for s in sentences if _WORD in s.lower() and _speaks_of_the_last(s)]
    if not dated:
        return PreviousInspection(None, _overall_judgement(undated, authority_names))
    first = dated[0]
    # A letter that names the month once may call it by the year elsewhere.
    when = next((d.when for d in dated if d.when.startswith(f"{first.when}-")), first.when)
    others = {d.position for d in dated if not d.when.startswith(first.when[:4])}
    speaking = [sentences[first.position]]
    for index, sentence in enumerate(sentences):
        is_near = 0 < index - first.position <= _FOLLOWING
        is_near = is_near and matches(_TABLE, sentence, part="same")
        is_of_it = is_near or first.written in sentence or sentence in undated
        if index != first.position and index not in others and is_of_it:
            speaking.append(sentence)
    return PreviousInspection(when, _overall_judgement(speaking, authority_names))


def _inspections(sentences: Sequence[str]) -> Iterator[_Inspection]:
    """The inspections that sentences date; a year without the word only where none has it."""
    for part in ("dated", "dated_judgement"):
        found = [
            _Inspection(index, when, match["date"])
            for index, sentence in enumerate(sentences)
            if _YEARS in sentence
            for pattern in _with_dates(part)
            for match in pattern.finditer(sentence)
            if not _is_other_inspection(sentence, match)
            for when in [_when(match)]
        ]
        yield from found
        if found:
            return


def _when(found: re.Match[str]) -> str:
    month = None if found["span"] else MONTHS.get((found["month"] or "").lower())
    return f"{found['year']}-{month:02d}" if month else found["year"]


@cache
def _with_dates(part: str) -> tuple[re.Pattern[str], ...]:
    return tuple(
        compile_pattern(row["pattern"].replace("DATE", f"(?P<date>{_DATE})"))
        for _, row in patterns(_TABLE, part=part)
    )


def _is_other_inspection(sentence: str, found: re.Match[str]) -> bool:
    """Whether a date belongs to something else than a full inspection of the services."""
    if matches(_TABLE, found["between"] or "", part="between"):
        return True
    return _is_of_another_kind(sentence, found)


def _is_of_another_kind(sentence: str, found: re.Match[str]) -> bool:
    before = sentence[: found.start()].split()[-_WORDS_AROUND:]
    behind = sentence[found.end() :].split()[:_WORDS_AROUND]
    around = " ".join([*before, found.group(), *behind])
    return matches(_TABLE, around, part="other") or matches(_TABLE, sentence, part="provider")


def _speaks_of_the_last(sentence: str) -> bool:
    return any(
        not _is_of_another_kind(sentence, found)
        for pattern, _ in patterns(_TABLE, part="last")
        for found in pattern.finditer(sentence)
    )


@cache
def _grades() -> str:
    return "|".join(row["pattern"] for _, row in patterns(_TABLE, part="grade"))


@cache
def _claims(part: str) -> tuple[re.Pattern[str], ...]:
    return tuple(
        compile_pattern(row["pattern"].replace("GRADE", f"(?:{_grades()})"))
        for _, row in patterns(_TABLE, part=part)
    )


def _overall_judgement(sentences: Sequence[str], authority_names: Sequence[str]) -> str | None:
    """The overall grade that sentences on one inspection state."""
    grade = compile_pattern(_grades())  # most sentences have none, and every claim needs one
    sentences = [sentence for sentence in sentences if grade.search(sentence)]
    for part in ("overall", "judged"):
        for sentence in sentences:
            for pattern in _claims(part):
                for found in pattern.finditer(sentence):
                    of_whole = part == "overall" and not _is_of_area(found["subject"] or "")
                    of_whole = of_whole or _is_of_whole(sentence, found, authority_names)
                    if of_whole and not _is_limited(sentence[found.end("grade") :]):
                        return _grade(found["grade"])
    return None


def _is_of_area(text: str) -> bool:
    return matches(_TABLE, text, part="area")


def _is_limited(behind: str) -> bool:
    """Whether words behind a grade say that it is that of a part."""
    found = _SCOPE.match(behind)
    if not found:
        return False
    scope = found.group()
    first = scope.split(" and ")[0]
    return any(
        area.start() < len(first)
        for pattern, _ in patterns(_TABLE, part="area")
        for area in pattern.finditer(scope)
    )


def _is_of_whole(sentence: str, found: re.Match[str], authority_names: Sequence[str]) -> bool:
    """Whether what a sentence says was judged is the whole of the services."""
    clause = _CLAUSE.sub("", found["subject"] or "")
    subject = _LAST_OF_SEVERAL.sub("", clause).strip()
    if _is_of_area(clause):
        return False
    if _POINTS_BACK.match(subject):
        before = sentence[: found.start("subject")] + (found["subject"] or "")
        if _is_of_area(before) or matches(_TABLE, before, part="vague"):
            return False
    return not _left_of_whole(subject, authority_names)


def _left_of_whole(text: str, authority_names: Sequence[str]) -> str:
    """What of a text does not name the whole of an authority's services."""
    names = {name for full in authority_names for name in (full, _KIND_OF_COUNCIL.sub("", full))}
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(rf"{_loose(name)}(?:[’']?s\b)?", " ", text, flags=re.IGNORECASE)
    for pattern, _ in patterns(_TABLE, part="whole"):
        text = pattern.sub(" ", text)
    return "".join(filter(str.isalnum, text))


def _loose(name: str) -> str:
    """A pattern of a name with or without its apostrophes."""
    return r"[’']?".join(map(re.escape, re.sub(r"[’']", "", name)))


def _grade(text: str) -> str:
    return next(
        row["value"] for pattern, row in patterns(_TABLE, part="grade") if pattern.search(text)
    )
