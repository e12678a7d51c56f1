"""The engine as the pipeline calls it: analysing a passage, writing a section, filling gaps."""

import asyncio
import itertools
import time

import pytest

from generator.drafts import Brief, Gap, Item, ItemDraft, Options, Passage, Span, Usage
from generator.engines.rules import RulesEngine, cases_for, vague_words

LOCK = Item("R1", "Lock the account for 15 minutes after 5 wrong passwords", "")
LOGIN = Item("R2", "The users can log in to the application", "")
COURSES = Item("R3", "All users can see the courses", "")


def brief(*items, **rest):
    return Brief(title="Section", items=items, language=rest.pop("language", "en"), **rest)


async def written(brief):
    return [case async for case in RulesEngine().write(brief)]


async def test_items_are_written_in_order_under_their_keys():
    cases = await written(brief(LOGIN, COURSES))

    assert list(dict.fromkeys(case.requirements for case in cases)) == [("R2",), ("R3",)]


async def test_what_is_written_already_is_not_written_again():
    first = await written(brief(LOGIN, COURSES))

    rest = await written(brief(LOGIN, COURSES, written=tuple(case.title for case in first[:2])))

    assert rest == first[2:]


async def test_what_two_items_of_a_section_ask_alike_is_one_case_of_both():
    cases = await written(brief(COURSES, Item("R4", COURSES.text, "")))

    titles = [case.title for case in cases]
    assert len(set(titles)) == len(titles)
    assert {case.requirements for case in cases} == {("R3", "R4")}


async def test_a_gap_gets_the_cases_of_its_boundary_and_nothing_else():
    cases = await written(brief(LOCK, LOGIN, gaps=(Gap("R1", "boundary 4 / 5 / 6 attempts"),)))

    assert cases
    assert all(case.requirements == ("R1",) and case.technique == "boundary" for case in cases)
    assert not any("14 minutes" in case.title for case in cases)


async def test_an_uncovered_item_gets_all_of_its_cases():
    cases = await written(brief(LOCK, LOGIN, gaps=(Gap("R2", "no case yet"),)))

    assert cases == cases_for(LOGIN, "en", Options())


async def test_three_hundred_items_take_less_than_a_second_and_others_get_their_turn():
    items = tuple(
        Item(f"R{n}", text.text, "")
        for n, text in zip(range(300), itertools.cycle([LOCK, LOGIN, COURSES]), strict=False)
    )
    turns = 0

    async def other():
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    neighbour = asyncio.create_task(other())
    began = time.process_time()
    await written(brief(*items))
    neighbour.cancel()

    assert time.process_time() - began < 1
    assert turns >= len(items)


async def test_analysing_keeps_the_candidates_and_asks_about_vague_words_where_they_stand():
    text = "Results appear fast. 操作方便。"
    item = ItemDraft(Span(2, 100, 120), text[:20], text[:20])

    analysis, usage = await RulesEngine().analyse(Passage(2, 100, text, (item,)), "en")

    assert analysis.items == (item,)
    assert usage == Usage()
    assert [question.span for question in analysis.questions] == [Span(2, 115, 119), Span(2, 123, 125)]
    assert "“fast”" in analysis.questions[0].text


async def test_questions_are_asked_in_the_language_of_the_cases():
    analysis, _ = await RulesEngine().analyse(Passage(0, 0, "界面简洁", ()), "zh-hans")

    assert "无法度量" in analysis.questions[0].text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It is fast and user-friendly, with appropriate colours.", ["fast", "user-friendly", "appropriate"]),
        ("界面简洁，能快速、方便地操作", ["界面简洁", "快速", "方便"]),
        ("Breakfast is served within 3 minutes.", []),
    ],
)
def test_vague_words_are_found_as_whole_words(text, words):
    assert [text[start:end] for _, start, end in vague_words(text)] == words


def test_chosen_types_and_techniques_are_kept_to():
    only = Options(types=("security",), techniques=("equivalence",))

    assert {(case.type, case.technique) for case in cases_for(LOGIN, "en", only)} == {
        ("security", "equivalence")
    }


def test_a_choice_that_leaves_nothing_keeps_the_nearest_case():
    assert len(cases_for(LOGIN, "en", Options(types=("performance",), techniques=("pairwise",)))) == 1


def test_detail_decides_how_many_cases_an_item_gets():
    item = Item("R1", "The teacher can create courses with a title and edit them", "")

    counts = [
        len(cases_for(item, "en", Options(detail=detail))) for detail in ("brief", "standard", "thorough")
    ]

    assert counts[0] <= 3
    assert counts[0] < counts[1] <= counts[2]


@pytest.mark.parametrize("key", ["R1", "R2"])
def test_the_language_of_the_cases_is_the_one_asked_for(key):
    item = {"R1": LOCK, "R2": Item("R2", "游客只能浏览商品，不能下单", "")}[key]

    english, chinese = (cases_for(item, language, Options())[0] for language in ("en", "zh-hans"))

    assert english.steps[0].action.isascii()
    assert not chinese.steps[0].action.isascii()
