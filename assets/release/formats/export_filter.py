"""What somebody asks for, who wants a part of a release, and in which form.

Here belongs what the command line needs before anything is done: what can be asked for, and which
form is meant. What is found for it is in `export`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path


class FilterError(ValueError):
    """What was asked for cannot be understood; the message says why, and what would help."""


class ExportFormat(StrEnum):
    """How a part of a release is written."""

    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"
    JSON = "json"

    @property
    def is_folder(self) -> bool:
        """Whether it is several files in a folder."""
        return self in (ExportFormat.CSV, ExportFormat.PARQUET)


@dataclass(frozen=True, slots=True)
class ExportFilter:
    """What somebody asks for; all of it must hold, and of each option one of those named.

    Attributes:
        authorities: Names, codes or numbers of authorities.
        topics: Codes or labels of topics.
        kinds: Codes or labels of kinds of document; one text may name several, with commas.
        years: Years of a visit's first day: `2023`, or `2021-2023`.
        since: A day, as `2024-03-31`: of what was published or amended on it or later.
        where: Conditions in SQL on the columns of the view `findings_with_visits`, all of which
            must hold.
        has_neighbours: Whether the statistical neighbours of the authorities are asked for too.
    """

    authorities: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    years: tuple[str, ...] = ()
    since: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    has_neighbours: bool = False

    @property
    def options(self) -> Mapping[str, tuple[str, ...]]:
        """What was asked for by each option."""
        return {
            "authority": self.authorities,
            "topic": self.topics,
            "kind": self.kinds,
            "year": self.years,
            "since": self.since,
            "where": self.where,
        }

    def __post_init__(self) -> None:
        """Refuse values that say nothing, as of a variable that is not set.

        Raises:
            FilterError: If there is one.
        """
        for option, values in self.options.items():
            if not all(value.strip() for value in values):
                raise FilterError(f"--{option} is given and empty: say which, or leave it out.")
        if self.has_neighbours and not self.authorities:
            raise FilterError("--neighbours needs an --authority whose neighbours are meant.")
        for day in self.since:
            try:
                date.fromisoformat(day.strip())
            except ValueError as error:
                raise FilterError(f"{day} is no day: write --since 2024-03-31.") from error

    @property
    def is_part(self) -> bool:
        """Whether anything was asked for; else it is everything."""
        return any(self.options.values())

    @property
    def limits(self) -> tuple[str, ...]:
        """What coverage and quarantine are limited to."""
        asked = {
            "authorities": self.authorities,
            "kinds of document": self.kinds,
            "years": self.years,
        }
        return tuple(what for what, values in asked.items() if values)

    def __str__(self) -> str:
        """What was chosen, in words."""
        beside = {"authority": " with its statistical neighbours" if self.has_neighbours else ""}
        parts = [
            f"{option} {' or '.join(values)}{beside.get(option, '')}"
            for option, values in self.options.items()
            if values and option != "where"
        ]
        return "; ".join([*parts, *(f"where {one}" for one in self.where)]) or "everything"


def chosen_form(form: ExportFormat | None, output: Path | None) -> ExportFormat:
    """The form that is meant: the one named, else that of the file's ending, else a workbook.

    Args:
        form: The form that was named.
        output: Where the part is to go, as far as that was said.

    Raises:
        FilterError: The ending is not that of the form, or is that of one file where there are
            several.
    """
    ending = output.suffix.casefold() if output else ""
    by_ending = next((one for one in ExportFormat if ending == f".{one}"), None)
    meant = form or by_ending or ExportFormat.XLSX
    if output is None or (by_ending is None if meant.is_folder else meant is by_ending):
        return meant
    if by_ending is None:
        raise FilterError(
            f"{output} does not end in .{meant}, as a part as {meant} does. Write --output "
            f"{output}.{meant}, or name another --format."
        )
    if meant.is_folder:
        problem = f"is the name of a file, and a part as {meant} is a folder of several"
        write = f"--format {meant} --output {output.with_suffix('')}"
    else:
        problem = f"ends in {ending}, and --format is {meant}"
        write = f"--output {output.with_suffix(f'.{meant}')}"
    otherwise = "" if by_ending.is_folder else f", or --format {by_ending}"
    raise FilterError(f"{output} {problem}. Write {write}{otherwise}.")
