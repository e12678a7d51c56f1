"""What a text leaves open is asked, with its place; what it defines is kept."""

import pytest

from generator.drafts import Passage
from generator.engines.rules.asking import questions_about
from generator.engines.rules.glossary import glossary_in
from generator.pipeline.statements import extract, language_of


def questions(text):
    items = tuple(item for section in extract(text) for item in section.items)
    return questions_about(Passage(0, 0, text, items), language_of(text))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("The user can upload a photo.\n\nOpen: do we also want videos?", "do we also want videos?"),
        ("请假3天以上的，须由部门总监审批。", "3天以上"),
        ("The page must open at once.", "at once"),
        ("The user can upload a file (txt, Word, PDF…).", "txt, Word, PDF…"),
        ("系统应支持多种格式，具体格式待确认。", "待确认"),
    ],
)
def test_open_points_are_asked_about_where_they_stand(text, place):
    asked = [text[question.span.start : question.span.end] for question in questions(text)]

    assert any(place in words for words in asked), asked


def test_a_bound_that_says_that_it_is_included_is_not_asked_about():
    assert not [
        question for question in questions("请假3天以上（含3天）的，须由总监审批。") if "3天" in question.text
    ]


def test_uploads_without_a_size_and_passwords_without_a_rule_lack_a_limit():
    asked = " ".join(
        question.text for question in questions("Users can upload images. Users can change their password.")
    )

    assert "How large may a file be" in asked
    assert "Which passwords are allowed" in asked


def test_two_bounds_of_one_field_contradict_each_other():
    text = "The title has at most 80 characters.\n\nThe title has at most 100 characters."

    (question,) = questions(text)
    assert "80 characters" in question.text
    assert "100 characters" in question.text
    assert text[question.span.start : question.span.end].startswith("The title has at most 100")


def test_definitions_become_the_glossary():
    text = "2 Definitions\nClaim – a set of receipts.\nApprover – the manager.\n\n3 Claims\nA claim ends."

    assert glossary_in(text) == ("Claim: a set of receipts.", "Approver: the manager.")
    assert glossary_in("拟建设考勤系统（以下简称“系统”）。") == ("系统: 拟建设考勤系统",)
