"""Whether the grades that a report's headings state are those of its list of judgements.

Here, for all kinds alike: a parser says of a section which grade its heading states and what that
grade is of. Reports that contradict themselves are for a person to look at.
"""

from __future__ import annotations

from msgspec import structs

from assets.model import Rejection, Signal
from assets.publications.doubts import rejected
from assets.publications.model import Publication


def grades_agree(publication: Publication) -> Publication | Rejection:
    """Hold each heading's grade against the judgement of the same code.

    Returns:
        The publication, with a signal for each heading whose grade is of nothing that the report
        lists; a rejection with both grades where one is another.
    """
    listed = {one.judgement_code: one for one in publication.judgements}
    signals = []
    for section in publication.sections:
        if section.grade_code is None:
            continue
        judgement = listed.get(section.judgement_code or "")
        if judgement is None:
            detail = f"{section.heading}: {section.grade_code} is the grade of no judgement listed."
            signals.append(Signal("heading_grade_unlisted", detail))
        elif judgement.grade_code != section.grade_code:
            return rejected(
                "judgements_disagree",
                f"{judgement.judgement_code} is {judgement.grade_code} in the list of "
                f"judgements ({judgement.grade_as_written!r}), and {section.grade_code} in the "
                f"heading {section.heading!r}.",
            )
    return structs.replace(publication, signals=(*publication.signals, *signals))
