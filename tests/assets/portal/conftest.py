"""What the tests of the portal share: that of the sample, with an address and with pictures."""

from dataclasses import replace
from pathlib import Path

import pytest

from assets.portal.build import make_portal
from assets.portal.settings import PortalMaking, PortalSettings
from tests.conftest import MakeOnce

URL = "https://letters.example.org/portal/"
SETTINGS = PortalSettings.model_validate(
    {
        "url": URL,
        "report_errors_to": "https://example.org/report?about={id}",
        "workbooks": False,
    }
)


@pytest.fixture(scope="session")
def making(released: Path, tmp_path_factory: pytest.TempPathFactory) -> PortalMaking:
    """What a portal of the sample is made with."""
    to = tmp_path_factory.mktemp("portal") / "portal"
    return PortalMaking(released, to, archive=released / "archive", settings=SETTINGS)


@pytest.fixture(scope="session")
def portal(making: PortalMaking, make_once: MakeOnce) -> Path:
    """The portal of the sample; not to be changed."""

    def write(folder: Path) -> None:
        make_portal(replace(making, to=folder / "portal"))

    return make_once("portal", write) / "portal"
