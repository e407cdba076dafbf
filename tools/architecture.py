"""Draws the rooms of the code and who imports whom, into docs/design.md.

    python tools/architecture.py

The picture is made from the imports themselves. An arrow that others lead to is left out: where
`release` imports `tables` and `tables` imports `warehouse`, none goes from the first to the last.
"""

import sys
from pathlib import Path

import grimp

ROOMS = ("pipelines", "assets", "expectations", "warehouse")
PAGE = Path(__file__).parent.parent / "docs" / "design.md"
BEGINNING, END = "```mermaid\n", "```\n"


def rooms() -> dict[str, str]:
    """The rooms by their packages: those of the top level, and the stages within `assets`."""
    stages = sorted(Path(__file__).parent.parent.joinpath("assets").glob("*/__init__.py"))
    names = {f"assets.{stage.parent.name}": stage.parent.name for stage in stages}
    return names | {room: room for room in ROOMS if room != "assets"}


def arrows() -> list[tuple[str, str]]:
    """Which room imports which, without what follows from other arrows."""
    graph = grimp.build_graph(*ROOMS)
    names = rooms()
    for package in names:
        graph.squash_module(package)
    imports = {
        name: {names[used] for used in graph.find_upstream_modules(package) if used in names}
        for package, name in names.items()
    }
    return sorted(
        (room, used)
        for room, all_used in imports.items()
        for used in all_used
        if not any(used in imports[between] for between in all_used)
    )


def picture() -> str:
    """The picture, as Mermaid draws it."""
    lines = ["flowchart TD"]
    lines += [f"    {room} --> {used}" for room, used in arrows()]
    return "\n".join(lines) + "\n"


def with_picture(page: str) -> str:
    """The page with today's picture in the place of the one that is there."""
    before, _, rest = page.partition(BEGINNING)
    _, _, after = rest.partition(END)
    return f"{before}{BEGINNING}{picture()}{END}{after}"


def main() -> int:
    """Write the picture."""
    PAGE.write_text(with_picture(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
