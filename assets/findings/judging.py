"""What statements report: strength or concern, and on what.

Here belongs the way from a letter's statements to their judgements, in two looks. The first takes
each statement by its own words (`features`, `topic_features`), the second what the first found
around it (`neighbours`). Of whose valence they are not sure, a third is asked (`encoder`), which
costs forty-five times as much. The weights of all were learnt from labelled letters
(`learnt/`, see docs/model_card.md). A point of a list of improvements or priority actions is a
concern by the very list it stands in, but for points to improve in the templates whose lists hold
praise too (`warehouse/eras.csv`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from assets.findings import neighbours
from assets.findings.clauses import clause_shares
from assets.findings.cues import cue_words, word_weights
from assets.findings.encoder import encoder
from assets.findings.features import features
from assets.findings.lexicon import Terms, terms
from assets.findings.linear import OTHER, Linear, least_shares, logistic, read_linear, softmax
from assets.findings.model import Classification
from assets.findings.neighbours import Position
from assets.findings.scopes import Scopes, scopes
from assets.findings.symbols import Found, Symbols
from assets.findings.topic_features import topic_features
from assets.findings.words import Words, read
from warehouse.kinds import sections_of

#: How sure it is that a point of such a list is a concern: of 497, readers gave no other code.
LISTED_SCORE = 0.99

#: Of statements whose likeliest valence has a smaller share the encoder is asked, too.
SURE = 0.85

_LEAST_SHARE = 1e-3  # so that a logarithm stays finite

# From which share on the likeliest topic, a second and a third are given; chosen on
# cross-validated labels.
_LEAST_SHARES = (0.0, 0.3, 0.5)

# What a clause may lean to.
_OPPOSITES = ("strength", "concern")

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
            neighbours.sayings(self.text),
        )


@dataclass(frozen=True)
class Letter:
    """Statements of a letter as they are read.

    Attributes:
        passages: The statements.
        places: Where they stand, for their neighbours.
        words: Their words.
    """

    passages: Sequence[Passage]
    places: Sequence[Position]
    words: Words

    @cached_property
    def lexical(self) -> Terms:
        """What of the lexicon the words are."""
        return terms(self.words)

    @cached_property
    def scopes(self) -> Scopes:
        """What turns the words."""
        return scopes(self.words)

    def only(self, which: Sequence[int]) -> Letter:
        """Some of the statements, by their indexes."""
        return Letter(
            [self.passages[at] for at in which],
            [self.places[at] for at in which],
            self.words.only(which),
        )


class FirstLook(NamedTuple):
    """What statements were judged to be by their own words.

    Attributes:
        found: The features that weigh something.
        rows: The row of each in the table of weights.
        shares: The share of each class, a row a statement.
        clauses: The same of its clauses, see `CLAUSE_SHARES`.
    """

    found: Found
    rows: np.ndarray
    shares: np.ndarray
    clauses: np.ndarray


def judge(
    passages: Sequence[Passage], document_kind: str = OTHER, *, are_points_judged: bool = False
) -> list[Classification]:
    """Judge the statements of a letter.

    Args:
        passages: All statements of one letter, in its order.
        document_kind: Its kind: how wide sets of valences have to be differs.
        are_points_judged: Whether points to improve are judged by what they say as well.

    Returns:
        A judgement each, in the same order.
    """
    if not passages:
        return []
    listing = sections_of("points") - ({"improvements"} if are_points_judged else set())
    letter = read_letter(passages)
    free = [index for index, one in enumerate(passages) if one.section_type not in listing]
    of_free = letter if len(free) == len(passages) else letter.only(free)
    valences = dict(zip(free, _valences(of_free, least_shares(document_kind)), strict=True))
    listed = _Valence("concern", LISTED_SCORE, ("concern",), ())
    judgements = []
    for index, topics in enumerate(_topics(letter)):
        code, score, codes, cues = valences.get(index, listed)
        judgements.append(Classification(code, score, topics, cues, codes))
    return judgements


def read_letter(passages: Sequence[Passage]) -> Letter:
    """Read the statements of a letter, or some of them."""
    return Letter(passages, [one.place for one in passages], read([one.text for one in passages]))


def own_valence_features(letter: Letter, symbols: Symbols) -> Found:
    """The features by which the valences of a letter's statements are judged first.

    Args:
        letter: The statements.
        symbols: The numbers of the features' symbols.
    """
    sections = [one.section_type for one in letter.passages]
    return features(letter.words, letter.lexical, letter.scopes, sections, symbols)


def first_look(letter: Letter, model: Linear) -> FirstLook:
    """Judge a letter's statements by their own words."""
    found, rows = model.keys.known(own_valence_features(letter, model.keys.symbols))
    shares = softmax(model.sums(found.statement, rows, len(letter.passages)))
    strength, concern = (model.weights[rows, model.classes.index(code)] for code in _OPPOSITES)
    clauses = clause_shares(letter.words, letter.scopes, found, strength - concern)
    return FirstLook(found, rows, shares, clauses)


