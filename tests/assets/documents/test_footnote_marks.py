"""Footnote marks behind sentences are told from numbers."""

from __future__ import annotations

import pytest

from assets.documents.footnote_marks import without_marks


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("Work is embedded.1 Staff know it.", "Work is embedded. Staff know it."),
        ("Work is embedded.12 Staff know it.", "Work is embedded. Staff know it."),
        ("Work is embedded.¹ Staff know it.", "Work is embedded. Staff know it."),
        ("Work is embedded.[1] Staff know it.", "Work is embedded. Staff know it."),
        ("Plans are clear.1 So are reviews.2", "Plans are clear. So are reviews."),
        (
            "Plans are clear (all of them).1 Staff know.",
            "Plans are clear (all of them). Staff know.",
        ),
        ("She said: ‘I am heard.’3 Others agreed.", "She said: ‘I am heard.’ Others agreed."),
        ("Are plans clear?1 ‘Yes,’ say staff.", "Are plans clear? ‘Yes,’ say staff."),
        ("It is new.1 iCART staff know it.", "It is new. iCART staff know it."),
        ("It began in 2018.3 Staff know.", "It began in 2018. Staff know."),
        ("It was due to COVID-19.3 Staff know.", "It was due to COVID-19. Staff know."),
        # These are numbers.
        ("The ratio is 1.5 Staff know it.", "The ratio is 1.5 Staff know it."),
        ("They met at No.10 Downing Street.", "They met at No.10 Downing Street."),
        ("A reg.44 Visit was made.", "A reg.44 Visit was made."),
        ("The s.47 Enquiry was late.", "The s.47 Enquiry was late."),
        ("Plans are late.2019 was better.", "Plans are late.2019 was better."),
        ("Plans are late.3 of them are new.", "Plans are late.3 of them are new."),
        ("Plans are late. 3 Staff left.", "Plans are late. 3 Staff left."),
    ],
)
def test_a_mark_behind_a_sentence_is_left_out(printed: str, read: str) -> None:
    assert without_marks(printed, [])[0] == read


def test_lines_begin_where_they_did() -> None:
    text = "Plans are clear.1 So are reviews.2 All know."
    starts = [0, text.index("So"), text.index("All")]
    read, moved = without_marks(text, starts)
    assert [read[at:].split()[0] for at in moved] == ["Plans", "So", "All"]
