"""The words that decided: which of a statement's words speak for the valence it was given.

Here belongs how the weights of features become a few words that a reader can find in the text. It
has no say in the valence: that is judged by all features, and cues are chosen for a reader's eye,
who looks for words of praise and worry.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np

from assets.findings.features import Features
from assets.findings.words import Statement, kinds, token_spans

_MOST = 3
_LEAST_WEIGHT = 0.25  # of a word, against the mean of the other valences
_LEAST_OF_BEST = 0.35  # of a word, against the weightiest
# Words that are no cue without a neighbour.
_SMALL = frozenset(
    (
        "a an the of and or to in on at for by with from as that this these those their its his "
        "her they it is are was were be been being has have had which who when where will also"
    ).split()
)
# Kinds of the lexicon that turn or weigh other words and say little by themselves, and how far
# ahead the word is looked for that they belong to.
_TURNING = frozenset({"negation", "negated", "contrast", "degree", "hedge"})
_REACH = 4
# Kinds that by themselves do not speak for a valence, whatever their words may weigh.
_FACTS = frozenset({"fact", "event"})
_PRAISE = frozenset({"praise", "good", "fitting", "helps"})
_WORRY = frozenset({"failing", "shortfall", "little", "hinders", "must", "still"})
_BESIDE = {
    "strength": _FACTS | _WORRY,
    "concern": _FACTS | _PRAISE,
    "mixed": _FACTS,
    "context": frozenset[str](),
}


def word_weights(
    lengths: Sequence[int], features: Sequence[Features], margins: np.ndarray
) -> list[list[float]]:
    """How much each word of a letter's statements speaks for the valence that was given.

    Args:
        lengths: How many words each statement has.
        features: Its features.
        margins: How much the features, statement after statement, speak for that valence; it is
            shared among the words that a feature is made of.
    """
    starts = np.cumsum([0, *lengths])
    made_of = list(chain.from_iterable([of_one.values() for of_one in features]))
    counts = np.fromiter(map(len, made_of), dtype=np.intp)
    words = np.fromiter(chain.from_iterable(made_of), dtype=np.intp)
    words += np.repeat(np.repeat(starts[:-1], list(map(len, features))), counts)
    shares = np.repeat(margins / np.maximum(counts, 1), counts)
    weights = np.bincount(words, shares, minlength=starts[-1])
    return [of_one.tolist() for of_one in np.split(weights, starts[1:-1])]


def cue_words(
    text: str, statement: Statement, weights: Sequence[float], code: str
) -> tuple[str, ...]:
    """The words that speak most for a valence, the weightiest first.

    Words that follow each other and both speak for it are one cue, and so are words with one small
    word between them: `needs to improve`. Cues without a word of the lexicon, as where a topic
    tends to be praised, are left out where there is one with such a word. A word that only turns
    others is shown with the one that it turns: `not yet clear`.

    Args:
        text: A statement.
        statement: What it was read as.
        weights: How much each speaks for the valence.
        code: The valence.
    """
    words, beside = statement.words, _BESIDE[code]
    telling = {
        index
        for first, end, kind in statement.terms
        if kind not in beside
        for index in range(first, end)
    }
    best = max([weights[index] for index in telling], default=0.0)
    if best < _LEAST_WEIGHT:
        best = max(weights, default=0.0)
    least = max(_LEAST_WEIGHT, _LEAST_OF_BEST * best)
    runs: list[list[int]] = []
    for index, weight in enumerate(weights):
        if weight < least:
            continue
        gap = range(runs[-1][-1] + 1, index) if runs else range(2)
        if runs and len(gap) <= 1 and all(words[between] in _SMALL for between in gap):
            runs[-1] += [*gap, index]
        else:
            runs.append([index])
    shown = [trimmed for run in runs if (trimmed := _trimmed(run, words))]
    of_lexicon = [run for run in shown if not telling.isdisjoint(run)]
    if of_lexicon:
        shown = _apart([_with_turned(run, words) for run in of_lexicon])
    shown.sort(key=lambda run: -sum(weights[index] for index in run))
    spans = token_spans(text) if shown else []
    cues = [text[spans[run[0]][0] : spans[run[-1]][1]] for run in shown]
    return tuple(dict.fromkeys(cues))[:_MOST]


def _with_turned(run: list[int], words: Sequence[str]) -> list[int]:
    """A run; if it is only of words that turn others, up to the word that they turn."""
    if not all(_only_turns(words[index]) for index in run):
        return run
    for index in range(run[-1] + 1, min(run[-1] + 1 + _REACH, len(words))):
        word = words[index]
        if not word[0].isalnum():
            break
        if word not in _SMALL and not _only_turns(word):
            return list(range(run[0], index + 1))
    return run


def _only_turns(word: str) -> bool:
    of_word = kinds(word)
    return bool(of_word) and _TURNING.issuperset(of_word)


def _apart(runs: Sequence[list[int]]) -> list[list[int]]:
    """Runs without those that are part of another; what overlaps is one."""
    found: list[list[int]] = []
    for run in sorted(runs):
        if found and run[0] <= found[-1][-1]:
            found[-1] = list(range(found[-1][0], max(found[-1][-1], run[-1]) + 1))
        else:
            found.append(run)
    return found


def _trimmed(run: list[int], words: Sequence[str]) -> list[int]:
    """A run without the small words and marks at its ends."""
    telling = [index for index in run if words[index] not in _SMALL and words[index][0].isalnum()]
    return list(range(telling[0], telling[-1] + 1)) if telling else []
