"""How the program behaves towards Ofsted's site, and where that is: settings of the environment.

Here belong the settings, their bounds and what each means. They are read from variables that begin
with `OFSTED_LETTERS_`, e.g. `OFSTED_LETTERS_PAUSE_SECONDS`.
"""

import re
from importlib.metadata import version
from urllib.parse import urlsplit

from pydantic import Field, HttpUrl, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from warehouse.hosts import is_loopback

PREFIX = "OFSTED_LETTERS_"

#: What else may stand in the environment under that prefix.
OTHER_SETTINGS = frozenset(
    "CACHE LOCK_SECONDS OUT SOURCE CLUSTER SHARED PORTAL_URL PORTAL_REPORT_ERRORS_TO "
    "PORTAL_WORKBOOKS PUBLISH_TO ZENODO_TOKEN ZENODO_URL".split()
)

#: The name under which the program asks, and which robots.txt may address.
PRODUCT = "ofsted-letters"

OFSTED = HttpUrl("https://reports.ofsted.gov.uk")
OFSTED_FILES = HttpUrl("https://files.ofsted.gov.uk")

_NO_CONTACT = "asking a server on its own machine"


class SiteSettings(BaseSettings):
    """How the program behaves towards the site."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True)

    site_url: HttpUrl = Field(OFSTED, description="Where the pages are.")
    files_url: HttpUrl = Field(
        default_factory=lambda known: (
            OFSTED_FILES if known.get("site_url", OFSTED) == OFSTED else known["site_url"]
        ),
        description="Where the files are; where the pages are, if these are not at Ofsted's.",
    )
    contact: str | None = Field(
        None,
        description="An e-mail address, or the address of a page, where whoever runs the site can "
        "reach whoever runs the program. It is part of the user agent.",
    )
    requests_at_once: int = Field(
        2, ge=1, le=2, description="How many requests one host may have at a time."
    )
    pause_seconds: float = Field(
        0.25,
        ge=0,
        description="How long one host is left alone after any request has begun or ended. A "
        "longer one that its robots.txt asks for is kept.",
    )
    connect_seconds: float = Field(10, gt=0, description="How long a connection may take.")
    read_seconds: float = Field(30, gt=0, description="How long an answer may say nothing.")
    answer_seconds: float = Field(
        120, gt=0, description="How long an answer may take as a whole, from its head to its end."
    )
    attempts: int = Field(
        6,
        ge=1,
        description="How often a request is made that fails in a way that may pass. Of what fails "
        "all the same, as many attempts are made again at the end.",
    )
    first_wait_seconds: float = Field(
        1,
        ge=0,
        description="How long to wait before the second attempt at the most; twice as long before "
        "each further one. How long it is within that is left to chance, so that what failed "
        "together is not asked for together.",
    )
    longest_wait_seconds: float = Field(
        20, ge=0, description="How long to wait before an attempt at the most."
    )
    longest_retry_after_seconds: float = Field(
        300,
        ge=0,
        description="How long a wait that the site itself asks for is obeyed; where it "
        "asks for a longer one, the request fails.",
    )
    most_bytes: int = Field(
        100 * 2**20, gt=0, description="How large a file may be; a page, a tenth of it."
    )
    recheck_share: float = Field(
        1 / 30,
        ge=0,
        le=1,
        description="The share of the files held that are looked at again each day, whether they "
        "were changed in silence.",
    )
    most_lost_share: float = Field(
        0.1,
        ge=0,
        le=1,
        description="The share of the authorities, and of the publications, that may be missing "
        "from the site's list all at once. A single one always may. Where more are, the run stops.",
    )

    @field_validator("contact")
    @classmethod
    def _can_be_reached(cls, contact: str | None) -> str | None:
        if contact is not None and not re.fullmatch(r"(https?://|[!-~]+@)[!-~]{3,200}", contact):
            raise ValueError(
                f"{contact!r} is neither an e-mail address nor the address of a page (https://…); "
                "it may have no spaces and no letters with accents"
            )
        return contact

    @field_validator("site_url", "files_url")
    @classmethod
    def _has_no_more_than_a_path(cls, url: HttpUrl) -> HttpUrl:
        if url.query or url.fragment or url.username or url.password:
            raise ValueError("it may have no query, fragment, user or password")
        return url

    @property
    def user_agent(self) -> str:
        """Who asks, as the site is told."""
        return f"{PRODUCT}/{version(PRODUCT)} (+{self.contact or _NO_CONTACT})"

    @property
    def needs_contact(self) -> bool:
        """Whether the site is another's and nobody has said whom it may turn to."""
        return self.contact is None and not all(
            _is_this_machine(str(url)) for url in (self.site_url, self.files_url)
        )


def _is_this_machine(url: str) -> bool:
    return is_loopback(urlsplit(url).hostname or "")
