"""What docs/operating.md says of each setting of the site is what the program says of it."""

from pathlib import Path

import pytest

from assets.letters.site.settings import PREFIX, SiteSettings

OPERATING = Path(__file__).parents[2] / "docs" / "operating.md"


def row(name: str) -> str:
    field = SiteSettings.model_fields[name]
    default = SiteSettings.model_construct().model_dump(mode="json")[name]
    shown = "" if default is None else f"{default:.3g}" if isinstance(default, float) else default
    return f"| `{PREFIX}{name.upper()}` | {shown} | {field.description} |"


@pytest.mark.parametrize("name", SiteSettings.model_fields)
def test_every_setting_stands_in_the_table(name: str) -> None:
    assert row(name) in OPERATING.read_text().splitlines()
