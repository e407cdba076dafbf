"""Whether a document itself ties a matter to an earlier visit: `since the last inspection`.

Here belongs which words tie (`ties.csv`). The tie has to name the matter: it stands in a sentence
that decides, or in the one that follows it in its paragraph (`This has improved since the last
inspection`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assets.follow_ups.statements import Statement
from assets.language.patterns import RuleTables
from assets.language.typography import plain

_TABLES = RuleTables("assets.follow_ups")


def tied(deciding: Iterable[int], statements: Sequence[Statement]) -> bool:
    """Whether one of the sentences that decide is tied to an earlier visit.

    Args:
        deciding: Their indexes.
        statements: All statements of the document, in their order.
    """
    for index in deciding:
        one, following = statements[index], statements[index + 1 : index + 2]
        if _ties(one.text):
            return True
        if any(
            other.paragraph == one.paragraph
            and other.text.startswith("This ")
            and _ties(other.text)
            for other in following
        ):
            return True
    return False


def _ties(text: str) -> bool:
    return _TABLES.matches("ties", plain(text))
