import email.utils
import time

import pytest

from generator.engines.errors import EngineError, EngineInterrupted, EnginePaused, EngineRefused
from generator.engines.openai import Endpoint
from generator.engines.openai.refusals import REASON_LIMIT, plain_reason, refusal
from tests.endpoint import scripted_endpoint  # noqa: F401  a fixture
from tests.generator.openai_cast import (
    address,
    engine_factory,  # noqa: F401  a fixture
    written,
)

KEY = "sk-proj-Qm3vT8xYz1LkPw72"


def meaning(status, message="", code="", headers=None, body=None):
    body = body if body is not None else {"message": message, "code": code, "type": code}
    return refusal(status, body, headers or {}, KEY)


@pytest.mark.parametrize(
    ("status", "message", "code", "kind", "means"),
    [
        (401, "Incorrect API key provided", "invalid_api_key", EngineRefused, "authentication"),
        (403, "Country not supported", "", EngineRefused, "authentication"),
        (404, "The model `gpt-9` does not exist", "model_not_found", EngineRefused, "model_not_found"),
        (404, "404 page not found", "", EngineRefused, "model_not_found"),
        (400, "Model Not Exist", "invalid_request_error", EngineRefused, "model_not_found"),
        (400, "model 'qwen9' not found, try pulling it first", "", EngineRefused, "model_not_found"),
        (402, "Insufficient Balance", "", EngineRefused, "insufficient_quota"),
        (429, "You exceeded your current quota", "insufficient_quota", EngineRefused, "insufficient_quota"),
        (429, "please check your plan and billing details", "", EngineRefused, "insufficient_quota"),
        (429, "账户余额不足，请充值", "1113", EngineRefused, "insufficient_quota"),
        (400, "Access denied: account overdue", "Arrearage", EngineRefused, "insufficient_quota"),
        (429, "Rate limit reached for requests", "rate_limit_exceeded", EnginePaused, "rate_limited"),
        (429, "Requests rate limit exceeded", "Throttling.AllocationQuota", EnginePaused, "rate_limited"),
        (503, "overloaded", "", EngineInterrupted, "provider_error"),
        (500, "boom", "", EngineInterrupted, "provider_error"),
        (502, "", "", EngineInterrupted, "provider_error"),
        (400, "context length exceeded", "context_length_exceeded", EngineRefused, "provider_error"),
        (413, "Request too large", "", EngineRefused, "provider_error"),
    ],
)
def test_a_status_means_what_the_provider_says(status, message, code, kind, means):
    error = meaning(status, message, code)

    assert type(error) is kind
    assert error.code == means
    assert message in error.reason


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"message": "no such thing"}},
        {"error": "no such thing"},
        {"message": "no such thing"},
        {"detail": [{"loc": ["body", "messages"], "msg": "no such thing"}]},
        {"code": 17, "msg": "no such thing"},
        "no such thing",
        "<!doctype html><html><head><title>no such thing</title></head><body>x</body></html>",
    ],
)
def test_the_reason_is_found_wherever_a_provider_puts_it(body):
    error = meaning(400, body=body)

    assert "no such thing" in error.reason
    assert "<" not in error.reason


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after-ms": "250"}, 0.25),
        ({"x-ratelimit-reset-requests": "8.5s", "x-ratelimit-reset-tokens": "1m10s"}, 8.5),
        (
            {
                "x-ratelimit-reset-requests": "2s",
                "x-ratelimit-remaining-requests": "9",
                "x-ratelimit-reset-tokens": "1m10s",
                "x-ratelimit-remaining-tokens": "0",
            },
            70,
        ),
        ({"retry-after": "soon"}, 5),
        ({}, 5),
        ({"retry-after": "86400"}, 300),
    ],
)
def test_the_pause_is_the_one_that_the_provider_asks_for(headers, seconds):
    error = meaning(429, "slow down", headers=headers)

    assert error.retry_after == pytest.approx(seconds)


