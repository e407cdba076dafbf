"""What a release says of itself is true of letters of Ofsted, and of the sample."""

from datetime import date

import pytest

from assets.release.release_info import ReleaseInfo
from warehouse.codes import code_list

REAL = sorted(set(code_list("source")) - {"sample"})


def info(source: str) -> ReleaseInfo:
    return ReleaseInfo("1.2.0", date(2026, 2, 3), source, {})


@pytest.mark.parametrize("source", REAL)
def test_letters_of_ofsted_are_crown_copyright(source: str) -> None:
    of = info(source)
    assert of.licence.id == "OGL-UK-3.0"
    assert "© Crown copyright" in of.attribution
    assert "What the project adds" in of.attribution
    assert of.citation.endswith("Open Government Licence v3.0.")
    assert of.file_stem == "ofsted-letters"
    assert "ade up" not in f"{of.summary} {of.attribution} {of.citation} {of.title}"


def test_the_sample_is_made_up_and_the_projects_own() -> None:
    of = info("sample")
    assert of.licence.id == "MIT"
    assert "Crown" not in f"{of.attribution} {of.summary} {of.citation}"
    assert "Office for National Statistics" in of.attribution
    assert of.citation.endswith("MIT licence.")
    assert of.file_stem == "ofsted-letters-sample"
    for text in (of.citation, f"{of.summary} {of.attribution}"):
        assert text.count("ade up") == 1
