"""How statements are grouped, and what holds for every text whatsoever."""

from __future__ import annotations

import itertools
import time

from hypothesis import example, given, settings
from hypothesis import strategies as st

from generator.pipeline.statements import extract
from generator.pipeline.statements.lines import is_blank
from generator.pipeline.statements.sections import FAMILY_LIMIT, ITEMS_LIMIT

MARKS = [
    "# ",
    "## 1.1 ",
    "- ",
    "+ ",
    "1. ",
    "(1) ",
    "（2）",
    "①",
    "| ",
    "|---|---|",
    "\n",
    "\n\n",
    "  ",
    "\t",
    "\u00a0",
    "\ufeff",
    "```",
    ". ",
    "The user can pay",
    "系统应支持登录",
    "；",
    "。",
    "：",
    ": ",
    "“",
    "”",
    "Given a",
    "When b",
    "Then c",
    "Scenario: x",
    "As a user",
    "I want",
    "Purpose",
    "目的",
    "e.g.",
    "3.5 s",
    "**",
    "![](a.png)",
    "<!--",
    "-->",
    "---",
    "===",
    "Actor: x",
    "(a) x, (b) y",
    "?",
    "FR-1",
    "１．",
]
PIECES = st.sampled_from(MARKS)
TEXTS = st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=80)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
@example(">")
@example("> \n>>")
def test_every_quote_is_literal_and_in_order_and_no_text_is_left_without_one(text):
    sections = extract(text, document=3)

    spans = [item.span for section in sections for item in section.items]
    for section in sections:
        assert (section.span.start, section.span.end) == (
            section.items[0].span.start,
            section.items[-1].span.end,
        )
        assert section.title == section.title.strip()
        assert 0 < len(section.title) <= 120
        for item in section.items:
            assert item.quote == text[item.span.start : item.span.end] == item.quote.strip() != ""
            assert item.text.strip() == item.text != ""
    assert all(span.document == 3 for span in spans)
    assert all(before.end <= after.start for before, after in itertools.pairwise(spans))
    assert bool(spans) is not is_blank(text)


def test_a_section_is_named_after_its_heading_without_marks():
    sections = extract(
        "# **Shop**\n\n## 2.1 *Login* page\n\nUsers can log in.\nUsers can log out.\nUsers can register.\n"
    )

    assert [section.title for section in sections] == ["Login page"]


def test_small_neighbours_share_a_section():
    text = "# 需求\n\n" + "".join(f"## 4.{n} 功能{n}\n\n用户可以使用功能{n}。\n\n" for n in range(1, 6))

    sections = extract(text)

    assert [section.title for section in sections] == ["功能1、功能2、功能3、功能4、功能5"]


def test_a_sentence_with_clauses_is_a_section_of_its_own():
    text = (
        "(1) Users can log in.\n(2) Users can log out.\n(3) Users can pay.\n"
        "(4) Users can: (4.1) see a list, (4.2) sort it, (4.3) print it.\n"
    )

    assert [section.title for section in extract(text)] == ["1–3 Users can log in", "Users can"]


def test_a_long_list_gives_every_statement_in_small_sections():
    text = "\n".join(f"{n}. The system shall support feature {n} within {n} s." for n in range(1, 501))

    sections = extract(text)

    assert sum(len(section.items) for section in sections) == 500
    assert sections[-1].items[-1].label == "500"
    assert max(len(section.items) for section in sections) <= max(ITEMS_LIMIT, FAMILY_LIMIT)


def test_a_document_of_200_000_characters_is_read_at_once():
    paragraph = "系统应支持1000人同时在线，响应时间不超过2秒。The list shows 20 entries, e.g. books. "
    texts = [
        paragraph * 2_500,
        f"## 标题\n\n- {paragraph}\n\n" * 2_000,
        "(" * 200_000,
        ". " * 100_000,
        "e.g. " * 40_000,
        "<!--\n" * 40_000,
        "```\n\n" * 40_000,
        "“a" * 100_000,
    ]

    for text in texts:
        begun = time.process_time()
        extract(text)
        assert time.process_time() - begun < 5, text[:20]  # seconds of CPU; prose takes half of one
