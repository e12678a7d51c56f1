"""Texts made to be slow: whatever somebody pastes, naming its statements ends, and stays in proportion."""

import pytest

from generator.drafts import Item, Options
from generator.engines.rules import cases_for
from generator.pipeline.statements import extract

LONGEST = 200_000
TOKENS = (
    "1.",
    "1.1.1.1.",
    "1,000",
    "If ",
    "| ",
    '"',
    "((a",
    "3 to 5 ",
    "2026-01-01 ",
    "必须，",
    "a-",
    "[a](b",
    "\t",
)


@pytest.mark.parametrize("token", TOKENS)
def test_the_longest_text_of_one_repeated_token_is_read_to_its_end(token):
    text = ("X" + token * LONGEST)[:LONGEST]

    sections = extract(text)

    assert all(text[i.span.start : i.span.end] == i.quote for section in sections for i in section.items)


@pytest.mark.parametrize("token", TOKENS)
def test_a_sentence_of_one_repeated_token_gets_a_case(token):
    text = ("X" + token * 20_000)[:20_000]

    assert cases_for(Item("R1", text, text), "en", Options())
