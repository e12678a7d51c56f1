"""A whole task beside the bare calls that it is made of, and beside one call for everything."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from typing import Any

import httpx
from openai import AsyncOpenAI

from bench.endpoint import TOKENS_PER_SECOND
from bench.listening import Listener, listening
from bench.options import Options
from bench.products import Stage, stage
from bench.requirement import SENTENCES, chapter, title
from bench.table import Findings, Row, median, spread

DIFFERENT = tuple(range(110, 201, 10))
"""Ten sections, the longest of 4 s."""
EQUAL = (100,) * 10
SYSTEM = "You are a senior test designer. Write test cases for the requirement items in `items`."


def measure(findings: Findings, options: Options) -> None:
    for kind in options.kinds:
        with stage(kind, runs="everything") as on:
            asyncio.run(_measure(on, findings, options))


async def _measure(on: Stage, findings: Findings, options: Options) -> None:
    client = AsyncOpenAI(api_key="sk-bench", base_url=on.endpoint.url, max_retries=0)
    (_, secret), *_ = on.users(1)
    async with client, listening(on.product.url, [secret]) as [listener]:
        await _task(on, listener, secret, EQUAL)  # once for what is made at first use
        await _calls(client, EQUAL)
        task, calls, equal, one = [], [], [], []
        for _ in range(options.repetitions):
            task.append(await _task(on, listener, secret, DIFFERENT))
            calls.append(await _calls(client, DIFFERENT))
            equal.append(await _task(on, listener, secret, EQUAL))
            one.append(await _calls(client, [sum(EQUAL)]))
    findings.add(_overhead_row(on.kind, task, calls))
    findings.add(_parallel_row(on.kind, equal, one))


def _overhead_row(kind: str, task: Sequence[float], calls: Sequence[float]) -> Row:
    longest = max(DIFFERENT) / TOKENS_PER_SECOND
    ratios = [seconds / longest for seconds in task]
    beside = median(task) / median(calls)
    reached = (
        f"{spread(ratios)}x; {beside:.3f}x of bare SDK calls; {(median(task) - longest) * 1_000:.0f} ms more"
    )
    return Row("a task of ten sections over its longest one", kind, reached, "1.03x (1.10x)")


def _parallel_row(kind: str, task: Sequence[float], one: Sequence[float]) -> Row:
    ratios = [seconds / median(one) for seconds in task]
    return Row("ten sections over one call for all of them", kind, f"{spread(ratios)}x", "0.15x (0.25x)")


async def _task(on: Stage, listener: Listener, secret: str, tokens: Sequence[int]) -> float:
    """Seconds from `POST /tasks` until the socket says that the task is completed."""
    known, began = len(listener.arrivals), time.monotonic()
    async with httpx.AsyncClient(base_url=on.product.url) as client:
        answer = await client.post(
            "/api/v1/tasks",
            json={"requirement": "\n\n".join(chapter(*each) for each in enumerate(tokens))},
            headers={"Authorization": f"Bearer {secret}"},
        )
    answer.raise_for_status()
    task_id = answer.json()["id"]
    ended: list[dict[str, Any]] = []

    def is_end(frame: dict[str, Any]) -> bool:
        if (
            frame["type"] == "task.updated"
            and frame["task"]["id"] == task_id
            and frame["task"]["finished_at"]
        ):
            ended.append(frame["task"])
        return bool(ended)

    seconds = await listener.until(is_end, known) - began
    if ended[0]["status"] != "completed" or ended[0]["sections_total"] != len(tokens):
        raise RuntimeError(f"the task did not end well: {ended[0]}")
    return seconds


async def _calls(client: AsyncOpenAI, tokens: Sequence[int]) -> float:
    """Seconds for that many calls at once, made with nothing but the SDK."""
    began = time.monotonic()
    await asyncio.gather(*(_call(client, number, count) for number, count in enumerate(tokens)))
    return time.monotonic() - began


async def _call(client: AsyncOpenAI, number: int, tokens: int) -> None:
    items = [{"key": f"R{n}", "kind": "rule", "text": text} for n, text in enumerate(SENTENCES, 1)]
    question = json.dumps({"section": title(number, tokens), "items": items})
    stream = await client.chat.completions.create(
        model="bench",
        messages=[{"role": "system", "content": SYSTEM}, {"role": "user", "content": question}],
        stream=True,
        stream_options={"include_usage": True},
    )
    texts = [chunk.choices[0].delta.content or "" async for chunk in stream if chunk.choices]
    if not json.loads("".join(texts))["cases"]:
        raise RuntimeError("the call brought no cases")
