"""Whatever a document contains, the rules answer with at least one whole case."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from generator.drafts import CASE_BYTES_LIMIT, STEP_LIMIT, TITLE_LIMIT, Item, Options
from generator.engines.rules import boundaries, cases_for, missing_boundaries, vague_words
from generator.engines.rules.book import BOOK

PIECES = st.sampled_from(
    """5 8-20 位 characters 密码 password at most 不超过 若 时 if when only 管理员 teacher can 必填 required
    、 / : ( ) “ ”
    { } % $ 0 十 万 minutes 分钟 2031-02-30 25:61 iOS 7.0.0 draft → published 提示 page 每页 lock
    锁定 wrong times 次 csv sorted by 9999999999999""".split()
)
TEXTS = st.one_of(st.text(), st.lists(PIECES).map(" ".join), st.lists(PIECES).map("".join))


@settings(deadline=None)
@given(text=TEXTS, quote=TEXTS, heading=TEXTS, language=st.sampled_from(["en", "zh-hans"]))
def test_any_text_gives_at_least_one_case_within_all_limits(text, quote, heading, language):
    cases = cases_for(Item("R1", text, quote, heading=heading), language, Options(detail="thorough"))

    assert cases
    assert len({case.title for case in cases}) == len(cases)
    for case in cases:
        assert 0 < len(case.title) <= TITLE_LIMIT
        assert len(case.steps) >= 2
        assert all(max(len(step.action), len(step.expected)) <= STEP_LIMIT for step in case.steps)
        assert len(repr(case).encode()) <= CASE_BYTES_LIMIT


@settings(deadline=None)
@given(text=TEXTS)
def test_boundaries_and_vague_words_quote_the_text(text):
    for boundary in boundaries(text):
        assert boundary.quote in text
        assert len(boundary.points) in {2, 3}
    assert missing_boundaries(text, []) == boundaries(text)
    assert all(text[start:end] == word for word, start, end in vague_words(text))


def test_both_languages_of_every_sheet_have_the_same_blanks_and_number_of_steps():
    for key, sheets in BOOK.items():
        for sheet in sheets:
            english, chinese = sheet.wordings["en"], sheet.wordings["zh-hans"]
            assert len(english.steps) == len(chinese.steps) >= 2, key
            assert english.data, key
            assert chinese.data, key
            assert re.search(r"[\u4e00-\u9fff]", chinese.title), key
