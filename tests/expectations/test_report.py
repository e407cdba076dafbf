"""What follows from a report: what is published, put into quarantine, or blocked."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from expectations.report import Breach, Result, Tolerance, ValidationReport


def result(name: str = "starts_on_weekday", **values: Any) -> Result:
    defaults: dict[str, Any] = {
        "table": "visits",
        "check": "dates",
        "name": name,
        "description": "A visit starts on a weekday.",
        "scope": "letter",
        "success": True,
        "observed": "0 of 40 rows",
    }
    return Result(**{**defaults, **values})


def broken_by(*letters: str, **values: Any) -> Result:
    breaches = tuple(
        Breach(letter_id=letter, visit_id=f"visit-{letter}", row_count=1, reason=f"{letter} fell")
        for letter in letters
    )
    return result(success=False, observed=f"{len(letters)} of 40 rows", breaches=breaches, **values)


def report(*results: Result, letter_count: int = 40) -> ValidationReport:
    return ValidationReport(results=results, letter_count=letter_count, tolerance=Tolerance())


def test_all_well() -> None:
    well = report(result(), result("ends_on_weekday"))

    assert well.success
    assert well.why_blocked() == ()
    assert well.letters_to_quarantine() == {}
    (check,) = well.checks()
    assert (check.table, check.name, check.success) == ("visits", "dates", True)
    assert check.description == "2 rules hold."


def test_letters_go_to_quarantine_with_all_their_reasons() -> None:
    mixed = report(broken_by("b", "a"), broken_by("a", name="ends_on_weekday"), result("other"))

    assert not mixed.success
    assert mixed.letters_to_quarantine() == {"a": "a fell; a fell", "b": "b fell"}
    (check,) = mixed.checks()
    assert not check.success
    assert "- visits.starts_on_weekday: A visit starts on a weekday. Found: 2 of 40 rows." in (
        check.description
    )


def test_failure_of_a_table_goes_along_with_letters() -> None:
    # Taking the letters out may mend it; the second validation will say.
    both = report(broken_by("a"), result("lists_complete", table="codes", success=False))

    assert set(both.letters_to_quarantine()) == {"a"}


def test_error_blocks_whatever_letters_did() -> None:
    faulty = report(broken_by("a"), result("other", success=False, error="no such column"))

    assert faulty.letters_to_quarantine() == {}
    assert len(faulty.errors) == 1
    assert "Could not be tested: no such column" in faulty.why_blocked()[1]


@pytest.mark.parametrize(
    ("letter_count", "broken", "systematic"),
    [(3, 3, False), (4, 4, True), (40, 4, False), (40, 5, True), (164, 16, False), (164, 17, True)],
)
def test_too_many_letters_are_the_programs_fault(
    letter_count: int, broken: int, systematic: bool
) -> None:
    letters = [f"letter-{number}" for number in range(broken)]
    many = report(broken_by(*letters), letter_count=letter_count)

    assert many.is_systematic is systematic
    assert len(many.letters_to_quarantine()) == (0 if systematic else broken)
    assert ("the fault must be the program's" in many.why_blocked()[0]) is systematic


def test_letters_that_are_gone_are_taken_out_however_many() -> None:
    letters = [f"letter-{number}" for number in range(5)]
    many = report(broken_by(*letters))

    assert many.is_systematic
    assert set(many.letters_to_quarantine(gone=letters[:2])) == set(letters[:2])


def test_report_survives_json() -> None:
    mixed = report(broken_by("a"), result("other", error="no such column", success=False))

    encoded = msgspec.json.encode(mixed)

    assert msgspec.json.decode(encoded, type=ValidationReport) == mixed
