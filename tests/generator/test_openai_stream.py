import json
from itertools import pairwise

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.drafts import Usage
from generator.engines.openai.stream import Answer
from tests.endpoint import scripted_endpoint  # noqa: F401  a fixture
from tests.generator.openai_cast import (
    engine_factory,  # noqa: F401  a fixture
    written,
    written_until_error,
)

CASE = {"title": "登录 🔐 “a”", "requirements": ["R1"], "steps": [{"action": "Öffne", "expected": "Grün"}]}
TEXT = json.dumps({"cases": [CASE]}, ensure_ascii=False)


def chunk(content=None, finish=None, usage=None, **delta):
    said = {"choices": [{"index": 0, "delta": {"content": content, **delta}, "finish_reason": finish}]}
    return json.dumps(said | ({"usage": usage} if usage else {}), ensure_ascii=False)


EVENTS = [
    ": keep-alive",
    f"data: {chunk('', role='assistant')}",
    *(f"data: {chunk(TEXT[at : at + 5])}" for at in range(0, len(TEXT), 5)),
    f"data:{chunk(reasoning_content='hmm {')}",
    f"data: {chunk(finish='stop')}",
    'data: {"choices": [], "usage": {"prompt_tokens": 11, "completion_tokens": 7}}',
    "data: [DONE]",
]


def body(line_end="\n"):
    return "".join(event + line_end * 2 for event in EVENTS).encode()


def read(*chunks):
    answer = Answer()
    return "".join(map(answer.feed, chunks)) + answer.close(), answer


@given(st.lists(st.integers(0, len(body("\r\n")))), st.sampled_from(["\n", "\r\n", "\r"]))
def test_an_answer_reads_the_same_wherever_its_bytes_are_split(cuts, line_end):
    whole = body(line_end)
    marks = [0, *sorted(min(cut, len(whole)) for cut in cuts), len(whole)]
    chunks = [whole[start:end] for start, end in pairwise(marks)]

    text, answer = read(*chunks)

    assert text == TEXT
    assert (answer.finish_reason, answer.usage, answer.is_over) == ("stop", Usage(11, 7), True)


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_an_answer_reads_the_same_byte_by_byte(line_end):
    whole = body(line_end)

    text, answer = read(*(whole[at : at + 1] for at in range(len(whole))))

    assert text == TEXT
    assert answer.finish_reason == "stop"


def test_data_over_several_lines_is_one_event():
    first, second = chunk("hello", "stop").split(", ", 1)

    text, _ = read(f"data: {first},\ndata: {second}\n\n".encode())

    assert text == "hello"


def test_events_without_an_empty_line_between_them_are_told_apart():
    text, _ = read(f"data: {chunk('a')}\ndata: {chunk('b')}\ndata: [DONE]\n".encode())

    assert text == "ab"


def test_usage_may_come_with_the_last_chunk():
    _, answer = read(f"data: {chunk('a', 'stop', {'prompt_tokens': 3, 'completion_tokens': 4})}\n\n".encode())

    assert answer.usage == Usage(3, 4)


def test_content_in_parts_gives_its_text_without_its_thoughts():
    parts = [{"type": "thinking", "thinking": "no"}, {"type": "text", "text": "yes"}]

    text, _ = read(f"data: {chunk(parts)}\n\n".encode())

    assert text == "yes"


def test_what_is_no_json_within_the_stream_is_passed_over():
    text, answer = read(f"data: oops\n\nevent: ping\ndata: \n\ndata: {chunk('a', 'stop')}\n\n".encode())

    assert (text, answer.finish_reason, answer.error) == ("a", "stop", None)


async def test_a_thinking_model_is_read_after_its_thoughts(engine_at, endpoint):
    endpoint.answer = f'<think>Maybe {{"title": "no", "steps": ["x"]}} or so</think>\n{TEXT}'

    cases, _ = await written(engine_at(endpoint))

    assert [case.title for case in cases] == [CASE["title"]]


async def test_an_answer_in_one_piece_is_read_though_a_stream_was_asked_for(engine_at, endpoint):
    endpoint.content_type = "application/json"
    usage = {"prompt_tokens": 1, "completion_tokens": 2}
    said = {"choices": [{"message": {"content": TEXT}, "finish_reason": "stop"}], "usage": usage}
    whole = json.dumps(said).encode()
    endpoint.chunks = [whole[:30], whole[30:]]

    cases, counted = await written(engine_at(endpoint))

    assert [case.title for case in cases] == [CASE["title"]]
    assert counted == Usage(1, 2)


@pytest.mark.parametrize(
    ("chunks", "words"),
    [
        ([], "empty"),
        ([b"<html><head><title>Sign in to the proxy</title></head></html>"], "Sign in to the proxy"),
        ([b'{"error": {"message": "model is loading"}}'], "model is loading"),
        ([b'{"status": "ok"}'], "ok"),
    ],
)
async def test_a_body_that_is_no_answer_is_told_in_plain_words(engine_at, endpoint, chunks, words):
    endpoint.chunks = chunks

    cases, _, error = await written_until_error(engine_at(endpoint))

    assert cases == []
    assert error.code == "provider_error"
    assert words in error.reason


async def test_a_cut_after_the_finish_reason_loses_nothing(engine_at, endpoint):
    endpoint.chunks = [f"data: {chunk(TEXT, 'stop')}\n\n".encode()]

    cases, _ = await written(engine_at(endpoint))

    assert len(cases) == 1


def test_the_endpoint_cuts_an_answer_without_cases_too(endpoint):
    endpoint.silent_close()
    asked = {"messages": [{"role": "user", "content": '{"items": []}'}], "stream": True}

    response = httpx.post(f"{endpoint.url}/chat/completions", json=asked)

    assert response.status_code == 200
    assert "[DONE]" not in response.text
