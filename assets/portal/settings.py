"""What the operator says of the portal: settings of the environment, read once."""

from pydantic import Field, HttpUrl
from pydantic_settings import BaseSettings, SettingsConfigDict

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
