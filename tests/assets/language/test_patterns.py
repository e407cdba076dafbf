"""Rules that are data: which rows of a table are worth asking of a text."""

import re

import pytest

from assets.language.patterns import RuleTables, letters_of


@pytest.mark.parametrize(
    ("pattern", "letters"),
    [
        (r"\bareas? for (immediate )?priority action\b", {"priority action"}),
        (r"\b(notified|told) the (department|DfE)\b", {"notified", "told"}),
        (r"\bwas (led|made) by\b", {"was "}),
        (r"^(?P<kind>Senior )?inspect(?:or|ion)s?$", {"inspect"}),
        (r"\d{4}-\d\d|[^.]{0,9}", {""}),  # which may be found in any text
    ],
)
def test_every_text_that_holds_a_pattern_has_some_of_its_letters(
    pattern: str, letters: set[str]
) -> None:
    assert set(letters_of(re.compile(pattern, re.IGNORECASE))) == letters


def test_rows_are_told_by_letters_whatever_their_case() -> None:
    tables = RuleTables("assets.publications")
    text = "Areas For Priority Action: none."
    likely = [row["pattern"] for _, row in tables.likely("shape", text, part="priority_actions")]
    assert len(likely) < len(tables.patterns("shape", part="priority_actions"))
    assert tables.matches("shape", text, part="priority_actions")
