"""*Generating* for single cases: each one asked for is written anew, or gets others like it, by one call."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from generator.audience import tell_updated
from generator.drafts import Brief, CaseDraft, Options, Pattern, Usage
from generator.engines.errors import EngineError, EngineInterrupted
from generator.models import Case, CaseRequest, CaseVersion, RequirementItem, Task
from generator.pipeline.generating import brief_for, stream_cases
from generator.pipeline.likeness import draft_of, is_like_any
from generator.pipeline.mending import CONTENT, rewrite_case, store
from generator.pipeline.retrying import Patience
from generator.pipeline.run import Run, all_of
from generator.pipeline.storing import Batch, CaseSink, source_of, store_cases
from generator.pipeline.usage import spent
from generator.versions import version_of
from realtime.events import Publisher


@dataclass(frozen=True, slots=True)
class Asked:
    """A request without an answer yet: its case as it is now, the items, and what these have besides."""

    request: CaseRequest
    case: Case
    items: tuple[RequirementItem, ...]
    others: tuple[CaseDraft, ...]

    @property
    def is_anew(self) -> bool:
        return self.request.kind == CaseRequest.Kind.REGENERATE


async def rewrite(run: Run) -> None:
    """Answer every request of the round's plan. Each answer is a checkpoint; what fails keeps what was.

    Raise the first `EngineError` when one can't be had.
    """
    total, asked = await run.enter(Task.Stage.GENERATING, lambda publisher: _asked(run))
    run.progress.begin_generating(total, total - len(asked))
    outcomes = await all_of(_answer(run, one) for one in asked)
    failures = list(filter(None, outcomes))
    if failures:
        raise failures[0]


def _asked(run: Run) -> tuple[int, list[Asked]]:
    """How many requests the plan holds, and those without an answer, with all that their calls are told."""
    task = Task.objects.get(pk=run.lease.task_id)
    run.glossary = tuple(task.glossary)
    requests = task.case_requests.filter(round=run.plan.round)
    due = list(requests.exclude(status=CaseRequest.Status.COMPLETED))
    cases = Case.objects.with_relations().in_bulk([request.case_id for request in due])
    sections = task.sections.in_bulk()
    others = _Others(task)
    asked = []
    for request in due:
        case = cases[request.case_id]
        items = tuple(item for item in case.items.all() if not item.obsolete)
        for item in items:
            item.section = sections[item.section_id]
        asked.append(Asked(request, case, items, others.of(case, items)))
    return requests.count(), asked


class _Others:
    """What stands in the task, by item: looked through once for all requests."""

    def __init__(self, task: Task) -> None:
        self._drafts: dict[int, CaseDraft] = {}
        self._by_key: defaultdict[str, list[int]] = defaultdict(list)
        for case in task.cases.standing().with_relations():
            draft = self._drafts[case.number] = draft_of(case)
            for key in draft.requirements:
                self._by_key[key].append(case.number)

    def of(self, case: Case, items: Sequence[RequirementItem]) -> tuple[CaseDraft, ...]:
        """The other cases of these items."""
        numbers = {number for item in items for number in self._by_key[item.key]} - {case.number}
        return tuple(self._drafts[number] for number in sorted(numbers))


def _brief(run: Run, asked: Asked, written: Sequence[str]) -> Brief:
    """The rules write the same cases each time: they are asked for all they know, and never for this one."""
    brief = brief_for(run, asked.case.section.title if asked.case.section else "", asked.items)
    own = draft_of(asked.case)
    titles = [other.title for other in asked.others] + list(written)
    options: Options = run.options
    if run.engine.name == "rules" or not asked.is_anew:
        titles.append(own.title)
    if run.engine.name == "rules":
        options = replace(options, detail="thorough")
    pattern = Pattern(own, asked.is_anew, asked.request.instruction)
    return replace(brief, options=options, written=tuple(dict.fromkeys(titles)), pattern=pattern)


class _Gathered(CaseSink):
    """Keeps what comes in the case's place until the call is over; nothing that is there already."""

    def __init__(self, run: Run, asked: Asked) -> None:
        super().__init__(run, asked.items)
        self._known = [*asked.others, draft_of(asked.case)]
        self.drafts: list[CaseDraft] = []

    def add(self, draft: CaseDraft) -> None:
        if not is_like_any(draft, self._known):
            self.drafts.append(draft)


class _More(CaseSink):
    """Stores what is not there already, each case as it comes."""

    def __init__(self, run: Run, asked: Asked) -> None:
        super().__init__(run, asked.items)
        self._known = [*asked.others, draft_of(asked.case)]

    def add(self, draft: CaseDraft) -> None:
        if not is_like_any(draft, self._known):
            self._known.append(draft)
            super().add(draft)


