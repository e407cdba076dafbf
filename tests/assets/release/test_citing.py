"""How documents are cited, in each form."""

from datetime import date

from assets.release.citing import Cited
from assets.release.release_info import ReleaseInfo

INFO = ReleaseInfo("1.2.0", date(2026, 1, 5), "sample", {})
CITED = Cited(
    key="ashmere-2021-1",
    authority="Ashmere & Dunlow",
    kind="Focused visit",
    is_letter=True,
    start=date(2021, 10, 26),
    end=date(2021, 10, 27),
    written=None,
    pages="pages 3 to 4",
)


def test_nothing_in_an_entry_for_bibtex_is_read_as_tex() -> None:
    lines = CITED.bibtex(INFO, "https://example.org/a_b/#c%20d").splitlines()
    assert lines[0] == "@techreport{ashmere-2021-1,"
    assert "Letter to Ashmere \\& Dunlow, focused visit of 26 and 27 October 2021" in lines[2]
    assert lines[3] == "  pages = {3 to 4},"
    assert lines[4].endswith("version 1.2.0, https://example.org/a\\_b/\\#c\\%20d},")


def test_an_undated_document_is_cited_as_one() -> None:
    assert CITED.plain(None).endswith(", undated, pages 3 to 4.")
    assert CITED.apa(INFO, None).startswith("Ofsted. (n.d.). Letter to Ashmere & Dunlow, ")
    assert " (pp. 3 to 4). Quoted from " in CITED.apa(INFO, None)
