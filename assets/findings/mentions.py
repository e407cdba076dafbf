"""What a statement mentions: how many it speaks of, and whom.

Here belong values that stand in the words themselves. The tables `quantifiers.csv` and
`cohorts.csv` have a row a way of saying it: the code, a word without which the pattern cannot
match, and the pattern. A quantifier counts where it stands before a noun of `counted.csv` or before
none (`Most are clear`), but for set phrases (`stands`: `alone`); a row without code takes its
words away from the others. Where a statement begins with those who are helped, who helps is not
whom it is about (`Children told their social workers`): the column `not_after` has the prepositions
that say so in the whole of it. Here does not belong what has to be judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from operator import itemgetter
from typing import NamedTuple

from assets.language.patterns import read_table

# Those who are helped.
_HELPED = (
    r"(?<!\babout )\b(?:children(?! (?:board|partnership)\b|’s (?:services|social|homes?)\b)"
    r"|young (?:people|person|adults?)|families|parents|carers|babies|siblings)\b"
)
# What may stand between such a preposition and the words: a few, none of which begins a clause or
# another phrase.
_BETWEEN = (
    r"(?: (?!(?:that|which|who|whom|whose|how|whether|when|where|if|to|of|in|on|for|at|as|is|are"
    r"|was|were|has|have|had|not)\b|\w+ing\b)[\w’'-]+){0,4} $"
)
# The helped as the first words of a clause, and what goes on without another clause.
_HELPED_FIRST = (
    r"(?:^|, )(?:(?!(?:of|for|with|from|by|about|on|in|to)\b)[\w’'-]+ ){0,3}"
    rf"{_HELPED}(?!’| (?:and|or)\b)"
    r"(?:(?! (?:and|but|or|because|as|so|while|when|where|which|that|who|whose|if|although|since"
    r"|until|before|is|are|was|were)\b)[^,;:]){0,60} $"
)
# What is wanted or meant for all is not what all have.
_AIM = re.compile(
    r"(?:\b(?:to|would|could|should|will|must|can|so) (?:\w+ly )?"
    r"(?:ensure|enable|allow|make sure|assure|that|guarantee)(?: that)?"
    r"|\b(?:ambitio\w*|aspiration\w*|vision|committed|commitment|aim(?:s|ing)?|determined"
    r"|determination|intends?|intention)\b[^.,;]{0,30})(?: \w+){0,2} $",
    re.IGNORECASE,
)
# These need no noun after them: `the majority engage`.
_GROUP = re.compile(r"\b(?:majority|minority|proportion|cohort|group|handful)$", re.IGNORECASE)
_WORD = re.compile(r"[\w’'-]+|[^\w\s]")
_MOST_WORDS = 7  # between a quantifier and the noun that it counts
# Words before which no noun stands any more that a quantifier could count.
_ENDS = frozenset(
    (
        "in on for to at by with from that which who whose when where and or but as than if not "
        "because into about within without through across during since until under over"
    ).split()
)
_VERBS = frozenset(
    (
        "is are was were be been being have has had do does did can could will would should must "
        "may might need needs remain remains continue receive received wait live feel know told "
        "said say report reported experience benefit lack get go make take come attend struggle "
        "enjoy show contain include require achieve understand become became"
    ).split()
)
# After these, `all` speaks of what was named before: `they all`, `plans are all`.
_NAMED = frozenset("they we who which these those are were have yet not".split())
_OPENS_NOUN = frozenset("the a an this that these those its their his her our of".split())


class Mention(NamedTuple):
    """A code, and the words that stand for it.

    Attributes:
        code: A code of the table's list.
        words: The words as they stand in the text.
    """

    code: str
    words: str


class _Way(NamedTuple):
    """One way of saying it.

    Attributes:
        place: Its row in the table.
        code: What it means; empty where it only takes its words away from others.
        pattern: Matches it.
        stands: How a quantifier has to stand.
        not_after: Match what may not stand before it.
    """

    place: int
    code: str
    pattern: re.Pattern[str]
    stands: str
    not_after: tuple[re.Pattern[str], ...]

    def matches(self, text: str) -> Iterator[re.Match[str]]:
        """The places where it is said."""
        for match in self.pattern.finditer(text):
            if not any(after.search(text, 0, match.start()) for after in self.not_after):
                yield match


def quantifier(text: str) -> Mention | None:
    """How many of those it speaks of a statement means: the first quantifier that counts."""
    taken = 0
    for match, way in _found("quantifiers", text):
        if match.start() < taken:
            continue
        if way.stands == "alone" or _counts(text, match, way):
            if way.code:
                return Mention(way.code, match.group().rstrip())
            taken = match.end()
    return None


def _counts(text: str, match: re.Match[str], way: _Way) -> bool:
    """Whether a quantifier stands before what is counted."""
    if way.stands == "no aim" and _AIM.search(text, 0, match.start()):
        return False
    if re.search(r"(?:%|per cent) of $", text[: match.start()]):
        return False
    if _GROUP.search(match.group()) and not text.startswith(" of ", match.end()):
        return True
    words = _WORD.findall(text[match.end() :].lower().replace("looked after", "looked-after"))
    before = _WORD.findall(text[: match.end()].lower())[-2:-1]
    if words and before and before[0] in _NAMED and words[0] not in _OPENS_NOUN:
        return True
    return _before_counted(words)


def _before_counted(words: Sequence[str]) -> bool:
    """Whether these words begin with a noun that is counted, or with none."""
    known = _counted()
    for index, word in enumerate(words[:_MOST_WORDS]):
        kind = known.get(word)
        if kind == "parts" and words[index + 1 : index + 2] == ["of"]:
            return _before_counted([one for one in words[index + 2 :] if one not in _OPENS_NOUN])
        if kind:
            return kind != "never" and known.get("".join(words[index + 1 : index + 2])) != "never"
        if word in _VERBS or (index == 0 and word in ",.;"):
            return all(
                one.endswith("ly") or one in ("now", "also", "still", "however")
                for one in words[:index]
            )
        if word in _ENDS or not word[0].isalnum() or (word == "of" and index):
            return False
    return False


@cache
def _counted() -> dict[str, str]:
    """What quantifiers count: the kind of each noun."""
    return {
        noun: row["kind"]
        for row in read_table("assets.findings", "counted")
        for noun in row["nouns"].split()
    }


def cohort(text: str) -> Mention | None:
    """Whom a statement is about: the first whom it names."""
    for match, way in _found("cohorts", text):
        return Mention(way.code, match.group())
    return None


def _found(table: str, text: str) -> list[tuple[re.Match[str], _Way]]:
    """What of a table is said, as it stands in the text; of one place, the table's upper row."""
    folded = text.lower()
    found = [
        (match.start(), way.place, match, way)
        # Most statements have none; the word alone tells so far more quickly than the patterns.
        for word, ways in _ways(table)
        if word in folded
        for way in ways
        for match in way.matches(text)
    ]
    found.sort(key=itemgetter(0, 1))
    return [(match, way) for _, _, match, way in found]


@cache
def _ways(table: str) -> tuple[tuple[str, tuple[_Way, ...]], ...]:
    """The ways of saying it, by a word without which none of them is said."""
    ways: dict[str, tuple[_Way, ...]] = {}
    for place, row in enumerate(read_table("assets.findings", table)):
        way = _Way(
            place,
            row["code"],
            re.compile(row["pattern"], re.IGNORECASE),
            row.get("stands", ""),
            _after(row.get("not_after", "").split()),
        )
        ways[row["word"]] = (*ways.get(row["word"], ()), way)
    return tuple(ways.items())


def _after(prepositions: Sequence[str]) -> tuple[re.Pattern[str], ...]:
    """Match a text that names the helped, and breaks off before words that are not its subject."""
    if not prepositions:
        return ()
    by = rf"{_HELPED}.*\b(?:{'|'.join(prepositions)}){_BETWEEN}"
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in (by, _HELPED_FIRST))
