"""A folder as a source: which files count, and what a manifest may get wrong."""

import os
from datetime import date
from pathlib import Path

import pytest

from assets.letters.folder import FolderSource
from assets.letters.source import Entry, FetchError, SourceError
from assets.letters.sources import open_source
from assets.model import Listing, Signal
from warehouse.ours import MARKER, claim

HEADER = "file,kind,urn,listed_name,link_text,published,sha256,bytes\n"


class Bytes(bytearray):
    """A sink that keeps what it is given."""

    def write(self, chunk: bytes) -> None:
        self.extend(chunk)


def make(folder: Path, *names: str) -> FolderSource:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    return FolderSource(folder)


def names(source: FolderSource) -> list[str]:
    return [entry.listing.file_name for entry in source.list_files().entries]


def test_letters_are_found_at_any_depth_and_in_order(tmp_path: Path) -> None:
    source = make(tmp_path, "b.pdf", "a/z.TXT", "a/b/c.md", "Zusätze, neu 2.PDF")
    assert names(source) == ["Zusätze, neu 2.PDF", "a/b/c.md", "a/z.TXT", "b.pdf"]


def test_other_files_are_passed_over_and_counted(tmp_path: Path) -> None:
    source = make(
        tmp_path,
        "a.pdf",
        "README.md",
        "licence.txt",
        "b.docx",
        "c.docx",
        "Makefile",
        ".hidden.pdf",
        ".git/a.pdf",
        "authorities.csv",
        "sub/manifest.csv",
    )
    inventory = source.list_files()
    assert names(source) == ["a.pdf"]
    assert inventory.ignored == {".md": 1, ".txt": 1, ".docx": 2, "Makefile": 1, ".csv": 1}


def test_names_are_composed_and_still_found(tmp_path: Path) -> None:
    decomposed = "Caerffili\u0302.pdf"
    source = make(tmp_path, decomposed)
    (entry,) = source.list_files().entries
    assert entry.listing.file_name == "Caerffil\u00ee.pdf"
    sink = Bytes()
    source.fetch(entry, sink)
    assert bytes(sink) == decomposed.encode()


def test_two_spellings_of_one_name_are_two_files(tmp_path: Path) -> None:
    source = make(tmp_path, "\u00ee.pdf", "i\u0302.pdf")
    assert len(set(names(source))) == 2


