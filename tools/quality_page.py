"""The page on how good the data are, docs/quality.md: its tables and pictures.

Here belongs what is made from measures; the words between are written by hand and kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from assets.evaluation.intervals import Bin, share
from assets.language.patterns import read_table
from warehouse.codes import code_list

PAGE = Path(__file__).parent.parent / "docs" / "quality.md"
PICTURES = PAGE.parent / "pictures"

Row = Mapping[str, Any]

_COLUMNS = {
    "exact_match": "right",
    "accuracy": "right",
    "precision": "precision",
    "recall": "recall",
    "f1": "F1",
    "macro_f1": "F1",
}


def fill(page: str, rows: Sequence[Row]) -> str:
    """The page with its tables made anew from the rows of the table `evaluation`."""
    tables = {
        "kept_out": _kept_out(),
        "fields": _fields(rows),
        "inspections": _inspections(rows),
        "kinds": _kinds(rows),
        "valence": _valence(rows),
        "sets": _sets(rows),
        "covered": _covered(rows),
        "topics": _topics(rows),
        "eras": _eras(rows),
        "follow_ups": _follow_ups(rows),
    }
    for name, lines in tables.items():
        marked = re.compile(rf"(<!-- table {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        if not marked.search(page):
            raise ValueError(f"{PAGE.name} has no place for the table {name}")
        filled = "\n".join(lines)
        page = marked.sub(lambda found, filled=filled: f"{found[1]}{filled}\n{found[2]}", page)
    return page


def draw_confusion(pairs: Iterable[tuple[str, str]], title: str, path: Path) -> None:
    """A picture of what was labelled against what was found.

    Args:
        pairs: The valence labelled and the valence found.
        title: What was measured.
        path: Where the picture is written, a PNG.
    """
    from matplotlib.figure import Figure

    codes = list(code_list("valence"))
    counts = Counter(pairs)
    figure = Figure(figsize=(4.6, 4.2), layout="constrained")
    axes = figure.add_subplot()
    shares = []
    for expected in codes:
        whole = sum(counts[expected, found] for found in codes) or 1
        shares.append([counts[expected, found] / whole for found in codes])
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for across, expected in enumerate(codes):
        for down, found in enumerate(codes):
            axes.text(
                down,
                across,
                f"{counts[expected, found]:,}",
                ha="center",
                va="center",
                color="white" if shares[across][down] > 0.5 else "black",
            )
    axes.set_xticks(range(len(codes)), codes)
    axes.set_yticks(range(len(codes)), codes)
    axes.set_xlabel("found")
    axes.set_ylabel("labelled")
    axes.set_title(title, fontsize=10)
    _save(figure, path)


def draw_reliability(bins: Sequence[Bin], title: str, path: Path) -> None:
    """A picture of scores against the share that is right.

    Args:
        bins: The scores in ten bins.
        title: What was measured.
        path: Where the picture is written, a PNG.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4.6, 4.2), layout="constrained")
    axes = figure.add_subplot()
    axes.plot(
        [0, 1], [0, 1], color="grey", linewidth=1, linestyle="--", label="score = share right"
    )
    axes.bar(
        [one.low + 0.05 for one in bins],
        [one.right for one in bins],
        width=0.09,
        color="#9ecae1",
        label="share right",
    )
    axes.plot(
        [one.score for one in bins], [one.right for one in bins], "o", color="#08519c", markersize=4
    )
    for one in bins:
        axes.annotate(
            f"{one.n:,}",
            (one.low + 0.05, one.right),
            textcoords="offset points",
            xytext=(0, 5),
            ha="center",
            fontsize=8,
        )
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1.08)
    axes.set_xlabel("valence_score")
    axes.set_ylabel("share of them that is right")
    axes.set_title(title, fontsize=10)
    axes.legend(loc="lower right", fontsize=8)
    _save(figure, path)


