"""The introduction of a focused visit letter: the visit, its days and its focus.

Here: the sentences between the salutation and the first heading. The stock phrases stand in
`introduction.csv`. The team that they name is read in `team`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from assets.documents.model import Block
from assets.language.dates import Span, partial_dates, visit_span
from assets.language.sentences import sentence_spans, split_sentences
from assets.publications.sections import opening_mark
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
# What parts an item from the next, or leads to it.
_ITEM_END = re.compile(
    r"(?:[.!?:;,]|\b(?:and|or|the|of|for|in|to|on|with|including|namely))[’”'\")\]]*$"
)
_LONGEST_BARE_ITEM = 100  # characters of an item without bullet and full stop
_LEADS_IN = re.compile(r":\s")  # a colon within a sentence; its list follows


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
        text = block.text
        is_item = block.kind == "list_item"
        if is_item and whole and not after_item and _lacks_its_colon(whole[-1]):
            whole[-1] += ":"
        in_list = bool(whole) and (after_item or whole[-1].endswith(":"))
        if in_list and not is_item and not _begins_anew(whole[-1], text):
            is_item, text = _bare_item(text)
        if not whole:
            goes_on = False
        elif is_item:
            goes_on = ":" in whole[-1]
        else:
            is_whole = _PARAGRAPH_END.search(whole[-1]) or _begins_anew(whole[-1], block.text)
            goes_on = not after_item and not is_whole
        after_item = is_item
        if goes_on and is_item and not _ITEM_END.search(whole[-1]):
            whole[-1] += "; " + text  # the items of a list, as a sentence would write them
        elif goes_on:
            whole[-1] += " " + text
        else:
            whole.append(text)
    sentences = [s for paragraph in whole for s in _sentences_with_lists(paragraph)]
    return [part for sentence in sentences for part in _run_into_each_other(sentence)]


def _lacks_its_colon(text: str) -> bool:
    """Whether a text that ends with no mark introduces the list behind it."""
    return not _PARAGRAPH_END.search(text) and matches("points", text, part="lead_in")


def _begins_anew(before: str, text: str) -> bool:
    """Whether a text begins a sentence, although the one before it lacks its full stop."""
    opens = any(pattern.match(text) for pattern, _ in patterns("introduction", part="opens"))
    return opens and not matches("introduction", before, part="unfinished")


def _run_into_each_other(sentence: str) -> list[str]:
    """The sentences of one that lacks a full stop between them."""
    starts = sorted(
        found.start()
        for pattern, _ in patterns("introduction", part="opens")
        for found in pattern.finditer(sentence)
    )
    parts, begin = [], 0
    for start in starts:
        before = sentence[begin:start].rstrip()
        if before and not matches("introduction", before, part="unfinished"):
            parts.append(before)
            begin = start
    return [*parts, sentence[begin:]]


def without_full_stop(sentences: Sequence[str]) -> list[str]:
    """The sentences that end without a mark; a list that a colon introduces may."""
    return [s for s in sentences if not _PARAGRAPH_END.search(s) and not _LEADS_IN.search(s)]


def _bare_item(text: str) -> tuple[bool, str]:
    """Whether a paragraph of a list is an item that has no bullet, or none known; and its words."""
    mark = opening_mark(text) or ""
    words = text[len(mark) :].lstrip()
    is_short = len(words) <= _LONGEST_BARE_ITEM and not _PARAGRAPH_END.search(words)
    return bool(mark) or words[:1].islower() or is_short, words


def summary_start(blocks: Sequence[Block]) -> int:
    """Where a summary of the findings begins that no heading opens.

    Args:
        blocks: The blocks between salutation and first heading.

    Returns:
        Index of the first block behind the last one that tells of the visit, its focus or its
        method; the number of blocks where that is the last.
    """
    start = len(blocks)
    while start > 0 and not _tells_of_the_visit(blocks[start - 1]):
        start -= 1
    return start if start > 0 else len(blocks)


def _tells_of_the_visit(block: Block) -> bool:
    """Whether a block belongs to the introduction: a heading, an item, or by its words."""
    return block.kind != "paragraph" or any(
        matches("introduction", sentence, part=part)
        for sentence in split_sentences(block.text)
        for part in ("announcement", "focus", "evidence", "method")
    )


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
    # The last item of a list may end without a full stop.
    parted = [part if _PARAGRAPH_END.search(part) else f"{part}." for part in focus[:-1]]
    return " ".join([*parted, *focus[-1:]]) or None
