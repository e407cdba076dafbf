"""The sample's focused visit letters, read and scored: every field of every one, and every word.

What a reader should find in each is written beside the letters' sources in `tools/sample_letters`;
`tools/make_sample.py` makes the letters and `tests/golden` of it.
"""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest

from assets.documents import pdf
from assets.evaluation.fields import LETTER_FIELDS
from assets.evaluation.gold import fold, read_gold
from assets.evaluation.measures import Evaluation, evaluate
from assets.publications.model import Publication
from assets.tables.files import ReadFile
from tests.assets.reading import make_tables, read_file, read_listings
from tests.built_tables import Tables
from warehouse.reference import reference_rows

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "assets" / "letters" / "sample"
GOLDEN = ROOT / "tests" / "golden" / "letters"
SOURCES = ROOT / "tools" / "sample_letters"

NAMES = sorted(path.stem for path in SAMPLE.iterdir() if path.is_file() and path.suffix != ".csv")
PDFS = sorted(path.stem for path in SAMPLE.glob("*.pdf"))
#: A letter that is there as a PDF too, which counts.
TWIN = "9900002_2021-09-03_ocr"


class Scored(NamedTuple):
    """Letters through all stages, by file name without suffix."""

    outcomes: dict[str, ReadFile]
    tables: Tables
    evaluation: Evaluation

    def misses(self, name: str) -> dict[str, tuple[Any, Any]]:
        """Field -> what was expected and what was found."""
        return {
            miss.field: (miss.expected, miss.found)
            for miss in self.evaluation.misses
            if miss.letter == name
        }

    def letter(self, name: str) -> Publication:
        result = self.outcomes[name].result
        assert isinstance(result, Publication), result
        return result


def read_sample() -> dict[str, ReadFile]:
    return {
        path.stem: read_file(path, listing)
        for path, listing in read_listings(SAMPLE)
        if path.parent == SAMPLE
    }


def score(outcomes: dict[str, ReadFile], folder: Path) -> Scored:
    (folder / "letters").symlink_to(GOLDEN)
    reference = reference_rows(SAMPLE / "authorities.csv")
    tables, frames = make_tables(outcomes.values(), reference)
    return Scored(outcomes, tables, evaluate(read_gold(folder), frames))


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Scored:
    """The sample as it is read."""
    return score(read_sample(), tmp_path_factory.mktemp("gold"))


@pytest.fixture(scope="module")
def twin(read: Scored, tmp_path_factory: pytest.TempPathFactory) -> Scored:
    """The text of the letter that is there twice, read alone."""
    return score({TWIN: read.outcomes[TWIN]}, tmp_path_factory.mktemp("gold"))


@pytest.fixture(scope="module")
def by_layout(tmp_path_factory: pytest.TempPathFactory) -> Scored:
    """The sample with the tag tree of every PDF ignored."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdf, "_tagged", lambda *_: None)
        return score(read_sample(), tmp_path_factory.mktemp("gold"))


def test_every_letter_of_the_sample_has_a_golden_file_and_the_other_way_round() -> None:
    missing = set(NAMES) ^ {path.stem for path in GOLDEN.glob("*.json")}
    assert not missing, "make them with tools/make_sample.py, and look at what it made"


def test_the_sample_is_as_large_and_as_mixed_as_it_is_meant_to_be(read: Scored) -> None:
    assert len(NAMES) >= 16
    methods = [read.letter(name).text_method for name in NAMES]
    assert methods.count("layout") >= 2
    assert methods.count("text") >= 2
    years = {read.letter(name).letter_date.year for name in NAMES}
    assert years == set(range(2018, 2027))


def test_every_labelled_field_is_measured(read: Scored) -> None:
    measured = {(row["table_name"], row["field"]) for row in read.evaluation.rows}
    assert measured == {(field.table_name, field.name) for field in LETTER_FIELDS}
    # One of the labels is of the letter that is there twice, and is missed for that.
    exact = [row for row in read.evaluation.rows if row["metric"] == "exact_match"]
    assert {row["n"] for row in exact if row["era"] == "all"} == {len(NAMES)}
    assert all(row["value"] == 1 for row in exact if row["era"] != "all")


@pytest.mark.parametrize("name", sorted(set(NAMES) - {TWIN}))
def test_every_field_of_every_letter_is_right(name: str, read: Scored) -> None:
    assert read.misses(name) == {}


def test_of_a_letter_that_is_there_twice_the_pdf_counts(read: Scored) -> None:
    assert read.evaluation.unpublished == (TWIN,)
    status = {row["file_name"]: row["status"] for row in read.tables.rows["letters"]}
    assert status.pop(f"{TWIN}.txt") == "superseded"
    assert set(status.values()) == {"parsed"}


def test_its_text_read_alone_is_right_as_well(twin: Scored) -> None:
    assert twin.misses(TWIN) == {}


def test_nothing_but_what_the_sample_was_made_for_is_odd(read: Scored) -> None:
    assert {(signal.code, files) for signal, files in read.tables.signals} == {
        # Tobias Wren signs with and without his initial.
        (
            "inspector_double_likely",
            tuple(
                f"{name}.pdf"
                for name in PDFS
                if {"Tobias Wren", "Tobias J Wren"}
                & {person.name for person in read.letter(name).people}
            ),
        ),
        ("no_signatory", (f"{TWIN}.txt",)),
        ("stray_text", ("9900003_2019-05-24.pdf",)),
        ("stray_text", ("9900013_2024-04-19.pdf",)),
    }
    assert [row["reason_code"] for row in read.tables.rows["quarantine"]] == ["superseded"]


# --- without the tag tree ---


#: Its first page ends with a full line and a full stop, and the next sentence leans on nothing:
#: only the tag tree tells that the paragraph goes on.
CUT_AT_A_SENTENCE = "9900005_2020-11-13"


@pytest.mark.parametrize("name", PDFS)
def test_the_layout_says_the_same_as_the_tags(name: str, by_layout: Scored) -> None:
    assert by_layout.letter(name).text_method == "layout"
    expected = {"sections.paragraph_count"} if name == CUT_AT_A_SENTENCE else set()
    assert set(by_layout.misses(name)) == expected


# --- words ---


def _module(name: str) -> ModuleType:
    """A module of `tools`, which is no package."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec
    assert spec.loader
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Written(NamedTuple):
    """A letter as it is written in its source.

    Attributes:
        texts: Its paragraphs and headings.
        unknowable: Words that a line break may cut, and that the letter has nowhere else: with the
            hyphen that a reader sees, and without.
    """

    texts: list[str]
    unknowable: dict[str, str]


