"""All letters that are at hand: read, compared with their labels, and with each other.

Needs the folder of real letters, labels and facts, which is no part of the project: beside it as
`../shared`, or where OFSTED_LETTERS_SHARED says.
"""

from __future__ import annotations

import csv
import multiprocessing
import os
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

import pytest
from msgspec import structs

from assets.evaluation.fields import FIELDS
from assets.evaluation.gold import fold, read_gold
from assets.evaluation.measures import Evaluation, evaluate
from assets.findings import judging
from assets.model import Listing
from assets.publications.model import Publication
from assets.tables.files import ReadFile
from assets.tables.measured import measured_rows
from expectations.extraction_artefacts import TEXT_COLUMNS, artefacts_in
from tests.assets.reading import make_tables, read_both_ways, read_file, read_listings
from tests.assets.sweep import Sweep, sweep, swept
from tests.built_tables import Tables
from warehouse.codes import code_list
from warehouse.reference import reference_rows

if TYPE_CHECKING:
    import polars as pl

SHARED = Path(os.environ.get("OFSTED_LETTERS_SHARED") or Path(__file__).parents[3] / "shared")
CORPUS, GOLD = SHARED / "corpus", SHARED / "gold"

pytestmark = pytest.mark.skipif(
    not (CORPUS / "manifest.csv").exists() or not (GOLD / "letters").is_dir(),
    reason=f"there are no letters and labels in {SHARED} (OFSTED_LETTERS_SHARED)",
)

FOCUSED_VISITS = "focused_visits/"
#: Kind -> how many files are of it, and how many of these are labelled.
KINDS = {
    "focused_visit": (164, 32),
    "ilacs_inspection": (41, 9),
    "sif_inspection": (17, 6),
    "sif_reinspection": (1, 1),
    "lscb_review": (1, 0),
    "jtai": (25, 8),
    "area_send_inspection": (12, 5),
}
#: Fields that are right in every labelled letter.
ALL_RIGHT = {
    "visits.letter_date",
    "visits.start_date",
    "visits.end_date",
    "visits.authority_id",
    "visit_inspectors.name_as_written",
    "visit_inspectors.title",
    "visit_inspectors.role_code",
    "sections.heading",
    "findings.is_improvement",
    "findings.is_priority_action",
}


class Corpus(NamedTuple):
    """Every file through all stages, by its name, and the tables of all of them."""

    outcomes: dict[str, ReadFile]
    by_layout: dict[str, ReadFile]
    tables: Tables
    frames: dict[str, pl.DataFrame]
    evaluation: Evaluation

    def focused_visits(self) -> dict[str, Publication]:
        return {
            name: outcome.result
            for name, outcome in self.outcomes.items()
            if name.startswith(FOCUSED_VISITS) and isinstance(outcome.result, Publication)
        }

    def both_ways(self) -> Iterator[tuple[str, Publication, Publication]]:
        """What some letters say by their tags, and what by their layout."""
        letters = self.focused_visits()
        for name, outcome in self.by_layout.items():
            assert isinstance(outcome.result, Publication), name
            yield name, letters[name], outcome.result


#: Of so many focused visits, one is read a second time, with its tags ignored.
ONE_IN = 4


@cache
def _judged() -> frozenset[str]:
    """The letters that how findings are judged is measured on: those with labelled sentences, and
    those that say what became of a point."""
    gold = read_gold(GOLD)
    later = (pair.later for pair in gold.pairs)
    files = (sentence["file"].rpartition(".")[0] for sentence in gold.sentences)
    return frozenset(Path(name).name for name in (*later, *files))


def _read(path: Path, listing: Listing) -> tuple[ReadFile, ...]:
    is_visit = listing.file_name.startswith(FOCUSED_VISITS)
    with pytest.MonkeyPatch.context() as patch:
        if path.stem not in _judged():  # the third look takes longer than all the reading
            patch.setattr(judging, "third_look", lambda shares, _: shares)
        if is_visit and crc32(listing.file_name.encode()) % ONE_IN == 0:
            return read_both_ways(path, listing)
        return (read_file(path, listing),)


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    files = list(read_listings(CORPUS))
    if "PYTEST_XDIST_WORKER" in os.environ:  # the other processors have tests of their own
        read = [_read(path, listing) for path, listing in files]
    else:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(2, mp_context=context) as workers:
            read = list(workers.map(_read, *zip(*files, strict=True), chunksize=8))
    outcomes = {ways[0].file.file_name: ways[0] for ways in read}
    by_layout = {ways[1].file.file_name: ways[1] for ways in read if len(ways) > 1}
    tables, frames = make_tables(outcomes.values(), reference_rows())
    return Corpus(outcomes, by_layout, tables, frames, evaluate(read_gold(GOLD), frames))


def test_every_file_is_read(corpus: Corpus) -> None:
    status = Counter(row["status"] for row in corpus.tables.rows["letters"])
    assert status == {"parsed": 261, "superseded": 2}
    kinds = Counter(row["document_kind"] for row in corpus.tables.rows["visits"])
    assert kinds == {kind: files for kind, (files, _) in KINDS.items()}
    assert {row["reason_code"] for row in corpus.tables.rows["quarantine"]} == {"superseded"}