def test_names_that_are_no_utf8_are_readable_and_still_found(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/caf\xe9.pdf"
    try:
        with open(raw, "wb") as file:
            file.write(b"x")
    except OSError:
        pytest.skip("this file system has no such names")
    source = FolderSource(tmp_path)
    (entry,) = source.list_files().entries
    assert entry.listing.file_name == r"caf\xe9.pdf"
    source.fetch(entry, Bytes())


@pytest.mark.parametrize(
    ("make_it", "message"),
    [
        (lambda path: None, "There is no folder"),
        (lambda path: path.write_text("x"), "is a file, not a folder"),
        (lambda path: path.mkdir(), "There are no letters in"),
        (lambda path: make(path, "notes.docx", ".a.pdf"), "There are no letters in"),
    ],
    ids=["absent", "file", "empty", "no letters"],
)
def test_no_such_source(tmp_path: Path, make_it, message: str) -> None:
    make_it(tmp_path / "letters")
    with pytest.raises(SourceError, match=message):
        FolderSource(tmp_path / "letters").list_files()


def test_a_folder_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("assets.letters.folder.os.scandir", refuse)
    with pytest.raises(SourceError, match=r"cannot be read: Permission denied\."):
        FolderSource(tmp_path).list_files()


@pytest.mark.parametrize("kind", ["dangling link", "pipe", "folder"])
def test_what_is_no_file_stays_listed_and_fails_alone(tmp_path: Path, kind: str) -> None:
    source = make(tmp_path, "good.pdf")
    if kind == "pipe":
        os.mkfifo(tmp_path / "odd.pdf")
    else:
        (tmp_path / "odd.pdf").symlink_to(tmp_path / "nowhere")
        if kind == "folder":
            (tmp_path / "nowhere").mkdir()
    entries = {entry.listing.file_name: entry for entry in source.list_files().entries}
    source.fetch(entries["good.pdf"], Bytes())
    if kind == "folder":  # a link to a folder is no file at all
        assert "odd.pdf" not in entries
        return
    with pytest.raises(FetchError) as caught:
        source.fetch(entries["odd.pdf"], Bytes())
    assert caught.value.reason_code == "unreadable"


def test_a_manifest_says_what_is_known_of_a_file(tmp_path: Path) -> None:
    source = make(tmp_path, "a, b.pdf")
    sha256 = "AB" * 32
    (tmp_path / "manifest.csv").write_text(
        HEADER + f'"a, b.pdf",focused_visit,80999,ashmere,the link,2021-11-30,{sha256},8\n',
        encoding="utf-8-sig",
    )
    inventory = source.list_files()
    assert inventory.entries[0].listing == Listing(
        source="folder",
        file_name="a, b.pdf",
        listed_kind="focused_visit",
        ofsted_urn="80999",
        authority_name="ashmere",
        link_text="the link",
        published_date=date(2021, 11, 30),
        listed_sha256="ab" * 32,
    )
    assert inventory.signals == ()


@pytest.mark.parametrize(
    ("manifest", "signals"),
    [
        ("file\na.pdf\n", []),
        ("file,colour\na.pdf,red\n", [("manifest_column_never_met", "colour")]),
        ("name\na.pdf\n", [("manifest_unreadable", "manifest.csv: it has no column named file")]),
        ("", [("manifest_unreadable", "manifest.csv: it has no column named file")]),
        (
            "file\n./a.pdf\na.pdf\nb.pdf\n",
            [("manifest_row_twice", "a.pdf"), ("manifest_row_without_file", "b.pdf")],
        ),
        ("file\n", [("file_not_in_manifest", "a.pdf")]),
        ("file,kind\na.pdf\n", []),
        ("file,kind\na.pdf,b,c\n", [("manifest_row_too_long", "a.pdf")]),
        ("file,bytes\na.pdf,6\n", [("manifest_bytes_differ", "6 claimed, 5 found for a.pdf")]),
        (
            "file,published,urn,sha256,bytes\na.pdf,31/02/2020,12,12,-1\n",
            [
                ("manifest_value_unreadable", "bytes is '-1' for a.pdf"),
                ("manifest_value_unreadable", "published is '31/02/2020' for a.pdf"),
                ("manifest_value_unreadable", "sha256 is '12' for a.pdf"),
                ("manifest_value_unreadable", "urn is '12' for a.pdf"),
            ],
        ),
    ],
)
def test_what_is_wrong_in_a_manifest_is_reported_and_loses_nothing(
    tmp_path: Path, manifest: str, signals: list[tuple[str, str]]
) -> None:
    source = make(tmp_path, "a.pdf")
    (tmp_path / "manifest.csv").write_text(manifest)
    inventory = source.list_files()
    assert [entry.listing.file_name for entry in inventory.entries] == ["a.pdf"]
    assert inventory.signals == tuple(Signal(*signal) for signal in signals)


def test_of_countless_rows_without_a_file_the_first_are_told(tmp_path: Path) -> None:
    make(tmp_path, "a.pdf")
    lines = ["file,urn", *(f"{number}.pdf,x" for number in range(5000))]
    (tmp_path / "manifest.csv").write_text("\n".join(lines))
    signals = FolderSource(tmp_path).list_files().signals
    assert len(signals) == 2 * 101 + 1
    assert Signal("manifest_row_without_file", "and 4900 more") in signals


def test_a_manifest_in_another_encoding_is_reported(tmp_path: Path) -> None:
    source = make(tmp_path, "a.pdf")
    (tmp_path / "manifest.csv").write_bytes("file,listed_name\na.pdf,Môn\n".encode("latin-1"))
    (signal,) = source.list_files().signals
    assert signal.code == "manifest_unreadable"


def test_a_folder_may_bring_its_own_authorities(tmp_path: Path) -> None:
    source = make(tmp_path, "a.pdf")
    assert source.authorities is None
    make(tmp_path, "authorities.csv")
    assert source.authorities == tmp_path / "authorities.csv"


def test_sources_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert open_source("sample").name == "sample"
    assert open_source(str(tmp_path)).name == "folder"
    with pytest.raises(SourceError, match="OFSTED_LETTERS_CONTACT"):
        open_source("live")
    with pytest.raises(SourceError, match="Name a source"):
        open_source("")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "live").mkdir()
    make(tmp_path / "live", "a.pdf")
    assert len(open_source("./live").list_files().entries) == 1


def test_an_entry_that_vanished_fails_alone(tmp_path: Path) -> None:
    entry = Entry(
        listing=Listing(source="folder", file_name="a.pdf"),
        stamp="",
        locator=str(tmp_path / "a.pdf"),
    )
    with pytest.raises(FetchError, match="No such file"):
        FolderSource(tmp_path).fetch(entry, Bytes())


