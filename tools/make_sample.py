"""Make the sample letters that ship with the project, with what each of them says.

    python tools/make_sample.py [--fonts DIR] [--sample DIR] [--golden DIR]

writes `assets/letters/sample/` (the letters and `manifest.csv`) and, from the same text,
`tests/golden/` (what a reader should find in each). The letters are written in `sample_letters/`,
as `letter_source` says, reports and joint letters in `sample_reports/`, as `report_source` does;
`word_pdf` sets them. The same text gives the same bytes. It needs the
development packages and the DejaVu fonts (Debian and Ubuntu: `fonts-dejavu-extra`). Nothing here
is used when the project runs.
"""

import argparse
import csv
import hashlib
import json
from pathlib import Path
from typing import Any

from letter_source import Letter, golden, read_letter, written_date
from report_pages import compose_report
from report_source import golden_report, read_report
from word_pdf import LETTERHEAD, Face, Typesetter, Writer, compose_letter, last_baseline

ROOT = Path(__file__).parent.parent
SOURCES = Path(__file__).parent / "sample_letters"
REPORTS = Path(__file__).parent / "sample_reports"
SAMPLE = ROOT / "assets" / "letters" / "sample"
GOLDEN = ROOT / "tests" / "golden"
REPORTS_GOLDEN = "inspections/reports"
#: How the site words the link to a document of a kind.
LINKS = {
    "focused_visit": "children's services focused visit",
    "monitoring_visit": "children's services monitoring visit",
    "ilacs_inspection": "children's services inspection",
    "jtai": "joint area child protection inspection",
    "area_send_inspection": "area send full inspection",
}
FONTS = Path("/usr/share/fonts/truetype/dejavu")


def straight(value: Any) -> Any:
    """`value` with straight quotes, as optical character recognition leaves them."""
    if isinstance(value, str):
        return value.translate(str.maketrans("\u2018\u2019\u201c\u201d", "''\"\""))
    if isinstance(value, list):
        return [straight(item) for item in value]
    if isinstance(value, dict):
        return {straight(key): straight(item) for key, item in value.items()}
    return value


def as_text(letter: Letter, setter: Typesetter, style: str) -> str:
    """`letter` as optical character recognition leaves it: a paragraph a line, page by page."""
    facts = letter.facts
    blank = {"blank", "hidden", "stray", "stray_end"}
    address, telephone = LETTERHEAD
    head = " ".join(address) if style == "markdown" else "\n".join(address)
    head += f"\n\n{telephone[0]}\n\n" + "\n".join(telephone[1:]).replace("gov.uk/", "qov.uk/")
    one_line = facts.get("text_one_line_address", False)
    cut = facts.get("also_text_cut", False)
    _, paragraphs, _ = compose_letter(letter)
    pages: list[str] = []
    for placed in setter.pages(paragraphs, last_baseline(letter)):
        parts: list[str] = []
        for part in placed:
            kind = part.paragraph.kind
            words = "".join(run.text for line in part.lines for run in line.runs).strip()
            if kind in blank or (cut and kind in ("signatory", "title")):
                continue
            if kind in ("subject", "heading") and style == "markdown":
                words = f"## {words}" if kind == "subject" else f"## **{words}**"
            elif kind in ("bullet", "subbullet") and part.first:
                words = f"\u25a0 {words}"
            elif kind == "title":
                words = f"**{words}**"
            previous = parts[-1] if parts else ""
            if kind == "address" and previous and part.paragraph.before == 0 and len(parts) > 1:
                parts[-1] = previous + (" " if one_line else "\n") + words
            elif kind == "title":
                parts[-1] = f"{previous} {words}"
            else:
                parts.append(words)
        pages.append("\n\n".join(parts))
    text: str = straight("\n\n\n\n".join([head, *pages]))
    return text if cut else text + "\n"


def listed(letter: Letter, file: Path, names: dict[str, str]) -> dict[str, Any]:
    """The line of the manifest for a letter."""
    data = file.read_bytes()
    urn = letter.facts["urn"]
    kind = letter.facts.get("kind", "focused_visit")
    return {
        "file": f"{file.parent.name}/{file.name}" if "kind" in letter.facts else file.name,
        "kind": kind,
        "urn": urn,
        "listed_name": letter.facts.get("listed_name", names[urn].lower()),
        "link_text": f"{LINKS[kind]} - {written_date(letter.day).lower()}",
        "published": letter.day.isoformat(),
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
    }


def make(fonts: Path, sample: Path, golden_dir: Path) -> None:
    """Make the letters, their manifest and what should be found in them.

    Args:
        fonts: The folder with the DejaVu fonts.
        sample: Where the letters go; `authorities.csv` of the shipped sample is theirs.
        golden_dir: Where the golden files go.
    """
    regular = Face(fonts / "DejaVuSansCondensed.ttf")
    bold = Face(fonts / "DejaVuSansCondensed-Bold.ttf")
    setter = Typesetter(regular, bold)
    with (SAMPLE / "authorities.csv").open(encoding="utf-8", newline="") as table:
        names = {row["ofsted_urn"]: row["name"] for row in csv.DictReader(table)}
    for folder in (sample / "reports", golden_dir / "letters", golden_dir / REPORTS_GOLDEN):
        folder.mkdir(parents=True, exist_ok=True)

    def expect(name: str, found: Any) -> None:
        text = json.dumps(found, ensure_ascii=False, indent=1)
        (golden_dir / f"{name}.json").write_text(text + "\n", encoding="utf-8")

    manifest = []
    for source in sorted(SOURCES.glob("*.md")):
        letter = read_letter(source)
        form = letter.facts["form"]
        if form in ("tagged", "untagged"):
            file = sample / f"{letter.name}.pdf"
            file.write_bytes(Writer(letter, regular, bold).write())
            expect(f"letters/{letter.name}", golden(letter))
            manifest.append(listed(letter, file, names))
        else:
            text = as_text(letter, setter, letter.facts["text_style"])
            (sample / f"{letter.name}.{form}").write_text(text, encoding="utf-8")
            expect(f"letters/{letter.name}", straight(golden(letter)))
        if style := letter.facts.get("also_text"):
            name = f"{letter.name}_ocr"
            (sample / f"{name}.txt").write_text(as_text(letter, setter, style), encoding="utf-8")
            found = golden(letter)
            if letter.facts.get("also_text_cut"):
                found["signatory"] = None
            expect(f"letters/{name}", straight(found))
    for source in sorted(REPORTS.glob("*.md")):
        report = read_report(source)
        file = sample / "reports" / f"{report.name}.pdf"
        file.write_bytes(Writer(report, regular, bold, compose_report).write())
        expect(f"{REPORTS_GOLDEN}/{report.name}", golden_report(report))
        manifest.append(listed(report, file, names))
    with (sample / "manifest.csv").open("w", encoding="utf-8", newline="") as table:
        writer = csv.DictWriter(table, manifest[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(manifest)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Make the sample letters.")
    parser.add_argument("--fonts", type=Path, default=FONTS, help="folder with the DejaVu fonts")
    parser.add_argument("--sample", type=Path, default=SAMPLE, help="where the letters go")
    parser.add_argument("--golden", type=Path, default=GOLDEN, help="where the golden files go")
    options = parser.parse_args()
    make(options.fonts, options.sample, options.golden)