def test_every_field_agrees_with_its_labels(corpus: Corpus) -> None:
    evaluation = corpus.evaluation
    assert evaluation.unpublished == ()
    for kind, (_, labelled) in KINDS.items():
        if labelled:
            days = evaluation.measure("visits", "start_date", "exact_match", document_kind=kind)
            assert days["n"] == labelled, kind
    # What became of a point is judged, not read.
    read = (miss for miss in evaluation.misses if not miss.field.startswith("follow_ups."))
    wrong = Counter(miss.field for miss in read)
    assert {field: count for field, count in wrong.items() if count > 2} == {}
    assert {field: count for field, count in wrong.items() if field in ALL_RIGHT} == {}
    assert {f"{field.table_name}.{field.name}" for field in FIELDS} >= ALL_RIGHT


def test_labelled_sentences_are_found(corpus: Corpus) -> None:
    evaluation = corpus.evaluation
    assert evaluation.sentences > 250
    # A label may be of a sentence within a point to improve, which is one finding, whole.
    lost = [miss for miss in evaluation.unfound if miss.found is None]
    assert lost == []
    assert len(evaluation.unfound) <= 0.02 * evaluation.sentences
    assert len(evaluation.judged) == evaluation.sentences - len(evaluation.unfound)


#: What a count of findings must be worth at least: table, field, metric, code, least.
LEAST = [
    ("findings", "text", "recall", "all", 0.98),
    ("findings", "valence_code", "accuracy", "all", 0.94),
    ("findings", "valence_code", "macro_f1", "all", 0.87),
    ("findings", "valence_code", "f1", "concern", 0.95),
    ("finding_topics", "topic_code", "f1", "all", 0.84),
]


@pytest.mark.parametrize(("table", "field", "metric", "code", "least"), LEAST)
def test_findings_are_judged_well_enough(
    table: str, field: str, metric: str, code: str, least: float, corpus: Corpus
) -> None:
    assert corpus.evaluation.measure(table, field, metric, code=code)["value"] >= least


def test_scores_are_worth_what_they_say(corpus: Corpus) -> None:
    assert (
        corpus.evaluation.measure("findings", "valence_score", "calibration_error")["value"] < 0.05
    )


def test_what_is_published_of_the_measures_is_what_is_measured(corpus: Corpus) -> None:
    published = [row for row in measured_rows() if row["basis"] == "gold"]
    assert published == list(corpus.evaluation.rows), "run tools/measure.py"


def test_every_template_is_measured(corpus: Corpus) -> None:
    eras = {row["era"] for row in corpus.evaluation.rows}
    assert eras == set(code_list("era"))
    eras = {row["era"] for row in corpus.tables.rows["visits"]}
    assert eras - {None} == set(code_list("era")) - {"all"}  # some kinds have one template


def test_statements_are_whole_sentences(corpus: Corpus) -> None:
    """Those of the running text: of a point, the list that it stands in may be the beginning."""
    texts = [
        row["text"]
        for row in corpus.tables.rows["findings"]
        if not row["is_improvement"] and not row["is_priority_action"]
    ]
    assert len(texts) > 10000
    odd = Counter(
        kind
        for text in texts
        for kind, pattern in {
            "no capital": r"^[^\w‘“(]|^[‘“(]*[a-z]",
            "no stop": r"[^.!?…’”)]$",
            "two sentences": r"[.!?…][’”)]*\s+[A-Z](?!.*[’”])",
            "a bullet": "[\u2022\u25a0\u25aa\u25fc\uf06e\uf0a7\uf0b7]",
            "a colon at the end": ":$",
            "open bracket": r"^[^)]*\([^)]*$",
            "open quote": r"^[^”]*“[^”]*$",
        }.items()
        if re.search(pattern, text)
    )
    # Ten statements have lost their stop in print.
    assert odd <= Counter({"no stop": 10})
    assert max(len(text.split()) for text in texts) < 80
    assert min(len(text.split()) for text in texts) > 1


#: What a letter's row says whatever file it was read from.
SAID = """authority_id document_kind framework letter_date start_date end_date addressee_name
    addressee_role focus primary_theme_code delivery_mode is_covid_adapted lead_inspector_id
    signatory_id inspector_count previous_inspection previous_judgement_code has_priority_action
    improvement_count priority_action_count""".split()


def _said(tables: Tables, name: str) -> dict[str, Any]:
    """What the tables say of the letter in one file."""
    files = {row["letter_id"]: Path(row["file_name"]).stem for row in tables.rows["letters"]}
    (visit,) = (row for row in tables.rows["visits"] if files[row["letter_id"]] == name)

    def of(table: str, *columns: str) -> list[Any]:
        return [
            [fold(row[column]) for column in columns]
            for row in tables.rows[table]
            if row["visit_id"] == visit["visit_id"]
        ]

    points = list(of("findings", "text", "is_improvement", "is_priority_action"))
    return {column: fold(visit[column]) for column in SAID} | {
        "team": of("visit_inspectors", "inspector_id", "title", "role_code"),
        "themes": of("visit_themes", "theme_code"),
        "headings": of("sections", "section_type", "heading"),
        "points": [point for point in points if any(point[1:])],
    }


