"""Linear models: how scores are made, and whether what was learnt is well formed."""

from __future__ import annotations

import csv
import json
import os
import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from assets.findings import linear
from assets.findings.clauses import CLAUSE_SHARES
from assets.findings.lexicon import KINDS
from assets.findings.linear import INTERCEPT, LearntError, Linear, logistic, read_linear, softmax
from assets.findings.words import tokens
from assets.language.patterns import read_table
from warehouse.codes import code_list
from warehouse.reference import reference_rows

SHARED = Path(os.environ.get("OFSTED_LETTERS_SHARED") or Path(__file__).parents[4] / "shared")
GOLD = SHARED / "gold"

LEARNT = Path(str(files("assets.findings"))) / "learnt"
#: What each table tells apart.
TABLES = {
    "valence_words": "valence",
    "valence_neighbours": "valence",
    "topic_words": "topic",
    "topic_neighbours": "topic",
}
MOST_BYTES = 3_000_000  # of all tables together; what is loaded has to be under 25 MB

MODEL = Linear(("good", "bad"), (0.5, -0.5), ("clear", "late"), ((1.0, -2.0), (-1.0, 3.0)))


@cache
def rows(name: str) -> list[list[str]]:
    with (LEARNT / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def feature_names(name: str) -> list[str]:
    return [row[0] for row in rows(name)[1:] if row[0] != INTERCEPT]


# --- scores ---


@pytest.mark.parametrize(
    ("features", "scores"),
    [
        (["clear"], [1.5, -2.5]),
        (["clear", "late"], [0.5, 0.5]),
        # One that was never met weighs nothing.
        (["purple"], [0.5, -0.5]),
        (["purple", "clear"], [1.5, -2.5]),
    ],
)
def test_scores_are_sums_of_weights(features: list[str], scores: list[float]) -> None:
    rows = MODEL.rows(features)
    assert MODEL.sums(np.zeros(len(rows), dtype=int), np.array(rows), 1).tolist() == [scores]
    # Each statement by itself; one without features has the intercept.
    statements = np.repeat([0, 2, 3], [len(rows), 1, len(rows)])
    together = MODEL.sums(statements, np.array([*rows, *MODEL.rows(["late"]), *rows]), 4)
    assert together.tolist() == [scores, [0.5, -0.5], [-0.5, 2.5], scores]


def test_without_statements_there_are_no_scores() -> None:
    none = np.zeros(0, dtype=int)
    assert MODEL.sums(none, none, 0).shape == (0, 2)


def test_a_margin_is_how_much_more_speaks_for_a_class_than_for_the_others() -> None:
    model = Linear("abc", [0.0] * 3, ["clear"], [[3.0, 1.0, -1.0]])
    assert model.margins.tolist() == [[3.0, 0.0, -3.0], [0.0, 0.0, 0.0]]


@pytest.mark.parametrize(
    ("scores", "shares"),
    [
        ([0.0], [1.0]),
        ([0.0, 0.0], [0.5, 0.5]),
        ([1.0, 1.0, 1.0, 1.0], [0.25] * 4),
        ([0.0, 1.0986122886681098], [0.25, 0.75]),
        ([1e4, 0.0], [1.0, 0.0]),
        ([-1e4, 0.0], [0.0, 1.0]),
        ([-1e300, -1e300], [0.5, 0.5]),
        ([1e300, -1e300, 1e300], [0.5, 0.0, 0.5]),
    ],
)
def test_shares_add_up_at_extremes_too(scores: list[float], shares: list[float]) -> None:
    (found,) = softmax(np.array([scores])).tolist()
    assert found == pytest.approx(shares)
    assert sum(found) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("score", "share"),
    [
        (0.0, 0.5),
        (1.0986122886681098, 0.75),
        (-1.0986122886681098, 0.25),
        (40.0, 1.0),
        (-40.0, 0.0),
        (499.0, 1.0),
        (-501.0, 0.0),
        (-800.0, 0.0),
        (1e300, 1.0),
        (-1e300, 0.0),
        (float("inf"), 1.0),
        (float("-inf"), 0.0),
    ],
)
def test_a_share_by_itself_at_extremes_too(score: float, share: float) -> None:
    (found,) = logistic(np.array([score])).tolist()
    assert found == pytest.approx(share)
    assert 0 <= found <= 1


