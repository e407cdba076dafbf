"""What a joint letter says of the inspection: its area, its days, its theme, who took part.

Here: title, salutation and the paragraphs before the findings. The stock phrases stand in
`introduction.csv`, the themes in `themes.csv`: as a rule the theme is that of the `deep dive`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from assets.documents.model import Block
from assets.language.dates import Span, windows
from assets.language.sentences import split_sentences
from assets.publications.joint.tables import matches, patterns

# The place is the last thing that a title says: `… sexual abuse in the family in Tarnshire`.
_PLACE = r"(?:the )?(?P<name>(?-i:[A-Z])(?:[^.:;]|(?<=\bSt)\.)*)$"
_OF_TITLE = (
    re.compile(rf".*\b(?:in|across) {_PLACE}", re.IGNORECASE),
    re.compile(rf".*?\binspection of {_PLACE}", re.IGNORECASE),
)
_OF_SALUTATION = re.compile(
    r"^dear (?P<name>(?!local|safeguarding|children|partner|colleague)(?-i:[A-Z]).*?)(?:[’']s?)? "
    r"(?:local|strategic|multi-agency|joint|safeguarding|children[’']?s?|partner(?:s|ship))\b",
    re.IGNORECASE,
)
_WORD = r"(?-i:[A-Z])[\w’'-]*"
_OF_A_NAME = (
    r"(?:of|upon|on|and|the|with|&|city|borough|county|council|metropolitan|local|authority)"
)
_IN_PLACE = re.compile(
    rf",? (?:in|across) (?:the )?(?P<name>{_WORD}(?: {_OF_A_NAME}| {_WORD})*)$", re.IGNORECASE
)
_BEFORE_LETTER = timedelta(days=180)  # no letter is known to be later than that


class Theme(NamedTuple):
    """What was looked at: a code of the list `theme`, and the letter's own words.

    The code is `other` where the words name no theme that is known.
    """

    code: str | None
    words: str | None

    @property
    def is_known(self) -> bool:
        """Whether it is one of the themes that are told apart."""
        return self.code not in (None, "other")


def authority_names(
    title: str | None, salutation: str | None, sentences: Sequence[str]
) -> tuple[str, ...]:
    """The area's name in the words of title and salutation, or else of the introduction."""
    words = (title or "").rstrip(" .:")
    found = [next(filter(None, (pattern.match(words) for pattern in _OF_TITLE)), None)]
    found.append(_OF_SALUTATION.match(salutation or ""))
    if not any(found):
        found += [_IN_PLACE.search(sentence.rstrip(" .")) for sentence in sentences]
    return tuple(dict.fromkeys(match["name"].strip(" ,") for match in found if match))


def find_windows(sentences: Sequence[str], latest: date | None) -> tuple[Span, ...]:
    """The periods of the inspection, in order.

    Args:
        sentences: Those of the introduction.
        latest: The letter's date or the day of publication, before which they were.

    Returns:
        The periods of the first sentence that says when it took place; empty where none does.
    """
    for sentence in (s for s in sentences if matches("introduction", s, part="dates")):
        spans = windows(sentence, latest)
        if spans and (latest is None or latest - spans[0].start <= _BEFORE_LETTER):
            return tuple(spans)
    return ()


def find_theme(title: str | None, sentences: Sequence[str]) -> Theme:
    """The theme: of the deep dive where there is one, else of the title or the announcement."""
    phrases = [
        _IN_PLACE.sub("", found["theme"].rstrip(" ."))
        for pattern, _ in patterns("introduction", part="theme")
        for text in (*sentences, title or "")
        if (found := pattern.search(text))
    ]
    for part in ("named", "general"):
        for phrase in phrases:
            if code := _first_theme(phrase, part):
                return Theme(code, phrase)
    return Theme("other", phrases[0]) if phrases else Theme(None, None)


def _first_theme(phrase: str, part: str) -> str | None:
    found = [
        (match.start(), row["theme_code"])
        for pattern, row in patterns("themes", part=part)
        if (match := pattern.search(phrase))
    ]
    return min(found)[1] if found else None


def summary_start(blocks: Sequence[Block]) -> int:
    """Index of the first block behind the last one that tells of the inspection."""
    telling = [index for index, block in enumerate(blocks) if _tells(block.text)]
    return telling[-1] + 1 if telling else 0


def _tells(text: str) -> bool:
    """Whether a paragraph is on the inspection, by its first sentence."""
    return any(matches("introduction", first, part="tells") for first in split_sentences(text)[:1])


def sentences_of(blocks: Iterable[Block]) -> list[str]:
    """The sentences of blocks."""
    return [sentence for block in blocks for sentence in split_sentences(block.text)]
