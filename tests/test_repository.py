"""What the repository says of itself is so: its README, its picture, what git leaves alone."""

import ast
import importlib
import importlib.util
import re
from pathlib import Path

import typer
from typer.core import TyperGroup

from pipelines.cli import app

ROOT = Path(__file__).parent.parent


def test_what_the_readme_writes_is_ignored_by_git() -> None:
    """Real letters are never committed by mistake."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    outs = set(re.findall(r"--out ([a-z]+)", readme))
    assert outs >= {"real", "mine"}
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    assert {f"/{out}/" for out in outs | {"data"}} <= set(ignored)


def test_the_readme_says_what_help_says() -> None:
    """Each command of the README has the options that `--help` tells of, and no other."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = re.findall(r"^ofsted-letters (\w+) ?(.*)$", readme, re.M)
    said = {name: set(re.findall(r"--[a-z-]+", rest.partition("#")[0])) for name, rest in lines}
    program = typer.main.get_command(app)
    assert isinstance(program, TyperGroup)
    told = {
        name: {
            option
            for parameter in command.params
            for option in (*parameter.opts, *parameter.secondary_opts)
            if option.startswith("--") and option != "--help"
        }
        for name, command in program.commands.items()
    }
    assert said == told


def test_the_picture_of_the_rooms_is_of_their_imports() -> None:
    spec = importlib.util.spec_from_file_location("rooms", ROOT / "tools" / "architecture.py")
    assert spec is not None
    assert spec.loader is not None
    architecture = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(architecture)
    page = architecture.PAGE.read_text(encoding="utf-8")
    assert architecture.with_picture(page) == page, "run tools/architecture.py"


def test_what_tools_import_of_the_program_is_there() -> None:
    """Those that learn are run by few, and need libraries that tests have not."""
    imported = [
        (node.module, alias.name)
        for path in (ROOT / "tools").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").partition(".")[0] in ("assets", "expectations", "warehouse")
        for alias in node.names
    ]
    assert len(imported) > 50
    missing = [
        f"{package}.{name}"
        for package, name in imported
        if not hasattr(module := importlib.import_module(package), name)
        and not (hasattr(module, "__path__") and importlib.util.find_spec(f"{package}.{name}"))
    ]
    assert missing == []
