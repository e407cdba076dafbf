"""Where releases are published to: settings of the environment, read once.

And what is published: it is known before what publishes is imported.
"""

from dataclasses import dataclass
from pathlib import Path

from pydantic import Field, HttpUrl, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from warehouse.places import PlaceError


class PublishingError(PlaceError):
    """Something cannot be published; the message says why, and what would help."""


class PublishingSettings(BaseSettings):
    """Where to publish; variables that begin with `OFSTED_LETTERS_`."""

    model_config = SettingsConfigDict(
        env_prefix="OFSTED_LETTERS_", env_ignore_empty=True, frozen=True
    )

    publish_to: str | None = Field(
        default=None,
        description="Where `publish` puts releases and the portal: `s3://bucket/folder`, "
        "`file:///folder` or a folder. With Dagster, each new release is then published by itself.",
    )
    zenodo_token: SecretStr | None = Field(
        default=None,
        description="A token of Zenodo's with the scopes `deposit:write` and `deposit:actions`. "
        "Without one, `deposit` writes the metadata only.",
    )
    zenodo_url: HttpUrl = Field(
        default=HttpUrl("https://zenodo.org"),
        description="Which Zenodo: `https://sandbox.zenodo.org` is the one to try things on.",
    )


@dataclass(frozen=True, slots=True)
class Publishing:
    """What is published, and where to.

    Attributes:
        out: The folder of a run, in which releases are.
        to: A folder, or an address as `s3://bucket/folder`.
        portal: The folder of the portal; where there is none, releases alone are published.
    """

    out: Path
    to: str
    portal: Path | None = None
