"""Stands in for `gh release` in tests: releases are folders, and assets the files in them.

It knows the commands that github_release.py uses, and no other. A folder with a file `.draft` is a
draft; files named `*.part` are assets whose upload was cut off.
"""

import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any


@dataclass
class FakeGh:
    """GitHub's releases of one repository.

    Attributes:
        releases: The folder that they lie in.
        broken: A command that fails: `list`, `view`, …
        cuts: Whether every upload is cut off, though gh says nothing of it.
        grew: A file that is told to have a byte more than it has.
        calls: The commands that were given.
    """

    releases: Path
    broken: str | None = None
    cuts: bool = False
    grew: str | None = None
    calls: list[str] = field(default_factory=list)

    def run(self, command: list[Any], **_: Any) -> CompletedProcess[str]:
        """Stand in for `subprocess.run`."""
        program, release, name, *rest = map(str, command)
        assert (program, release) == ("gh", "release")
        self.calls.append(name)
        if name == self.broken:
            return CompletedProcess(command, 1, "")
        if name != "list" and name != "create" and not (self.releases / rest[0]).is_dir():
            return CompletedProcess(command, 1, "release not found")
        said = getattr(self, name.replace("-", "_"))(*rest)
        return CompletedProcess(command, 0, json.dumps(said))

    def list(self, *options: str) -> Any:
        assert options[-2:] == ("--json", "tagName,isDraft")
        return [
            {"tagName": path.name, "isDraft": (path / ".draft").exists()}
            for path in sorted(self.releases.iterdir())
        ]

    def view(self, release: str, *options: str) -> Any:
        assert options == ("--json", "assets")
        assets = [
            {
                "name": path.name.removesuffix(".part"),
                "size": path.stat().st_size + (path.name == self.grew),
                "state": "starter" if path.suffix == ".part" else "uploaded",
            }
            for path in sorted((self.releases / release).glob("[!.]*"), reverse=True)
        ]
        return {"assets": assets}

    def create(self, release: str, *options: str) -> None:
        (self.releases / release).mkdir()
        if "--draft" in options:
            (self.releases / release / ".draft").touch()
        first = next(at for at, option in enumerate(options) if option.startswith("--"))
        self.upload(release, *options[:first])

    def upload(self, release: str, *files: str) -> None:
        for file in map(Path, files):
            to = self.releases / release / (file.name + ".part" * self.cuts)
            assert not to.exists(), "asset under the same name already exists"
            shutil.copyfile(file, to)

    def download(self, release: str, *options: str) -> None:
        pattern = options[options.index("--pattern") + 1] if "--pattern" in options else "[!.]*"
        for path in (self.releases / release).glob(pattern):
            shutil.copy(path, options[options.index("--dir") + 1])

    def edit(self, release: str, *options: str) -> None:
        assert "--draft=false" in options
        (self.releases / release / ".draft").unlink()

    def delete(self, release: str, *options: str) -> None:
        assert options == ("--yes",)
        shutil.rmtree(self.releases / release)

    def delete_asset(self, release: str, name: str, *options: str) -> None:
        assert options == ("--yes",)
        (self.releases / release / name).unlink()
