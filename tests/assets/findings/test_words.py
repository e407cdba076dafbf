"""Words: what counts as one, and where they stand in statements."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.findings.words import read, token_spans, tokens
from assets.language.typography import plain

# --- tokens ---


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Plans ARE clear.", "plans are clear"),
        ("Plans, reviews; audits: all clear.", "plans , reviews ; audits : all clear"),
        ("The child’s plan isn't clear.", "the child's plan isn't clear"),
        ("Children’s and parents’ views", "children's and parents views"),
        ("‘Signs’ and “steps” and 'ways'", "signs and steps and ways"),
        ("well-matched, well\u2011matched", "well-matched , well-matched"),
        ("up-to-date and out-of-date plans", "up-to-date and out-of-date plans"),
        ("a plan - or two – or more—is clear", "a plan or two or more is clear"),
        ("In 2019 there were 16-year-olds.", "in 2019 there were 16 year-olds"),
        ("COVID-19 and section\u00a047", "covid 19 and section 47"),
        ("12.5% of 1,200 (24/7)", "12 5 of 1 , 200 24 7"),
        ("early\u202fhelp", "early help"),
        ("MASH’s", "mash's"),
        ("-plans- 'plans' plans-", "plans plans plans"),
        ("…", ""),
        ("— (!) “”", ""),
        ("", ""),
    ],
)
def test_a_text_is_read_as_words_numbers_and_marks_that_part_clauses(text: str, found: str) -> None:
    assert tokens(text) == found.split()


def test_a_token_knows_where_it_stands() -> None:
    text = "‘Too’ many children’s\u00a0plans, 16 of them, aren\u2019t well\u2011kept."
    assert [text[start:end] for start, end in token_spans(text)] == [
        *("Too", "many", "children’s", "plans", ",", "16", "of", "them", ","),
        *("aren’t", "well\u2011kept"),
    ]


@given(st.text(alphabet="aB É’‘“”'-–\u2011\u00a0\u202f19.,;:!…\nßİ"))
def test_tokens_are_the_text_in_order(text: str) -> None:
    spans = token_spans(text)
    assert [plain(text[start:end]).lower() for start, end in spans] == tokens(text)
    edges = [edge for span in spans for edge in span]
    assert edges == sorted(edges)
    # What no token holds has no letter or number of the alphabet.
    gaps = zip([0, *edges[1::2]], [*edges[::2], len(text)], strict=True)
    assert not any(re.search(r"[A-Za-z0-9,;:]", text[start:end]) for start, end in gaps)


# --- statements of a letter ---


def test_the_words_of_a_letter_are_read_at_once() -> None:
    words = read(["Plans, plans.", "…", "The plans"])
    assert words.tokens == ["plans", ",", "plans", "the", "plans"]
    assert words.statement.tolist() == [0, 0, 0, 2, 2]
    assert words.starts.tolist() == [0, 3, 3, 5]
    assert [words.forms[form] for form in words.form] == words.tokens
    assert len(set(words.forms)) == len(words.forms)


def test_a_letter_without_statements_has_no_words() -> None:
    assert read([]).starts.tolist() == [0]
