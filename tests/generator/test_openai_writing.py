import asyncio
import time
from contextlib import aclosing

import pytest

from generator.drafts import CaseDraft
from generator.engines.errors import EngineInterrupted, EngineRefused
from tests.endpoint import scripted_endpoint  # noqa: F401  a fixture
from tests.generator.openai_cast import (
    BRIEF,
    CASES_OF_BRIEF,
    brief,
    engine_factory,  # noqa: F401  a fixture
    options,
    written,
    written_until_error,
)

CLOSE_SECONDS = 1.0


@pytest.fixture
def engine(engine_at, endpoint):
    return engine_at(endpoint, stall_seconds=0.5)


async def until(condition, seconds=CLOSE_SECONDS):
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)


async def test_all_cases_of_an_answer_arrive_with_the_usage_last(engine):
    everything = [one async for one in engine.write(BRIEF)]

    *cases, usage = everything
    assert len(cases) == CASES_OF_BRIEF
    assert all(isinstance(case, CaseDraft) for case in cases)
    assert usage.input_tokens > 0
    assert usage.output_tokens > 0


async def test_a_case_arrives_before_the_next_is_written(engine, endpoint):
    endpoint.stall_after(2)

    async with aclosing(engine.write(BRIEF)) as cases:
        first = await asyncio.wait_for(anext(cases), 0.4)
        second = await asyncio.wait_for(anext(cases), 0.4)

    assert [first.title[:2], second.title[:2]] == ["R1", "R1"]


async def test_ten_sections_at_once_share_one_engine(engine):
    results = await asyncio.gather(*(written(engine) for _ in range(10)))

    assert [len(cases) for cases, _ in results] == [CASES_OF_BRIEF] * 10


async def test_every_network_chunk_is_reported(engine_at, endpoint):
    rings = []
    engine = engine_at(endpoint, on_bytes=lambda: rings.append(time.monotonic()))

    await written(engine)

    assert rings


@pytest.mark.parametrize(
    ("order", "code"),
    [
        ("cut_after", "provider_error"),
        ("silent_close", "provider_error"),
        ("stop_with_length_after", "invalid_output"),
        ("stall_after", "stalled"),
    ],
)
async def test_an_answer_that_ends_too_early_keeps_its_complete_cases(engine, endpoint, order, code):
    getattr(endpoint, order)(2)

    cases, _, error = await written_until_error(engine)

    assert len(cases) == 2
    assert type(error) is EngineInterrupted
    assert error.code == code


async def test_a_filtered_answer_says_so(engine, endpoint):
    endpoint.stop_with("content_filter", 1)

    cases, usage, error = await written_until_error(engine)

    assert len(cases) == 1
    assert usage is not None
    assert error.code == "provider_error"
    assert "content filter" in error.reason


async def test_a_stop_in_the_middle_of_a_case_counts_as_truncated(engine, endpoint):
    endpoint.stop_with("stop", 3)

    cases, _, error = await written_until_error(engine)

    assert len(cases) == 3
    assert error.code == "invalid_output"


async def test_an_answer_without_any_case_shows_how_it_began(engine, endpoint):
    endpoint.answer = "I am sorry, I cannot do that. " * 20

    cases, _, error = await written_until_error(engine)

    assert cases == []
    assert error.code == "invalid_output"
    assert "I am sorry" in error.reason


async def test_nothing_missing_is_an_answer_when_only_the_rest_was_asked_for(engine, endpoint):
    cases, _ = await written(engine)
    titles = tuple(case.title for case in cases)

    rest, _ = await written(engine, brief(written=titles))

    assert rest == []


async def test_a_case_that_is_written_already_is_not_yielded_again(engine, endpoint):
    endpoint.answer = '{"cases": [{"title": "Known", "steps": ["a"]}, {"title": "New", "steps": ["a"]}]}'

    cases, _ = await written(engine, brief(written=("known",)))

    assert [case.title for case in cases] == ["New"]


async def test_an_endpoint_that_never_answers_is_stalled(engine, endpoint):
    endpoint.hang()

    _, _, error = await written_until_error(engine)

    assert type(error) is EngineInterrupted
    assert error.code == "stalled"


async def test_an_endpoint_that_is_not_there_is_unreachable(engine_at, endpoint):
    endpoint.stop()
    engine = engine_at(endpoint)

    _, _, error = await written_until_error(engine)

    assert type(error) is EngineInterrupted
    assert error.code == "endpoint_unreachable"
    assert str(endpoint.port) in error.reason


@pytest.mark.parametrize("pause", ["stall_after", "hang"])
async def test_cancelling_closes_the_stream_at_once(engine_at, endpoint, pause):
    engine = engine_at(endpoint)
    if pause == "hang":
        endpoint.hang()
    else:
        endpoint.stall_after(1)
    task = asyncio.create_task(written(engine))
    await until(lambda: endpoint.requests)
    await asyncio.sleep(0.1)

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    await until(lambda: endpoint.requests[0].closed_early)


async def test_leaving_off_reading_closes_the_stream_at_once(engine, endpoint):
    endpoint.stall_after(1)

    async with aclosing(engine.write(BRIEF)) as cases:
        await anext(cases)

    await until(lambda: endpoint.requests[0].closed_early)


async def test_a_whole_answer_leaves_its_connection_to_the_next_call(engine_at, endpoint):
    engine = engine_at(endpoint)
    await written(engine)
    await written(engine)

    pool = engine._client._sdk._client._transport.client.connector  # the only place that knows
    assert sum(map(len, pool._conns.values())) == 1


async def test_an_error_within_the_stream_ends_it_with_the_providers_reason(engine, endpoint):
    endpoint.fail_within_stream({"message": "GPU fell off the bus", "code": 502}, 1)

    cases, _, error = await written_until_error(engine)

    assert len(cases) == 1
    assert type(error) is EngineInterrupted
    assert (error.code, error.reason) == ("provider_error", "GPU fell off the bus")


async def test_a_spent_quota_within_the_stream_is_a_refusal(engine, endpoint):
    endpoint.fail_within_stream({"message": "You exceeded your quota", "code": "insufficient_quota"})

    _, _, error = await written_until_error(engine)

    assert isinstance(error, EngineRefused)
    assert error.code == "insufficient_quota"


async def test_one_broken_case_costs_no_other(engine, endpoint):
    endpoint.break_json()

    cases, _ = await written(engine)

    assert len(cases) >= CASES_OF_BRIEF - 1


async def test_limited_types_and_techniques_limit_the_schema(engine, endpoint):
    await written(engine, brief(options=options(types=("security",), techniques=("boundary", "pairwise"))))

    schema = endpoint.bodies[0]["response_format"]["json_schema"]["schema"]
    case = schema["properties"]["cases"]["items"]["properties"]
    assert case["type"]["enum"] == ["security"]
    assert case["technique"]["enum"] == ["boundary", "pairwise"]
