#!/usr/bin/env python3
"""Stands in for `gh` in tests: releases are folders below FAKE_GH, and assets the files in them.

It knows the commands that github-release.sh uses, and no other. FAKE_GH_BROKEN names commands that
fail (`list`, `view`, …), parted by spaces. Files named `*.part` are assets whose upload was
cut off; FAKE_GH_CUTS makes every upload such a one, though gh says nothing of it.
"""

import json
import os
import shutil
import sys
from pathlib import Path

releases = Path(os.environ["FAKE_GH"])
assert sys.argv[1] == "release", sys.argv
command, *rest = sys.argv[2:]
with (releases.parent / "calls").open("a") as calls:
    print(command, *rest, file=calls)
if command in os.environ.get("FAKE_GH_BROKEN", "").split():
    print("HTTP 502", file=sys.stderr)
    raise SystemExit(1)


def option(name: str) -> str:
    return rest[rest.index(name) + 1]


def take(file: str, release: Path, *, clobber: bool) -> None:
    source = Path(file)
    cut = ".part" if os.environ.get("FAKE_GH_CUTS") else ""
    to = release / (source.name + cut)
    if to.exists() and not clobber:
        raise SystemExit(f"asset under the same name already exists: {source.name}")
    shutil.copyfile(source, to)


if command == "list":
    assert option("--json") == "tagName"
    print(json.dumps([{"tagName": path.name} for path in sorted(releases.iterdir())]))
    raise SystemExit

release = releases / rest[0]
if command == "create":
    release.mkdir()
    take(rest[1], release, clobber=False)
elif not release.is_dir():
    raise SystemExit("release not found")
elif command == "view":
    assets = [
        {
            "name": path.name.removesuffix(".part"),
            "size": path.stat().st_size + (1 if path.name == os.environ.get("FAKE_GH_GREW") else 0),
            "state": "starter" if path.suffix == ".part" else "uploaded",
        }
        for path in sorted(release.iterdir(), reverse=True)
    ]
    print(json.dumps({"assets": assets}))
elif command == "download":
    shutil.copy(release / option("--pattern"), option("--dir"))
elif command == "upload":
    clobber = "--clobber" in rest
    for file in rest[1:]:
        if not file.startswith("--"):
            take(file, release, clobber=clobber)
elif command == "delete-asset":
    assert "--yes" in rest
    (release / rest[1]).unlink()
else:
    raise SystemExit(f"not known here: {command}")
