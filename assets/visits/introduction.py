"""The introduction of a focused visit letter: the visit, its days, its team and its focus.

Here: the sentences between the salutation and the first heading. The stock phrases stand in
`introduction.csv` and `team.csv`, the titles in `titles.csv`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from assets.documents.model import Block
from assets.sentences import sentence_spans
from assets.visits.dates import Span, partial_dates, visit_span
from assets.visits.model import TeamMember
from assets.visits.people import Title, find_names, find_titles
from assets.visits.tables import matches, patterns

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
_BETWEEN_NAME_AND_TITLE = re.compile(r"^[\s,(–-]*(?:an?\s|the\s)?$")


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
            team.setdefault(member.name, member)
    return tuple(team.values())


def _team_of(sentence: str, on: date) -> Iterator[TeamMember]:
    titles = find_titles(sentence, on)
    starts = [
        found.end()
        for pattern, _ in patterns("team", part="list")
        if (found := pattern.search(sentence))
    ]
    role = next(
        (row["role_code"] for p, row in patterns("team", part="role") if p.search(sentence)), None
    )
    if not starts and not (role and titles):
        return
    listed_from = min(starts, default=0)
    # A title is no name, and what stands before the list names the authority, not the team.
    masked = list(sentence)
    for title in titles:
        masked[title.start : title.end] = "\0" * (title.end - title.start)
    for pattern, _ in patterns("team"):
        for found in pattern.finditer(sentence):
            masked[found.start() : found.end()] = "\0" * (found.end() - found.start())
    names = [name for name in find_names("".join(masked)) if name[0] >= listed_from]
    if not (titles or starts) or not names:
        return
    for index, (_, end, name) in enumerate(names):
        following = names[index + 1][0] if index + 1 < len(names) else len(sentence)
        own = _own_title(sentence, titles, names, index, end, following)
        yield TeamMember(name, own.text if own else None, role)


def _own_title(
    sentence: str,
    titles: Sequence[Title],
    names: Sequence[tuple[int, int, str]],
    index: int,
    end: int,
    following: int,
) -> Title | None:
    """The title of one name: its own behind it, the group's behind the last, or one before."""
    for title in titles:
        if end <= title.start < following and _BETWEEN_NAME_AND_TITLE.match(
            sentence[end : title.start]
        ):
            is_last = index == len(names) - 1
            if not title.is_plural or not is_last:
                return title
    start = names[index][0]
    singular_before = [
        title
        for title in titles
        if not title.is_plural
        and title.end <= start
        and not sentence[title.end : start].strip(" ,:")
    ]
    if singular_before:
        return singular_before[-1]
    behind = [title for title in titles if title.is_plural and title.start >= end]
    before = [title for title in titles if title.is_plural and title.end <= start]
    if behind:
        return behind[0]
    return before[-1] if before else None


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
