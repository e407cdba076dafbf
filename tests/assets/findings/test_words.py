"""Words: where they stand in a statement, and what of the lexicon they are."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.findings import words
from assets.findings.words import (
    KINDS,
    LexiconError,
    Term,
    check_lexicon,
    kinds,
    read,
    token_spans,
    tokens,
)
from assets.language import patterns as rule_tables
from assets.language.patterns import read_table
from assets.language.typography import plain
from tests.assets.findings.conftest import SetLexicon


def rows() -> list[tuple[str, str]]:
    return [(row["words"], row["kind"]) for row in read_table("assets.findings", "lexicon")]


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


# --- the file ---


def test_kinds_are_known_and_each_has_words() -> None:
    assert {kind for _, kind in rows()} == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_said_of_a_kind_is_borne_out_by_its_words(kind: str) -> None:
    examples = re.findall(r"`([^`]+)`", KINDS[kind])
    assert len(examples) >= 2
    for example in examples:
        of_example = example.split()
        assert Term(0, len(of_example), kind) in set(read(example).terms), example


def test_no_row_stands_twice() -> None:
    assert [row for row, count in Counter(rows()).items() if count > 1] == []


def test_every_entry_can_match_what_a_text_is_read_as() -> None:
    """Lower case, straight apostrophes, a star only at the end and after enough letters."""
    for entry, kind in rows():
        stems = [word.removesuffix("*") for word in entry.split(" ")]
        assert tokens(" ".join(stems)) == stems, (entry, kind)
        if len(stems) == 1 and entry.endswith("*"):
            assert len(stems[0]) >= words._LEAST_STEM, entry
        assert Term(0, len(stems), kind) in set(read(" ".join(stems)).terms), (entry, kind)


# --- terms, with a lexicon of one's own ---


def test_a_word_may_be_of_several_kinds(set_lexicon: SetLexicon) -> None:
    set_lexicon("clear: praise", "clear: good", "cle*: good", "late: failing")
    assert kinds("clear") == ("good", "praise")
    assert kinds("late") == ("failing",)
    assert kinds("plans") == ()


@pytest.mark.parametrize(
    ("word", "is_of_it"),
    [
        ("delay", True),
        ("delays", True),
        ("delayed", True),
        ("dela", False),
        ("undelayed", False),
    ],
)
def test_a_star_is_any_ending_or_none(word: str, is_of_it: bool, set_lexicon: SetLexicon) -> None:
    set_lexicon("delay*: shortfall")
    assert bool(kinds(word)) == is_of_it


def test_phrases_are_found_beside_their_words(set_lexicon: SetLexicon) -> None:
    set_lexicon(
        *("not yet: early", "not: negation", "not yet embed*: early", "yet: contrast"),
        *("plan* to: plan", "plan to not: plan"),
    )
    assert read("they do not yet embed plans to not plan").terms == [
        Term(2, 3, "negation"),
        Term(2, 4, "early"),
        Term(2, 5, "early"),
        Term(3, 4, "contrast"),
        Term(5, 7, "plan"),
        Term(7, 8, "negation"),
    ]


@pytest.mark.parametrize(
    ("statement", "count"),
    [
        ("lost opportunities", 1),
        ("an opportunity was lost", 0),
        ("lost", 0),
        ("lost opportunity lost opportunities", 2),
        ("lost , opportunity", 0),
        ("", 0),
    ],
)
def test_a_phrase_is_its_words_in_a_row(
    statement: str, count: int, set_lexicon: SetLexicon
) -> None:
    set_lexicon("lost opportunit*: shortfall")
    assert len(read(statement).terms) == count


def test_a_kind_that_is_none_is_told(set_lexicon: SetLexicon) -> None:
    set_lexicon("clear: good", "murky: shortfal")
    with pytest.raises(LexiconError, match=r"lexicon.csv, line 3: 'shortfal' is no kind; .* good,"):
        kinds("clear")


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("Murky: shortfall", "'Murky' has capitals; an entry is in lower case"),
        ("murky Plans: shortfall", "'Plans' has capitals; an entry is in lower case"),
        (": shortfall", "there are no words in it"),
        ("mu*ky: shortfall", "'mu*ky' is not one word as texts are read"),
        ("child’s: good", "'child’s' is not one word as texts are read"),
        ("24/7: good", "'24/7' is not one word as texts are read"),
        ("*: good", "'*' is not one word as texts are read"),
        ("mu*: shortfall", "'mu*' has fewer than 3 letters before its *"),
        ("clear: good", "'clear' is of the kind good by line 2"),
        ("not  yet: early", "'not  yet' is of the kind early by line 3"),
    ],
)
def test_a_line_that_would_weigh_nothing_is_told(
    line: str, fault: str, set_lexicon: SetLexicon
) -> None:
    set_lexicon("clear: good", "not yet: early", line)
    with pytest.raises(LexiconError) as told:
        check_lexicon()
    assert str(told.value).startswith(f"lexicon.csv, line 4: {fault}")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"words,kind,reason\nclear,good,\nmurky\n", "line 3: not as many cells as the first line"),
        (b"words,kind,reason\n\nclear,good,,\n", "line 3: not as many cells as the first line"),
        (b"words,kind,reason\n\n\nmurky,shortfal,\n", "line 4: 'shortfal' is no kind"),
        (b"words,kind,reason\ncaf\xe9,good,\n", "is not a CSV file in UTF-8"),
    ],
    ids=["one cell", "four cells", "empty lines", "another encoding"],
)
def test_a_file_that_is_no_lexicon_is_told(
    text: bytes, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lexicon.csv").write_bytes(text)
    monkeypatch.setattr(rule_tables, "files", lambda _: tmp_path)
    words._lexicon.cache_clear()
    with pytest.raises(LexiconError, match=message):
        check_lexicon()


def test_the_file_that_ships_is_sound() -> None:
    words._lexicon.cache_clear()
    check_lexicon()
