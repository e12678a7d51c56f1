import json
from itertools import pairwise

import pytest

from generator.drafts import Span
from generator.engines.errors import EngineInterrupted, EngineRefused
from generator.engines.openai.analysis import read_analysis
from tests.endpoint import scripted_endpoint  # noqa: F401  a fixture
from tests.generator.openai_cast import (
    engine_factory,  # noqa: F401  a fixture
    passage_of,
)

LOCKED = "The account is locked after 5 attempts."
REQUIRED = "A name is required;"
LIMITED = "it has  at most 20\ncharacters."
TEXT = f"Signing in.\n{LOCKED} {REQUIRED}\n{LIMITED}"


@pytest.fixture
def passage():
    return passage_of(TEXT, LOCKED, REQUIRED, document=2, start=100)


def claims(*items, **more):
    return {"items": [dict(zip(("quote", "text", "kind"), item, strict=False)) for item in items], **more}


def test_what_the_model_does_not_mention_is_kept(passage):
    assert read_analysis(claims(), passage).items == passage.candidates


@pytest.mark.parametrize("quote", ["C1", LOCKED, "the account is locked after 5 attempts"[4:]])
def test_the_model_may_refine_a_candidate(passage, quote):
    found = read_analysis(claims((quote, "After 5 wrong attempts the account is locked", "flow")), passage)

    refined = found.items[0]
    assert (refined.text, refined.kind) == ("After 5 wrong attempts the account is locked", "flow")
    assert (refined.span, refined.quote) == (passage.candidates[0].span, LOCKED)
    assert len(found.items) == 2


def test_a_refinement_that_loses_or_changes_a_number_is_not_taken(passage):
    found = read_analysis(claims(("C1", "After 3 wrong attempts the account is locked")), passage)

    assert found.items[0].text == LOCKED


@pytest.mark.parametrize("quote", [LIMITED, "it has at most 20 characters", "it  has at most ２０"])
def test_an_added_item_has_the_exact_span_of_its_quote(passage, quote):
    found = read_analysis(claims((quote, "A name has at most 20 characters", "data")), passage)

    added = found.items[-1]
    start, end = added.span.start - passage.start, added.span.end - passage.start
    assert added.span.document == 2
    assert TEXT[start:end] == added.quote
    assert added.quote.startswith("it has  at most 20")
    assert (added.text, added.kind) == ("A name has at most 20 characters", "data")


def test_items_come_in_the_order_of_the_text_and_never_overlap(passage):
    said = claims(("it has  at most",), ("required;\nit has",), ("Signing in.",), ("at most 20",))

    spans = [item.span for item in read_analysis(said, passage).items]

    assert spans == sorted(spans, key=lambda span: span.start)
    assert all(one.end <= other.start for one, other in pairwise(spans))
    assert len(spans) == 4


def test_an_item_that_the_source_does_not_have_is_dropped_and_counted(passage):
    found = read_analysis(claims(("Passwords expire",), ("", "x"), (LOCKED,)), passage)

    assert found.items == passage.candidates
    assert found.dropped == 2


def test_full_width_text_is_found_from_half_width_quotes():
    passage = passage_of("用户名最多２０个字符，\n必填。")

    found = read_analysis(claims(("用户名最多20个字符,必填",)), passage)

    assert found.items[0].span == Span(0, 0, 14)


def test_questions_point_to_their_place(passage):
    asked = [{"text": "Until when?", "quote": "locked after"}, {"text": "Who?", "quote": "nowhere"}, "What?"]

    found = read_analysis(claims(questions=asked), passage)

    assert [question.text for question in found.questions] == ["Until when?", "Who?", "What?"]
    assert [question.span is not None for question in found.questions] == [True, False, False]


@pytest.mark.parametrize("said", [["a: b", {"term": "c", "meaning": "d"}], {"a": "b", "c": "d"}])
def test_a_glossary_is_read_in_several_shapes(passage, said):
    assert read_analysis(claims(glossary=said), passage).glossary == ("a: b", "c: d")


@pytest.mark.parametrize("said", [None, 7, [], {}, {"cases": []}, {"items": 3}, {"items": [1, {"quote": 2}]}])
def test_an_answer_about_something_else_leaves_the_candidates(passage, said):
    assert read_analysis(said, passage).items == passage.candidates


async def test_analysing_asks_once_and_counts_tokens(engine_at, endpoint, passage):
    found, usage = await engine_at(endpoint).analyse(passage, "en")

    assert found.items == passage.candidates
    assert usage.input_tokens > 0
    assert len(endpoint.requests) == 1


@pytest.mark.parametrize("answer", ["sorry", '{"cases": [{"title": "x"}]}', '```\n{"items": [{"quote": "C1"'])
async def test_an_unreadable_analysis_is_no_error(engine_at, endpoint, passage, answer):
    endpoint.answer = answer

    found, _ = await engine_at(endpoint).analyse(passage, "en")

    assert found.items == passage.candidates


async def test_an_analysis_in_a_fence_is_read(engine_at, endpoint, passage):
    said = json.dumps(claims(("C2", "A user name is required", "data")))
    endpoint.answer = f"Sure!\n```json\n{said}\n```"

    found, _ = await engine_at(endpoint).analyse(passage, "en")

    assert found.items[1].text == "A user name is required"


async def test_errors_of_the_way_to_the_model_are_errors_of_the_analysis(engine_at, endpoint, passage):
    engine = engine_at(endpoint, stall_seconds=0.3)

    endpoint.refuse_with(401)
    with pytest.raises(EngineRefused):
        await engine.analyse(passage, "en")

    endpoint.hang()
    with pytest.raises(EngineInterrupted, match="nothing for too long"):
        await engine.analyse(passage, "en")
