"""Tables that people keep by hand, as CSV files: read whole, or refused with the line at fault."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path


def numbered_rows(
    path: Path, fields: Sequence[str] = (), error: type[ValueError] = ValueError
) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a file, each with the number of its line.

    Args:
        path: The file.
        fields: What its first line must say; anything if empty.
        error: The type of what is raised.

    Raises:
        ValueError: Of that type: it is no such file, or a row has not as many cells as the first
            line, as where a text with a comma does not stand in quotes.
    """
    try:
        # Some spreadsheets put a mark before the first letter.
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            if fields and tuple(reader.fieldnames or ()) != tuple(fields):
                raise error(f"{path.name}: the first line must be {','.join(fields)}")
            for row in reader:
                if None in row or None in row.values():
                    raise error(
                        f"{path.name}, line {reader.line_num}: not as many cells as the first line "
                        "has (a text with a comma stands in quotes)"
                    )
                yield reader.line_num, row
    except (UnicodeDecodeError, csv.Error) as fault:
        raise error(f"{path.name} is not a CSV file in UTF-8: {fault}") from fault


def read_rows(
    path: Path, fields: Sequence[str] = (), error: type[ValueError] = ValueError
) -> list[dict[str, str]]:
    """The rows alone; otherwise as `numbered_rows`."""
    return [row for _, row in numbered_rows(path, fields, error)]
