"""What the scripted endpoint says, and the faults that can be ordered from it."""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Fault:
    """One thing to do wrong. `times` is how often, None for ever."""

    kind: str
    times: int | None = 1
    status: int = 0
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)
    cases: int = 0


class Faults:
    """The orders, oldest first: the first that fits a request is carried out."""

    def __init__(self) -> None:
        self._orders: list[Fault] = []
        self._lock = threading.Lock()

    def refuse_with(
        self,
        status: int,
        code: str = "",
        message: str = "ordered by the test",
        headers: dict[str, str] | None = None,
        times: int | None = 1,
        body: object = None,
    ) -> None:
        body = body or {"error": {"message": message, "type": code or "error", "code": code, "param": None}}
        self._order(Fault("refuse", times, status, body, headers or {}))

    def rate_limit(self, times: int = 1, retry_after: float = 1) -> None:
        headers = {"Retry-After": str(retry_after)}
        self.refuse_with(429, "rate_limit_exceeded", "Rate limit reached", headers, times)

    def refuse_json_schema(self, times: int | None = None) -> None:
        self._order(Fault("json_schema", times, 400, _refused_format("json_schema")))

    def refuse_json_object(self, times: int | None = None) -> None:
        self._order(Fault("json_object", times, 400, _refused_format("json_object")))

    def refuse_field(self, name: str, times: int | None = None) -> None:
        body = {"error": {"message": f"Unsupported parameter: '{name}'"}}
        self._order(Fault("field:" + name, times, 400, body))

    def refuse_images(self, times: int | None = None) -> None:
        """OpenAI's words."""
        message = "Invalid content type. image_url is only supported by certain models."
        body = {"error": {"message": message, "type": "invalid_request_error", "code": None}}
        self._order(Fault("images", times, 400, body))

    def break_json(self, times: int | None = 1) -> None:
        """The first case loses its title's closing quote, the rest is sound."""
        self._order(Fault("break", times))

    def cut_after(self, cases: int, times: int | None = 1) -> None:
        """The connection is reset in the middle of the next case."""
        self._order(Fault("cut", times, cases=cases))

    def silent_close(self, cases: int = 0, times: int | None = 1) -> None:
        """The body ends as if it were whole, without `finish_reason` or `[DONE]`."""
        self._order(Fault("close", times, cases=cases))

    def stop_with_length_after(self, cases: int, times: int | None = 1) -> None:
        self._order(Fault("length", times, cases=cases))

    def stop_with(self, finish_reason: str, cases: int = 0, times: int | None = 1) -> None:
        self._order(Fault("finish:" + finish_reason, times, cases=cases))

    def stall_after(self, cases: int, times: int | None = 1) -> None:
        """Nothing more comes, and the connection stays open."""
        self._order(Fault("stall", times, cases=cases))

    def fail_within_stream(self, error: object, cases: int = 0, times: int | None = 1) -> None:
        self._order(Fault("error", times, body=error, cases=cases))

    def hang(self, times: int | None = 1) -> None:
        self._order(Fault("hang", times))

    def clear(self) -> None:
        with self._lock:
            self._orders.clear()

    def _order(self, fault: Fault) -> None:
        with self._lock:
            self._orders.append(fault)

    def fitting(self, body: dict[str, Any]) -> Fault | None:
        with self._lock:
            fault = next((fault for fault in self._orders if _fits(fault, body)), None)
            if fault and fault.times is not None:
                fault.times -= 1
                if not fault.times:
                    self._orders.remove(fault)
            return fault


def _fits(fault: Fault, body: dict[str, Any]) -> bool:
    if fault.kind.startswith("json_"):
        return bool((body.get("response_format") or {}).get("type") == fault.kind)
    if fault.kind.startswith("field:"):
        return fault.kind[6:] in body
    if fault.kind == "images":
        return isinstance(body["messages"][-1]["content"], list)
    if fault.cases:  # counted in cases, so it is meant for a call that asks for some
        return '"passage"' not in told_to(body)
    return True


def told_to(body: dict[str, Any]) -> str:
    """The words of the last message, which may hold pictures too."""
    content = body["messages"][-1]["content"]
    return str(content if isinstance(content, str) else content[0]["text"])


def _refused_format(name: str) -> object:
    """DeepSeek's words."""
    message = f"This response_format type is unavailable now: `{name}`"
    return {"error": {"message": message, "type": "invalid_request_error", "code": "invalid_request_error"}}


def answer_to(body: dict[str, Any]) -> dict[str, Any]:
    """A sensible answer to one of our prompts: cases for its items, or items for its passage."""
    content = told_to(body)
    try:
        known = json.loads(content)
    except ValueError:
        known = {"items": [{"key": key, "text": content[:80]} for key in re.findall(r"\bR\d+\b", content)]}
    if "passage" in known:
        return _analysis(known)
    items, gaps, written = known.get("items", ()), known.get("gaps", ()), known.get("written", ())
    cases = [_case(gap["item"], gap["wanted"], "as wanted", "boundary") for gap in gaps]
    if not gaps:
        cases = [case for item in items for case in _cases(item)]
    return {"cases": [case for case in cases if case["title"] not in written]}


def _analysis(known: dict[str, Any]) -> dict[str, Any]:
    candidates = known.get("candidates", ())
    items = [{"quote": one["id"], "text": one["text"], "kind": one["kind"]} for one in candidates]
    return {"items": items, "glossary": [], "questions": []}


def _cases(item: dict[str, str]) -> list[dict[str, Any]]:
    key, text = item["key"], item["text"]
    number = re.search(r"\d+", text)
    if number:
        limit = int(number[0])
        marks = [(limit - 1, "below"), (limit, "at"), (limit + 1, "above")]
        return [_case(key, text, f"{where} the limit: {value}", "boundary") for value, where in marks]
    valid = _case(key, text, "with valid data", "scenario")
    return [valid, _case(key, text, "with empty data", "error-guessing")]


def _case(key: str, text: str, situation: str, technique: str) -> dict[str, Any]:
    step = {"action": f"Do “{text[:80]}” {situation}", "expected": f"The page shows the result {situation}"}
    return {
        "title": f"{key} {text[:60]} – {situation}",
        "requirements": [key],
        "priority": "P1",
        "type": "functional",
        "technique": technique,
        "polarity": "negative" if "above" in situation or "empty" in situation else "positive",
        "preconditions": ["The user “ada” is signed in"],
        "steps": [step],
        "data": situation,
        "tags": [key.lower()],
    }
