"""What statements report: strength or concern, and on what.

Here belongs the way from a letter's statements to their judgements, in two looks. The first takes
each statement by its own words (`features`, `topic_features`), the second what the first found
around it (`neighbours`). The weights of both were learnt from labelled letters (`learnt/`, see
docs/model_card.md). A point of a list of improvements or priority actions is a concern by the very
list it stands in, but for points to improve in the templates whose lists hold praise too
(`warehouse/eras.csv`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np

from assets.findings import neighbours
from assets.findings.cues import cue_words, word_weights
from assets.findings.features import features
from assets.findings.linear import least_shares, logistic, read_linear, softmax
from assets.findings.model import Classification
from assets.findings.neighbours import Position
from assets.findings.topic_features import topic_features
from assets.findings.words import Statement, read
from warehouse.kinds import sections_of

#: How sure it is that a point of such a list is a concern: of 497, readers gave no other code.
LISTED_SCORE = 0.99

# From which share on the likeliest topic, a second and a third are given; chosen on
# cross-validated labels.
_LEAST_SHARES = (0.0, 0.3, 0.5)

# Headings of main findings that do not say what they are about, as they begin.
_PLAIN_HEADINGS = ("main", "findings", "headline", "overview")


class _Valence(NamedTuple):
    code: str
    score: float
    codes: tuple[str, ...]
    cues: tuple[str, ...]


class Passage(NamedTuple):
    """A statement where it stands, for its neighbours tell of it too.

    Attributes:
        text: Its words.
        section_type: The kind of its section.
        heading: The heading above it.
        section: Index of its section in the letter.
        paragraph: Its paragraph within the section.
    """

    text: str
    section_type: str
    heading: str | None
    section: int
    paragraph: int

    @property
    def place(self) -> Position:
        """Where it stands, for its neighbours."""
        return Position(
            neighbours.opening(self.text),
            self.section,
            self.paragraph,
            self.section_type == "headline_findings",
        )


def judge(passages: Sequence[Passage], *, are_points_judged: bool = False) -> list[Classification]:
    """Judge the statements of a letter.

    Args:
        passages: All statements of one letter, in its order.
        are_points_judged: Whether points to improve are judged by what they say as well.

    Returns:
        A judgement each, in the same order.
    """
    statements = [read(one.text) for one in passages]
    listing = sections_of("points") - ({"improvements"} if are_points_judged else set())
    free = [index for index, one in enumerate(passages) if one.section_type not in listing]
    valences = dict(
        zip(
            free,
            _valences([passages[index] for index in free], [statements[index] for index in free]),
            strict=True,
        )
    )
    listed = _Valence("concern", LISTED_SCORE, ("concern",), ())
    judgements = []
    for index, topics in enumerate(_topics(passages, statements)):
        code, score, codes, cues = valences.get(index, listed)
        judgements.append(Classification(code, score, topics, cues, codes))
    return judgements


def own_topic_features(
    passages: Sequence[Passage], words: Sequence[Sequence[str]]
) -> list[list[str]]:
    """The features by which the topics of a letter's statements are judged first.

    Args:
        passages: The statements.
        words: Their tokens.
    """
    found = []
    for index, one in enumerate(passages):
        before = passages[index - 1] if index else None
        follows = before is not None and (
            (before.section, before.paragraph) == (one.section, one.paragraph)
        )
        found.append(
            topic_features(
                words[index],
                one.section_type,
                heading=_telling_heading(one),
                before=words[index - 1] if follows else (),
                goes_on=follows and neighbours.opening(one.text) in ("consequence", "contrast"),
            )
        )
    return found


def possible_codes(
    shares: Sequence[float], classes: Sequence[str], least: Mapping[str, float]
) -> tuple[str, ...]:
    """The valences that a reader might give, the likeliest first: one at least.

    Args:
        shares: The share of each.
        classes: The valences.
        least: From which share on each is among them; learnt for each by itself
            (`learnt/valence_set.csv`), so that rare codes are missed no more often than others.
    """
    ranked = sorted(zip(shares, classes, strict=True), reverse=True)
    possible = tuple(code for share, code in ranked if share >= least[code])
    return possible or (ranked[0][1],)


def chosen_topics(shares: Sequence[float], classes: Sequence[str]) -> tuple[str, ...]:
    """One to three topics, the likeliest first."""
    ranked = sorted(zip(shares, classes, strict=True), reverse=True)
    chosen = []
    for (share, code), least in zip(ranked, _LEAST_SHARES, strict=False):
        if share < least:
            break
        chosen.append(code)
    return tuple(chosen)


def _valences(passages: Sequence[Passage], statements: Sequence[Statement]) -> list[_Valence]:
    words, around = read_linear("valence_words"), read_linear("valence_neighbours")
    own = []
    rows: list[int] = []
    for one, of in zip(passages, statements, strict=True):
        own.append(features(of, one.section_type))
        rows += words.rows(own[-1])  # at once, while the names are near at hand
    counts = list(map(len, own))
    first = softmax(words.sums(rows, counts))
    scores = np.tile(around.intercept, (len(passages), 1))
    places = [one.place for one in passages]
    for names, having, values in neighbours.valence_neighbours(places, first, words.classes):
        scores[having] += values @ around.weights[around.rows(names)]
    shares = softmax(scores)
    best = shares.argmax(axis=1)
    margins = words.margins[rows, np.repeat(best, counts)]
    least = least_shares()
    weights = word_weights([len(of.words) for of in statements], own, margins)
    return [
        _Valence(
            around.classes[code],
            round(of_classes[code], 3),
            possible_codes(of_classes, around.classes, least),
            cue_words(
                passages[index].text, statements[index], weights[index], around.classes[code]
            ),
        )
        for index, (code, of_classes) in enumerate(zip(best.tolist(), shares.tolist(), strict=True))
    ]


def _topics(passages: Sequence[Passage], statements: Sequence[Statement]) -> list[tuple[str, ...]]:
    words, around = read_linear("topic_words"), read_linear("topic_neighbours")
    own = own_topic_features(passages, [of.words for of in statements])
    first = logistic(words.sums(words.rows(chain(*own)), list(map(len, own))))
    scores = np.tile(around.intercept, (len(passages), 1))
    for name, values in neighbours.topic_neighbours([one.place for one in passages], first):
        scores += values * around.weights[around.rows([name])]
    return [chosen_topics(shares, around.classes) for shares in logistic(scores).tolist()]


def _telling_heading(passage: Passage) -> str | None:
    heading = passage.heading
    if heading is None or passage.section_type != "main_findings":
        return None
    return None if heading.lower().startswith(_PLAIN_HEADINGS) else heading
