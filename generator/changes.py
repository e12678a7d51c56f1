"""What a changed requirement must be, and what it would come to before anybody asks a model for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from core.validation import InvalidInput
from generator import choosing
from generator.comparison import Comparison, Found
from generator.documents.judging import File
from generator.drafts import Brief, Item, Language
from generator.engines.openai.tokens import brief_input_tokens, estimate_tokens
from generator.estimate import ANALYSIS_PROMPT_TOKENS, CASES_AN_ITEM, TOKENS_A_CASE, TOKENS_AN_ITEM
from generator.inputs import clean_files, clean_requirement, texts_of
from generator.models import Document, RequirementItem, Task
from generator.pipeline.attempt import options_of
from generator.pipeline.revising import compare_with, former_of, gone_from, passages_of
from generator.pipeline.statements import language_of
from generator.rounds import Changed
from generator.services import Upload


def changed_of(
    task: Task, requirement: object = "", files: Sequence[File] = (), keep: object = None
) -> Changed:
    """A changed requirement, ready to be stored. Raise `InvalidInput` or its kin."""
    text, kept = clean_requirement(requirement), _positions(task, keep or [])
    if not text and not files and not kept:
        raise InvalidInput({"requirement": _("Give some text or a file.")})
    return Changed(text, clean_files(files), kept)


def _positions(task: Task, keep: object) -> tuple[int, ...]:
    numbers = [str(number) for number in keep] if isinstance(keep, list) else [""]
    if not all(number.isdecimal() and len(number) < 4 for number in numbers):
        raise InvalidInput({"keep": _("Give the numbers of documents.")})
    kept = tuple(dict.fromkeys(int(number) for number in numbers))
    if not set(kept) <= set(task.documents.values_list("position", flat=True)):
        raise InvalidInput({"keep": _("Give the numbers of documents.")})
    return kept


def preview(task: Task, changed: Changed) -> dict[str, Any]:
    """What would stay, change, come and go, and what calls that takes. Asks no model and stores nothing."""
    former = {document.position: document.text for document in task.documents}
    items = {item.number: item for item in task.items.current().select_related("section")}
    texts = {document.position: _text(document) for document in changed.documents(task)}
    gone = task.items.filter(obsolete=True).select_related("section").order_by("number")
    comparison = compare_with(former_of(former, items.values()), texts, gone_from(gone))
    cases = _cases_by_item(task)
    return {
        "unchanged": len(comparison.kept),
        "changed": [
            {
                "key": items[number].key,
                "before": items[number].quote,
                "after": found.draft.quote,
                "cases": cases.get(number, 0),
            }
            for number, found in sorted(comparison.changed.items())
        ],
        "added": [{"text": found.draft.text, "quote": found.draft.quote} for found in comparison.new()],
        "removed": [
            {"key": items[number].key, "text": items[number].text, "cases": cases.get(number, 0)}
            for number in comparison.removed
        ],
        **_costs(task, comparison, items, texts),
    }


def _text(document: Document) -> str:
    if document.text or document.content is None:
        return document.text
    return texts_of([Upload(document.name, document.media_type, bytes(document.content))])[0]


def _cases_by_item(task: Task) -> dict[int, int]:
    counts: dict[int, int] = {}
    for case in task.cases.standing().prefetch_related("items"):
        for item in case.items.all():
            counts[item.number] = counts.get(item.number, 0) + 1
    return counts


def _costs(
    task: Task, comparison: Comparison, items: dict[int, RequirementItem], texts: dict[int, str]
) -> dict[str, Any]:
    """One call for each stretch that changed and one for each section with something to write."""
    if task.engine == "rules":
        return {"calls": 0, "input_tokens": 0, "output_tokens": 0, "cost": None}
    passages = list(passages_of(comparison, texts))
    briefs = _briefs(task, comparison, items, language_of("\n".join(texts.values())))
    due = sum(len(brief.items) for brief in briefs)
    reading = sum(estimate_tokens(passage.text) + ANALYSIS_PROMPT_TOKENS for passage in passages)
    asked = reading + sum(map(brief_input_tokens, briefs))
    said = due * (TOKENS_AN_ITEM + round(CASES_AN_ITEM[options_of(task).detail] * TOKENS_A_CASE))
    cost = choosing.cost(choosing.endpoint_named(task.endpoint), asked, said)
    return {"calls": len(passages) + len(briefs), "input_tokens": asked, "output_tokens": said, "cost": cost}


def _briefs(
    task: Task, comparison: Comparison, items: dict[int, RequirementItem], language: Language
) -> list[Brief]:
    """Sections with changed or new items, and with such as an earlier round left without cases."""
    unwritten = [
        comparison.kept[number]
        for number, item in items.items()
        if number in comparison.kept and not item.is_written and item.section.status != "completed"
    ]
    by_section: dict[int, list[Found]] = {}
    for found in [*comparison.due(), *unwritten]:
        by_section.setdefault(found.section, []).append(found)
    return [
        Brief(
            comparison.sections[section].title,
            tuple(
                Item(f"R{n}", one.draft.text, one.draft.quote, one.draft.kind) for n, one in enumerate(found)
            ),
            language,
            options_of(task),
            tuple(one.title for one in comparison.sections),
            tuple(task.glossary),
        )
        for section, found in by_section.items()
    ]
