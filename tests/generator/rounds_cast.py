"""A task that a scripted model works on, and short ways to begin its rounds and wait for their end."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from channels.db import database_sync_to_async as in_thread

from core.models import User
from generator import rounds, services
from generator.models import CaseRequest, Task
from tests.endpoint import ScriptedEndpoint
from tests.endpoint_faults import told_to
from tests.generator.working import working

CHAPTERS = ("Names", "Orders", "Payments", "Reports")


def chapter(title: str, *changes: tuple[int, str]) -> list[str]:
    """Ten numbered statements beneath a heading; `changes` replace some by number."""
    lines = {n: f"The {title.lower()} page must show the column {word}." for n, word in enumerate(WORDS, 1)}
    lines |= dict(changes)
    return [f"# {title}", "", *(f"{n}. {line}" for n, line in lines.items() if line), ""]


WORDS = "owner price state colour weight origin branch season rating volume".split()


def forty(**changes: list[tuple[int, str]]) -> str:
    """Forty items in four sections."""
    return "\n".join(line for title in CHAPTERS for line in chapter(title, *changes.get(title.lower(), [])))


@pytest.fixture(name="modelled")
def scripted_model(settings, endpoint) -> ScriptedEndpoint:
    place = {"base_url": endpoint.url, "api_key": endpoint.api_key, "model": endpoint.model}
    settings.LLM_ENDPOINTS = [{"name": "scripted", **place, "input_price": 1.0, "output_price": 2.0}]
    return endpoint


async def ended(task: Task, seconds: float = 40) -> Task:
    """The task once it has ended; a worker is at work meanwhile."""
    async with working():
        await until(task, lambda task: not task.is_open, seconds)
    return task


async def until(task: Task, reached: Callable[[Task], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while True:
        await task.arefresh_from_db()
        if reached(task):
            return
        assert time.monotonic() < deadline, (task.status, task.stage, task.error_message)
        await asyncio.sleep(0.02)


async def generated(owner: User, requirement: str, **options: Any) -> Task:
    task = await in_thread(services.request_task)(owner, requirement=requirement, options=options)
    return await ended(task)


async def revised(user: User, task: Task, requirement: str) -> Task:
    await in_thread(rounds.revise_task)(task, user, rounds.Changed(requirement))
    return await ended(task)


async def asked(user: User, task: Task, *numbers: int, kind: str = "regenerate", wish: str = "") -> None:
    """Begin a round for these cases."""
    await in_thread(rounds.request_cases)(task, user, CaseRequest.Kind(kind), numbers, wish)


def known(body: dict[str, Any]) -> dict[str, Any]:
    """What a call was told."""
    told: dict[str, Any] = json.loads(told_to(body))
    return told


async def story(task: Task) -> dict[str, dict[str, Any]]:
    """The timeline's details by kind; the latest of each."""
    return {entry.kind: entry.detail async for entry in task.timeline.all()}


def spans_are_exact(task: Task) -> bool:
    texts = {document.position: document.text for document in task.documents}
    return all(item.quote == texts[item.document][item.start : item.end] for item in task.items.current())
