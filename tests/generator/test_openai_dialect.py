import asyncio

import pytest

from generator.engines.errors import EngineRefused
from tests.endpoint import scripted_endpoint  # noqa: F401  a fixture
from tests.generator.openai_cast import (
    CASES_OF_BRIEF,
    engine_factory,  # noqa: F401  a fixture
    written,
)


@pytest.fixture
def engine(engine_at, endpoint):
    return engine_at(endpoint)


def formats(endpoint):
    return [body.get("response_format", {}).get("type", "text") for body in endpoint.bodies]


async def test_an_endpoint_without_schemas_is_asked_for_json_and_remembered(engine_at, engine, endpoint):
    endpoint.refuse_json_schema()

    cases, _ = await written(engine)
    await written(engine_at(endpoint))

    assert len(cases) == CASES_OF_BRIEF
    assert formats(endpoint) == ["json_schema", "json_object", "json_object"]


async def test_an_endpoint_whose_schemas_know_no_limits_keeps_the_schema_without_them(engine, endpoint):
    endpoint.refuse_with(400, message="Invalid schema: In context=('title'), 'maxLength' is not permitted")

    cases, _ = await written(engine)
    await written(engine)

    assert len(cases) == CASES_OF_BRIEF
    assert formats(endpoint) == ["json_schema"] * 3
    assert ["maxLength" in str(body) for body in endpoint.bodies] == [True, False, False]


async def test_an_endpoint_without_any_format_is_asked_in_words_and_remembered(engine, endpoint):
    endpoint.refuse_json_schema()
    endpoint.refuse_json_object()

    cases, _ = await written(engine)
    await written(engine)

    assert len(cases) == CASES_OF_BRIEF
    assert formats(endpoint) == ["json_schema", "json_object", "text", "text"]


async def test_another_model_of_the_endpoint_is_asked_anew(engine_at, engine, endpoint):
    endpoint.refuse_json_schema()
    await written(engine)

    endpoint.model = "another"
    await written(engine_at(endpoint))

    assert formats(endpoint)[-2] == "json_schema"


@pytest.mark.parametrize("field", ["temperature", "stream_options"])
async def test_a_field_that_is_refused_is_left_out_and_that_is_remembered(engine, endpoint, field):
    endpoint.refuse_field(field)

    await written(engine)
    await written(engine)

    assert [field in body for body in endpoint.bodies] == [True, False, False]
    assert formats(endpoint) == ["json_schema"] * 3


async def test_sections_at_once_learn_from_each_other(engine, endpoint):
    endpoint.refuse_json_schema()
    endpoint.refuse_field("temperature")

    await asyncio.gather(*(written(engine) for _ in range(5)))
    endpoint.requests.clear()
    await written(engine)

    assert formats(endpoint) == ["json_object"]
    assert "temperature" not in endpoint.bodies[0]


async def test_a_validating_server_names_the_field_by_its_place(engine, endpoint):
    detail = [{"loc": ["body", "response_format", "type"], "msg": "Input should be 'text'", "input": "x"}]
    endpoint.refuse_with(422, body={"detail": detail})

    cases, _ = await written(engine)

    assert len(cases) == CASES_OF_BRIEF
    assert formats(endpoint) == ["json_schema", "json_object"]


async def test_a_complaint_about_something_else_is_a_refusal(engine, endpoint):
    endpoint.refuse_with(400, message="This conversation is too long")

    with pytest.raises(EngineRefused, match="too long"):
        await written(engine)

    assert len(endpoint.requests) == 1


async def test_max_tokens_are_never_sent(engine, endpoint):
    await written(engine)

    assert not {"max_tokens", "max_completion_tokens"} & endpoint.bodies[0].keys()
