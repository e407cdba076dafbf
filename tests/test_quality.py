"""The page on how good the data are says what was measured."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path, PurePosixPath
from types import ModuleType

import pytest

from assets.evaluation.fields import LETTER_FIELDS
from assets.evaluation.gold import read_gold
from assets.findings.lexicon import KINDS
from assets.release.notes import measured_of_follow_ups
from assets.tables.measured import measured_rows
from warehouse.codes import code_list

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def quality() -> ModuleType:
    """A module of `tools`, which is no package."""
    spec = importlib.util.spec_from_file_location("page", ROOT / "tools" / "quality_page.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_has_the_measures_that_are_published(quality: ModuleType) -> None:
    page = quality.PAGE.read_text(encoding="utf-8")
    assert quality.fill(page, measured_rows()) == page, "run tools/measure.py"


def test_a_measure_that_changes_changes_the_page(quality: ModuleType) -> None:
    page = quality.PAGE.read_text(encoding="utf-8")
    rows = [row | {"value": 0.1234} for row in measured_rows()]
    assert "0.123 (" in quality.fill(page, rows)


def test_a_page_without_a_place_for_a_table_is_told(quality: ModuleType) -> None:
    places = "".join(
        f"<!-- table {name} -->\n<!-- end -->"
        for name in ("kept_out", "fields", "inspections", "kinds")
    )
    with pytest.raises(ValueError, match="no place for the table valence"):
        quality.fill(places, measured_rows())


def test_the_kinds_of_the_lexicon_are_explained_to_reviewers() -> None:
    card = (ROOT / "docs" / "model_card.md").read_text(encoding="utf-8")
    table = card.split("<!-- kinds -->")[1].split("<!-- end -->")[0]
    assert dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", table, re.M)) == KINDS


def test_the_labels_that_the_page_shows_can_be_read(quality: ModuleType, tmp_path: Path) -> None:
    page = quality.PAGE.read_text(encoding="utf-8")
    letter, sentence = re.findall(r"^```json\n(.*?)^```$", page, re.M | re.S)
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "ashmere_2021-11-30.json").write_text(letter, encoding="utf-8")
    (tmp_path / "statements.jsonl").write_text(sentence, encoding="utf-8")
    gold = read_gold(tmp_path)
    assert gold.unknown == {}
    # Every field that is measured is shown, and its items can be made.
    (label,) = gold.letters.values()
    assert {field.label for field in LETTER_FIELDS} == set(label)
    assert all(field.expected(label) or not label[field.label] for field in LETTER_FIELDS)
    assert {PurePosixPath(one["file"]).stem for one in gold.sentences} == set(gold.letters)


@pytest.mark.parametrize(
    "page", ["README.md", "docs/model_card.md", "assets/release/responsible_use.md"]
)
def test_pages_give_the_figures_of_letters_kept_out(page: str) -> None:
    text = " ".join((ROOT / page).read_text(encoding="utf-8").split())
    wanted = {"basis": "kept_out", "document_kind": "focused_visit", "era": "all"}
    measured = {
        (row["field"], row["code"], row["metric"]): row["value"]
        for row in measured_rows()
        if wanted.items() <= row.items()
    }
    assert f"{measured['valence_code', 'all', 'accuracy']:.1%}" in text
    assert f"{measured['valence_code', 'concern', 'f1']:.2f}" in text
    assert f"{measured['topic_code', 'all', 'f1']:.2f}" in text


@pytest.mark.parametrize("name", ["quality.md", "model_card.md", "questions.md"])
def test_links_and_pictures_lead_somewhere(name: str) -> None:
    page = (ROOT / "docs" / name).read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", page)
    assert links
    for link in links:
        if not link.startswith("https://"):
            assert (ROOT / "docs" / link).exists(), link


#: The rows of the table in docs/follow_ups.md, with the measure that each tells.
OF_FOLLOW_UPS = {
    "status right": "follow_ups status_code all accuracy",
    "macro F1 over four statuses": "follow_ups status_code all macro_f1",
    "revisited: precision": "revisited precision",
    "revisited: recall": "revisited recall",
    "status where both say revisited": "status of those",
    **{
        f"F1 of `{code}`": f"follow_ups status_code {code} f1"
        for code in code_list("follow_up_status")
    },
    "asked again: precision": "follow_ups is_asked_again all precision",
    "asked again: recall": "follow_ups is_asked_again all recall",
    "a labelled sentence among the first two": "follow_up_evidence evidence_finding_id all recall",
}


def test_the_page_on_follow_ups_has_the_measures_that_were_learnt_with_them() -> None:
    page = (ROOT / "docs" / "follow_ups.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| ([^|]+) \| (\d\.\d\d \| \d\.\d\d to \d\.\d\d) \|", page, re.M))
    measured = measured_of_follow_ups()
    assert told == {
        row: "{value:.2f} | {low:.2f} to {high:.2f}".format(**measured[measure])
        for row, measure in OF_FOLLOW_UPS.items()
    }
