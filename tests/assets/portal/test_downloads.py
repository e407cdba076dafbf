"""What can be taken home: earlier releases too, wherever their files are."""

import shutil
from pathlib import Path

from assets.portal.downloads import earlier_releases
from assets.release.store import ReleaseStore
from tests.assets.release.test_store import put


def test_earlier_releases_are_listed_with_the_addresses_of_their_files(tmp_path: Path) -> None:
    store = ReleaseStore(tmp_path)
    for version in ("1.0.0", "1.0.1", "1.0.2", "1.0.3"):
        put(store, version)
    store.write_index(
        {version: f"https://example.org/{version}/" for version in ("1.0.0", "1.0.1")}
    )
    shutil.rmtree(store.folder / "1.0.0")
    earlier = earlier_releases(store.find("1.0.2"))
    assert [(one["version"], one["has_page"]) for one in earlier] == [
        ("1.0.1", True),
        ("1.0.0", False),
    ]
    assert earlier[1]["files"] == {"SHA256SUMS": "https://example.org/1.0.0/SHA256SUMS"}
