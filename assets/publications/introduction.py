"""The introduction of a focused visit letter: the visit, its days, its team and its focus.

Here: the sentences between the salutation and the first heading. The stock phrases stand in
`introduction.csv` and `team.csv`, the titles in `titles.csv`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from assets.documents.model import Block
from assets.language.dates import Span, partial_dates, visit_span
from assets.language.people import Title, find_names, find_titles, person_key
from assets.language.sentences import sentence_spans
from assets.publications.model import TeamMember
from assets.publications.tables import matches, patterns

_AUTHORITY = re.compile(
    r"\bvisit\b(?:\s+on\s+[^.]{0,60}?\d{4})?\s+(?:to|of|at)\s+(?:the\s+)?(?P<name>.+?)"
    r"(?:[’']s?)?(?:\s+local\s+authority(?:[’']s)?)?"
    r"(?:\s+(?:children(?:\s+and\s+young\s+people)?|young\s+people)(?:\s?[’'])?s?[’']?"
    r"\s+(?:social\s+care|services?)"
    r"|\s+(?:on|between|from)\s+\d|[.:]?$)",
    re.IGNORECASE,
)
_MONTHS_BEFORE = timedelta(days=180)  # no letter is known to be later than that
_PARAGRAPH_END = re.compile(r"[.!?:;][’”'\")\]]*$")
_LEADS_IN = re.compile(r":\s")  # a colon within a sentence; its list follows
_BETWEEN_NAME_AND_TITLE = re.compile(r"^[\s,()–-]*(?:an?\s|the\s)?[\s,()]*$")
_BETWEEN_NAME_AND_ROLE = re.compile(r"^[\s,()–-]*(?:who\s|an?\s|the\s|was\s|as\s|and\s)*[\s,(]*$")


def authority_name(text: str) -> str | None:
    """The authority's name as a subject line or an announcement writes it."""
    found = _AUTHORITY.search(text)
    name = found["name"].strip(" ,.") if found else ""
    return name if any(map(str.isupper, name)) else None


def introduction_sentences(blocks: Sequence[Block]) -> list[str]:
    """The sentences of the introduction.

    Args:
        blocks: The blocks between salutation and first heading.

    Returns:
        The sentences. A paragraph that breaks off goes on in the next; a list belongs to the
        sentence that introduces it.
    """
    whole: list[str] = []
    after_item = False
    for block in blocks:
        if block.kind == "heading":
            continue
        is_item = block.kind == "list_item"
        if not whole:
            goes_on = False
        elif is_item:
            goes_on = ":" in whole[-1]
        else:
            goes_on = not after_item and not _PARAGRAPH_END.search(whole[-1])
        after_item = is_item
        if goes_on:
            whole[-1] += " " + block.text
        else:
            whole.append(block.text)
    return [sentence for paragraph in whole for sentence in _sentences_with_lists(paragraph)]


def _sentences_with_lists(paragraph: str) -> list[str]:
    """Sentences, the last with the list that it introduces."""
    spans = sentence_spans(paragraph)
    for index, (start, end) in enumerate(spans):
        if _LEADS_IN.search(paragraph[start:end]) and index < len(spans) - 1:
            return [paragraph[s:e] for s, e in spans[:index]] + [paragraph[start:]]
    return [paragraph[start:end] for start, end in spans]


def announces(text: str) -> bool:
    """Whether a text announces the findings of the visit."""
    return matches("introduction", text, part="announcement")


def find_span(sentences: Sequence[str], letter_date: date | None) -> Span | None:
    """First and last day of the visit.

    The sentence that announces the findings comes first, then one that speaks of a visit. Where
    another than the first dates it, the days must lie in the months before the letter: a letter
    speaks of earlier visits too.
    """
    sentences = [s for s in sentences if not matches("introduction", s, part="week")]
    for sentence in filter(announces, sentences):
        if partial_dates(sentence):
            return visit_span(sentence, letter_date)
    for sentence in sentences:
        if matches("introduction", sentence, part="visit") and partial_dates(sentence):
            span = visit_span(sentence, letter_date)
            if span and letter_date and timedelta(0) <= letter_date - span.start <= _MONTHS_BEFORE:
                return span
    return None


def find_team(sentences: Sequence[str], on: date) -> tuple[TeamMember, ...]:
    """The inspectors in the letter's order.

    Args:
        sentences: The introduction's sentences.
        on: The letter's date, for spelling out `HMI`.
    """
    team: dict[str, TeamMember] = {}
    for sentence in sentences:
        for member in _team_of(sentence, on):
            key = person_key(member.name)
            known = team.get(key, member)
            team[key] = TeamMember(
                known.name, known.title or member.title, known.role_code or member.role_code
            )
    return tuple(team.values())


class _Cue(NamedTuple):
    """A phrase that names follow or stand before."""

    start: int
    end: int
    role_code: str | None


def _cues(sentence: str, part: str) -> list[_Cue]:
    return [
        _Cue(found.start(), found.end(), row["role_code"] or None)
        for pattern, row in patterns("team", part=part)
        for found in pattern.finditer(sentence)
    ]


