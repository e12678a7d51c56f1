"""A model's answer as its bytes arrive: server-sent events read by hand, or one JSON body.

The SDK's typed stream costs 208 µs a chunk, two thirds of it models that nobody needs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from generator.drafts import Usage
from generator.engines.errors import EngineError

BODY_LIMIT_BYTES = 4_194_304
_JSON = json.JSONDecoder(strict=False)  # `json.loads` would make one for each event
_FIELDS = (b"data", b"event", b"id", b"retry", b":")


class Answer:
    """Feed it bytes, get the answer's text; `finish_reason`, `usage` and `error` fill as they come.

    `trouble` is what ended it too early, once somebody who knows the endpoint has judged; `images` how many
    pictures the endpoint took.
    """

    def __init__(self) -> None:
        self.finish_reason = ""
        self.usage: Usage | None = None
        self.error: object = None
        self.trouble: EngineError | None = None
        self.is_over = False
        self.head = ""
        self.images = 0
        self._pending = b""
        self._event: list[bytes] = []
        self._body: list[bytes] | None = None
        self._body_size = 0
        self._has_started = False

    def feed(self, chunk: bytes) -> str:
        if self._body is not None:
            self._keep(chunk)
            return ""
        chunk = self._pending + chunk if self._pending else chunk
        if not self._has_started and self._is_body(chunk):
            return ""
        return self._remember(self._read(chunk))

    def close(self) -> str:
        """The bytes are over: what was still waiting for a line end, or for the body's."""
        if self._body is not None or not self._has_started:
            return self._remember(self._text_of_body(b"".join(self._body or [self._pending])))
        return self._remember(self._read(self._pending + b"\n\n", at_end=True))

    def _is_body(self, chunk: bytes) -> bool:
        """An answer whose first line is no event field is a whole body: JSON, HTML, or nothing."""
        start = chunk.lstrip(b"\xef\xbb\xbf \t\r\n")
        if len(start) < 6 and any(field.startswith(start[: len(field)]) for field in _FIELDS):
            self._pending = chunk
            return True
        self._has_started = True
        if start.startswith(_FIELDS):
            self._pending = b""
            return False
        self._body = []
        self._keep(chunk)
        return True

    def _keep(self, chunk: bytes) -> None:
        self._body_size += len(chunk)
        if self._body is not None and self._body_size <= BODY_LIMIT_BYTES:
            self._body.append(chunk)

    def _read(self, chunk: bytes, *, at_end: bool = False) -> str:
        lines = chunk.splitlines(keepends=True)
        self._pending = b""
        # A last "\r" may be the first half of a line end that was split between two chunks.
        if lines and not at_end and not lines[-1].endswith(b"\n"):
            self._pending = lines.pop()
        return "".join([text for event in self._events(lines) if (text := self._text_of(event))])

    def _events(self, lines: list[bytes]) -> Iterator[bytes]:
        for line in lines:
            line = line.rstrip(b"\r\n")
            if line.startswith(b"data:"):
                if self._event and _is_json(self._event):  # no empty line between events
                    yield from self._taken()
                self._event.append(line[6:] if line.startswith(b"data: ") else line[5:])
            elif not line and self._event:
                yield from self._taken()

    def _taken(self) -> Iterator[bytes]:
        event, self._event = b"\n".join(self._event), []
        yield event

    def _text_of(self, event: bytes) -> str:
        if event.strip() == b"[DONE]":
            self.is_over = True
        if self.is_over:
            return ""
        try:
            said = _JSON.decode(event.decode("utf-8", "replace"))
        except (ValueError, RecursionError):
            return ""
        return self._text_of_message(said, "delta")

    def _text_of_body(self, body: bytes) -> str:
        self.is_over = True
        text = body.decode("utf-8", "replace")
        try:
            said = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            said = None
        if not isinstance(said, dict) or "choices" not in said:
            self.error = said or text.strip() or "the endpoint's answer was empty"
            return ""
        return self._text_of_message(said, "message")

    def _text_of_message(self, said: object, part: str) -> str:
        if not isinstance(said, dict):
            return ""
        if said.get("error"):
            self.error = said["error"]
            return ""
        self._count(said.get("usage"))
        choices = said.get("choices")
        if not choices or not isinstance(choices, list) or not isinstance(choices[0], dict):
            return ""
        choice = choices[0]
        if choice.get("finish_reason"):
            self.finish_reason = str(choice["finish_reason"])
        self._count(choice.get("usage"))
        message = choice.get(part) or choice.get("message")
        return _content(message) if isinstance(message, dict) else ""

    def _count(self, usage: object) -> None:
        if isinstance(usage, dict) and isinstance(asked := usage.get("prompt_tokens"), int):
            said = usage.get("completion_tokens")
            self.usage = Usage(asked, said if isinstance(said, int) else 0)

    def _remember(self, text: str) -> str:
        if text and len(self.head) < 200:
            self.head = (self.head + text)[:200]
        return text


def _content(message: dict[str, object]) -> str:
    """Text and refusals; `reasoning_content` and its kin are left out, in parts as well (Mistral)."""
    content = message.get("content") or message.get("refusal")
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        parts = [part for part in content if isinstance(part, dict) and part.get("type", "text") == "text"]
        return "".join(str(part.get("text", "")) for part in parts)
    return ""


def _is_json(event: list[bytes]) -> bool:
    try:
        json.loads(b"\n".join(event))
    except ValueError:
        return False
    return True
