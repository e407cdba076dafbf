"""Features of valence: what turns words, and what a statement is weighed by."""

from __future__ import annotations

import pytest

from assets.findings.features import features
from assets.findings.lexicon import terms
from assets.findings.scopes import scopes
from assets.findings.symbols import Symbols
from assets.findings.words import read, tokens
from tests.assets.findings.conftest import SetLexicon


@pytest.fixture(autouse=True)
def lexicon(set_lexicon: SetLexicon) -> None:
    """A lexicon of these tests, for lines may be added to the real one."""
    set_lexicon(
        *("clear: good", "well: good", "well written: good", "excellent: praise", "poor: failing"),
        *("not: negation", "is not: negated", "still late: shortfall", "may: fact", "sorry: acts"),
    )


def of(text: str) -> dict[str, tuple[int, ...]]:
    """The features of a statement by name."""
    return of_letter([text])[0]


def of_letter(texts: list[str], section: str = "main_findings") -> list[dict[str, tuple[int, ...]]]:
    """The features of a letter's statements by name, each with the words it is made of."""
    words, symbols = read(texts), Symbols()
    found = features(words, terms(words), scopes(words), [section] * len(texts), symbols)
    columns = (column.tolist() for column in found)
    letter: list[dict[str, tuple[int, ...]]] = [{} for _ in texts]
    for statement, key, first, count, step in zip(*columns, strict=True):
        (name,) = symbols.names([key])
        begin = first - int(words.starts[statement])
        made_of = tuple(begin + step * number for number in range(count))
        letter[statement].setdefault(name, made_of)
    return letter


def names(text: str, *marks: str) -> set[str]:
    """The names of features that have one of these marks in them."""
    return {name for name in of(text) if any(mark in name for mark in marks)}


# --- each family ---


def test_words_that_follow_each_other() -> None:
    assert of_letter(["Staff ring children, staff ring"], "headline_findings")[0] == {
        "section: headline_findings": (),
        "length: 1": (),
        "staff": (0,),
        "ring": (1,),
        "children": (2,),
        ",": (3,),
        "staff ring": (0, 1),
        "ring children": (1, 2),
        "children ,": (2, 3),
        ", staff": (3, 4),
        "staff ring children": (0, 1, 2),
        "ring children ,": (1, 2, 3),
        "children , staff": (2, 3, 4),
        ", staff ring": (3, 4, 5),
        "^ staff": (0,),
        "^ staff ring": (0, 1),
        "reach: -": (),
        "balance: 0": (),
        "neither": (),
    }


def test_a_kind_stands_for_its_word_beside_another() -> None:
    found = of("Staff write clear excellent plans now")
    assert {name: at for name, at in found.items() if "<" in name and name[0] not in "fl"} == {
        "write <good>": (1, 2),
        "staff _ <good>": (0, 2),
        "clear <praise>": (2, 3),
        "<good> <praise>": (2, 3),
        "<good> excellent": (2, 3),
        "write _ <praise>": (1, 3),
        "<praise> plans": (3, 4),
        "<good>": (2,),
        "<praise>": (3,),
        "<good> > <praise>": (2, 3),
    }


def test_kinds_and_words_within_a_reach() -> None:
    assert names("Plans are not clear", "NOT:", "NOT<", "reach:") == {
        "NOT: clear",
        "NOT<good>",
        "<negation> > NOT<good>",
        "first: NOT<good>",
        "last: NOT<good>",
        "reach: NOT",
    }
    assert "<good>" not in of("Plans are not clear")
    assert "NEED<good>" in of("Plans need to be clear")
    assert names("Plans are late but clear, if not kind", "reach:") == {"reach: BUT+IF+NOT"}


def test_a_phrase_is_told_from_a_word_of_its_kind() -> None:
    found = of("Plans are well written")
    assert (found["<good>"], found["{good}"]) == ((2,), (2, 3))
    found = of("Staff ring if plans are well written")
    assert (found["IF<good>"], found["IF{good}"]) == ((5,), (5, 6))
    assert not {"<good>", "{good}"} & found.keys()


