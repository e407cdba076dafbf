"""Whether a document itself ties a matter to an earlier visit: `since the last inspection`.

Here belongs which words tie (`ties.csv`). The tie has to name the matter: it stands in a sentence
that decides, or in one beside it in its paragraph that points at it (`This has improved since the
last inspection`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assets.follow_ups.statements import Statement
from assets.language.patterns import RuleTables
from assets.language.typography import plain

_TABLES = RuleTables("assets.follow_ups")

_POINTING = re.compile(r"\b(?:this|these)\b", re.IGNORECASE)


def is_tied(index: int, statements: Sequence[Statement]) -> bool:
    """Whether a statement of a document is tied to an earlier visit.

    Args:
        index: Its index.
        statements: All statements of the document, in their order.
    """
    one = statements[index]
    beside = (*statements[max(index - 1, 0) : index], *statements[index + 1 : index + 2])
    return _ties(one.text) or any(
        other.paragraph == one.paragraph and _POINTING.search(other.text) and _ties(other.text)
        for other in beside
    )


def _ties(text: str) -> bool:
    return _TABLES.matches("ties", plain(text))
