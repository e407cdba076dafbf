"""What lets a release be made without looking it through, where a test is about something else."""

from contextlib import nullcontext
from pathlib import Path

import pytest

from assets.release import build
from assets.release.verify.verification import Report


def sound(release: Path, *_: object, **__: object) -> Report:
    return Report(release, checks=(), not_looked_at=(), proven=0)


def leave_unverified(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(build, "verify", sound)
    patch.setattr(build, "verify_letters_in_background", lambda *_, **__: nullcontext())
