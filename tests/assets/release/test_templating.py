"""Values in Markdown stay what they are, whatever is in them."""

import re

import pytest

from assets.release.templating import code_span
from warehouse.shown import cell


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("Ashmere", "Ashmere"),
        ("inspection_2021-10-26.pdf", "inspection_2021-10-26.pdf"),
        ("a|b", r"a\|b"),
        (r"a\|b", r"a\\\|b"),
        ("<img src=x>", r"\<img src=x\>"),
        ("[press](http://example.org)", r"\[press\](http://example.org)"),
        ("*new* `x` _y_", r"\*new\* \`x\` \_y\_"),
        ("&lt;", r"\&lt;"),
        ("one\n\n# two\r\n| three", r"one # two \| three"),
        (7, "7"),
    ],
)
def test_words(value: object, written: str) -> None:
    assert cell(value) == written
    assert not re.search(r"(?<!\\)(?:\\\\)*[|<>\[\]`*]", cell(value))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("plain <b> *text*", "`plain <b> *text*`"),
        ("say `this`, please", "``say `this`, please``"),
        ("`this`", "`` `this` ``"),
        ("``two`` and `one`", "``` ``two`` and `one` ```"),
        ("two\nlines", "`two lines`"),
        ("a|b", r"a\|b"),
        ("", ""),
    ],
)
def test_code(value: str, written: str) -> None:
    assert code_span(value) == written
