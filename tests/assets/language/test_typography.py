"""Typography: one character for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.language.typography import plain


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("the child’s ‘own’ plan", "the child's 'own' plan"),
        ("a “good” plan", 'a "good" plan'),
        ("well\u2011matched", "well-matched"),
        ("section\u00a047", "section 47"),
        ("1\u202f000", "1 000"),
        # Already plain, or of another meaning.
        ('it\'s "so" - well-matched', 'it\'s "so" - well-matched'),
        ("2018–19 — and so on…", "2018–19 — and so on…"),
        ("Élodie", "Élodie"),
        ("", ""),
    ],
)
def test_characters_that_mean_the_same_become_one(written: str, folded: str) -> None:
    assert plain(written) == folded


@given(st.text(alphabet=st.characters() | st.sampled_from("’‘“”\u2011\u00a0\u202f")))
def test_offsets_stay_what_they_are(text: str) -> None:
    folded = plain(text)
    assert len(folded) == len(text)
    assert plain(folded) == folded
    assert not set(folded) & set("’‘“”\u2011\u00a0\u202f")
