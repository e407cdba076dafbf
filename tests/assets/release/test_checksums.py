"""SHA256SUMS: coreutils checks it, and what is no such file is said to be none."""

import hashlib
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from assets.release.checksums import (
    CHECKSUMS_FILE,
    ChecksumsError,
    content_sha256,
    read_checksums,
    write_checksums,
)
from warehouse.files import file_sha256

A = "a" * 64


@pytest.fixture
def release(tmp_path: Path) -> Path:
    (tmp_path / "csv").mkdir()
    (tmp_path / "csv" / "visits.csv").write_bytes(b"visit_id\n")
    (tmp_path / "Read me, Zoë.md").write_bytes(b"")
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    write_checksums(tmp_path)
    return tmp_path


def test_all_other_files_are_there_in_the_order_of_their_paths(release: Path) -> None:
    write_checksums(release)  # does not count itself
    assert list(read_checksums(release / CHECKSUMS_FILE)) == [
        "Read me, Zoë.md",
        "a.parquet",
        "csv/visits.csv",
    ]
    assert read_checksums(release / CHECKSUMS_FILE)["a.parquet"] == (
        hashlib.sha256(b"PAR1").hexdigest()
    )
    assert file_sha256(release / "Read me, Zoë.md") == hashlib.sha256().hexdigest()


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="no coreutils on this machine")
def test_coreutils_finds_them_right_and_a_changed_file_wrong(release: Path) -> None:
    command = ["sha256sum", "--check", "--strict", CHECKSUMS_FILE]
    done = subprocess.run(command, cwd=release, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    (release / "a.parquet").write_bytes(b"PAR2")
    done = subprocess.run(command, cwd=release, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "a.parquet: FAILED" in done.stdout


def test_lines_for_binary_files_are_read_too(tmp_path: Path) -> None:
    (tmp_path / "sums").write_text(f"{A} *a.parquet\n", encoding="utf-8")
    assert read_checksums(tmp_path / "sums") == {"a.parquet": A}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        (f"{A}  a\n\n{A}  b\n", "line 2: not 64 hexadecimal digits"),
        (f"{A}  a\r\n{A[:-1]}  b\r\n", "line 2: not 64 hexadecimal digits"),
        (f"{A[:-1]}  a\n", "line 1: not 64 hexadecimal digits"),
        (f"{A.upper()}  a\n", "in lower case"),
        (f"{A} a\n", "two spaces"),
        (f"{A}  \n", "and a path"),
        (f"\\{A}  a\\\\nb\n", "line 1"),
        (f"{A}  a\n{A}  a\n", "line 2: a stands there twice"),
        (f"{A}  ../a\n", "../a is not within the release"),
        (f"{A}  /etc/hosts\n", "/etc/hosts is not within the release"),
    ],
)
def test_what_is_no_checksum_is_said(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / CHECKSUMS_FILE
    path.write_bytes(text.encode())
    with pytest.raises(ChecksumsError) as caught:
        read_checksums(path)
    assert says in str(caught.value)
    assert str(path) in str(caught.value)
    assert "Take the file from a copy" in str(caught.value)


def test_a_file_that_is_no_text_is_said(tmp_path: Path) -> None:
    (tmp_path / "sums").write_bytes(b"\xff\xfe")
    with pytest.raises(ChecksumsError, match="is not UTF-8"):
        read_checksums(tmp_path / "sums")


def test_a_name_that_the_form_cannot_hold_is_refused(tmp_path: Path) -> None:
    (tmp_path / "two\nlines").touch()
    with pytest.raises(ValueError, match="no line break or backslash"):
        write_checksums(tmp_path)


def packed(path: Path, level: int, **files: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


def test_how_it_is_packed_does_not_change_the_checksum_of_what_is_in_it(tmp_path: Path) -> None:
    sheet = "<row/>" * 1000
    one = packed(tmp_path / "1.xlsx", 1, sheet=sheet, styles="")
    other = packed(tmp_path / "9.xlsx", 9, styles="", sheet=sheet)
    assert file_sha256(one) != file_sha256(other)
    assert content_sha256(one) == content_sha256(other)
    lines = "".join(
        f"{hashlib.sha256(text.encode()).hexdigest()}  {name}\n"
        for name, text in (("sheet", sheet), ("styles", ""))
    )
    assert content_sha256(one) == hashlib.sha256(lines.encode()).hexdigest()


@pytest.mark.parametrize("files", [{"sheet": "<row />"}, {"sheets": "<row/>"}, {}])
def test_what_is_in_it_changes_the_checksum(tmp_path: Path, files: dict[str, str]) -> None:
    whole = packed(tmp_path / "a.xlsx", 6, sheet="<row/>")
    assert content_sha256(whole) != content_sha256(packed(tmp_path / "b.xlsx", 6, **files))