async def _answer(run: Run, asked: Asked) -> EngineError | None:
    run.progress.expected[-asked.request.pk] = 1
    sink = _Gathered(run, asked) if asked.is_anew else _More(run, asked)
    finish = partial(_finish, run, asked, sink)
    patience = Patience(run)
    while True:
        before = len(sink.titles)
        try:
            await stream_cases(run, _brief(run, asked, sink.titles), sink, finish)
            break
        except EngineInterrupted as error:
            if isinstance(sink, _Gathered) and sink.drafts:
                await finish(Usage())  # the one case that was asked for came whole
                break
            if len(sink.titles) > before:
                patience.gained()
            try:
                wait = patience.wait_after(error)
            except EngineError as final:
                return await _give_up(run, asked, final)
            await run.note("case.retried", key=asked.case.key, reason=error.reason, code=error.code)
            await asyncio.sleep(wait)
    run.progress.section_completed(-asked.request.pk)
    return None


async def _finish(run: Run, asked: Asked, sink: _Gathered | _More, usage: Usage) -> None:
    if isinstance(sink, _Gathered):
        draft = next(iter(sink.drafts), None)
        await run.write(lambda publisher: _store_anew(run, publisher, asked, draft, usage))
    else:
        added = len(sink.titles)
        await run.write(lambda publisher: _store_more(run, publisher, asked, added, usage))


async def _give_up(run: Run, asked: Asked, error: EngineError) -> EngineError:
    await run.write(lambda publisher: _fail(run, asked, error))
    return error


def _fail(run: Run, asked: Asked, error: EngineError) -> None:
    task = run.lease.task()
    CaseRequest.objects.filter(pk=asked.request.pk).update(status=CaseRequest.Status.FAILED)
    task.note("case.failed", key=asked.case.key, reason=error.reason, code=error.code)


def _answered(run: Run, asked: Asked, usage: Usage) -> Task | None:
    """The task, once the request is marked as answered and paid for; None when it was already."""
    task = run.lease.change(**spent(run.endpoint, usage))
    open_request = CaseRequest.objects.filter(pk=asked.request.pk).exclude(
        status=CaseRequest.Status.COMPLETED
    )
    return task if open_request.update(status=CaseRequest.Status.COMPLETED) else None


def _store_more(run: Run, publisher: Publisher, asked: Asked, added: int, usage: Usage) -> None:
    task = _answered(run, asked, usage)
    if task:
        kind = "case.more" if added else "case.nothing_more"
        task.note(kind, key=asked.case.key, count=added)
        tell_updated(publisher, task)


def _store_anew(run: Run, publisher: Publisher, asked: Asked, draft: CaseDraft | None, usage: Usage) -> None:
    """In the case's place, if it is what it was when somebody asked.

    Where others changed it meanwhile their text stays, and the new one is a case beside it; where it was
    deleted, the new text is in its history.
    """
    task = _answered(run, asked, usage)
    if task is None:
        return
    case = Case.objects.with_relations().get(pk=asked.case.pk)
    if draft is None:
        task.note("case.nothing_else", key=case.key)
    elif case.deleted_at:
        _keep_in_history(task, case, draft, source_of(run))
    elif case.rev != asked.request.rev:
        _store_beside(run, publisher, asked, task, draft)
    else:
        facts = {"edited": False, "review": Case.Review.DRAFT, "source": source_of(run)}
        rewrite_case(case, draft, **facts)
        store(task, publisher, [case], [*CONTENT, *facts, "flags", "rev"])
        task.note("case.regenerated", key=case.key, rev=case.rev - 1)
    tell_updated(publisher, task)


def _store_beside(run: Run, publisher: Publisher, asked: Asked, task: Task, draft: CaseDraft) -> None:
    keys = tuple(item.key for item in asked.items)
    items = {item.key: item for item in asked.items}
    batch = Batch(run.lease, [replace(draft, requirements=keys)], items, source_of(run))
    store_cases(publisher, [batch])
    new = task.cases.latest("number")
    task.refresh_from_db()
    task.note("case.beside", key=asked.case.key, new=new.key)


def _keep_in_history(task: Task, case: Case, draft: CaseDraft, source: Case.Source) -> None:
    """As the version that a restore can choose; the deleted case moves on past it."""
    rewritten = Case.objects.with_relations().get(pk=case.pk)
    rewrite_case(rewritten, draft, source=source)
    CaseVersion.objects.update_or_create(
        case=case, rev=case.rev, defaults={"content": version_of(rewritten).content}
    )
    Case.objects.filter(pk=case.pk).update(rev=case.rev + 1)
    task.note("case.kept", key=case.key, rev=case.rev)
