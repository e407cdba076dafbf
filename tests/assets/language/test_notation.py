"""Entities, escapes, links and tags are read as what they stand for."""

from __future__ import annotations

import pytest

from assets.language.notation import with_signs, without_notation


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("Plans &amp; reviews &lt;5 &#8217;s&nbsp;own", ["Plans & reviews <5 ’s\u00a0own"]),
        (r"R\_D, 1\. a\*b and \[sic\] \\ end", [r"R_D, 1. a*b and [sic] \ end"]),
        (r"**a\*b**", ["**a*b**"]),
        ("the [plan](https://x.org/a) and ![](a.png)reviews[^1]", ["the plan and reviews"]),
        ("practice?<sup>1</sup> <u>Plans</u> <!-- no --> are", ["practice? Plans  are"]),
        ("Una Hale<br>Director<br/>Tarn", ["Una Hale", "Director", "Tarn"]),
        ("Una Hale\\", ["Una Hale"]),
        ("> > Plans are", ["Plans are"]),
        ("| Una Hale | Director |", [" Una Hale ", " Director "]),
        ("|---|:--:|", [""]),
        ("::: {.box}", [""]),
        ("[image1]: <data:image/png;base64,AA>", [""]),
        ("# Main findings {#main .x}", ["# Main findings"]),
        ("AT&T; fewer & more; <5 of 6; 2 > 1; a|b", ["AT&T; fewer & more; <5 of 6; 2 > 1; a|b"]),
        ("[^1]: A note", ["[^1]: A note"]),
        ("Plans are clear.", ["Plans are clear."]),
    ],
)
def test_a_line_is_read_as_a_reader_sees_it(line: str, read: list[str]) -> None:
    assert [with_signs(part) for part in without_notation(line)] == read
