"""What statements report: strength or concern, and on what.

Here belongs the way from a letter's statements to their judgements, in two looks. The first takes
each statement by its own words (`features`, `topic_features`), the second what the first found
around it (`neighbours`). The weights of both were learnt from labelled letters (`learnt/`, see
docs/model_card.md). A point of a list of improvements or priority actions is a concern by the very
list it stands in, but in the templates whose lists hold praise too (`warehouse/eras.csv`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from assets.findings import neighbours
from assets.findings.cues import cue_words
from assets.findings.features import Feature, features
from assets.findings.linear import logistic, read_linear, softmax
from assets.findings.model import Classification
from assets.findings.neighbours import Position
from assets.findings.topic_features import topic_features
from assets.findings.words import Token, tokens
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
            self.text, self.section, self.paragraph, self.section_type == "headline_findings"
        )


def judge(passages: Sequence[Passage], *, are_points_judged: bool = False) -> list[Classification]:
    """Judge the statements of a letter.

    Args:
        passages: All statements of one letter, in its order.
        are_points_judged: Whether points of lists are judged by what they say as well.

    Returns:
        A judgement each, in the same order.
    """
    read = [tokens(one.text) for one in passages]
    listing = frozenset() if are_points_judged else sections_of("points")
    free = [index for index, one in enumerate(passages) if one.section_type not in listing]
    valences = dict(
        zip(
            free,
            _valences([passages[index] for index in free], [read[index] for index in free]),
            strict=True,
        )
    )
    listed = _Valence("concern", LISTED_SCORE, ())
    judgements = []
    for index, topics in enumerate(_topics(passages, read)):
        code, score, cues = valences.get(index, listed)
        judgements.append(Classification(code, score, topics, cues))
    return judgements


def valence_features(passage: Passage, read: Sequence[Token]) -> list[Feature]:
    """The features of a statement's own words, by which its valence is judged first."""
    return features([token.word for token in read], passage.section_type)


def own_topic_features(
    passages: Sequence[Passage], read: Sequence[Sequence[Token]]
) -> list[list[str]]:
    """The features by which the topics of a letter's statements are judged first."""
    found = []
    for index, one in enumerate(passages):
        before = passages[index - 1] if index else None
        follows = before is not None and (
            (before.section, before.paragraph) == (one.section, one.paragraph)
        )
        found.append(
            topic_features(
                [token.word for token in read[index]],
                one.section_type,
                heading=_telling_heading(one),
                before=[token.word for token in read[index - 1]] if follows else (),
                goes_on=neighbours.opening(one.text) in ("consequence", "contrast"),
            )
        )
    return found


def chosen_topics(shares: Sequence[float], classes: Sequence[str]) -> tuple[str, ...]:
    """One to three topics, the likeliest first."""
    ranked = sorted(zip(shares, classes, strict=True), reverse=True)
    chosen = []
    for (share, code), least in zip(ranked, _LEAST_SHARES, strict=False):
        if share < least:
            break
        chosen.append(code)
    return tuple(chosen)


def _valences(passages: Sequence[Passage], read: Sequence[Sequence[Token]]) -> list[_Valence]:
    words, around = read_linear("valence_words"), read_linear("valence_neighbours")
    own = [valence_features(one, of) for one, of in zip(passages, read, strict=True)]
    first = [softmax(words.scores((feature.name, 1.0) for feature in of_one)) for of_one in own]
    places = [one.place for one in passages]
    found = []
    for index, features_ in enumerate(neighbours.valence_neighbours(places, first, words.classes)):
        shares = softmax(around.scores(features_))
        best = max(range(len(shares)), key=shares.__getitem__)
        code = around.classes[best]
        cues = cue_words(passages[index].text, read[index], own[index], words, code)
        found.append(_Valence(code, round(shares[best], 3), cues))
    return found


def _topics(passages: Sequence[Passage], read: Sequence[Sequence[Token]]) -> list[tuple[str, ...]]:
    words, around = read_linear("topic_words"), read_linear("topic_neighbours")
    first = [
        [logistic(score) for score in words.scores((name, 1.0) for name in names)]
        for names in own_topic_features(passages, read)
    ]
    places = [one.place for one in passages]
    return [
        chosen_topics([logistic(score) for score in around.class_scores(of_one)], around.classes)
        for of_one in neighbours.topic_neighbours(places, first)
    ]


def _telling_heading(passage: Passage) -> str | None:
    heading = passage.heading
    if heading is None or passage.section_type != "main_findings":
        return None
    return None if heading.lower().startswith(_PLAIN_HEADINGS) else heading
