"""The report: what came of a validation, for those who decide on publication and who show it.

Here belong plain values that can be kept as JSON and read again, and the decision that follows
from them. Nothing here knows Great Expectations.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

import msgspec

from expectations.rule import Scope


class Tolerance(msgspec.Struct, frozen=True, kw_only=True):
    """How much may be lost before the fault must be the program's, not single letters'.

    Both hold: a share would be too strict for a folder of five letters, a number for thousands.

    Attributes:
        share: The share of letters that may break rules, and of rows that may be gone.
        letters: As many letters always may.
    """

    share: float = 0.1
    letters: int = 3

    def of(self, letter_count: int) -> int:
        """How many letters of so many may be lost."""
        return max(self.letters, int(letter_count * self.share))


class Breach(msgspec.Struct, frozen=True, kw_only=True):
    """One letter that breaks one rule.

    Attributes:
        letter_id: The letter.
        visit_id: Its visit, where it has one.
        row_count: How many of its rows break the rule.
        reason: What was found, in a sentence.
    """

    letter_id: str
    visit_id: str | None
    row_count: int
    reason: str


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one rule on one table.

    Attributes:
        table: The table.
        check: The asset check it counts towards.
        name: The rule.
        description: What must be true.
        scope: Whether letters that break it can be taken out.
        success: Whether it holds.
        observed: What was seen, in a few words.
        error: Why the rule could not be tested; the rule then counts as failed.
        found: A few of the failures, for the log.
        breaches: The letters that break it, if it is theirs to break.
        rows_without_letter: How many rows break it that belong to no letter.
    """

    table: str
    check: str
    name: str
    description: str
    scope: Scope
    success: bool
    observed: str
    error: str | None = None
    found: tuple[str, ...] = ()
    breaches: tuple[Breach, ...] = ()
    rows_without_letter: int = 0

    @property
    def title(self) -> str:
        """The table and the rule."""
        return f"{self.table}.{self.name}"

    @property
    def account(self) -> str:
        """What must be true and what was found, in one line."""
        if self.error is not None:
            return f"{self.description} Could not be tested: {self.error}"
        found = f" E.g. {'; '.join(self.found)}." if self.found else ""
        return f"{self.description} Found: {self.observed}.{found}"


class CheckResult(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one asset check: of all its rules.

    Attributes:
        table: The table.
        name: The check.
        results: The rules' results.
    """

    table: str
    name: str
    results: tuple[Result, ...]

    @property
    def success(self) -> bool:
        """Whether every rule holds."""
        return all(result.success for result in self.results)

    @property
    def description(self) -> str:
        """What came of it, in Markdown: the failures, or how many rules hold."""
        failed = [result for result in self.results if not result.success]
        if not failed:
            return f"{len(self.results)} rules hold."
        return "\n".join(f"- {result.title}: {result.account}" for result in failed)


class ValidationReport(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What came of a validation.

    Attributes:
        results: Of every rule on every table.
        letter_count: How many letters the tables have a visit of.
        tolerance: What was allowed to be lost.
        is_whole: Whether all rules were asked; else those alone that single letters can break.
    """

    results: tuple[Result, ...]
    letter_count: int
    tolerance: Tolerance
    is_whole: bool = True

    @property
    def success(self) -> bool:
        """Whether the tables may be published as they are."""
        return all(result.success for result in self.results)

    @property
    def failures(self) -> tuple[Result, ...]:
        """The rules that do not hold or could not be tested."""
        return tuple(result for result in self.results if not result.success)

    @property
    def errors(self) -> tuple[Result, ...]:
        """The rules that could not be tested: faults of the program, which no letter can mend."""
        return tuple(result for result in self.results if result.error is not None)

    def checks(self) -> tuple[CheckResult, ...]:
        """The results by asset check, as `suites.check_specs` declares them."""
        checks: dict[tuple[str, str], list[Result]] = defaultdict(list)
        for result in self.results:
            checks[result.table, result.check].append(result)
        return tuple(
            CheckResult(table=table, name=name, results=tuple(results))
            for (table, name), results in checks.items()
        )

    def breaches(self) -> Mapping[str, tuple[str, ...]]:
        """The letters that break rules, each with its reasons."""
        reasons: dict[str, list[str]] = defaultdict(list)
        for result in self.results:
            for breach in result.breaches:
                reasons[breach.letter_id].append(breach.reason)
        return {letter_id: tuple(of_letter) for letter_id, of_letter in sorted(reasons.items())}

    @property
    def is_systematic(self) -> bool:
        """Whether so many letters break rules that it must be the program's fault."""
        return len(self.breaches()) > self.tolerance.of(self.letter_count)

    def letters_to_quarantine(self, gone: Collection[str] = ()) -> Mapping[str, str]:
        """The letters to take out before validating again, each with the reason.

        None if taking letters out would hide a fault of the program: if a rule could not be
        tested. If far too many letters break rules, only those that their source has no more: a
        person who has deleted them has seen to it. Then nothing may be published otherwise.

        Args:
            gone: Letters that their source has no more.
        """
        if self.errors:
            return {}
        return {
            letter_id: "; ".join(reasons)
            for letter_id, reasons in self.breaches().items()
            if letter_id in gone or not self.is_systematic
        }

    def why_blocked(self) -> tuple[str, ...]:
        """Why the tables may not be published, one line a rule; empty if they may."""
        lines = [f"{result.title}: {result.account}" for result in self.failures]
        if self.is_systematic:
            lines.insert(
                0,
                f"{len(self.breaches())} of {self.letter_count} letters break rules; more than "
                f"{self.tolerance.of(self.letter_count)} are not put into quarantine, as the "
                "fault must be the program's",
            )
        return tuple(lines)
