"""What a provider's error means, whoever the provider is: status, body, headers become one error of ours."""

from __future__ import annotations

import html
import json
import re
import time
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime

from core.text import UNFIT
from generator.engines.errors import EngineError, EngineInterrupted, EnginePaused, EngineRefused

REASON_LIMIT = 500
PAUSE_DEFAULT_SECONDS = 5.0
PAUSE_LIMIT_SECONDS = 300.0
PAUSE_FLOOR_SECONDS = 0.1

# OpenAI and its kin, DeepSeek (402), DashScope ("Arrearage"), Zhipu (余额不足), Anthropic ("credit balance").
_QUOTA_SPENT = re.compile(
    r"insufficient[ _]?(?:quota|balance|funds?|credits?)|billing|arrear|payment required"
    r"|credit balance|out of credits|余额不足|欠费|账户余额",
    re.I,
)
_NO_SUCH_MODEL = re.compile(
    r"model_not_found|\bmodel\b.{0,120}?(?:not found|(?:does |do )?not exist|is unknown)"
    r"|(?:unknown|invalid|no such) model|模型.{0,60}?不存在",
    re.I | re.S,
)
_TRY_AGAIN_IN = re.compile(r"(?:try again|retry) (?:in|after) (\d+(?:\.\d+)?) ?(ms|s|m)", re.I)
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_UNIT_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
_MASKED_KEY = re.compile(r"\bsk-[\w.*…-]+|[\w-]*\*{3,}[\w*-]*|\bBearer\s+\S+", re.I)
_KEY_PART_LENGTH = 6
_MESSAGES = ("message", "msg", "error", "detail", "error_msg", "errorMessage")


def without_secrets(text: str, api_key: str) -> str:
    """Providers echo keys whole, or with stars in the middle; neither may reach a page or a log."""
    if len(api_key) >= 4:
        text = text.replace(api_key, "***")
    if len(api_key) > 2 * _KEY_PART_LENGTH:
        parts = {api_key[at : at + _KEY_PART_LENGTH] for at in range(len(api_key) - _KEY_PART_LENGTH + 1)}
        text = "".join(_masked_words(text, parts))
    return _MASKED_KEY.sub("***", text)


def _masked_words(text: str, parts: set[str]) -> Iterator[str]:
    for word in re.split(r"(\s+)", text):
        pieces = (word[at : at + _KEY_PART_LENGTH] for at in range(len(word) - _KEY_PART_LENGTH + 1))
        yield "***" if any(piece in parts for piece in pieces) else word


def plain_reason(text: str, api_key: str) -> str:
    """One line for a tester: no HTML, no secrets, not too long."""
    if "<" in text and re.search(r"<(?:!doctype|html|head|body|title|h1)\b", text, re.I):
        text = _page_title(text)
    words = " ".join(UNFIT.sub(" ", without_secrets(text[:20_000], api_key)).split())
    return words if len(words) <= REASON_LIMIT else words[: REASON_LIMIT - 1] + "…"


def _page_title(page: str) -> str:
    found = re.search(r"<(title|h1)[^>]*>(.*?)</\1>", page, re.I | re.S)
    text = found[2] if found else re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.I | re.S)
    return "a web page instead of an answer: " + html.unescape(re.sub(r"<[^>]+>", " ", text))


def complaint_in(body: object) -> str:
    """All that an error body says about its cause, and nothing that merely echoes the request."""
    if isinstance(body, str):
        return body
    if isinstance(body, list):
        return "; ".join(filter(None, map(complaint_in, body)))
    if not isinstance(body, dict):
        return ""
    names = (*_MESSAGES, "code", "type", "param", "loc", "status")
    return "; ".join(filter(None, (complaint_in(body.get(name)) for name in names)))


def message_in(body: object) -> str:
    """The sentence that the provider wrote for people."""
    if isinstance(body, dict):
        for name in _MESSAGES:
            if body.get(name):
                return message_in(body[name])
        return json.dumps(body, ensure_ascii=False) if body else ""
    if isinstance(body, list):
        return "; ".join(filter(None, map(message_in, body)))
    return body if isinstance(body, str) else ""


def refusal(status: int, body: object, headers: Mapping[str, str], api_key: str) -> EngineError:
    """The error for an HTTP status, or for an error object within a stream (status 0 when it names none)."""
    reason = plain_reason(message_in(body), api_key) or f"the endpoint answered {status} without a reason"
    complaint = reason if isinstance(body, str) else complaint_in(body)
    if status == 402 or (status in (0, 400, 403, 429) and _QUOTA_SPENT.search(complaint)):
        return EngineRefused("insufficient_quota", reason)
    if status in (401, 403):
        return EngineRefused("authentication", reason)
    if status == 404 or (status in (0, 400, 422) and _NO_SUCH_MODEL.search(complaint)):
        return EngineRefused("model_not_found", reason)
    if status == 429 or (status == 0 and re.search(r"rate.?limit", complaint, re.I)):
        return EnginePaused("rate_limited", reason, pause_asked_for(headers, complaint))
    if status in (503, 529) and "retry-after" in headers:
        return EnginePaused("provider_error", reason, pause_asked_for(headers, complaint))
    if status == 0 or status == 408 or status >= 500:
        return EngineInterrupted("provider_error", reason)
    return EngineRefused("provider_error", reason)


def pause_asked_for(headers: Mapping[str, str], complaint: str = "") -> float:
    """Seconds to leave the provider alone."""
    said = _TRY_AGAIN_IN.search(complaint)
    asked = (
        _number(headers.get("retry-after-ms", ""), 0.001),
        _number(headers.get("retry-after", ""), 1.0),
        _until(headers.get("retry-after", "")),
        _until_reset(headers),
        float(said[1]) * _UNIT_SECONDS[said[2].lower()] if said else None,
    )
    seconds = next((one for one in asked if one is not None), PAUSE_DEFAULT_SECONDS)
    return min(max(seconds, PAUSE_FLOOR_SECONDS), PAUSE_LIMIT_SECONDS)


def _number(text: str, unit: float) -> float | None:
    return float(text) * unit if re.fullmatch(r"\s*\d+(\.\d+)?\s*", text) else None


def _until(text: str) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp() - time.time()
    except (ValueError, OverflowError):
        return None


def _until_reset(headers: Mapping[str, str]) -> float | None:
    """From `x-ratelimit-reset…`: seconds, "6m0s", or a moment in seconds or milliseconds since 1970.

    Of several limits the exhausted ones count; where none is named, the one that ends first.
    """
    resets: dict[str, float] = {}
    for name, value in headers.items():
        if name.lower().startswith("x-ratelimit-reset") and (seconds := _reset(value)) is not None:
            resets[name.lower()] = seconds
    exhausted = [
        seconds
        for name, seconds in resets.items()
        if headers.get(name.replace("reset", "remaining"), "").strip() == "0"
    ]
    return max(exhausted) if exhausted else min(resets.values(), default=None)


def _reset(text: str) -> float | None:
    seconds = _number(text, 1.0)
    if seconds is None:
        parts = _DURATION.findall(text)
        return sum(float(size) * _UNIT_SECONDS[unit] for size, unit in parts) if parts else None
    if seconds > 1e11:
        seconds /= 1000
    return seconds - time.time() if seconds > 1e9 else seconds
