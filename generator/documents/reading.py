"""Reading a document in a process of its own, which may take only so much and can be killed (`child`)."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from asgiref.sync import async_to_sync
from django.conf import settings

from generator.documents.child import LENGTH_BYTES
from generator.documents.limits import MB, Limits
from generator.documents.manuscript import Image
from generator.documents.unreadable import Unreadable
from generator.documents.words import named

__all__ = ["Image", "Limits", "ReadDocument", "read_document", "read_document_now"]

logger = logging.getLogger(__name__)

LIMITS = Limits()
AT_ONCE = min(4, os.cpu_count() or 1)
"""Readers of one process at once."""
KILLED_BY = {signal.SIGXCPU: "time", signal.SIGKILL: "memory", signal.SIGABRT: "memory"}
_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """`image_count` counts all pictures of the document; `images` are those that a model can be shown."""

    text: str
    images: tuple[Image, ...] = ()
    image_count: int = 0


async def read_document(name: str, media_type: str, content: bytes, limits: Limits = LIMITS) -> ReadDocument:
    """The document's text. Raise `DocumentUnreadable` in the active language. Cancelling kills the reader."""
    async with _turn():
        try:
            return await _read(media_type, content, limits)
        except Unreadable as unreadable:
            logger.info("%s can't be read: %s %s", name, unreadable.why, unreadable.facts)
            raise named(name, unreadable) from unreadable


read_document_now = async_to_sync(read_document)
"""The same for whoever has no event loop of their own."""


def _turn() -> asyncio.Semaphore:
    return _turns.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE))


async def _read(media_type: str, content: bytes, limits: Limits) -> ReadDocument:
    async with _reader(media_type, limits) as process:
        try:
            async with asyncio.timeout(limits.seconds):
                answer = await _exchange(process, content, limits.output_mb * MB)
                code = await process.wait()
        except TimeoutError as late:
            raise Unreadable("time", seconds=limits.seconds) from late
    if not answer:
        raise _death(code, limits)
    return _document(answer, limits)


@asynccontextmanager
async def _reader(media_type: str, limits: Limits) -> AsyncIterator[Process]:
    """A reader's process, which is gone afterwards, however this ends."""
    facts = (media_type, str(limits.seconds), str(limits.memory_mb))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "generator.documents.child", *facts,
        stdin=PIPE, stdout=PIPE, stderr=DEVNULL, cwd=settings.BASE_DIR,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await asyncio.shield(process.wait())
        process._transport.close()  # type: ignore[attr-defined]  # nothing public closes its pipes


async def _exchange(process: Process, content: bytes, most: int) -> bytes:
    """Give the document, take the answer. Standard input stays open: its end would stop the reader."""
    assert process.stdin
    assert process.stdout
    try:
        process.stdin.write(len(content).to_bytes(LENGTH_BYTES) + content)
        await process.stdin.drain()
    except (BrokenPipeError, ConnectionResetError):  # it ended before it had read it all; its answer says why
        pass
    answer = bytearray()
    while part := await process.stdout.read(MB):
        answer += part
        if len(answer) > most:
            raise Unreadable("text", most=f"{most:,}")
    process.stdin.close()
    return bytes(answer)


def _death(code: int, limits: Limits) -> Unreadable:
    """What a reader without an answer died of: a limit of the system, or a fault in a library."""
    why = KILLED_BY.get(signal.Signals(-code)) if code < 0 else None
    if why == "time":
        return Unreadable("time", seconds=limits.seconds)
    if why == "memory":
        return Unreadable("memory", mb=limits.memory_mb)
    return Unreadable("broken", detail=f"exit code {code}")


def _document(answer: bytes, limits: Limits) -> ReadDocument:
    line, _newline, rest = answer.partition(b"\n")
    head: dict[str, Any] = json.loads(line)
    if "why" in head:
        raise Unreadable(head["why"], **({"mb": limits.memory_mb} | head["facts"]))
    text, at, images = rest[: head["text"]].decode(), head["text"], []
    for image in head["images"]:
        images.append(Image(image["media_type"], rest[at : at + image["size"]], image["at"]))
        at += image["size"]
    return ReadDocument(text, tuple(images), head["image_count"])
