"""The inspectorates that took part in a joint inspection, and their names at the signatures."""

from __future__ import annotations

import re

from assets.publications.joint.tables import patterns

_LINK = re.compile(r"[\s,;&–-]*")  # what may stand between two names


def inspectorates(text: str) -> tuple[str, ...]:
    """The inspectorates that a text names, as codes, in the order in which it names them."""
    return tuple(dict.fromkeys(code for _, _, code in _named(text)))


def bodies(text: str) -> list[str]:
    """The inspectorates' names as written, where a text is made of nothing else; else empty.

    The two heads of a row of the signatures' table may be read as one line.
    """
    named = _named(text)
    rest = text
    for start, end, _ in reversed(named):
        rest = f"{rest[:start]} {rest[end:]}"
    return [text[start:end] for start, end, _ in named] if _LINK.fullmatch(rest) else []


def _named(text: str) -> list[tuple[int, int, str]]:
    """Where a text names inspectorates; a row of the table takes its words from the rows below."""
    found: list[tuple[int, int, str]] = []
    for pattern, row in patterns("inspectorates"):
        for match in pattern.finditer(text):
            if all(match.end() <= start or end <= match.start() for start, end, _ in found):
                found.append((match.start(), match.end(), row["inspectorate_code"]))
    return sorted(found)
