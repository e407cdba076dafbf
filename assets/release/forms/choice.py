"""What somebody asks for, who wants a part of a release, and in which form.

Here belong only these two, as the command line needs them before anything is done.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ExportFormat(StrEnum):
    """How a part of a release is written."""

    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody asks for; all of it must hold, and of each kind one of those named.

    Attributes:
        authorities: Names, codes or numbers of authorities.
        topics: Codes or labels of topics.
        years: Years of a visit's first day: `2023`, or `2021-2023`.
        where: A condition in SQL on the columns of the view `findings_with_visits`.
    """

    authorities: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    years: tuple[str, ...] = ()
    where: str | None = None

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
        return "; ".join([*parts, *([f"where {self.where}"] if self.where else [])]) or "everything"
