"""The lexicon: what of it words are, and what is told of a line that cannot be right."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from assets.findings import lexicon
from assets.findings.lexicon import ALL_KINDS, KINDS, LexiconError, check_lexicon, kinds, terms
from assets.findings.words import read, tokens
from assets.language import patterns as rule_tables
from assets.language.patterns import read_table
from tests.assets.findings.conftest import SetLexicon


def rows() -> list[tuple[str, str]]:
    return [(row["words"], row["kind"]) for row in read_table("assets.findings", "lexicon")]


def found(*statements: str) -> list[tuple[int, int, str]]:
    """First word, end and kind of what the lexicon has of a letter."""
    first, end, kind = (column.tolist() for column in terms(read(statements)))
    return list(zip(first, end, [ALL_KINDS[one] for one in kind], strict=True))


# --- the file ---


def test_kinds_are_known_and_each_has_words() -> None:
    assert {kind for _, kind in rows()} == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_said_of_a_kind_is_borne_out_by_its_words(kind: str) -> None:
    examples = re.findall(r"`([^`]+)`", KINDS[kind])
    assert len(examples) >= 2
    for example in examples:
        of_example = example.split()
        assert (0, len(of_example), kind) in found(example), example


def test_no_row_stands_twice() -> None:
    assert [row for row, count in Counter(rows()).items() if count > 1] == []


def test_every_entry_can_match_what_a_text_is_read_as() -> None:
    """Lower case, straight apostrophes, a star only at the end and after enough letters."""
    entries = [[word.removesuffix("*") for word in entry.split(" ")] for entry, _ in rows()]
    words = read([" ".join(stems) for stems in entries])
    of_statements = set(zip(*(column.tolist() for column in terms(words)), strict=True))
    for (entry, kind), stems, start in zip(rows(), entries, words.starts.tolist(), strict=False):
        assert tokens(" ".join(stems)) == stems, (entry, kind)
        if len(stems) == 1 and entry.endswith("*"):
            assert len(stems[0]) >= lexicon._LEAST_STEM, entry
        assert (start, start + len(stems), ALL_KINDS.index(kind)) in of_statements, (entry, kind)


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
    assert found("they do not yet embed plans to not plan") == [
        (2, 3, "negation"),
        (2, 4, "early"),
        (2, 5, "early"),
        (3, 4, "contrast"),
        (5, 7, "plan"),
        (7, 8, "negation"),
    ]


def test_no_phrase_goes_on_in_the_next_statement(set_lexicon: SetLexicon) -> None:
    set_lexicon("not yet: early")
    assert found("They do not", "yet") == []
    assert found("They do", "not yet") == [(2, 4, "early")]


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
    assert len(found(statement)) == count


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
    lexicon._lexicon.cache_clear()
    with pytest.raises(LexiconError, match=message):
        check_lexicon()


def test_the_file_that_ships_is_sound() -> None:
    lexicon._lexicon.cache_clear()
    check_lexicon()