# --- reading ---


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Writes a table `mine`."""
    (tmp_path / "learnt").mkdir()
    monkeypatch.setattr(linear, "files", lambda _: tmp_path)
    # Past the cache, which knows the real ones.
    monkeypatch.setattr(linear, "read_linear", read_linear.__wrapped__)

    def write(text: str) -> None:
        (tmp_path / "learnt" / "mine.csv").write_text(text, encoding="utf-8")

    return write


def test_a_table_is_a_model(write: Callable[[str], None]) -> None:
    write('feature,good,bad\n(intercept),0.5,\n"clear , kind",,-2\n')
    model = linear.read_linear("mine")
    assert model.classes == ("good", "bad")
    assert model.intercept.tolist() == [0.5, 0.0]
    assert model.weights[model.rows(["clear , kind", "late"])].tolist() == [[0, -2], [0, 0]]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        *(
            (
                f"feature,good,bad\n(intercept),0.5,0\n{row}\n",
                "the row 'clear' has not as many cells as the header",
            )
            for row in ("clear,1", "clear,1,2,3", "clear")
        ),
        (
            "feature,good,bad\n(intercept),0.5,0\nclear,1,much\n",
            "a cell is no number: could not convert string to float: 'much'",
        ),
        ("feature,good,bad\nclear,1,0\n", "it has no row (intercept)"),
        ("", "it has no row (intercept)"),
        (None, "it is not there"),
    ],
)
def test_a_table_that_cannot_be_read_is_told_with_how_it_is_made(
    text: str | None, fault: str, write: Callable[[str], None]
) -> None:
    if text is not None:
        write(text)
    with pytest.raises(LearntError) as told:
        linear.read_linear("mine")
    assert str(told.value) == (
        f"assets/findings/learnt/mine.csv: {fault}. Take the file from the repository again, or "
        "make it anew with tools/learn_findings.py."
    )


# --- what was learnt ---


def test_these_are_the_tables() -> None:
    assert {path.stem for path in LEARNT.glob("*.csv")} == {*TABLES, "valence_set"}


def test_each_valence_has_a_share_from_which_on_it_is_possible() -> None:
    assert all(0 < share < 1 for share in linear.least_shares(linear.OTHER).values())


@pytest.mark.parametrize("name", TABLES)
def test_a_table_tells_the_codes_of_its_list_apart(name: str) -> None:
    header, intercept, *_ = rows(name)
    assert header == ["feature", *code_list(TABLES[name])]
    assert intercept[0] == INTERCEPT
    assert read_linear(name).classes == tuple(code_list(TABLES[name]))
    assert read_linear(name).intercept.any()


@pytest.mark.parametrize("name", TABLES)
def test_every_feature_stands_once_and_weighs_something(name: str) -> None:
    known = feature_names(name)
    assert len(set(known)) == len(known)
    assert read_linear(name).rows([*known, "never met"]) == list(range(len(known) + 1))
    number = re.compile(r"(-?\d{1,3}(\.\d{1,3})?)?")
    for row in rows(name)[1:]:
        assert len(row) == len(rows(name)[0]), row
        assert all(number.fullmatch(cell) for cell in row[1:]), row
        assert any(float(cell or 0) for cell in row[1:]), row


def test_the_tables_are_small() -> None:
    assert sum(path.stat().st_size for path in LEARNT.glob("*.csv")) < MOST_BYTES


# --- no feature that could not be made ---


WORD = r"(?:[a-z]+(?:['-][a-z]+)*|\d+)"
TOKEN = rf"(?:{WORD}|[,;:])"


def of_kinds(*, phrases: bool) -> str:
    """The kinds of the lexicon that have words, or phrases."""
    found = {
        row["kind"]
        for row in read_table("assets.findings", "lexicon")
        if (len(row["words"].split()) > 1) == phrases
    }
    assert found <= set(KINDS)
    return f"(?:{'|'.join(sorted(found))})"


def valence_word_features() -> re.Pattern[str]:
    kind = f"<{of_kinds(phrases=False)}>"
    phrase = rf"\{{{of_kinds(phrases=True)}\}}"
    short, clauses = "NOT|NEED|PLAN|PURPOSE|LESS|PAST", "BUT|THOUGH|IF"
    reach = f"(?:{short}|{clauses})?"
    weighing = "<(?:praise|good|helps|improves|failing|shortfall|hinders|must)>"
    return re.compile(
        "|".join(
            (
                rf"{TOKEN}(?: {TOKEN}){{0,2}}",
                rf"\^ {TOKEN}(?: {TOKEN})?",
                rf"{TOKEN} (?:_ )?{kind}",
                rf"{kind} {TOKEN}",
                f"{kind} {kind}",
                # A mark ends what reaches so far, and the clauses of `although` and `if`.
                rf"(?:{short}|{clauses}): {WORD}",
                "BUT: [,;:]",
                f"(?:twice: )?{reach}(?:{kind}|{phrase})",
                f"(?:first|last): {reach}{weighing}",
                f"{reach}{kind} > {reach}{kind}",
                rf"reach: (?:-|(?:{short}|{clauses})(?:\+(?:{short}|{clauses}))*)",
                rf"{of_kinds(phrases=False)} x[123]|{of_kinds(phrases=True)} x[123]",
                r"beside: (?:0|-|~|~-|\+|\+-)",
                r"parts: (?:(?:BUT|THOUGH) )?(?:0|-|~|~-|\+|\+-)\|(?:0|-|~|~-|\+|\+-)",
                r"balance: (?:0|-?[1-4])",
                "section: (?:headline_findings|main_findings|improvements|priority_actions|lscb)",
                "length: [0-7]",
            )
        )
    )


def test_features_of_valence_are_such_as_are_made() -> None:
    possible = valence_word_features()
    known = feature_names("valence_words")
    assert [name for name in known if not possible.fullmatch(name)] == []
    for name in known:
        if name.startswith("reach: "):
            turners = name.removeprefix("reach: ").split("+")
            assert turners == sorted(set(turners)), name
        if " > " in name and (pair := re.fullmatch(r"(\w*<\w+>) > (\w*<\w+>)", name)):
            # Kinds that say nothing of what is beside them, and a kind with itself.
            assert pair[1] != pair[2], name
            assert not re.search("<(fact|event|hedge)>", name), name


def test_features_of_topics_are_such_as_are_made() -> None:
    possible = re.compile(
        "|".join(
            (
                rf"{WORD}(?: {WORD}){{0,2}}",
                rf"heading: {TOKEN}",
                rf"(?:before|goes-on): (?=.{{4}}){WORD}",
                f"section: (?:{'|'.join(code_list('section_type'))})",
            )
        )
    )
    assert [name for name in feature_names("topic_words") if not possible.fullmatch(name)] == []


def test_features_of_neighbours_are_such_as_are_made() -> None:
    openings = {"none", *(row["kind"] for row in read_table("assets.findings", "openings"))}
    shared = {
        *("own", "log", "before", "after", "two before", "two after"),
        *("before in other paragraph", "after in other paragraph"),
        *(f"{side} {opening}" for side in ("before", "after") for opening in openings),
        *("paragraph", "section", "letter"),
    }
    assert set(feature_names("valence_neighbours")) <= {
        *(f"{name}:{code}" for name in shared for code in code_list("valence")),
        *(f"opens {opening}" for opening in openings),
        *(f"says {row['kind']}" for row in read_table("assets.findings", "sayings")),
        *("alone", "headline", "section begins", "section ends"),
        *("paragraph begins", "paragraph ends"),
        *(f"clauses:{name}" for name in CLAUSE_SHARES),
    }
    assert feature_names("topic_neighbours") == [
        *("log odds", "log odds over the next", "own", "paragraph", "section", "letter"),
        *("two before", "before", "after", "two after"),
    ]


# --- no name ---

#: Words of authorities' names that are words without them.
OTHER_WORDS = frozenset(
    ", and of upon with city county borough council north south east west central london".split()
)


@pytest.mark.parametrize("name", ["valence_words", "topic_words"])
def test_no_feature_names_an_authority(name: str) -> None:
    own = {
        word for row in reference_rows()["authorities"] for word in tokens(row["name"])
    } - OTHER_WORDS
    assert len(own) > 150
    named = [feature for feature in feature_names(name) if not own.isdisjoint(tokens(feature))]
    assert named == []


@pytest.mark.parametrize("name", ["valence_words", "topic_words"])
def test_no_feature_has_a_title_as_stands_before_names(name: str) -> None:
    titles = re.compile(r"(?<![\w'-])(mr|mrs|ms|dr|cllr|sir|dame)(?![\w'-])")
    assert [feature for feature in feature_names(name) if titles.search(feature)] == []


@pytest.mark.skipif(
    not (GOLD / "letters").is_dir(), reason=f"there are no labels in {GOLD} (OFSTED_LETTERS_SHARED)"
)
@pytest.mark.parametrize("name", ["valence_words", "topic_words"])
def test_no_feature_names_a_person(name: str) -> None:
    people = set()
    for path in (GOLD / "letters").glob("*.json"):
        letter = json.loads(path.read_text(encoding="utf-8"))
        people |= {letter["addressee_name"], letter["signatory"]} - {None}
        people |= {inspector["name"] for inspector in letter["inspectors"]}
    assert len(people) > 50
    # First name and surname; a surname alone may be another word.
    known = [f" {feature} " for feature in feature_names(name)]
    for person in people:
        written = " ".join(tokens(person))
        assert " " in written
        assert [feature for feature in known if f" {written} " in feature] == []
