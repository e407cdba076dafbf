"""What of a statement's words, and of those around it, tells its topics.

Here belongs what counts as a feature; what each weighs is learnt (`learnt/topic_words.csv`).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from assets.findings.words import following, tokens

_LEAST_LETTERS = 4  # of a word of the statement before


def topic_features(
    words: Sequence[str],
    section_type: str,
    *,
    heading: str | None,
    before: Sequence[str],
    goes_on: bool,
) -> list[str]:
    """The features of a statement, each once, in an order that is the same in every run.

    Args:
        words: Its tokens.
        section_type: The kind of its section.
        heading: The heading above it, where that is about one part of the findings.
        before: The tokens of the statement before it in its paragraph.
        goes_on: Whether it goes on with that one: `This means that …`.
    """
    spoken = [word for word in words if word[0].isalnum()]
    found = [*chain(*following(spoken)), f"section:{section_type}"]
    if heading:
        found += [f"heading:{word}" for word in tokens(heading)]
    longer = [word for word in before if len(word) >= _LEAST_LETTERS]
    found += [f"before:{word}" for word in longer]
    if goes_on:
        found += [f"goes on:{word}" for word in longer]
    return list(dict.fromkeys(found))
