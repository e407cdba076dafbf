"""The page on how good the data are says what was measured."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from assets.tables.measured import measured_rows

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
    with pytest.raises(ValueError, match="no place for the table valence"):
        quality.fill("<!-- table fields -->\n<!-- end -->", measured_rows())


@pytest.mark.parametrize("name", ["quality.md", "model_card.md", "questions.md"])
def test_links_and_pictures_lead_somewhere(name: str) -> None:
    page = (ROOT / "docs" / name).read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", page)
    assert links
    for link in links:
        if not link.startswith("https://"):
            assert (ROOT / "docs" / link).exists(), link
