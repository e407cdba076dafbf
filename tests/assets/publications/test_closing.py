"""Where a letter's closing begins, and who signed."""

from __future__ import annotations

from datetime import date

import pytest

from assets.publications.closing import part_closing, read_signature
from tests.assets.reading import blocks_of

QUEEN = date(2022, 3, 3)
HER = "Her Majesty's Inspector"


@pytest.mark.parametrize(
    ("closing", "name", "title"),
    [
        ("Yours sincerely\n\nAnn Vale\n\nHer Majesty’s Inspector", "Ann Vale", HER),
        ("Yours sincerely,\n\nAnn Vale\nHer Majesty’s Inspector", "Ann Vale", HER),
        ("Yours faithfully\n\nAnn Vale\n\nHMI", "Ann Vale", HER),
        # A slip of the keyboard.
        ("Your sincerely\n\nAnn Vale\n\nHer Majesty’s Inspector", "Ann Vale", HER),
        # A picture took its place.
        ("Ann Vale\n\nHer Majesty’s Inspector", "Ann Vale", HER),
        ("Ann Vale\nHer Majesty’s Inspector", "Ann Vale", HER),
        # Name and title on one line, or all of it.
        ("Yours sincerely\n\nAnn Vale Her Majesty’s Inspector", "Ann Vale", HER),
        ("Yours sincerely\n\nAnn Vale, HMI", "Ann Vale", HER),
        ("Yours sincerely Ann Vale\n\nHer Majesty’s Inspector", "Ann Vale", HER),
        ("Yours sincerely\n\nAnn Vale OBE\n\nOfsted Inspector", "Ann Vale", "Ofsted Inspector"),
        (
            "Yours sincerely\n\nAnn McVale-O’Neill\n\nSenior HMI",
            "Ann McVale-O’Neill",
            f"Senior {HER}",
        ),
        ("Yours sincerely\n\nAnn Vale (Her Majesty’s Inspector)", "Ann Vale", HER),
        ("Yours sincerely\n\nAnn Vale\n\n(Her Majesty’s Inspector)", "Ann Vale", HER),
        ("Yours sincerely\n\nAnn Vale (Social Care HMI)", "Ann Vale", HER),
        ("Yours sincerely\n\nAnn Vale – SHMI", "Ann Vale", f"Senior {HER}"),
        ("Yours sincerely\n\nHer Majesty’s Inspector\nAnn Vale", "Ann Vale", HER),
        ("Yours sincerely\n\nAnn Vale\nHer Majesty’s Inspector, Ofsted", "Ann Vale", HER),
        ("Yours sincerely\n\nAnn Vale and Ben Marsh\nHer Majesty’s Inspectors", "Ann Vale", HER),
        ("Yours sincerely\n\nAnn Vale, Lead Inspector", "Ann Vale", None),
        # What stands before the valediction is no signature, nor is whom a copy goes to.
        (
            "I am copying this letter to\nNora Quill, Chief Executive,\nTarn Children’s Trust.\n\n"
            "Yours sincerely\n\nAnn Vale\n\nHer Majesty’s Inspector",
            "Ann Vale",
            HER,
        ),
        (
            "A copy goes to\nNora Quill\n\nYours sincerely\n\nAnn Vale\n\nHMI",
            "Ann Vale",
            HER,
        ),
        ("A copy goes to\nNora Quill\n\nAnn Vale\n\nHMI", "Ann Vale", HER),
        ("Yours sincerely\n\nTarn Children’s Trust\n\nAnn Vale\n\nHMI", "Ann Vale", HER),
        ("Yours sincerely\n\nCopy to: Nora Quill", None, None),
        ("A copy goes to\nNora Quill", None, None),
        # A title that is none, or no title.
        ("Yours sincerely\n\nAnn Vale\n\nNational Director", "Ann Vale", None),
        ("Yours sincerely\n\nAnn Vale", "Ann Vale", None),
        ("Yours sincerely", None, None),
    ],
)
def test_the_signature_is_read(closing: str, name: str | None, title: str | None) -> None:
    stock = "Ofsted will take the findings from this focused visit into account."
    signature = read_signature(blocks_of(f"{stock}\n\n{closing}"), QUEEN)
    assert signature == ((name, title) if name else None)


@pytest.mark.parametrize(
    ("closing", "name"),
    [
        ("Yours sincerely\n\nTarn Sands\n\nAnn Vale\n\nHer Majesty’s Inspector", "Ann Vale"),
        ("Tarn Sands HMI\n\nAnn Vale HMI", "Ann Vale"),
        ("Yours sincerely\n\nDee Hart\n\nRegional Director", "Dee Hart"),
    ],
)
def test_of_several_names_that_of_the_team_signed(closing: str, name: str) -> None:
    signature = read_signature(blocks_of(closing), QUEEN, ["Ben Marsh", "Ann Vale"])
    assert signature is not None
    assert signature.name == name


