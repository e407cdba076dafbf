"""What a finding is: one point or sentence of a letter's findings, with its place."""

from __future__ import annotations

import msgspec


class Classification(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a finding reports, as it was judged.

    Attributes:
        valence_code: A code of the list `valence`.
        valence_score: How sure that is, 0 to 1: of those scored 0.9, nine in ten are right.
        topic_codes: One to three codes of the list `topic`, the most central first.
        cues: The words of the finding that decided the valence, the weightiest first.
        valence_set: The codes that a reader might give, the likeliest first: of what readers give
            one code, nine in ten have it in their set.
    """

    valence_code: str
    valence_score: float
    topic_codes: tuple[str, ...]
    cues: tuple[str, ...] = ()
    valence_set: tuple[str, ...] = ()


class Finding(msgspec.Struct, frozen=True, omit_defaults=True):
    """One finding.

    Attributes:
        section: Index of its section in `Publication.sections`, from 0.
        paragraph: Its paragraph within the section, from 1.
        sentence: Its sentence within the paragraph, from 1; a point of a list is one, whole.
        text: Its words.
        judged: What it reports.
        quantifier_code: A code of the list `quantifier`; `None` without one.
        quantifier_words: The words that stand for it.
        cohort_code: A code of the list `cohort`: whom it is about, where it says so.
        framework_reference: `outcome 3`, or `enabler` where no number is printed; `None` without
            one.
        paragraph_number: The number printed before its paragraph; `None` without one.
        responsible_body: Whom a point is addressed to, where it is not the authority as a whole.
        page: The page on which it begins, from 1; `None` for plain text, like its box.
        box: Left, upper, right and lower edge, in points from the page's top left, of the printed
            lines that hold it on that page.
    """

    section: int
    paragraph: int
    sentence: int
    text: str
    judged: Classification
    quantifier_code: str | None = None
    quantifier_words: str | None = None
    cohort_code: str | None = None
    framework_reference: str | None = None
    paragraph_number: int | None = None
    responsible_body: str | None = None
    page: int | None = None
    box: tuple[float, float, float, float] | None = None
