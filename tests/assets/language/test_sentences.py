"""Where a sentence ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.language.sentences import sentence_spans, split_sentences


@pytest.mark.parametrize(
    "sentences",
    [
        [],
        ["Plans are clear."],
        ["Plans are clear"],
        ["Plans are clear.", "They are kept up to date."],
        ["Are plans clear?", "Most are!", "Some are not…", "They are late."],
        ["Plans name a person, e.g. a teacher, for each step.", "They are short."],
        ["Work with partners, i.e. Health and the police, is sound.", "It is new."],
        ["Staff know Dr. Vale and Mrs. Marsh well.", "They ring them."],
        ["The panel led by J. Marsh meets weekly.", "It is well attended."],
        ["The ratio is 1.5 to one.", "It was 2.3."],
        ["The plan (para. 3) is late.", "See reg. 5 and paras. 12 to 14."],
        ["They keep notes, letters, photographs, etc.", "All are filed."],
        ["Plans are late. (Recommendation)", "Visits are made. (Paragraphs 3, 4).", "All know."],
        ["Plans are late. (Recommendation 4)"],
        ["Children enjoy music and art.", "They perform at Christmas."],
        ["Some parents said no.", "They were heard."],
        ["A child said: ‘I am heard.’", "Others agreed."],
        ["‘They listen.’", "‘They ring back.’"],
        ["Work (which is new. It began in May) is sound.", "Parents like it."],
        ["There are two reasons: posts are vacant; caseloads are high.", "Both are known."],
        ["In 2021.", "18 months later, plans were clear."],
        ["They meet at 9 a.m. each day.", "All come."],
        ["The section 47 enquiry (s. 47) is timely.", "It is recorded."],
        ["See www.example.org for more.", "It is free."],
        ["Élodie’s plan is clear.", "Éamon’s is not."],
        ["[One child] was seen.", "[Another] was not."],
        ["Plans improved.”", "So did reviews."],
        ["Cllr. Vale asks for plans, incl. Those of schools.", "All come."],
        # A sum of money begins a sentence too.
        ["Leaders found money.", "£2 million was put in.", "‘£5 is enough.’"],
        # A quote of several sentences belongs to the one who says it.
        ["A child said: ‘She listens. She rings back.’", "Others agreed."],
        ["“They are kind. They ring,” said one.", "Others agreed."],
        ['One said, "I am heard. I am safe."', "Another did not."],
        ["One said, 'I am heard. I am safe.'", "Another did not."],
        ["The child’s plan is clear.", "Parents’ views are in it.", "The children’s are not."],
        # Nobody knows where a quote or bracket ends that is not closed.
        ["A child said: ‘She listens.", "She rings back."],
        ["A child said: ‘She listens.", "Her ‘pledge’ is known."],
        ["Plans (of all kinds are clear.", "They are short."],
        ["Plans [of all kinds. They are clear.] are short.", "They are kept."],
        # Numbers and letters of items.
        ["1. Plans are late.", "2. Reviews are as well."],
        ["(a). Plans are late.", "They are long."],
        ["There are 12.", "All are late."],
        ["It was May 2019.", "Since then, plans are clear."],
        # Names of teams and services.
        ["Practice is inconsistent.", "iCART staff are skilled."],
        ["Practice is inconsistent.", "eLearning is offered."],
        ["Practice is inconsistent.", "e-Learning is offered."],
        ["Plans are late.", "s47 enquiries are not."],
        ["This was true of Team B.", "Staff were new there."],
        ["This was true of team B.", "Social workers left it."],
        ["They follow plan A.", "When it fails, they stop."],
        ["They follow pathway C.", "Social workers like it."],
        ["They came from the U.K.", "Staff helped them."],
        ["The panel led by J. R. Marsh meets.", "It is small."],
        ["Mr. A. Vale and Ms. B. Marsh visited.", "They stayed."],
        ["The U.K. Government funds this.", "It is new."],
        ["Records at 9 a.m. Monday were read.", "They were short."],
        ["They meet at 9 a.m.", "Staff come."],
        ["They read vol. 2 and fig. 3.", "They know reg. 44."],
        ["Work in Sept. 2020 was poor.", "It grew."],
        ["Plans are kept in one place.", "myPlan holds them."],
        # Lists after a colon.
        ["Three things are weak: plans; reviews, which are late; and audits.", "All matter."],
        ["Some are late: Plans, for one.", "Reviews are not."],
    ],
)
def test_a_paragraph_is_split_at_the_ends_of_its_sentences(sentences: list[str]) -> None:
    assert split_sentences(" ".join(sentences)) == sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Plans are clear.They are short.", ["Plans are clear.", "They are short."]),
        ("Are plans clear?Most are.", ["Are plans clear?", "Most are."]),
        ("They visit .However, some wait.", ["They visit .", "However, some wait."]),
        ("They wait.“However”, they say.", ["They wait.", "“However”, they say."]),
        ("They visit.However, some wait.", ["They visit.", "However, some wait."]),
        ("The child’s.The plan is late.", ["The child’s.", "The plan is late."]),
        ("They use SGOs.This is good.", ["They use SGOs.", "This is good."]),
        ("They use the PLO.IROs know it.", ["They use the PLO.", "IROs know it."]),
        ("It began in 2021.Since then, it grew.", ["It began in 2021.", "Since then, it grew."]),
        ("Plans (of all).However, some wait.", ["Plans (of all).", "However, some wait."]),
        ("He said ‘yes.’Others said no.", ["He said ‘yes.’", "Others said no."]),
        ("Write to a.b@Tarn.gov.uk now.", ["Write to a.b@Tarn.gov.uk now."]),
        ("The plan of Dr.Vale is fine.", ["The plan of Dr.Vale is fine."]),
        ("See www.example.org/Plans.html for more.", ["See www.example.org/Plans.html for more."]),
        ("St.Anne’s and the U.K.Branch meet.", ["St.Anne’s and the U.K.Branch meet."]),
        ("Plans are late.and reviews too.", ["Plans are late.and reviews too."]),
    ],
)
def test_a_blank_that_is_missing_is_no_matter(text: str, sentences: list[str]) -> None:
    assert split_sentences(text) == sentences


def test_blanks_between_sentences_belong_to_none() -> None:
    text = "Plans are clear.  They are short."
    assert sentence_spans(text) == [(0, 16), (18, 33)]


#: Words and marks of which paragraphs are made.
PIECES = st.sampled_from(
    "Children plans are e.g. Dr. (which and) ‘Yes.’ clear. late? 3 1.5 A. … ; : ! ” “ É I. "
    "‘So so.’ £5 [if it] 1. parents’ 'no no.'".split()
)


@given(st.lists(PIECES, max_size=40).map(" ".join) | st.text(max_size=200))
def test_sentences_cover_the_text_in_order_without_overlap(text: str) -> None:
    spans = sentence_spans(text)
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    assert edges == sorted(edges)
    assert all(text[start:end].strip() for start, end in spans)
    gaps = zip(edges[::2], edges[1::2], strict=True)
    assert not "".join(text[start:end] for start, end in gaps).strip()


@given(st.lists(PIECES, min_size=1, max_size=40).map(" ".join))
def test_sentences_joined_by_blanks_give_the_paragraph(text: str) -> None:
    assert " ".join(split_sentences(text)) == text
