"""Our scripts hold what their comments say of types, as TypeScript sees it."""

import subprocess
from pathlib import Path

import pytest

from assets.portal import site

CHECK = (
    "--noEmit --allowJs --checkJs --strict --target es2022 --module esnext "
    "--moduleResolution bundler --lib"
).split()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("library", "worker"), [("es2023,dom,dom.iterable", False), ("es2023,webworker", True)]
)
def test_scripts_are_sound_in_their_types(tools: Path, library: str, worker: bool) -> None:
    scripts = [one for one in site._STATIC.glob("*.js") if one.stem.endswith("worker") == worker]
    program = tools / "typescript" / "bin" / "tsc"
    done = subprocess.run(
        ["node", program, *CHECK, library, *scripts], capture_output=True, text=True, check=False
    )
    assert scripts
    assert done.returncode == 0, done.stdout