def _written(name: str) -> Written:
    source = _module("letter_source").read_letter(SOURCES / f"{name}.md")
    whole = " ".join(block.words for block in source.blocks).lower()
    cut = [halves for block in source.blocks for halves in re.findall(_CUT, block.text)]
    return Written(
        [fold(block.words) for block in source.blocks],
        {
            f"{left}-{right}": left + right
            for left, right in cut
            if len(re.findall(rf"\b{left}{right}\b", whole, re.IGNORECASE)) == 1
        },
    )


#: A word with a place where it may be broken.
_CUT = re.compile("([a-zA-Z]+)\u00ad([a-z]+)")


def _found(letter: Publication, written: Written) -> list[str]:
    """What was read of it, without the formula and the signature."""
    texts = []
    for section in letter.sections:
        texts += [fold(section.heading)] if section.heading else []
        texts += [fold(paragraph.text) for paragraph in section.paragraphs]
    end = next((n for n, text in enumerate(texts) if text.startswith("Yours ")), None)
    if end is None:
        end = texts.index(next(fold(one.name) for one in letter.people if one.is_signatory))
    for broken, word in written.unknowable.items():
        texts = [text.replace(broken, word) for text in texts]
    return texts[:end]


@pytest.mark.parametrize("name", NAMES)
def test_every_word_is_the_authors(name: str, read: Scored) -> None:
    written = _written(name.removesuffix("_ocr"))
    assert _found(read.letter(name), written) == written.texts


@pytest.mark.parametrize("name", PDFS)
def test_every_word_is_the_authors_by_layout_too(name: str, by_layout: Scored) -> None:
    written = _written(name)
    found = _found(by_layout.letter(name), written)
    if name == CUT_AT_A_SENTENCE:
        assert len(found) == len(written.texts) + 1
        assert " ".join(found) == " ".join(written.texts)
    else:
        assert found == written.texts


def test_words_that_a_line_break_cuts_are_mended_but_where_they_cannot_be_known() -> None:
    unknowable = {word for name in NAMES for word in _written(name.removesuffix("_ocr")).unknowable}
    cut = sum(path.read_text(encoding="utf-8").count("&shy;") for path in SOURCES.glob("*.md"))
    assert len(unknowable) < cut


@pytest.mark.parametrize("name", NAMES)
def test_findings_are_the_words_of_their_sections(name: str, read: Scored) -> None:
    letter = read.letter(name)
    for statement in read.outcomes[name].findings:
        paragraph = letter.sections[statement.section].paragraphs[statement.paragraph - 1]
        assert statement.text in paragraph.text
        assert (statement.box is None) is (letter.text_method == "text")


def test_labels_are_not_empty() -> None:
    labels = [json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8")) for name in NAMES]
    for field in labels[0]:
        values = [label[field] for label in labels]
        assert any(values), field
