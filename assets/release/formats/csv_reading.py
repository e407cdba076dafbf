"""How programs read the CSV files of a release so that every value comes back as it is.

Here belong the calls that the page beside the files prints, made from the columns of a file. A
program that guesses makes a number of a code that looks like one; so each call names the columns
that hold text.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence

_WIDTH = 96


def read_calls(file: str, texts: Sequence[str]) -> Mapping[str, str]:
    """The calls by program: `python` (what both others name), `polars`, `pandas`, `r`, `duckdb`.

    Args:
        file: The file's name.
        texts: Its columns that hold text.
    """
    return {
        "python": f'text = """{_wrapped(texts, " ", 4)}""".split()',
        "polars": (
            f'polars.read_csv("{file}", schema_overrides=dict.fromkeys(text, polars.String),\n'
            "    try_parse_dates=True, infer_schema_length=None)"
        ),
        "pandas": (
            f'pandas.read_csv("{file}", dtype=dict.fromkeys(text, "string"),\n'
            '    keep_default_na=False, na_values=[""])'
        ),
        "r": (
            f'readr::read_csv("{file}", na = "", col_types = readr::cols(\n    '
            + _wrapped((name + ' = "c"' for name in texts), ", ", 4)
            + "))"
        ),
        "duckdb": (
            f"SELECT * FROM read_csv('{file}', header = true, sample_size = -1,\n"
            "    allow_quoted_nulls = false, types = {\n    "
            + _wrapped((f"'{name}': 'VARCHAR'" for name in texts), ", ", 4)
            + "})"
        ),
    }


def _wrapped(parts: Iterable[str], between: str, indent: int) -> str:
    """Parts over several lines, none of them broken."""
    # A blank within a part is no place to break a line.
    text = between.join(part.replace(" ", "\0") for part in parts)
    lines = textwrap.wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False)
    return f"\n{' ' * indent}".join(lines).replace("\0", " ")
