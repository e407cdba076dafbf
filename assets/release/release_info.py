"""What a release is, and what it says of itself: title, licence, attribution, how to cite it.

Here belong the sentences that every form of a release repeats in its own way, so that they are
written once. How a form holds them is the business of whoever writes it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec

NAME = "ofsted-letters"
AUTHOR = "The ofsted-letters project"
SOURCE_TITLE = "Ofsted: reports and letters on inspections and visits"
SOURCE_URL = "https://reports.ofsted.gov.uk/"
#: The file, in every release, on what the data can and cannot say.
RESPONSIBLE_USE_FILE = "responsible_use.md"


class Licence(msgspec.Struct, frozen=True):
    """A licence under which a release may be used.

    Attributes:
        name: What it is called.
        id: Its identifier in the list of SPDX.
        url: Its text.
    """

    name: str
    id: str
    url: str


class Words(msgspec.Struct, frozen=True):
    """What releases of one kind of source say of themselves; see `release_words.toml`."""

    title: str
    file_stem: str
    summary: str
    attribution: str
    licence: Licence
    remark: str | None = None


_WORDS_FILE = Path(__file__).with_name("release_words.toml")
WORDS = msgspec.convert(tomllib.loads(_WORDS_FILE.read_text(encoding="utf-8")), dict[str, Words])


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
        return self._words.title

    @property
    def summary(self) -> str:
        """What it is, in a sentence or two."""
        return self._words.summary

    @property
    def licence(self) -> Licence:
        """Under which it may be used."""
        return self._words.licence

    @property
    def attribution(self) -> str:
        """The statement that whoever passes the data on has to pass on too."""
        return self._words.attribution

    @property
    def citation(self) -> str:
        """How to cite it, in one line."""
        remark = f" {self._words.remark}" if self._words.remark else ""
        return (
            f"{AUTHOR} ({self.released.year}): {self.title}. Version {self.version}, "
            f"{self.released.isoformat()}.{remark} {self.licence.name}."
        )

    @property
    def file_stem(self) -> str:
        """What files of the whole release are called, without their ending."""
        return self._words.file_stem

    @property
    def _words(self) -> Words:
        return WORDS["sample" if self.is_made_up else "ofsted"]