def refused(source: FolderSource, name: str) -> str:
    """Why a file that is listed cannot be had."""
    (entry,) = (one for one in source.list_files().entries if one.listing.file_name == name)
    assert entry.stamp == "unreadable"
    into = Bytes()
    with pytest.raises(FetchError) as caught:
        source.fetch(entry, into)
    assert not into
    return f"{caught.value.reason_code}: {caught.value.detail}"


@pytest.mark.parametrize(
    "target",
    ["../secret.txt", "/proc/self/environ", "/dev/zero", "/etc/hostname", "inner/../../secret.txt"],
)
def test_no_link_leads_out_of_the_folder(tmp_path: Path, target: str) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    source = make(tmp_path / "letters", "good.pdf", "inner/good.pdf")
    (tmp_path / "letters" / "bad.txt").symlink_to(target)
    (tmp_path / "letters" / "linked").symlink_to(tmp_path)
    assert "leads out of the folder" in refused(source, "bad.txt")
    assert "linked/secret.txt" not in names(source)
    told = [signal.detail for signal in source.list_files().signals]
    assert told == ["linked: a link to a folder, which is not followed"]


def test_a_link_within_the_folder_counts_and_so_does_a_link_to_the_folder(tmp_path: Path) -> None:
    make(tmp_path / "letters", "a/good.pdf")
    (tmp_path / "letters" / "b.pdf").symlink_to("a/good.pdf")
    (tmp_path / "link").symlink_to("letters")
    source = FolderSource(tmp_path / "link")
    for entry in source.list_files().entries:
        into = Bytes()
        source.fetch(entry, into)
        assert bytes(into) == b"a/good.pdf"


@pytest.mark.parametrize("is_folder", [False, True], ids=["file", "folder"])
def test_what_becomes_a_link_after_the_look_is_not_followed(
    tmp_path: Path, is_folder: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path / "secret", "a.pdf")
    source = make(tmp_path / "letters", "b/a.pdf")
    (entry,) = source.list_files().entries
    place = tmp_path / "letters" / "b" / "a.pdf"

    def locate(folder: Path, path: Path) -> Path:
        changed, to = (place.parent, "secret") if is_folder else (place, "secret/a.pdf")
        changed.rename(tmp_path / "before")
        changed.symlink_to(tmp_path / to)
        return place

    monkeypatch.setattr("assets.letters.inside.locate", locate)
    with pytest.raises(FetchError):
        source.fetch(entry, Bytes())


def test_a_file_without_an_end_is_not_read(tmp_path: Path) -> None:
    source = make(tmp_path, "good.pdf")
    with (tmp_path / "huge.pdf").open("wb") as file:
        file.truncate(1 << 40)
    assert refused(source, "huge.pdf").startswith("too_large: It has 1,099,511,627,776 bytes")


@pytest.mark.parametrize("name", ["manifest.csv", "authorities.csv"])
def test_tables_of_the_folder_are_no_way_out_either(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret").write_text("file\nsecret\n")
    source = make(tmp_path / "letters", "good.pdf")
    (tmp_path / "letters" / name).symlink_to("../secret")
    if name == "manifest.csv":
        (signal,) = source.list_files().signals
        assert signal.detail == "manifest.csv: It is a link that leads out of the folder."
    else:
        with pytest.raises(SourceError, match="leads out of the folder"):
            _ = source.authorities


def test_a_folder_that_runs_write_to_is_passed_over(tmp_path: Path) -> None:
    source = make(tmp_path, "good.pdf", "out/releases/1.0.0/changes.md", "other/a.md")
    assert "out/releases/1.0.0/changes.md" in names(source)
    (tmp_path / "elsewhere").mkdir()
    claim(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / MARKER).rename(tmp_path / "out" / MARKER)
    assert names(source) == ["good.pdf", "other/a.md"]


def test_letters_cannot_come_from_where_runs_write(tmp_path: Path) -> None:
    make(tmp_path / "letters", "good.pdf")
    (tmp_path / "link").symlink_to("letters")
    for out in ("letters", "link", "letters/../letters"):
        with pytest.raises(SourceError, match="is the folder that the letters come from"):
            open_source(str(tmp_path / "letters"), tmp_path / out)
    open_source(str(tmp_path / "letters"), tmp_path / "letters" / "out")


def test_what_cannot_be_seen_in_a_name_is_written_out(tmp_path: Path) -> None:
    source = make(tmp_path, "a\x1b[2J\n# b\u202e.pdf")
    assert names(source) == [r"a\x1b[2J\n# b\u202e.pdf"]