def test_what_stands_twice_in_a_reach_is_told_once_more() -> None:
    assert "twice: <good>" not in of("Plans are clear")
    assert of("Plans are clear and clear and clear")["twice: <good>"] == (4,)
    assert "twice: <good>" not in of("Plans are clear but clear")


def test_the_first_and_the_last_that_praise_or_worry() -> None:
    found = of("Staff do not write poor sorry plans and clear plans in May")
    assert (found["first: NOT<failing>"], found["last: <good>"]) == ((4,), (8,))
    assert not names("Staff do not ring in May", "first:", "last:")


def test_two_kinds_in_their_order() -> None:
    assert "<good> > <failing>" in of("Clear plans, poor reviews")
    assert "<failing> > <good>" not in of("Clear plans, poor reviews")
    assert of("Poor reviews, clear plans")["<failing> > <good>"] == (0, 3)
    # Not with itself, nor with what says nothing of what is beside it.
    assert not names("Clear plans, clear reviews in May", " > ")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Plans are clear", set()),
        ("Plans are clear but poor", {"beside: +", "parts: +|-", "parts: BUT +|-"}),
        ("Plans are written but poor", {"beside: 0", "parts: 0|-", "parts: BUT 0|-"}),
        ("Plans are not clear but excellent", {"beside: -", "parts: -|+", "parts: BUT -|+"}),
        ("While poor, plans are clear", {"beside: +", "parts: +|-", "parts: THOUGH +|-"}),
        # What is wanting, or lessened, is no praise.
        ("Plans are poor but need to be clear", {"beside: -", "parts: -|0", "parts: BUT -|0"}),
        ("Plans are poor but reduced clear work", {"beside: -", "parts: -|0", "parts: BUT -|0"}),
    ],
)
def test_the_part_that_contrasts_is_told_from_the_rest(text: str, found: set[str]) -> None:
    assert names(text, "parts:", "beside:") == found


def test_counts() -> None:
    assert names("Clear, clear, clear and clear plans", " x") == {"good x1", "good x2", "good x3"}
    assert names("Clear plans and poor plans", " x") == {"good x1", "failing x1"}


@pytest.mark.parametrize(
    ("text", "balance"),
    [
        ("Clear plans", "balance: 1"),
        ("Poor plans", "balance: -1"),
        ("Clear but poor plans", "balance: 0"),
        ("Clear clear clear clear clear clear", "balance: 4"),
        ("Poor poor poor poor poor poor", "balance: -4"),
        ("Staff ring children", "balance: 0"),
    ],
)
def test_praise_and_worry_are_balanced(text: str, balance: str) -> None:
    assert names(text, "balance:") == {balance}
    assert ("neither" in of(text)) == (text == "Staff ring children")


@pytest.mark.parametrize(
    ("count", "length"),
    [(0, 0), (1, 0), (5, 0), (6, 1), (11, 1), (41, 6), (42, 7), (300, 7)],
)
def test_long_statements_are_told_from_short_ones(count: int, length: int) -> None:
    found = list(of("staff " * count))
    assert [name for name in found if name.startswith("length:")] == [f"length: {length}"]


def test_a_statement_without_a_word_has_features_too() -> None:
    assert of("") == {
        "section: main_findings": (),
        "length: 0": (),
        "reach: -": (),
        "balance: 0": (),
        "neither": (),
    }


@pytest.mark.parametrize(
    "text",
    [
        "Plans",
        "Not yet",
        "Although most plans are not yet clear, leaders need to ensure that reviews will be.",
        "clear " * 300,
    ],
)
def test_each_feature_is_made_of_words_of_the_statement(text: str) -> None:
    count = len(tokens(text))
    for name, made_of in of(text).items():
        assert all(0 <= index < count for index in made_of), name
        assert list(made_of) == sorted(made_of), name
