"""What the repository says of itself: what a reader is told to write is not put under git."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_what_the_readme_writes_is_ignored_by_git() -> None:
    """Real letters are never committed by mistake."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    outs = set(re.findall(r"--out ([a-z]+)", readme))
    assert outs >= {"real", "mine"}
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    assert {f"/{out}/" for out in outs | {"data"}} <= set(ignored)
