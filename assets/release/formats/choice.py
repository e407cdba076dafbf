"""What somebody asks for, who wants a part of a release, and in which form.

Here belongs what the command line needs before anything is done: what can be asked for, and which
form is meant. What is found for it is in `export`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class ChoiceError(ValueError):
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
class Choice:
    """What somebody asks for; all of it must hold, and of each kind one of those named.

    Attributes:
        authorities: Names, codes or numbers of authorities.
        topics: Codes or labels of topics.
        years: Years of a visit's first day: `2023`, or `2021-2023`.
        where: Conditions in SQL on the columns of the view `findings_with_visits`, all of which
            must hold.
    """

    authorities: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    years: tuple[str, ...] = ()
    where: tuple[str, ...] = ()

    def check(self) -> None:
        """Refuse values that say nothing, as of a variable that is not set.

        Raises:
            ChoiceError: If there is one.
        """
        for option, values in (
            ("--authority", self.authorities),
            ("--topic", self.topics),
            ("--year", self.years),
            ("--where", self.where),
        ):
            if not all(value.strip() for value in values):
                raise ChoiceError(f"{option} is given and empty: say which, or leave it out.")

    def __str__(self) -> str:
        """What was chosen, in words."""
        parts = [
            f"{kind} {' or '.join(values)}"
            for kind, values in (
                ("authority", self.authorities),
                ("topic", self.topics),
                ("year", self.years),
            )
            if values
        ]
        return "; ".join([*parts, *(f"where {one}" for one in self.where)]) or "everything"


def chosen_form(form: ExportFormat | None, output: Path | None) -> ExportFormat:
    """The form that is meant: the one named, else that of the file's ending, else a workbook.

    Args:
        form: The form that was named.
        output: Where the part is to go, as far as that was said.

    Raises:
        ChoiceError: The ending is not that of the form, or is that of one file where there are
            several.
    """
    ending = output.suffix.casefold() if output else ""
    by_ending = next((one for one in ExportFormat if ending == f".{one}"), None)
    meant = form or by_ending or ExportFormat.XLSX
    if output is None or (by_ending is None if meant.is_folder else meant is by_ending):
        return meant
    if by_ending is None:
        raise ChoiceError(
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
    raise ChoiceError(f"{output} {problem}. Write {write}{otherwise}.")
