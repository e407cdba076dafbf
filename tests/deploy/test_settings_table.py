"""What the pages for operators say of each setting is what the program says of it."""

from pathlib import Path

import pytest
from pydantic_settings import BaseSettings

from assets.letters.site.settings import SiteSettings
from assets.portal.settings import PortalSettings
from assets.publishing.settings import PublishingSettings

DOCS = Path(__file__).parents[2] / "docs"
TABLES = {SiteSettings: "operating", PortalSettings: "operating", PublishingSettings: "publishing"}


def row(settings: type[BaseSettings], name: str) -> str:
    field = settings.model_fields[name]
    default = settings.model_construct().model_dump(mode="json")[name]
    shown = "" if default is None else f"{default:.3g}" if type(default) is float else default
    shown = str(shown).lower() if type(default) is bool else shown
    prefix = settings.model_config["env_prefix"]
    return f"| `{prefix}{name.upper()}` | {shown} | {field.description} |"


@pytest.mark.parametrize(
    ("settings", "name"), [(one, name) for one in TABLES for name in one.model_fields]
)
def test_every_setting_stands_in_the_table(settings: type[BaseSettings], name: str) -> None:
    page = DOCS / f"{TABLES[settings]}.md"
    assert row(settings, name) in page.read_text().splitlines()
