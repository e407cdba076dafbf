"""All letters become the rows of the published tables, a batch of letters at a time.

Here: the order of it, and keys and foreign keys. What becomes of every file is in `files`, how a
letter becomes rows in `letter_rows`, what earlier versions said in `history`, what is missing in
`coverage`. What follows from other rows is worked out in `derived`, what a person corrected is put
right in `corrections`. Types, order and bytes are the warehouse's business; whether the rows are
right is checked by the expectations.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from assets.follow_ups.pairs import families
from assets.follow_ups.rows import follow_up_rows
from assets.model import ArchivedFile, Rejection, Signal, Unarchived
from assets.publications.model import Publication
from assets.tables.corrections import Corrected, apply_corrections, named
from assets.tables.corrections_file import KEY_SEPARATOR, Correction, parted
from assets.tables.coverage import coverage_rows
from assets.tables.derived import AllRows, derive, inspector_rows
from assets.tables.files import Files, ReadFile
from assets.tables.grades import GRADE, INSPECTION, SAYING, doubts_on_grades, grades_held
from assets.tables.history import History
from assets.tables.inspectors import likely_doubles
from assets.tables.letter_rows import OF_VISITS, Visit, add_visit, with_visit
from warehouse.codes import code_rows
from warehouse.schema import SCHEMA

Row = dict[str, Any]

#: So many letters are in memory at once, with all their rows.
BATCH = 100

#: So many rows of `coverage` are: there are some fifty of each authority, with letters or without.
_CELLS = 20_000


class Making:
    """The making of all rows, of a batch of letters at a time.

    Attributes:
        corrected: Where the corrections stand that were applied to a letter, by its `letter_id`.
    """

    def __init__(
        self,
        letters: Iterable[str],
        read: Callable[[str], ReadFile],
        reference: Mapping[str, list[Row]],
        *,
        parser_version: str,
        unarchived: Sequence[Unarchived] = (),
        held_back: Mapping[str, Rejection] | None = None,
        corrections: Sequence[Correction] = (),
        evaluation: Sequence[Row] = (),
        judgements: Path | None = None,
        batch: int = BATCH,
    ) -> None:
        """Take in what became of each file.

        Args:
            letters: The `letter_id` of each archived file, in their order.
            read: What became of a file; it is asked twice of each.
            reference: Rows of the tables on authorities.
            parser_version: The version of what read the letters.
            unarchived: Listed files whose bytes could not be had.
            held_back: Letters, by `letter_id`, that broke a rule of the expectations.
            corrections: What a person found to be wrong; applied last.
            evaluation: Rows of the table of that name, as they were measured.
            judgements: The folder where judgements of pairs of documents are kept, if they are.
            batch: So many letters are in memory at once, with all their rows; more, where one
                authority has more.
        """
        self.corrected: dict[str, list[str]] = defaultdict(list)
        self._read = read
        self._batch = batch
        self._judgements = judgements
        self._of_pairs, self._of_letters = parted(corrections)
        self._done: list[Row] = []  # of the table `corrections`
        # Copies, for corrections change rows in place.
        self._shared = {name: [dict(row) for row in rows] for name, rows in reference.items()}
        self._shared |= {"codes": code_rows(), "evaluation": list(evaluation)}
        self._files = Files(reference["authorities"], parser_version, held_back or {}, unarchived)
        for letter_id in letters:
            self._files.take(read(letter_id))
        self._versions = self._files.settle()
        self._counting = {visit.visit_id: visit for visit in self._versions.counting}
        self._known = {key: visit.authority_id for key, visit in self._counting.items()}
        self._letters: dict[str, Row] = {}  # those that corrections name

    @property
    def signals(self) -> tuple[tuple[Signal, tuple[str, ...]], ...]:
        """What was never met before or does not agree, with the files it is about."""
        signals = self._files.signals
        return tuple(sorted((one, tuple(sorted(set(names)))) for one, names in signals.items()))

    def batches(self, made: AllRows) -> Iterator[dict[str, list[Row]]]:
        """Correct, work out what follows, and give the rows of one batch after the other.

        Args:
            made: Reads the rows that were given before.
        """
        history = History(self._versions)
        corrected, keys = self._correct()
        derive(no_rows() | self._shared)
        yield self._shared
        counting = {visit.file.letter_id for visit in self._counting.values()}
        others = [one for one in self._files.letters() if one not in counting]
        for start in range(0, len(others), self._batch):
            some = others[start : start + self._batch]
            rows = {"letters": [self._letter(letter_id) for letter_id in some]}
            history.add(rows["letters"], ())
            yield rows
        for visits in self._by_families(corrected):
            rows = no_rows()
            for visit in visits:
                of_visit = corrected.get(visit.visit_id) or self._rows_of(visit)
                key = keys.get(visit.visit_id, visit.visit_id)
                for name in OF_VISITS:
                    rows[name] += (with_visit(row, key) for row in of_visit[name])
            derive(rows)
            rows |= follow_up_rows(rows | self._shared, self._judgements)
            self._correct_pairs(rows)
            rows["letters"] = [self._letter(visit.file.letter_id) for visit in visits]
            rows["visit_versions"] = history.add(rows["letters"], rows["visits"])
            yield rows
        self._correct_pairs(None)
        yield {
            "quarantine": self._files.quarantine,
            "corrections": self._done,
            "visit_versions": history.rest(map(self._whole, self._versions.superseded)),
            "inspectors": list(inspector_rows(made)),
            "grades_held": grades_held(made("visits", *INSPECTION), made("judgements", *GRADE)),
        }
        missing = coverage_rows(made, self._files.unfetched)
        while cells := list(islice(missing, _CELLS)):
            yield {"coverage": cells}
        self._report_grades(made)
        self._report_doubles(made)

    def _whole(self, visit: Visit) -> Visit:
        """A visit with all that was read in its letter."""
        read = self._read(visit.file.letter_id)
        assert isinstance(read.result, Publication)
        return visit._replace(publication=read.result, findings=read.findings)

    def _rows_of(self, visit: Visit) -> dict[str, list[Row]]:
        """The rows of a visit; their keys lack that of the visit."""
        rows: dict[str, list[Row]] = {name: [] for name in OF_VISITS}
        self._files.report(visit.file, add_visit(rows, self._whole(visit)._replace(visit_id="")))
        return rows

    def _letter(self, letter_id: str) -> Row:
        return self._letters.get(letter_id) or self._files.letter(letter_id)

    def _correct(self) -> tuple[dict[str, dict[str, list[Row]]], dict[str, str]]:
        """The rows of visits that corrections name, by the keys that they were read with.

        Also the keys that they have now.
        """
        names = {row["authority_id"]: row["name"] for row in self._shared["authorities"]}
        held = self._files.held.keys() - self._known.keys()
        of_corrections = named(self._of_letters, names, self._known.keys() | held)
        visits = {
            visit_id: self._rows_of(self._counting[visit_id])
            for visit_id in sorted(of_corrections & self._known.keys())
        }
        letters = {one.row_key for one in self._of_letters if one.table_name == "letters"}
        self._letters = {one: self._letter(one) for one in self._files.letters() if one in letters}
        shared = no_rows() | self._shared | {"letters": list(self._letters.values())}
        done = apply_corrections(shared, visits, self._of_letters, self._known, held)
        self._note(done, {key: visit.file for key, visit in self._counting.items()})
        now: dict[str, str] = {
            key: rows["visits"][0]["authority_id"] for key, rows in visits.items()
        }
        self._known = {
            done.keys.get(key, key): now.get(key, authority_id)
            for key, authority_id in self._known.items()
        }
        return visits, done.keys

    def _correct_pairs(self, rows: dict[str, list[Row]] | None) -> None:
        """Put right what was judged of pairs: of points in these rows, or of none that are here."""
        here = {row["visit_id"] for row in rows["visits"]} if rows else set()
        lines = [
            one
            for one in self._of_pairs
            if rows is None or one.row_key.partition(KEY_SEPARATOR)[0].rpartition("-")[0] in here
        ]
        self._of_pairs = tuple(one for one in self._of_pairs if one not in lines)
        if lines:
            shared = (rows or no_rows()) | self._shared
            self._note(apply_corrections(shared, {}, lines, self._known), {})

    def _by_families(
        self, corrected: Mapping[str, Mapping[str, list[Row]]]
    ) -> Iterator[list[Visit]]:
        """The visits in batches: all of an authority together, and of those whose place it took.

        They come by the first of their keys, near the order in which tables are written.
        """
        family_of = families(self._shared["authority_successors"])

        def family(visit: Visit) -> str:
            rows = corrected.get(visit.visit_id)
            authority_id = rows["visits"][0]["authority_id"] if rows else visit.authority_id
            return family_of.get(authority_id, authority_id)

        together: dict[str, list[Visit]] = defaultdict(list)
        for _, visit in sorted(self._counting.items()):
            together[family(visit)].append(visit)
        some: list[Visit] = []
        for of_family in together.values():
            some += of_family
            if len(some) >= self._batch:
                yield some
                some = []
        if some:
            yield some

    def _note(self, done: Corrected, files: Mapping[str, ArchivedFile]) -> None:
        """Keep the rows of corrections, and report those that do not apply."""
        self._done += done.rows
        of_visit = {**self._files.held, **files}
        for signal, about in done.stale:
            file = of_visit.get(about or "")
            self._files.signals[signal] += [file.file_name] if file else []
        for one in done.applied:
            if one.visit_id and one.visit_id in files:
                self.corrected[files[one.visit_id].letter_id].append(one.place)
            elif one.table_name == "letters":
                self.corrected[one.row_key].append(one.place)
        if done.passed_over:
            count = len(done.passed_over)
            numbers = ", ".join(one.line for one in done.passed_over)
            detail = (
                f"{count} lines of corrections.csv are about authorities or letters of which "
                f"nothing is here: lines {numbers}."
                if count > 1
                else "One line of corrections.csv is about an authority or a letter of which "
                f"nothing is here: line {numbers}."
            )
            self._files.signals[Signal("corrections_passed_over", detail)] = []

    def _report_grades(self, made: AllRows) -> None:
        """Report letters that say of the grade held what no inspection says."""
        visits = made("visits", *SAYING)
        for signal, letter_id in doubts_on_grades(visits, made("grades_held")):
            self._files.signals[signal].append(self._files.name(letter_id))

    def _report_doubles(self, made: AllRows) -> None:
        """Report people who may be one, with the letters that name them."""
        names = {row["inspector_id"]: row["name"] for row in made("inspectors")}
        doubles = likely_doubles(names)
        keys = {key for _, pair in doubles for key in pair}
        if not keys:
            return
        of_visit = {
            row["visit_id"]: row["letter_id"] for row in made("visits", "visit_id", "letter_id")
        }
        letters: dict[str, list[str]] = defaultdict(list)
        for row in made("visit_inspectors", "inspector_id", "visit_id"):
            if row["inspector_id"] in keys:
                letters[row["inspector_id"]].append(self._files.name(of_visit[row["visit_id"]]))
        for signal, pair in doubles:
            for key in pair:
                self._files.signals[signal] += letters[key]


def no_rows() -> dict[str, list[Row]]:
    """Every table, without rows."""
    return {name: [] for name in SCHEMA}
