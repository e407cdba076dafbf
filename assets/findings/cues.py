"""The words that decided: which of a statement's words speak for the valence it was given.

Here belongs how the weights of features become a few words that a reader can find in the text. It
has no say in the valence: that is judged by all features, and cues are chosen for a reader's eye,
who looks for words of praise and worry.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assets.findings.lexicon import ALL_KINDS, Terms, kinds
from assets.findings.symbols import Found, spread
from assets.findings.words import Words, token_spans

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


def word_weights(found: Found, margins: np.ndarray, count: int) -> np.ndarray:
    """How much each word of a letter's statements speaks for the valence that was given.

    Args:
        found: Their features.
        margins: How much each speaks for that valence; it is shared among the words that it is
            made of.
        count: How many words there are.
    """
    shares = np.repeat(margins / np.maximum(found.words, 1), found.words)
    return np.bincount(found.made_of, shares, minlength=count)


def cue_words(
    texts: Sequence[str], words: Words, lexical: Terms, weights: np.ndarray, codes: Sequence[str]
) -> list[tuple[str, ...]]:
    """The words that speak most for each statement's valence, the weightiest first.

    Words that follow each other and both speak for it are one cue, and so are words with one small
    word between them: `needs to improve`. Cues without a word of the lexicon, as where a topic
    tends to be praised, are left out where there is one with such a word. A word that only turns
    others is shown with the one that it turns: `not yet clear`.

    Args:
        texts: A letter's statements.
        words: Their words.
        lexical: What of the lexicon they are.
        weights: How much each word speaks for its statement's valence.
        codes: Their valences.
    """
    telling = _telling(words, lexical, codes)
    of_lexicon = _greatest(words, np.where(telling, weights, 0.0))
    best = np.where(of_lexicon < _LEAST_WEIGHT, _greatest(words, weights), of_lexicon)
    least = np.maximum(_LEAST_WEIGHT, _LEAST_OF_BEST * best)[words.statement]
    weighty = np.flatnonzero(weights >= least)
    starts = words.starts.tolist()
    bounds = np.searchsorted(weighty, words.starts).tolist()
    indexes, by_word, are_telling = weighty.tolist(), weights.tolist(), telling.tolist()
    return [
        _shown(
            text,
            words.tokens[starts[number] : starts[number + 1]],
            [index - starts[number] for index in indexes[first:end]],
            by_word[starts[number] : starts[number + 1]],
            are_telling[starts[number] : starts[number + 1]],
        )
        if end > first
        else ()
        for number, (text, first, end) in enumerate(zip(texts, bounds, bounds[1:], strict=False))
    ]


def _telling(words: Words, lexical: Terms, codes: Sequence[str]) -> np.ndarray:
    """Which words are of a kind that speaks for their statement's valence."""
    beside = {code: [kind in _BESIDE[code] for kind in ALL_KINDS] for code in _BESIDE}
    is_beside = np.array([beside[code] for code in codes], dtype=bool).reshape(-1, len(ALL_KINDS))
    telling = ~is_beside[words.statement[lexical.first], lexical.kind]
    first, end = lexical.first[telling], lexical.end[telling]
    found = np.zeros(len(words.tokens), dtype=bool)
    found[spread(first, end - first)] = True
    return found


def _greatest(words: Words, weights: np.ndarray) -> np.ndarray:
    """The greatest weight of each statement's words, 0 at least."""
    greatest = np.zeros(len(words.starts) - 1)
    np.maximum.at(greatest, words.statement, weights)
    return greatest


def _shown(
    text: str,
    words: Sequence[str],
    weighty: Sequence[int],
    weights: Sequence[float],
    telling: Sequence[bool],
) -> tuple[str, ...]:
    """The cues of a statement from its weightiest words."""
    runs: list[list[int]] = []
    for index in weighty:
        gap = range(runs[-1][-1] + 1, index) if runs else range(2)
        if runs and len(gap) <= 1 and all(words[between] in _SMALL for between in gap):
            runs[-1] += [*gap, index]
        else:
            runs.append([index])
    shown = [trimmed for run in runs if (trimmed := _trimmed(run, words))]
    of_lexicon = [run for run in shown if any(telling[index] for index in run)]
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
