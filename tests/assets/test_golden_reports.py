"""The sample's reports and joint letters, read and scored.

They are written in `tools/sample_reports`; `tools/make_sample.py` makes the PDFs, and
`tests/golden/inspections` of the same text, in the shape of the gold labels of inspections.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assets.evaluation.gold import read_gold
from assets.evaluation.measures import Evaluation, evaluate
from assets.publications.model import Publication
from assets.tables.files import ReadFile
from tests.assets.reading import make_tables, read_file, read_listings
from warehouse.kinds import kinds
from warehouse.reference import reference_rows

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "assets" / "letters" / "sample"
GOLDEN = ROOT / "tests" / "golden" / "inspections"
NAMES = sorted(path.stem for path in (SAMPLE / "reports").glob("*.pdf"))


@pytest.fixture(scope="module")
def read() -> dict[str, ReadFile]:
    return {
        path.stem: read_file(path, listing)
        for path, listing in read_listings(SAMPLE)
        if path.stem in NAMES
    }


@pytest.fixture(scope="module")
def scored(read: dict[str, ReadFile], tmp_path_factory: pytest.TempPathFactory) -> Evaluation:
    labels = tmp_path_factory.mktemp("gold")
    (labels / "inspections").symlink_to(GOLDEN)
    _, frames = make_tables(read.values(), reference_rows(SAMPLE / "authorities.csv"))
    return evaluate(read_gold(labels), frames)


def report(read: dict[str, ReadFile], name: str) -> Publication:
    result = read[name].result
    assert isinstance(result, Publication), result
    return result


def test_every_report_has_a_golden_file_and_every_kind_a_report(read: dict[str, ReadFile]) -> None:
    assert sorted(path.stem for path in GOLDEN.rglob("*.json")) == NAMES
    found = {report(read, name).document_kind for name in NAMES}
    assert found == {code for code, kind in kinds().items() if kind.parser} - {"focused_visit"}


@pytest.mark.parametrize("name", NAMES)
def test_every_field_of_every_report_is_right(name: str, scored: Evaluation) -> None:
    misses: dict[str, tuple[Any, Any]] = {
        miss.field: (miss.expected, miss.found)
        for miss in scored.misses
        if Path(miss.letter).name == name
    }
    assert misses == {}


def test_all_of_them_are_scored(scored: Evaluation) -> None:
    assert (scored.labelled_letters, scored.unpublished) == (len(NAMES), ())


def test_nothing_about_them_is_odd(read: dict[str, ReadFile]) -> None:
    assert [(name, signal) for name in NAMES for signal in report(read, name).signals] == []
