"""*Generating*: all sections at once, each by one streamed model call; a section's end is its checkpoint."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from functools import partial
from typing import cast
from uuid import UUID

from generator.drafts import Brief, Item, ItemKind, Usage
from generator.engines.errors import EngineError, EngineInterrupted
from generator.models import RequirementItem, Section, Task
from generator.models.cases import OUTDATED
from generator.pipeline.finishing import Finished
from generator.pipeline.languages import is_bound, is_foreign
from generator.pipeline.progress import CASES_AN_ITEM
from generator.pipeline.retrying import Patience
from generator.pipeline.run import Run, all_of, to_the_end
from generator.pipeline.storing import CaseSink

CASES_LIMIT = 50
"""Cases of one call for each of its items, and 50 beside: a model that writes more writes for ever."""


async def generate(run: Run) -> None:
    """Write the cases of every unfinished section.

    An error that asking again may mend fails its own section only, and the others go on; a refusal stops all.
    Raise the first section's `EngineError` when one can't be had.
    """
    run.glossary, sections, written = await run.enter(
        Task.Stage.GENERATING, lambda publisher: _opened(run.lease.task_id)
    )
    outline = tuple(section.title for section in sections)
    unfinished = [section for section in sections if section.status != Section.Status.COMPLETED]
    run.progress.begin_generating(len(sections), len(sections) - len(unfinished))
    outcomes = await all_of(
        _write_section(run, section, outline, written[section.pk]) for section in unfinished
    )
    failures = list(filter(None, outcomes))
    if failures:
        raise failures[0]


async def _write_section(
    run: Run, section: Section, outline: tuple[str, ...], written: list[str]
) -> EngineError | None:
    items = [item for item in section.items.all() if not item.obsolete and not item.is_written]
    sink = CaseSink(run, items, written)
    run.progress.expected[section.pk] = max(1, len(items) * CASES_AN_ITEM)
    patience = Patience(run)
    while True:
        brief = brief_for(run, section.title, items, outline, tuple(sink.titles))
        before = len(sink.titles)
        try:
            await stream_cases(run, brief, sink, partial(_finish, run, section), section.pk)
            break
        except EngineInterrupted as error:
            if len(sink.titles) > before:
                patience.gained()
            try:
                wait = patience.wait_after(error)
            except EngineError as final:
                return await _give_up(run, section, final)
            await run.note("section.retried", title=section.title, reason=error.reason, code=error.code)
            await asyncio.sleep(wait)
    run.progress.section_completed(section.pk)
    return None


async def _finish(run: Run, section: Section, usage: Usage) -> None:
    await run.workshop.finished.store(Finished(run.lease, section, run.endpoint, usage))


async def _give_up(run: Run, section: Section, error: EngineError) -> EngineError:
    await run.write(lambda publisher: _fail(run, section, error))
    return error


def _opened(
    task_id: UUID,
) -> tuple[tuple[str, ...], list[Section], defaultdict[int | None, list[str]]]:
    """The glossary, the sections with their items, and the titles that an earlier attempt left in each.

    Titles of items that are written already would only keep others from being used again.
    """
    task = Task.objects.only("glossary").get(pk=task_id)
    sections = list(task.sections.current().prefetch_related("items"))
    written: defaultdict[int | None, list[str]] = defaultdict(list)
    due = task.items.current().filter(is_written=False)
    cases = task.cases.present().filter(obsolete=False, items__in=due).distinct()
    for section_id, title, flags in cases.values_list("section", "title", "flags"):
        if OUTDATED not in flags:
            written[section_id].append(title)
    return tuple(task.glossary), sections, written


def brief_for(
    run: Run,
    title: str,
    items: Sequence[RequirementItem],
    outline: tuple[str, ...] = (),
    written: tuple[str, ...] = (),
) -> Brief:
    """What the engine is told about these items."""
    return Brief(
        title=title,
        items=tuple(
            Item(item.key, item.text, item.quote, cast(ItemKind, item.kind), title) for item in items
        ),
        language=run.language,
        options=run.options,
        outline=outline,
        glossary=run.glossary,
        written=written,
    )


async def stream_cases(
    run: Run,
    brief: Brief,
    sink: CaseSink,
    finish: Callable[[Usage], Awaitable[None]],
    section: int | None = None,
) -> None:
    """One model call: each case goes to `sink` the moment it closes.

    All that came is stored, however the call ends. A whole answer is paid for: `finish` stores that it came,
    even when the attempt is stopped at that moment.
    """
    usage = None
    try:
        usage = await _stream(run, brief, sink, section)
    finally:
        await to_the_end(_store_all(sink, finish, usage))


async def _stream(run: Run, brief: Brief, sink: CaseSink, section: int | None) -> Usage:
    """A model's cases in another language are dropped, and one that goes on for ever is cut."""
    usage, kept, foreign = Usage(), 0, 0
    is_model = run.engine.name == "openai"
    most = CASES_LIMIT * (len(brief.items) + 1)
    async with run.stream(), aclosing(run.engine.write(brief)) as parts:
        async for part in parts:
            if isinstance(part, Usage):
                usage = part
                continue
            if is_model and is_bound(brief) and is_foreign(part, brief.language):
                foreign += 1
            else:
                sink.add(part)
                kept += 1
                if section is not None:
                    run.progress.written[section] = run.progress.written.get(section, 0) + 1
            if is_model and kept + foreign >= most:
                break
    if is_model:
        await _tell_of(run, brief, foreign, most if kept + foreign >= most else 0)
    if foreign and not kept:
        raise EngineInterrupted("invalid_output", "the answer is not in the language that was asked for")
    return usage


async def _tell_of(run: Run, brief: Brief, foreign: int, cut: int) -> None:
    title = {"title": brief.title} if brief.title else {}
    if cut:
        await run.note("section.cut", count=cut, **title)
    if foreign:
        await run.note("section.foreign", count=foreign, **title)


async def _store_all(sink: CaseSink, finish: Callable[[Usage], Awaitable[None]], usage: Usage | None) -> None:
    await sink.flush()
    if usage is not None:
        await finish(usage)


def _fail(run: Run, section: Section, error: EngineError) -> None:
    task = run.lease.task()
    Section.objects.filter(pk=section.pk).update(
        status=Section.Status.FAILED, error_code=error.code, error_message=error.reason
    )
    task.note("section.failed", title=section.title, reason=error.reason, code=error.code)
