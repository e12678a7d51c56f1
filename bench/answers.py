"""What the benchmark's endpoint says: answers of an exact length, encoded once as OpenAI streams them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

CHARACTERS_PER_TOKEN = 4
TOKENS_PER_CASE = 66
"""A stream of 200 tokens holds three cases, which is more for the worker to write than real answers are.
Below this no case fits."""
FILLER = " the list then shows the new name in place of the old one and keeps its order and its owner"

_HEAD = (
    '{"id":"chatcmpl-C9pTq2J7yYbY0cQn8s5mVd1kXwR4A","object":"chat.completion.chunk","created":1794000000,'
    '"model":"bench","service_tier":"default","system_fingerprint":"fp_51db84afab",'
)


@dataclass(frozen=True)
class Script:
    """A whole answer as bytes of a chunked HTTP body.

    `ends[n]` is where the bytes end that are due with token n (0: the role); `closes` are the tokens that
    close a case.
    """

    body: bytes
    ends: tuple[int, ...]
    closes: tuple[int, ...]

    @property
    def tokens(self) -> int:
        return len(self.ends) - 1


@cache
def cases_script(tokens: int, keys: tuple[str, ...]) -> Script:
    """An answer of exactly `tokens` tokens whose cases test the items `keys`."""
    length = tokens * CHARACTERS_PER_TOKEN
    count = max(1, tokens // TOKENS_PER_CASE)
    frame = len('{"cases":[' + "," * (count - 1) + "]}")
    texts, closes, at = [], [], len('{"cases":[')
    for number in range(count):
        share = (length - frame) * (number + 1) // count - (length - frame) * number // count
        texts.append(_case(number, _keys_of(number, count, keys), share))
        at += len(texts[-1]) + bool(number)
        closes.append(-(-at // CHARACTERS_PER_TOKEN))
    return _script('{"cases":[' + ",".join(texts) + "]}", tuple(closes))


@cache
def analysis_script(candidates: int) -> Script:
    """An analysis that keeps all candidates as they are."""
    items = [{"quote": f"C{number}", "text": "", "kind": "rule"} for number in range(1, candidates + 1)]
    return _script(_json({"items": items, "glossary": [], "questions": []}), ())


def _keys_of(number: int, count: int, keys: tuple[str, ...]) -> list[str]:
    """Every key gets a case, however few there are of either."""
    return list(keys[number::count]) or [keys[number % len(keys)]]


def _case(number: int, keys: list[str], length: int) -> str:
    """A case of exactly `length` characters. Its numbers keep the review from taking two for one."""
    said = {
        "title": f"{keys[0]} rename {number}",
        "requirements": keys,
        "priority": "P1",
        "type": "functional",
        "technique": "scenario",
        "polarity": "positive",
        "preconditions": [],
        "steps": [{"action": f"Rename {number}", "expected": "The page shows it"}],
        "data": "",
        "tags": [],
    }
    room = length - len(_json(said))
    if room < 0:
        raise ValueError(f"no case fits into {length} characters")
    said["steps"] = [{"action": f"Rename {number}", "expected": "The page shows it" + _filler(room)}]
    return _json(said)


def _filler(length: int) -> str:
    return (FILLER * (length // len(FILLER) + 1))[:length]


def _script(text: str, closes: tuple[int, ...]) -> Script:
    parts = [_chunk(_event(_delta({"role": "assistant", "content": "", "refusal": None})))]
    parts += (
        _chunk(_event(_delta({"content": text[at : at + CHARACTERS_PER_TOKEN]})))
        for at in range(0, len(text), CHARACTERS_PER_TOKEN)
    )
    parts[-1] += b"".join(_goodbye(len(parts) - 1))
    ends, end = [], 0
    for part in parts:
        end += len(part)
        ends.append(end)
    return Script(b"".join(parts), tuple(ends), closes)


def _goodbye(tokens: int) -> Iterator[bytes]:
    yield _chunk(_event(_delta({}, "stop")))
    usage = {"prompt_tokens": 1_000, "completion_tokens": tokens, "total_tokens": 1_000 + tokens}
    yield _chunk(_event(_HEAD + f'"choices":[],"usage":{_json(usage)}}}'))
    yield _chunk(_event("[DONE]"))
    yield b"0\r\n\r\n"


def _delta(delta: dict[str, Any], finish_reason: str | None = None) -> str:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
    return _HEAD + f'"choices":[{_json(choice)}],"usage":null}}'


def _event(said: str) -> bytes:
    return f"data: {said}\n\n".encode()


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def _json(said: object) -> str:
    return json.dumps(said, separators=(",", ":"))
