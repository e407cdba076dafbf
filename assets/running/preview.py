"""The first rows of anything as a Markdown table, as Dagster's pages show it."""

from collections.abc import Iterable, Mapping
from itertools import islice

from warehouse.shown import cell

ROWS = 5
CHARACTERS = 60


def markdown_table(rows: Iterable[Mapping[str, object]]) -> str:
    """The first rows, with long text cut; an empty string if there are none."""
    head = list(islice(rows, ROWS))
    if not head:
        return ""
    columns = list(head[0])
    lines = [columns, ["---"] * len(columns)]
    lines += [[_cell(row[column]) for column in columns] for row in head]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(value: object) -> str:
    text = "" if value is None else " ".join(str(value).split())
    if len(text) > CHARACTERS:
        text = text[: CHARACTERS - 1].rstrip() + "…"
    return cell(text)