@pytest.mark.parametrize(
    "first",
    [
        "Ofsted will take the findings from this focused visit into account.",
        "Ofsted will take these findings into account.",
        "We have notified the Department for Education of the areas for priority action.",
        "We will notify the Department for Education.",
        "I am copying this letter to the department.",
        "The local authority should submit a copy of its action plan by 1 May 2022.",
        "Yours sincerely",
        "Your sincerely",
        "Ann Vale\n\nHer Majesty’s Inspector",
        "Ann Vale\n\nHMI",
    ],
)
def test_the_closing_begins_with(first: str) -> None:
    body = "# Main findings\n\nPlans are clear. Ofsted was told so.\n\nStaff are well led."
    blocks = blocks_of(f"{body}\n\n{first}\n\nThe end.")
    assert len(part_closing(blocks, 1)[0]) == 3


@pytest.mark.parametrize(
    "body",
    [
        "Plans are clear.",
        "Senior leaders say that Ofsted will take the findings into account.",
        # A name alone is no signature.
        "Ann Vale\n\nShe is the principal social worker.",
        "Staff said that letters end with ‘Yours sincerely’.",
    ],
)
def test_what_only_looks_like_it_is_no_closing(body: str) -> None:
    blocks = blocks_of(f"# Main findings\n\n{body}")
    assert part_closing(blocks, 1)[1] == []


def test_a_closing_is_looked_for_behind_the_last_heading_only() -> None:
    blocks = blocks_of("Yours sincerely\n\n# Main findings\n\nPlans are clear.")
    assert len(part_closing(blocks, 2)[0]) == 3


LAST = "Managers know the service well and act when they see a weakness."
STOCK = "Ofsted will take the findings from this focused visit into account."
ENDINGS = [
    "Ofsted will publish this letter and take the findings into account.",
    "Ofsted intends to publish this letter.",
    "Ofsted may take these findings into account.",
    "This letter will be published on the Ofsted website.",
    "The letter is to be shared with the Department for Education.",
    "As set out in the framework, this letter will be published.",
    "It will be published on our website.",
    "We will publish this letter on our website.",
    "We have shared this letter with the Department for Education.",
    "We look forward to visiting again.",
    "I am sending a copy to the Department for Education.",
    "Copies of this letter will be sent to the DfE.",
    "The Department for Education has been notified of this letter.",
    "Ofsted has notified the Department for Education.",
    "The findings from this visit will be taken into account when planning the next inspection.",
    "The findings of this focused visit will inform our next inspection.",
    "This will be taken into account when planning the next inspection.",
    "Your next inspection will be a short one.",
    "The next visit will take place within the year.",
    "You should submit your action plan within 70 working days.",
    "The council should share its action plan with Ofsted by May.",
    "Please send your action plan to Ofsted.",
    "I would like to thank you and your staff for your help.",
    "May I thank you for your time.",
    "Inspectors would like to thank staff.",
    "Thank you for the help of your staff.",
    "If you have any questions, please write to us.",
    "Ofsted’s regional director will be in touch to plan your next inspection.",
    "These findings do not change the judgement of your last inspection.",
    "As set out in the framework, a further visit will take place within six months.",
]


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize(
    "between", ["{0}\n\n{1}\n\n{2}", "{0} {1}\n\n{2}", "{0}\n\n{2} {1}", "{0}\n\n{1}", "{0} {1}"]
)
def test_the_findings_end_before_whatever_adjoins_the_closing(ending: str, between: str) -> None:
    body = between.format(LAST, ending, STOCK)
    blocks = blocks_of(f"# Main findings\n\n{body}\n\nYours sincerely\n\nAnn Vale")
    findings, closing = part_closing(blocks, 1)
    assert [block.text for block in findings[1:]] == [LAST]
    assert ending in " ".join(block.text for block in closing)


@pytest.mark.parametrize(
    "finding",
    [
        "Ofsted inspectors saw good practice.",
        "The council should do more to help care leavers.",
        "Leaders must improve their oversight.",
        "This letter-writing scheme helps children.",
        "We saw good practice.",
        "Plans do not change after an inspection.",
        "A further visit to the child will take place when the plan says so.",
        "The next step for leaders is to share their plans.",
        "Their findings are used when planning the next audit.",
        "The letter that each child is sent is clear.",
    ],
)
def test_a_finding_before_the_closing_stays(finding: str) -> None:
    blocks = blocks_of(f"# Main findings\n\n{LAST}\n\n{finding}\n\n{STOCK}\n\nYours sincerely")
    assert [block.text for block in part_closing(blocks, 1)[0]][-1] == finding
