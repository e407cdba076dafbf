"""What the operator says of the portal: settings of the environment, read once.

And what a portal is made with: it is known before what makes one is imported.
"""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from pydantic import Field, HttpUrl
from pydantic_settings import BaseSettings, SettingsConfigDict

from assets.letters.workspace import Progress

PREFIX = "OFSTED_LETTERS_PORTAL_"


class PortalSettings(BaseSettings):
    """How the portal is made; variables that begin with `OFSTED_LETTERS_PORTAL_`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True)

    url: HttpUrl | None = Field(
        default=None,
        description="The address at which the portal will stand. Without one there are no feeds, "
        "no map of the site, and no addresses in citations.",
    )
    report_errors_to: str | None = Field(
        default=None,
        pattern=r"^(https://|mailto:)\S+$",
        description="Where readers report an error: an address of the web or `mailto:`. `{id}` in "
        "it becomes the id of the finding or visit.",
    )
    workbooks: bool = Field(
        default=True,
        description="Whether each council's part is made as a workbook too: half a second each.",
    )


@dataclass(frozen=True, slots=True)
class PortalMaking:
    """What a portal is made with.

    Attributes:
        out: The folder of a run, in which releases are.
        to: Where the portal is put; `None` is `portal` in that folder.
        release: Which release it shows; `None` is the newest.
        archive: The archived letters that pictures are made from; `None` where there are none.
        settings: What the operator says of it.
        last_run: The day of the last run, which need not have found anything new; `None` where
            nobody knows.
        progress: Is told how far the work is.
    """

    out: Path
    to: Path | None = None
    release: str | None = None
    archive: Path | None = None
    settings: PortalSettings = field(default_factory=PortalSettings)
    last_run: date | None = None
    progress: Progress = lambda stage, done, total: None

    @property
    def place(self) -> Path:
        """Where the portal is put."""
        return self.to or self.out / "portal"