def _save(figure: Any, path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    # Without the library's version in it, the same measures give the same bytes.
    figure.savefig(path, dpi=120, metadata={"Software": None})


def _of(rows: Sequence[Row], **wanted: str) -> list[Row]:
    # The page is about the kind that its labels are of.
    wanted = {"document_kind": "focused_visit", **wanted}
    return [row for row in rows if wanted.items() <= row.items()]


def _value(row: Row | None, *, with_interval: bool = True) -> str:
    if row is None:
        return ""
    interval = f" ({row['low']:.2f}–{row['high']:.2f})" if with_interval else ""
    return f"{row['value']:.3f}{interval}"


def _measure(rows: Sequence[Row], **wanted: str) -> Row | None:
    return next(iter(_of(rows, **wanted)), None)


def _kept_out() -> list[str]:
    """What others measured, on letters of their own: no program here can measure it again."""
    lines = ["| measure | value | on | state |", "| --- | --- | --- | --- |"]
    rows = read_table("assets.tables", "kept_out")
    return lines + [f"| {' | '.join(row.values())} |" for row in rows]


def _fields(rows: Sequence[Row]) -> list[str]:
    gold = _of(rows, basis="gold", era="all", code="all")
    lines = [
        "| field | labels | right | precision | recall | F1 |",
        "| --- | ---: | --- | --- | --- | --- |",
    ]
    seen = dict.fromkeys((row["table_name"], row["field"]) for row in gold)
    for table_name, field in seen:
        if field in ("valence_code", "valence_score", "valence_set", "topic_code"):
            continue
        if table_name in ("follow_ups", "follow_up_evidence"):
            continue
        cells: dict[str, Row] = {
            _COLUMNS[row["metric"]]: row for row in _of(gold, table_name=table_name, field=field)
        }
        labels = (cells.get("recall") or cells["right"])["n"]
        values = (_value(cells.get(name)) for name in ("right", "precision", "recall", "F1"))
        lines.append(f"| `{table_name}.{field}` | {labels} | {' | '.join(values)} |")
    return lines


def _follow_ups(rows: Sequence[Row]) -> list[str]:
    """What became of points, by the kind that asked; what few labels tell is not measured."""
    statuses = code_list("follow_up_status")
    columns = [
        ("status", {"metric": "accuracy", "code": "all"}),
        *((f"F1 of {code}", {"metric": "f1", "code": code}) for code in statuses),
        ("asked again, precision", {"metric": "precision", "field": "is_asked_again"}),
        ("asked again, recall", {"metric": "recall", "field": "is_asked_again"}),
        ("tied, F1", {"metric": "f1", "field": "is_explicit"}),
        ("sentence among the first two", {"metric": "recall", "field": "evidence_finding_id"}),
    ]
    lines = [
        f"| asked by | points | {' | '.join(name for name, _ in columns)} |",
        f"| --- | ---: |{' --- |' * len(columns)}",
    ]
    tables = ("follow_ups", "follow_up_evidence")
    of_pairs = [
        row for row in rows if row["table_name"] in tables and row["basis"] == "cross_validated"
    ]
    without = []
    for code, kind in code_list("document_kind").items():
        found = [
            _measure(of_pairs, document_kind=code, **({"field": "status_code"} | wanted))
            for _, wanted in columns
        ]
        if found[0] is None:
            without.append(kind.label)
            continue
        cells = [_value(row) or "not measured" for row in found]
        lines.append(f"| {kind.label} | {found[0]['n']} | {' | '.join(cells)} |")
    not_measured = " | ".join("not measured" for _ in columns)
    lines.append(f"| {'; '.join(without)} | few or none | {not_measured} |")
    return lines


def _inspections(rows: Sequence[Row]) -> list[str]:
    """The share of reports in which a field is as labelled, kind by kind."""
    wanted = {"basis": "gold", "era": "all", "code": "all", "metric": "exact_match"}
    exact = [row for row in rows if wanted.items() <= row.items()]
    labels = {code: kind.label for code, kind in code_list("document_kind").items()}
    kinds = [
        kind for kind in labels if kind != "focused_visit" and any(_of(exact, document_kind=kind))
    ]
    lines = [
        f"| field | {' | '.join(labels[kind] for kind in kinds)} |",
        f"| --- |{' --- |' * len(kinds)}",
    ]
    for place in dict.fromkeys((row["table_name"], row["field"]) for row in exact):
        found = [
            _measure(exact, table_name=place[0], field=place[1], document_kind=kind)
            for kind in kinds
        ]
        cells = [f"{row['value']:.2f} of {row['n']}" if row else "" for row in found]
        if any(cells):
            lines.append(f"| `{'.'.join(place)}` | {' | '.join(cells)} |")
    return lines


#: Fewer labels of a code are taken together, as in `valence_sets.LEAST_LABELS`.
_FEW = 200

_BASES = ("kept_out", "gold", "cross_validated")


def _valence(rows: Sequence[Row]) -> list[str]:
    lines = [
        "| | kept out | gold labels | cross-validated |",
        "| --- | --- | --- | --- |",
    ]
    wanted = [
        ("accuracy", "all", "valence_code", "accuracy"),
        ("macro F1", "all", "valence_code", "macro_f1"),
        *((f"F1 of {code}", code, "valence_code", "f1") for code in code_list("valence")),
        *(
            (f"precision of {code}", code, "valence_code", "precision")
            for code in code_list("valence")
        ),
        *((f"recall of {code}", code, "valence_code", "recall") for code in code_list("valence")),
        ("calibration error", "all", "valence_score", "calibration_error"),
        *((f"{code} in its set", code, "valence_set", "coverage") for code in code_list("valence")),
        ("further codes in a set", "all", "valence_set", "further_codes"),
    ]
    for label, code, field, metric in wanted:
        values = (
            _value(_measure(rows, basis=basis, era="all", code=code, field=field, metric=metric))
            for basis in _BASES
        )
        lines.append(f"| {label} | {' | '.join(values)} |")
    counts = (str(_measured(rows, basis)["n"]) for basis in _BASES)
    lines.append(f"| statements | {' | '.join(counts)} |")
    return lines


def _sets(rows: Sequence[Row]) -> list[str]:
    """What scores and sets are worth, kind by kind, cross-validated."""
    codes = list(code_list("valence"))
    wanted = (
        *({"field": "valence_set", "metric": "coverage", "code": code} for code in codes),
        {"field": "valence_set", "metric": "further_codes", "code": "all"},
        {"field": "valence_score", "metric": "calibration_error", "code": "all"},
        {"field": "valence_code", "metric": "accuracy", "code": "all"},
    )
    names = [*(f"{code} in its set" for code in codes), "further codes", "calibration error"]
    lines = [
        f"| kind | labels | {' | '.join(names)} | valence |",
        f"| --- | ---: |{' --- |' * len(wanted)}",
    ]
    for kind, info in code_list("document_kind").items():
        of_kind = {"basis": "cross_validated", "document_kind": kind, "era": "all"}
        found = [_measure(rows, **of_kind, **measure) for measure in wanted]
        if found[-1] is not None:
            cells = [str(found[-1]["n"]), *map(_value, found)]
            lines.append(f"| {info.label} | {' | '.join(cells)} |")
    return lines


def _covered(rows: Sequence[Row]) -> list[str]:
    """How often each code is in its set: where a kind has few labels of it, and by template."""
    sets = [
        row for row in rows if row["basis"] == "cross_validated" and row["metric"] == "coverage"
    ]
    codes = list(code_list("valence"))
    few = [
        [row for row in sets if row["code"] == code and row["era"] == "all" and row["n"] < _FEW]
        for code in codes
    ]
    parts = {"Kinds with fewer than 200 labels of the code, together": few}
    for era, info in code_list("era").items():
        found = [_of(sets, era=era, code=code) for code in codes]
        if era != "all" and any(found):
            parts[f"Focused visit, {info.label}"] = found
    lines = [f"| labels of | {' | '.join(codes)} |", f"| --- |{' --- |' * len(codes)}"]
    return lines + [
        f"| {part} | {' | '.join(map(_together, of_codes))} |" for part, of_codes in parts.items()
    ]


def _together(rows: Sequence[Row]) -> str:
    """A share of the labels of several rows, and how many they are."""
    labels = sum(row["n"] for row in rows)
    if not labels:
        return ""
    value, low, high, _ = share(sum(row["value"] * row["n"] for row in rows), labels)
    return f"{value:.3f} ({low:.2f}–{high:.2f}) of {labels}"


def _kinds(rows: Sequence[Row]) -> list[str]:
    """How valence and topics are judged, kind by kind."""
    lines = [
        "| kind | statements, kept out | valence | F1 of concern | topics F1 "
        "| statements, gold | valence | F1 of concern | topics F1 |",
        "| --- | ---: | --- | --- | --- | ---: | --- | --- | --- |",
    ]
    wanted = (
        ("valence_code", "all", "accuracy"),
        ("valence_code", "concern", "f1"),
        ("topic_code", "all", "f1"),
    )
    for kind, info in code_list("document_kind").items():
        cells = []
        for basis in ("kept_out", "gold"):
            of_kind = {"basis": basis, "document_kind": kind, "era": "all"}
            found = [
                _measure(rows, field=field, code=code, metric=metric, **of_kind)
                for field, code, metric in wanted
            ]
            cells += [str(found[0]["n"]) if found[0] else "", *map(_value, found)]
        if any(cells):
            lines.append(f"| {info.label} | {' | '.join(cells)} |")
    return lines


def _measured(rows: Sequence[Row], basis: str) -> Row:
    found = _measure(
        rows, basis=basis, era="all", code="all", field="valence_code", metric="accuracy"
    )
    if found is None:
        raise ValueError(f"nothing was measured on {basis} labels")
    return found


def _topics(rows: Sequence[Row]) -> list[str]:
    lines = [
        "| topic | F1, kept out | F1, gold labels | F1, cross-validated | precision | recall |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for code, info in {"all": None, **code_list("topic")}.items():
        of = {"field": "topic_code", "code": code, "era": "all"}
        cross = {"basis": "cross_validated", **of}
        lines.append(
            f"| {'**all**' if info is None else f'`{code}`'} "
            f"| {_value(_measure(rows, basis='kept_out', metric='f1', **of))} "
            f"| {_value(_measure(rows, basis='gold', metric='f1', **of))} "
            f"| {_value(_measure(rows, metric='f1', **cross))} "
            f"| {_value(_measure(rows, metric='precision', **cross), with_interval=False)} "
            f"| {_value(_measure(rows, metric='recall', **cross), with_interval=False)} |"
        )
    return lines


def _eras(rows: Sequence[Row]) -> list[str]:
    lines = [
        "| template | valence, kept out | valence, cross-validated | topics F1, kept out "
        "| topics F1, cross-validated |",
        "| --- | --- | --- | --- | --- |",
    ]
    for era, info in code_list("era").items():
        cells = [
            _value(_measure(rows, basis=basis, era=era, code="all", field=field, metric=metric))
            for field, metric in (("valence_code", "accuracy"), ("topic_code", "f1"))
            for basis in ("kept_out", "cross_validated")
        ]
        if any(cells):
            lines.append(f"| {info.label} | {' | '.join(cells)} |")
    return lines