def own_topic_features(letter: Letter, symbols: Symbols) -> Found:
    """The features by which the topics of a letter's statements are judged first.

    Args:
        letter: The statements.
        symbols: The numbers of the features' symbols.
    """
    passages = letter.passages
    paragraphs = [(one.section, one.paragraph) for one in passages]
    behind = zip([None, *paragraphs], paragraphs, strict=False)
    follows = np.array([before == own for before, own in behind], dtype=bool)
    opens = np.array(
        [one.opening in ("consequence", "contrast") for one in letter.places], dtype=bool
    )
    return topic_features(
        letter.words,
        [one.section_type for one in passages],
        [_telling_heading(one) for one in passages],
        follows,
        follows & opens,
        symbols,
    )


def third_look(shares: np.ndarray, encoded: Callable[[Sequence[int]], np.ndarray]) -> np.ndarray:
    """The shares of valences, of statements that two looks are not sure of with an encoder's.

    Both count alike: shares are multiplied, which does better than adding them.

    Args:
        shares: What the second look found, a row a statement.
        encoded: The encoder's shares of some statements, by their indexes.
    """
    unsure = np.flatnonzero(shares.max(axis=1) < SURE)
    if len(unsure):
        both = np.stack([shares[unsure], encoded(unsure.tolist())])
        shares = shares.copy()
        shares[unsure] = softmax(np.log(np.maximum(both, _LEAST_SHARE)).mean(axis=0))
    return shares


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


def _valences(letter: Letter, least: Mapping[str, float]) -> list[_Valence]:
    passages, words = letter.passages, letter.words
    if not passages:
        return []
    by_words, around = read_linear("valence_words"), read_linear("valence_neighbours")
    found, rows, first, clauses = first_look(letter, by_words)
    scores = np.tile(around.intercept, (len(passages), 1))
    for names, having, values in neighbours.valence_neighbours(
        letter.places, first, clauses, by_words.classes
    ):
        scores[having] += values @ around.weights[around.rows(names)]
    shares = third_look(
        softmax(scores), lambda unsure: encoder().shares([passages[at].text for at in unsure])
    )
    best = shares.argmax(axis=1)
    codes = [around.classes[number] for number in best.tolist()]
    margins = by_words.margins[rows, best[found.statement]]
    weights = word_weights(found, margins, len(words.tokens))
    cues = cue_words([one.text for one in passages], words, letter.lexical, weights, codes)
    return [
        _Valence(
            code, round(max(of_codes), 3), possible_codes(of_codes, around.classes, least), of_cues
        )
        for code, of_codes, of_cues in zip(codes, shares.tolist(), cues, strict=True)
    ]


def _topics(letter: Letter) -> list[tuple[str, ...]]:
    by_words, around = read_linear("topic_words"), read_linear("topic_neighbours")
    every = own_topic_features(letter, by_words.keys.symbols)
    found, rows = by_words.keys.known(every)
    first = logistic(by_words.sums(found.statement, rows, len(letter.passages)))
    scores = np.tile(around.intercept, (len(letter.passages), 1))
    for name, values in neighbours.topic_neighbours(letter.places, first):
        scores += values * around.weights[around.rows([name])]
    return [chosen_topics(shares, around.classes) for shares in logistic(scores).tolist()]


def _telling_heading(passage: Passage) -> str | None:
    heading = passage.heading
    if heading is None or passage.section_type != "main_findings":
        return None
    return None if heading.lower().startswith(_PLAIN_HEADINGS) else heading
