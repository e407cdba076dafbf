"""The words that decided: which of a statement's words speak for the valence it was given.

Here belongs how the weights of features become a few words that a reader can find in the text.
"""

from __future__ import annotations

from collections.abc import Sequence

from assets.findings.features import Feature
from assets.findings.linear import Linear
from assets.findings.words import Token

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


def cue_words(
    text: str,
    read: Sequence[Token],
    features: Sequence[Feature],
    model: Linear,
    code: str,
) -> tuple[str, ...]:
    """The words that speak most for a valence, the weightiest first.

    A feature's weight for the valence, less the mean of the others', is shared among the words it
    is made of. Words that follow each other and both speak for it are one cue, and so are words
    with one small word between them: `needs to improve`.

    Args:
        text: The statement.
        read: Its tokens.
        features: Its features.
        model: What weighs them.
        code: The valence.
    """
    own = model.classes.index(code)
    weights = [0.0] * len(read)
    for feature in features:
        of_feature = model.weights.get(feature.name)
        if of_feature is None or not feature.tokens:
            continue
        others = sum(of_feature) - of_feature[own]
        margin = of_feature[own] - others / (len(of_feature) - 1)
        for index in feature.tokens:
            weights[index] += margin / len(feature.tokens)
    least = max(_LEAST_WEIGHT, _LEAST_OF_BEST * max(weights, default=0.0))
    runs: list[list[int]] = []
    for index, weight in enumerate(weights):
        if weight < least:
            continue
        gap = range(runs[-1][-1] + 1, index) if runs else range(2)
        if runs and len(gap) <= 1 and all(read[between].word in _SMALL for between in gap):
            runs[-1] += [*gap, index]
        else:
            runs.append([index])
    telling = [trimmed for run in runs if (trimmed := _trimmed(run, read))]
    telling.sort(key=lambda run: -sum(weights[index] for index in run))
    cues = [text[read[run[0]].start : read[run[-1]].end] for run in telling]
    return tuple(dict.fromkeys(cues))[:_MOST]


def _trimmed(run: list[int], read: Sequence[Token]) -> list[int]:
    """A run without the small words and marks at its ends."""
    telling = [
        index for index in run if read[index].word not in _SMALL and read[index].word[0].isalnum()
    ]
    return list(range(telling[0], telling[-1] + 1)) if telling else []
