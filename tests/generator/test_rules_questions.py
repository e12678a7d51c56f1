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


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (
            "The password must have at least 8 characters.",
            "A password shall have a minimum of 10 characters.",
        ),
        ("An order must be paid within 30 minutes.", "Orders must be paid within 15 minutes."),
        ("A user may borrow at most 5 books.", "Readers can borrow up to 8 books."),
        ("The account is locked after 5 wrong passwords.", "After 3 wrong passwords the account is locked."),
        ("每人最多借5本书。", "每位读者最多可借8本书。"),
        ("连续输错5次密码锁定账号。", "密码连续错误3次锁定账号。"),
    ],
)
def test_two_sentences_that_differ_in_a_number_alone_contradict_each_other(first, second):
    (question,) = (one for one in questions(f"{first}\n\n{second}") if first[:20] in one.text)

    assert question.text.endswith(("Which holds?", "以哪个为准？"))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Standard orders ship within 5 days.", "Express orders ship within 2 days."),
        ("The title has at least 2 characters.", "The title has at most 80 characters."),
        ("普通用户最多借5本书。", "VIP用户最多借10本书。"),
        ("请假3天以内的，由主管审批。", "请假7天以上的，由总监审批。"),
    ],
)
def test_sentences_about_different_things_contradict_nothing(first, second):
    asked = [one.text for one in questions(f"{first}\n\n{second}")]

    assert not [text for text in asked if "Which holds" in text or "以哪个为准" in text]