def _team_of(sentence: str, on: date) -> list[TeamMember]:
    """The inspectors that one sentence names: those of a list, and those whose role it states."""
    titles = find_titles(sentence, on)
    opening = _cues(sentence, "list")
    before = _cues(sentence, "before")
    behind = [
        cue
        for cue in _cues(sentence, "behind")
        if not any(other.start < cue.end and cue.start < other.end for other in before)
    ]
    # What is a title or a phrase is no name.
    masked = list(sentence)
    spans = [(found.start, found.end) for found in titles]
    spans += [(cue.start, cue.end) for cue in (*opening, *before, *behind)]
    for start, end in spans:
        masked[start:end] = "\0" * (end - start)
    names = [
        name for name in find_names("".join(masked)) if not matches("team", name[2], part="no_name")
    ]
    # `Her Majesty's Inspectors A and B visited`: the title alone opens the list.
    opening += [
        _Cue(title.start, title.end, None)
        for title in titles
        if title.is_plural and any(not sentence[title.end : n[0]].strip(" ,:") for n in names)
    ]
    roles = _roles(sentence, names, titles, before, behind)
    listed_from = min((cue.end for cue in (*opening, *before)), default=None)
    named = [
        index
        for index, (start, _, _) in enumerate(names)
        if index in roles or (listed_from is not None and start >= listed_from)
    ]
    if not titles and not opening and not before:
        return []
    return [
        TeamMember(names[index][2], _title(sentence, titles, names, index), roles.get(index))
        for index in named
    ]


def _roles(
    sentence: str,
    names: Sequence[tuple[int, int, str]],
    titles: Sequence[Title],
    before: Sequence[_Cue],
    behind: Sequence[_Cue],
) -> dict[int, str]:
    """The role of each name (by index) that has one."""
    roles: dict[int, str] = {}
    ends = sorted(cue.start for cue in before)
    for cue in before:
        until = next((end for end in ends if end > cue.start), len(sentence))
        for index, (start, _, _) in enumerate(names):
            if cue.end <= start < until and cue.role_code:
                roles[index] = cue.role_code
    for cue in behind:
        earlier = [index for index, (_, end, _) in enumerate(names) if end <= cue.start]
        if not earlier or cue.role_code is None:
            continue
        index = earlier[-1]
        between = list(sentence[names[index][1] : cue.start])
        for title in titles:
            for place in range(title.start, title.end):
                if names[index][1] <= place < cue.start:
                    between[place - names[index][1]] = " "
        if _BETWEEN_NAME_AND_ROLE.match("".join(between)):
            roles[index] = cue.role_code
    return roles


def _title(
    sentence: str,
    titles: Sequence[Title],
    names: Sequence[tuple[int, int, str]],
    index: int,
) -> str | None:
    """The title of one name: its own, else the group's behind or before it, else the only one."""
    start, end, _ = names[index]
    is_last = index == len(names) - 1
    following = len(sentence) if is_last else names[index + 1][0]
    for title in titles:
        gap = sentence[end : title.start] if end <= title.start < following else None
        is_own = gap is not None and _BETWEEN_NAME_AND_TITLE.match(_without_roles(gap))
        if is_own and not (title.is_plural and is_last):
            return title.text
        if (
            not title.is_plural
            and title.end <= start
            and not sentence[title.end : start].strip(" ,:")
        ):
            return title.text
    groups = [title for title in titles if title.is_plural]
    group = [
        *(t for t in groups if t.start >= end),
        *reversed([t for t in groups if t.end <= start]),
    ]
    if not group and len(titles) == 1:
        # `A and B HMI`: one title behind all names, or before them.
        group = [t for t in titles if t.start >= names[-1][1] or t.end <= names[0][0]]
    return group[0].text if group else None


def _without_roles(text: str) -> str:
    for pattern, _ in patterns("team", part="behind"):
        text = pattern.sub(" ", text)
    return text


def find_focus(sentences: Sequence[str]) -> str | None:
    """The letter's own words on what inspectors looked at.

    The first sentence that says so, and those that follow it and go on saying so; sentences on
    evidence and method end it.
    """
    focus: list[str] = []
    is_adjoining = False
    for sentence in sentences:
        # A list says what was looked at; whether a sentence is on evidence shows before it.
        is_scope = matches("introduction", sentence, part="scope")
        if not is_scope and matches("introduction", sentence.split(":")[0], part="evidence"):
            if focus:
                break
        elif not focus or not is_adjoining:
            # Behind a sentence on something else, only one that looks at more is still the focus.
            also = not focus or is_scope or matches("introduction", sentence, part="more")
            is_adjoining = also and matches("introduction", sentence, part="focus")
            if is_adjoining:
                focus.append(sentence)
        else:
            is_adjoining = is_scope or matches("introduction", sentence, part="more")
            if is_adjoining:
                focus.append(sentence)
    return " ".join(focus) or None