@pytest.mark.parametrize("stem", ["80458_2021-11-30", "80465_2024-01-12"])
def test_a_text_says_the_same_as_its_pdf(stem: str, corpus: Corpus) -> None:
    (text,) = (o for name, o in corpus.outcomes.items() if name == f"text/{stem}_ocr.txt")
    (pdf,) = (name for name in corpus.outcomes if name.startswith(f"{FOCUSED_VISITS}{stem}"))
    alone, _ = make_tables([text], reference_rows())
    found = _said(alone, f"{stem}_ocr")
    expected = _said(corpus.tables, Path(pdf).stem)
    if found["signatory_id"] is None:  # one of the texts breaks off before the signature
        expected["signatory_id"] = None
    assert found == expected


@pytest.mark.parametrize(("table", "column"), TEXT_COLUMNS)
def test_no_text_holds_artefacts(table: str, column: str, corpus: Corpus) -> None:
    kinds = artefacts_in(TEXT_COLUMNS[table, column])
    rows = corpus.tables.rows[table]
    assert any(row[column] for row in rows)
    for kind in kinds:
        pattern = re.compile(kind.pattern)
        found = [row for row in rows if row[column] and pattern.search(row[column])]
        assert [row.get("visit_id") for row in found] == [], kind.name


def test_nothing_was_met_that_a_person_should_have_looked_at(corpus: Corpus) -> None:
    odd = {"authority_never_met", "authority_disagrees", "urn_never_met", "kind_disagrees"}
    odd |= {"heading_never_met", "no_inspectors", "no_letter_date"}
    met = Counter(signal.code for signal, _ in corpus.tables.signals if signal.code in odd)
    # Two reports of early 2014 print no day of publication, which is one signal of both.
    assert met <= Counter({"no_letter_date": 1})


def test_tags_and_layout_agree_on_all_values(corpus: Corpus) -> None:
    parts = {"sections", "text_method", "signals"}
    differing = {
        name: sorted(
            field
            for field in letter.__struct_fields__
            if field not in parts and _values(letter, field) != _values(laid_out, field)
        )
        for name, letter, laid_out in corpus.both_ways()
    }
    assert len(differing) > 164 // ONE_IN // 2
    assert {name: fields for name, fields in differing.items() if fields} == {}


def _values(letter: Publication, field: str) -> object:
    """A field; of who only signed without the title, which may stand on a line of its own."""
    if field != "people":
        return getattr(letter, field)
    return [
        person.name if person.role_code == "signatory" else structs.asdict(person)
        for person in letter.people
    ]


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
def test_what_was_swept_is_found_again() -> None:
    """In some letters: a sweep of all takes long, and does not hang on the readers."""
    again = {name: sweep(CORPUS / name) for name in list(swept())[:: ONE_IN**2]}
    assert again.items() <= swept().items()


def test_an_independent_sweep_agrees(corpus: Corpus) -> None:
    """Dates, inspectors and points, or the reason why not; see `sweep`."""
    found = swept()
    assert found.keys() == corpus.focused_visits().keys()
    files = {row["letter_id"]: row["file_name"] for row in corpus.tables.rows["letters"]}
    team = Counter(row["visit_id"] for row in corpus.tables.rows["visit_inspectors"])
    differing = set()
    for visit in corpus.tables.rows["visits"]:
        name = files[visit["letter_id"]]
        if name not in found:  # of another kind, or the text of a letter
            continue
        told = Sweep(
            visit["letter_date"],
            visit["start_date"],
            visit["end_date"],
            team[visit["visit_id"]],
            visit["improvement_count"],
        )
        differing |= {
            (Path(name).name, measure)
            for measure, one, other in zip(Sweep._fields, told, found[name], strict=True)
            if one != other
        }
    with (Path(__file__).parent / "sweep.csv").open(encoding="utf-8") as rows:
        explained = {(row["file_name"], row["measure"]) for row in csv.DictReader(rows)}
    assert differing == explained


def _words(letter: Publication) -> Counter[str]:
    """Every word of a letter, its strays included; hyphens and blanks part words alike."""
    texts = [
        signal.detail.split("'")[1] for signal in letter.signals if signal.code == "stray_text"
    ]
    for section in letter.sections:
        texts += [section.heading or "", *(part.text for part in section.paragraphs)]
    return Counter(word for text in texts for word in re.findall(r"\w+", text))


def test_tags_and_layout_agree_on_all_words(corpus: Corpus) -> None:
    differing = {}
    for name, letter, laid_out in corpus.both_ways():
        assert (letter.text_method, laid_out.text_method) == ("tags", "layout")
        one, other = _words(letter), _words(laid_out)
        if one != other:
            differing[name] = ((one - other).total(), (other - one).total())
    assert differing == {}, "words by tags only, and by layout only"
