"""What a release is, and what it says of itself: title, licence, attribution, how to cite it.

Here belong the sentences that every form of a release repeats in its own way, so that they are
written once. How a form holds them is the business of whoever writes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

NAME = "ofsted-letters"
TITLE = "Ofsted's letters to local authorities on their services for children"
AUTHOR = "The ofsted-letters project"
SOURCE_TITLE = "Ofsted: reports and letters on inspections and visits"
SOURCE_URL = "https://reports.ofsted.gov.uk/"
#: The file, in every release, on what the data can and cannot say.
RESPONSIBLE_USE_FILE = "responsible_use.md"


class Licence(NamedTuple):
    """A licence under which a release may be used.

    Attributes:
        name: What it is called.
        id: Its identifier in the list of SPDX.
        url: Its text.
    """

    name: str
    id: str
    url: str


OGL = Licence(
    "Open Government Licence v3.0",
    "OGL-UK-3.0",
    "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
)
MIT = Licence("MIT licence", "MIT", "https://spdx.org/licenses/MIT.html")

#: As the licence asks for it, of those whose information is used.
ATTRIBUTION = (
    "Contains public sector information licensed under the Open Government Licence v3.0: "
    "letters of Ofsted to local authorities, © Crown copyright; names and codes of authorities "
    "of the Office for National Statistics and the Department for Education. What the project "
    "adds to them (judgements, codes, the database) may be used under the same licence."
)

#: The letters that ship with the project are no public sector information; the list of
#: authorities beside them is.
SAMPLE_ATTRIBUTION = (
    "The letters were written for the ofsted-letters project and are its own, as is what it adds "
    "to them, under the MIT licence. The names and codes of authorities that exist are public "
    "sector information of the Office for National Statistics and the Department for Education, "
    "licensed under the Open Government Licence v3.0."
)

_SUMMARY = (
    "What Ofsted's inspectors told England's councils about their services for children, letter by "
    "letter: visits, inspectors, sections and findings, each finding with its page and its place "
    "there."
)

_SAMPLE_SUMMARY = (
    "Made up: the sample letters that ship with the project, about councils that do not exist. "
    "Not for any use but trying it out: visits, inspectors, sections and findings look as they do "
    "where the letters are Ofsted's."
)


@dataclass(frozen=True, slots=True)
class ReleaseInfo:
    """One release, as its own files speak of it.

    Attributes:
        version: Its semantic version, `1.2.0`.
        released: Its date: the day (UTC) on which the tables that it holds were published.
        source: Where its letters came from, as `letters.source`; `sample` is made up.
        row_counts: How many rows each table has.
    """

    version: str
    released: date
    source: str
    row_counts: Mapping[str, int]

    @property
    def is_made_up(self) -> bool:
        """Whether it holds the sample letters, whose councils do not exist."""
        return self.source == "sample"

    @property
    def title(self) -> str:
        """What it is called."""
        return f"{TITLE} (sample)" if self.is_made_up else TITLE

    @property
    def summary(self) -> str:
        """What it is, in a sentence or two."""
        return _SAMPLE_SUMMARY if self.is_made_up else _SUMMARY

    @property
    def licence(self) -> Licence:
        """Under which it may be used."""
        return MIT if self.is_made_up else OGL

    @property
    def attribution(self) -> str:
        """The statement that whoever passes the data on has to pass on too."""
        return SAMPLE_ATTRIBUTION if self.is_made_up else ATTRIBUTION

    @property
    def citation(self) -> str:
        """How to cite it, in one line."""
        made_up = " Made up, for trying out." if self.is_made_up else ""
        return (
            f"{AUTHOR} ({self.released.year}): {self.title}. Version {self.version}, "
            f"{self.released.isoformat()}.{made_up} {self.licence.name}."
        )

    @property
    def file_stem(self) -> str:
        """What files of the whole release are called, without their ending."""
        return f"{NAME}-sample" if self.is_made_up else NAME
