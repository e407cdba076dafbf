"""What the repository says of itself: what is put under git, and who imports whom."""

import re
from pathlib import Path

from tools.architecture import with_picture

ROOT = Path(__file__).parent.parent


def test_what_the_readme_writes_is_ignored_by_git() -> None:
    """Real letters are never committed by mistake."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    outs = set(re.findall(r"--out ([a-z]+)", readme))
    assert outs >= {"real", "mine"}
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    assert {f"/{out}/" for out in outs | {"data"}} <= set(ignored)


def test_the_picture_of_the_rooms_is_that_of_the_imports() -> None:
    """Where it is not, `python tools/architecture.py` draws it anew."""
    page = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    assert with_picture(page) == page