@pytest.mark.parametrize(("ahead", "seconds"), [(30, 30), (-30, 0.1), (3_000, 300)])
def test_a_pause_may_end_at_a_moment(ahead, seconds):
    moment = time.time() + ahead
    date = email.utils.formatdate(moment, usegmt=True)

    assert meaning(429, headers={"retry-after": date}).retry_after == pytest.approx(seconds, abs=1.1)
    assert meaning(429, headers={"x-ratelimit-reset": f"{moment * 1000:.0f}"}).retry_after == pytest.approx(
        seconds, abs=1.1
    )


def test_a_busy_provider_that_says_when_to_return_is_a_pause():
    error = meaning(529, "overloaded", headers={"retry-after": "3"})

    assert type(error) is EnginePaused
    assert (error.code, error.retry_after) == ("provider_error", 3)


@pytest.mark.parametrize(
    "echo",
    [
        f"Incorrect API key provided: {KEY}. You can find your API key at example.org",
        f"Incorrect API key provided: {KEY[:8]}************{KEY[-4:]}. You can find it at example.org",
        f"Authentication Fails, Your api key: ****{KEY[-4:]} is invalid",
        f"Bearer {KEY[3:]} refused",
        f'{{"key":"{KEY[6:20]}"}}',
    ],
)
def test_no_part_of_the_key_is_ever_told(echo):
    reason = plain_reason(echo, KEY)

    assert "***" in reason
    assert not any(part in reason for part in (KEY, KEY[:8], KEY[-4:], KEY[6:12]))


def test_a_long_reason_is_shortened_after_secrets_are_gone():
    reason = plain_reason("x" * (REASON_LIMIT - 10) + " " + KEY, KEY)

    assert len(reason) <= REASON_LIMIT
    assert KEY[:6] not in reason


async def test_a_refusal_over_http_carries_the_reason_and_no_key(engine_at, endpoint):
    endpoint.refuse_with(401, "invalid_api_key", f"Incorrect API key provided: {endpoint.api_key}.")
    engine = engine_at(endpoint)

    with pytest.raises(EngineRefused) as caught:
        await written(engine)

    assert caught.value.code == "authentication"
    assert caught.value.reason == "Incorrect API key provided: ***."
    assert endpoint.api_key not in repr(address(endpoint))
    assert caught.value.__cause__ is None


async def test_a_rate_limit_over_http_is_a_pause(engine_at, endpoint):
    endpoint.rate_limit(1, retry_after=2)
    engine = engine_at(endpoint)

    with pytest.raises(EnginePaused) as caught:
        await written(engine)

    assert (caught.value.code, caught.value.retry_after) == ("rate_limited", 2)
    assert len(endpoint.requests) == 1


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_an_error_page_over_http_is_told_in_plain_words(engine_at, endpoint, status):
    endpoint.refuse_with(status, body="<html><head><title>Bad gateway</title></head></html>")
    engine = engine_at(endpoint)

    with pytest.raises(EngineInterrupted) as caught:
        await written(engine)

    assert "Bad gateway" in caught.value.reason
    assert "<" not in caught.value.reason


async def test_a_key_that_no_header_can_carry_is_refused_before_it_is_sent(engine_at, endpoint):
    with pytest.raises(EngineRefused) as caught:
        await written(engine_at(Endpoint("odd", endpoint.url, "“sk-1”", "m")))

    assert caught.value.code == "authentication"
    assert endpoint.requests == []


@pytest.mark.parametrize("url", ["http://no-host.invalid/v1", "https://127.0.0.1:1/v1", "localhost:1/v1"])
async def test_an_address_that_leads_nowhere_is_unreachable(engine_at, url):
    with pytest.raises(EngineInterrupted) as caught:
        await written(engine_at(Endpoint("away", url, "sk-none", "m")))

    assert caught.value.code == "endpoint_unreachable"


async def test_plain_http_behind_https_is_unreachable(engine_at, endpoint):
    url = endpoint.url.replace("http://", "https://")

    with pytest.raises(EngineError) as caught:
        await written(engine_at(Endpoint("tls", url, "sk-none", "m")))

    assert caught.value.code == "endpoint_unreachable"


def test_a_reason_can_be_stored_whatever_the_provider_put_into_it():
    assert plain_reason("no\x00 such\x1b model\ud800", "sk-1") == "no such model"
