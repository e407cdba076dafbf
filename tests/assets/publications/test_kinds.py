"""Documents are told apart by their own words."""

import pytest

from assets.publications.kinds import document_kind, is_title
from tests.assets.reading import block, blocks_of


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("# Focused visit to Tarnshire children’s services", "focused_visit"),
        ("# Ofsted focused visit to Tarnshire", "focused_visit"),
        ("Focused visits to Tarnshire local authority children’s services", "focused_visit"),
        ("This letter summarises the findings of a focused visit to Tarnshire.", "focused_visit"),
        ("# Monitoring visit to Tarnshire children’s services", "monitoring_visit"),
        (
            "This letter summarises the findings of the third monitoring visit since then.",
            "monitoring_visit",
        ),
        ("# Joint targeted area inspection of Tarnshire", "jtai"),
        ("# Joint area child protection inspection", "jtai"),
        ("# Inspection of Tarnshire local authority children’s services", "ilacs_inspection"),
        ("# Inspection of local authority children’s services", "ilacs_inspection"),
        ("# Inspection of Tarnshire childrens services", "ilacs_inspection"),
        ("# Inspection of Tarnshire children’s social care services", "ilacs_inspection"),
        ("# Re-inspection of children’s services", "sif_reinspection"),
        ("# Inspection of Tarnshire Local Area Partnership", "area_send_inspection"),
        (
            "# Inspection of services for children in need of help and protection, children "
            "looked after and care leavers\n\n# Review of the effectiveness of the Local "
            "Safeguarding Children Board",
            "sif_inspection",
        ),
        (
            "The inspection of services for children in need of help and protection.",
            "sif_inspection",
        ),
        ("# Re-inspection of services for children in need of help", "sif_reinspection"),
        (
            "# Review of the effectiveness of the local safeguarding children board",
            "lscb_review",
        ),
        ("# Inspection of services for looked after children", "lac_inspection"),
        ("# Area SEND inspection of Tarnshire Local Area Partnership", "area_send_inspection"),
        ("# Area SEND full inspection", "area_send_inspection"),
        # Others.
        ("# Short inspection of Larkspur Primary School", None),
        ("# Inspection of Larkspur Nursery", None),
        ("Minutes of the annual general meeting", None),
        ("A focused visit was made to the shops.", None),
        # The title is surer than a phrase above it.
        (
            (
                "Since the area SEND inspection of 2021, and since the joint targeted area "
                "inspection of 2020, the council has changed nearly everything, its leaders and "
                "its name included.\n\n# Focused visit to Tarnshire children’s services"
            ),
            "focused_visit",
        ),
        # A letter without a title that speaks of another inspection.
        (
            (
                "This letter summarises the findings of the focused visit to Tarnshire.\n\n"
                "At the joint targeted area inspection in 2020, plans were late."
            ),
            "focused_visit",
        ),
        ("Text.\n\n" * 70 + "# Focused visit to Tarnshire", None),
    ],
)
def test_the_kind_is_told(text: str, kind: str | None) -> None:
    assert document_kind(blocks_of(text)) == kind


def test_a_paragraph_is_no_title() -> None:
    assert is_title(block("Focused visit to Tarnshire children’s services"))
    assert not is_title(block("Focused visit to Tarnshire children’s services. " + "Words. " * 30))
