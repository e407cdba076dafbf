"""The command line: exit statuses, messages, questions and answers."""

import csv
import io
import json
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pipelines.cli import app
from pipelines.terminal import _ago
from tests.pipelines.conftest import Run
from tests.site import Page, Site
from warehouse.files import exclusive_lock
from warehouse.kinds import kinds
from warehouse.schema import SCHEMA

GOLDEN = Path(__file__).parents[1] / "golden" / "letters"


def call(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["run", "--source", "{tmp}/nowhere"], 2, "There is no folder {tmp}/nowhere."),
        (["run", "--source", "{tmp}/file.pdf"], 2, "{tmp}/file.pdf is a file, not a folder."),
        (["run", "--source", "{tmp}/empty"], 2, "There are no letters in {tmp}/empty"),
        (["run", "--source", "live"], 2, "OFSTED_LETTERS_CONTACT"),
        (["run", "--out", "{tmp}/file.pdf"], 2, "{tmp}/file.pdf cannot be used as the folder"),
        (["run", "--sauce", "sample"], 2, "No such option"),
        (["run", "--jobs", "0"], 2, "Invalid value for '--jobs'"),
        (["run", "here"], 2, "unexpected extra argument"),
        (["fly"], 2, "No such command"),
        (["query", "--out", "{tmp}/out", "SELECT 1"], 1, "Nothing is published in {tmp}/out."),
        (["query"], 2, "Missing argument"),
        (["query", "SELECT 1", "--format", "xml"], 2, "'xml' is not one of"),
        (["status", "--out", "{tmp}/out"], 1, "Nothing is published in {tmp}/out."),
        (["evaluate", "--gold", "{tmp}"], 1, "Nothing is published in data."),
        (["evaluate"], 2, "Missing option '--gold'"),
        (["portal", "--out", "{tmp}/out"], 2, "There is no release in {tmp}/out"),
        (
            ["portal", "--out", "{tmp}/out", "--base-url", "here"],
            2,
            "url: Input should be a valid URL",
        ),
        (
            ["portal", "--out", "{tmp}/out", "--archive", "{tmp}/x"],
            2,
            "no archive of letters in {tmp}/x",
        ),
    ],
)
def test_wrong_usage_is_told(
    tmp_path: Path, arguments: list[str], status: int, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file.pdf").write_bytes(b"")
    (tmp_path / "empty").mkdir()
    result = call(*(argument.format(tmp=tmp_path) for argument in arguments))
    assert result.exit_code == status
    assert message.format(tmp=tmp_path) in result.output
    assert not (tmp_path / "data").exists()


def test_help_costs_little() -> None:
    heavy = ("dagster", "polars", "pandas", "duckdb", "great_expectations", "pyarrow")
    code = (
        "import sys\n"
        "from typer.testing import CliRunner\n"
        "from pipelines.cli import app\n"
        "assert 'publish' in CliRunner().invoke(app, ['run', '--help']).output\n"
        f"print(*(name for name in {heavy} if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "\n"


def test_one_run_at_a_time(run: Run, letters: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with exclusive_lock(out):
        ran = run(letters, out)
    assert ran.status == 1
    assert ran.complained == f"Another run is at work in {out}. Wait until it has ended.\n"


def test_a_question_is_answered(published: Path) -> None:
    sql = "SELECT document_kind, count(*) AS visits FROM visits GROUP BY ALL"
    result = call("query", sql, "--out", published, "--format", "csv")
    assert result.exit_code == 0
    visits = {
        r["document_kind"]: int(r["visits"]) for r in csv.DictReader(io.StringIO(result.stdout))
    }
    assert visits["focused_visit"] >= 16
    assert visits.keys() == {code for code, kind in kinds().items() if kind.parser}


@pytest.mark.parametrize("comment", ["-- none in the sample", "--none", "--full\n--out of it"])
def test_a_question_may_begin_with_a_comment(comment: str, published: Path) -> None:
    result = call("query", f"{comment}\nSELECT 1 AS one", "--out", published, "--format", "csv")
    assert result.exit_code == 0, result.output
    assert result.stdout == "one\n1\n"


def test_a_comment_alone_is_no_question_and_no_option(published: Path) -> None:
    result = call("query", "-- nothing asked", "--out", published)
    assert result.exit_code == 1
    assert "No such option" not in result.output
    assert call("query", "--sauce", "--out", published).exit_code == 2


def test_a_wrong_question_is_explained(published: Path) -> None:
    result = call("query", "SELECT * FROM visit", "--out", published)
    assert result.exit_code == 1
    assert "Table with name visit does not exist" in result.output
    assert "Tables: " in result.output


def test_a_reader_that_leaves_early_is_no_fault(published: Path) -> None:
    command = [sys.executable, "-m", "pipelines", "query", "FROM findings", "--out", str(published)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""


def test_a_time_yet_to_come_is_told_as_one() -> None:
    assert _ago(timedelta(days=-25550)) == "at a time yet to come: a clock is or was wrong"
    assert _ago(timedelta(seconds=-30)) == "just now"
    assert _ago(timedelta(days=2)) == "2 days ago"


def test_status_says_what_is_published(published: Path) -> None:
    result = call("status", "--out", published)
    assert result.exit_code == 0
    text = " ".join(result.output.split())
    # It was published with `SOURCE_DATE_EPOCH` at New Year.
    assert re.match(r"Published \d+ days ago, 01 January 2026", text)
    for part in ("parsed", "visits", "findings", "Quarantine"):
        assert part in text


def test_status_tells_of_a_first_run_that_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OFSTED_LETTERS_ATTEMPTS", "1")
    monkeypatch.setenv("OFSTED_LETTERS_PAUSE_SECONDS", "0")
    with Site() as site:
        site.fail("/", Page("Welcome"))
        out = tmp_path / "out"
        asked = call("run", "--source", "live", "--site-url", site.url, "--out", out)
    assert asked.exit_code == 1
    result = call("status", "--out", out)
    assert result.exit_code == 1
    text = " ".join(result.output.split())
    assert f"Nothing is published in {out}. The last run:" in text
    assert "the run failed" in text
    assert "search page cannot be had" in text


@pytest.fixture
def gold(published: Path, tmp_path: Path) -> Path:
    """Labels of the sample, and of three sentences: right, wrong, and not there."""
    sql = (
        "SELECT file_name AS file, text, valence_code FROM findings JOIN visits USING (visit_id) "
        "JOIN letters USING (letter_id) WHERE is_improvement ORDER BY finding_id LIMIT 2"
    )
    answer = call("query", sql, "--out", published, "--format", "json")
    right, wrong = json.loads(answer.stdout)
    sentences = [
        {"file": right["file"], "text": right["text"], "valence": "concern", "topics": ["other"]},
        {"file": wrong["file"], "text": wrong["text"], "valence": "strength", "topics": ["other"]},
        {"file": wrong["file"], "text": "Nobody wrote this.", "valence": "mixed", "topics": []},
    ]
    folder = tmp_path / "gold"
    folder.mkdir()
    (folder / "letters").symlink_to(GOLDEN)
    lines = "\n".join(json.dumps(sentence) for sentence in sentences)
    (folder / "statements.jsonl").write_text(lines, encoding="utf-8")
    return folder


def test_what_is_published_is_measured(
    published: Path, gold: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    result = call("evaluate", "--gold", gold, "--out", published)
    assert result.exit_code == 0
    lines = [" ".join(line.split()) for line in result.output.splitlines()]
    assert lines[0] == "field n right precision recall f1 interval"
    # 19 of 20 letters: one is there twice, and the other of it counts. F1 is 2 × 19 / (19 + 20).
    dates = next(line for line in lines if line.startswith("visits.letter_date"))
    assert dates == "visits.letter_date 20 0.950 1.000 0.950 0.974 0.87–1.00"
    accuracy = next(line for line in lines if line.startswith("findings.valence_code"))
    assert accuracy.startswith("findings.valence_code 2 0.500 0.333 ")
    concern = next(line for line in lines if line.startswith("concern "))
    assert concern == "concern 2 0.500 1.000 0.667 0.17–0.95"
    assert any(line.startswith("Calibration error of findings.valence_score: ") for line in lines)
    assert "2 of 3 labelled sentences are findings." in lines
    assert "9900002_2021-09-03_ocr: no visit of this letter is published." in lines
    # What is not as labelled, but of the letter that is no visit.
    assert "label Nobody wrote this." in lines
    assert lines[lines.index("label Nobody wrote this.") + 1] == "found None"
    assert "label strength" in lines
    assert lines[lines.index("label strength") + 1].startswith("found concern, score ")
    assert not any(line.startswith("visits.letter_date of") for line in lines)


@pytest.mark.parametrize("columns", ["30", "80"])
def test_measures_are_shown_whole_in_a_pipe_and_on_a_terminal(
    published: Path, gold: Path, columns: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for is_terminal in ("0", "1"):
        monkeypatch.setenv("TTY_COMPATIBLE", is_terminal)
        monkeypatch.setenv("COLUMNS", columns)
        result = call("evaluate", "--gold", gold, "--out", published)
        table = result.output.split("n and the 95% interval")[0]
        assert "…" not in table
        assert "visit_inspectors.name_as_written" in table
        plain = [re.sub(r"\x1b\[[\d;]*m", "", line) for line in table.splitlines()]
        assert max(map(len, plain)) <= 80
        assert all(len(line.split()) > 2 for line in plain if line.strip())


def test_labels_of_other_letters_than_are_published_are_told(
    published: Path, tmp_path: Path
) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "elsewhere.json").write_text('{"addressee_name": "Una Hale"}')
    result = call("evaluate", "--gold", tmp_path, "--out", published)
    assert result.exit_code == 1
    assert result.stdout == ""
    text = " ".join(result.output.split())
    assert f"None of the 1 letters that are labelled in {tmp_path} is published in" in text
    assert "Is --out right?" in text


def test_what_is_odd_in_labels_is_told(published: Path, gold: Path) -> None:
    path = gold / "statements.jsonl"
    first, *others = path.read_text(encoding="utf-8").splitlines()
    label = json.loads(first)
    odd = (label, label | {"valance": "mixed"}, label | {"topics": ["health"]})
    path.write_text("\n".join([*map(json.dumps, odd), *others]), encoding="utf-8")
    result = call("evaluate", "--gold", gold, "--out", published)
    assert result.exit_code == 0
    text = " ".join(result.output.split())
    assert "Fields of labels that are not known, and were not measured: valance (1)." in text
    assert "stand there twice, and count once: 1." in text
    assert "line otherwise, and count as well: statements.jsonl, line 3." in text
    assert "3 of 4 labelled sentences are findings." in text


def test_labels_without_a_valence_are_not_said_to_measure_it(published: Path, gold: Path) -> None:
    (gold / "statements.jsonl").unlink()
    result = call("evaluate", "--gold", gold, "--out", published)
    assert result.exit_code == 0
    assert "valence" not in result.output


def test_measures_can_be_had_as_csv(published: Path, gold: Path) -> None:
    result = call("evaluate", "--gold", gold, "--out", published, "--csv")
    assert result.exit_code == 0
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    table = SCHEMA["evaluation"]
    assert tuple(rows[0]) == table.column_names
    keys = [tuple(row[name] for name in table.primary_key) for row in rows]
    assert len(set(keys)) == len(keys)
    by_key = dict(zip(keys, rows, strict=True))
    of_all = ("focused_visit", "all", "recall", "gold")
    found = by_key["findings", "text", "all", *of_all]
    assert (found["value"], found["n"]) == ("0.6667", "3")
    assert by_key["findings", "valence_code", "concern", *of_all]["value"] == "1.0"
    eras = {row["era"] for row in rows if row["field"] == "letter_date"}
    assert eras == {"all", "overview", "covid_19", "headline_findings", "national_framework"}
    for row in rows:
        assert 0 <= float(row["low"]) <= float(row["value"]) <= float(row["high"]) <= 1


@pytest.mark.parametrize("arguments", [[], ["--csv"]])
def test_a_folder_without_labels_is_told(
    published: Path, tmp_path: Path, arguments: list[str]
) -> None:
    result = call("evaluate", "--gold", tmp_path, "--out", published, *arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    text = " ".join(result.output.split())
    assert (
        f"{tmp_path} has neither letters/, inspections/, follow_ups/ nor statements.jsonl" in text
    )
