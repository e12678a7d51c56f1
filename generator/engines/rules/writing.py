"""From one item to its cases: every rule is asked, the sheets are filled in, the options choose."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from generator.drafts import TITLE_LIMIT, CaseDraft, Item, Language, Options, Technique
from generator.engines.rules.book import BOOK
from generator.engines.rules.bounding import bounding
from generator.engines.rules.doing import doing, extras, versions
from generator.engines.rules.duties import duties
from generator.engines.rules.fields import fields
from generator.engines.rules.finding import Finding, clip
from generator.engines.rules.folding import Refusal, folded
from generator.engines.rules.lists import lists
from generator.engines.rules.lockouts import lockouts
from generator.engines.rules.logic import conditions, messages, ordering, roles, states
from generator.engines.rules.rows import permissions, rows
from generator.engines.rules.scenarios import scenarios
from generator.engines.rules.statement import Statement
from generator.engines.rules.states import named_states

CASES_PER_ITEM = {"brief": 3, "standard": 7, "thorough": 16}
LEAST_BESIDE_BOUNDARIES = {"brief": 0, "standard": 2, "thorough": 8}

RULES: tuple[Callable[[Statement], Iterable[Finding]], ...] = (
    lockouts,
    messages,
    rows,
    versions,
    fields,
    lists,
    doing,
    ordering,
    named_states,
    duties,
    states,
    conditions,
    bounding,
    roles,
)

_RULE_NAMES: dict[Language, dict[Technique, str]] = {
    "en": {
        "boundary": "three-point boundary on “{}”",
        "equivalence": "equivalence class of “{}”",
        "decision-table": "decision table on “{}”",
        "state-transition": "state transition at “{}”",
        "scenario": "scenario for “{}”",
        "error-guessing": "error guess for “{}”",
        "pairwise": "pairs of platforms for “{}”",
    },
    "zh-hans": {
        "boundary": "对“{}”取三点边界值",
        "equivalence": "对“{}”划分等价类",
        "decision-table": "对“{}”列判定表",
        "state-transition": "对“{}”做状态迁移",
        "scenario": "围绕“{}”的场景",
        "error-guessing": "针对“{}”的错误推测",
        "pairwise": "对“{}”做平台两两组合",
    },
}
# "In fire mode the lift goes to floor 0": what a thing does by itself, not what somebody is to do.
_DECLARES = re.compile(
    r"(?:^|\s)(?:the|an?|each|every)\s(?![a-z]+(?:er|or|ist|ian)\s)[a-z]+\s[a-z]+s\s(?:to|the|a|an|its|into|back|on|off)\b",
    re.I,
)
# These say who may and when, not what: alone they leave the deed itself untested.
_SIDE_MATTERS = frozenset({"role_refused", "condition_true", "condition_false"})


def cases_for(item: Item, language: Language, options: Options) -> list[CaseDraft]:
    """The cases of one item, at least one; their titles differ."""
    own, refusals = read(item, language, options)
    return [*own, *refused(refusals, language, options)]


def read(item: Item, language: Language, options: Options) -> tuple[list[CaseDraft], list[Refusal]]:
    """The cases of an item alone, and who is refused its deed, which is told once for a whole section."""
    statement = Statement(item, language)
    findings = _findings(statement)
    refusals = [_refusal(statement, finding) for finding in findings if finding.sheet == "role_refused"]
    drafts = list(_distinct(_drafts(statement, [each for each in findings if each.sheet != "role_refused"])))
    wanted = [draft for draft in drafts if _is_wanted(draft, options)]
    if wanted:
        return _trimmed(wanted, options), refusals
    if list(refused(refusals, language, options)):
        return [], refusals
    return [max(drafts, key=lambda draft: _nearness(draft, options))], refusals


def refused(refusals: Iterable[Refusal], language: Language, options: Options) -> Iterator[CaseDraft]:
    if options.detail == "brief" and not options.techniques:
        return iter(())
    return (case for case in folded(refusals, language) if _is_wanted(case, options))


def _refusal(statement: Statement, finding: Finding) -> Refusal:
    slots = statement.slots
    deed = statement.matter.strip("“”")
    return Refusal(
        slots["outsider"],
        slots["actor"],
        deed,
        slots["spot"],
        clip(finding.quote),
        statement.item.key,
    )


def _findings(statement: Statement) -> list[Finding]:
    whole = [*permissions(statement)]
    if run := [*scenarios(statement)]:
        whole = [*run, *(each for each in bounding(statement) if not each.sheet.startswith("date_"))]
    if whole:
        return whole
    found = [finding for rule in RULES for finding in rule(statement)]
    if any(finding.sheet.startswith("elapsed_") for finding in found):
        found = [finding for finding in found if finding.sheet != "state_entered"]  # time enters it, nobody
    if all(finding.sheet in _SIDE_MATTERS for finding in found):
        is_told = statement.demands or _DECLARES.search(statement.text)
        sheet = "observed" if is_told and not statement.has_actor else "plain"
        found.insert(0, Finding(sheet, clip(statement.deed)))
    return found


def _drafts(statement: Statement, findings: list[Finding]) -> Iterator[CaseDraft]:
    common = {**statement.slots, **extras(statement)}
    for finding in findings:
        slots = {**common, **finding.slots}
        for sheet in BOOK[finding.sheet][: 1 if finding.first_only else None]:
            rule = _RULE_NAMES[statement.language][sheet.technique].format(clip(finding.quote))
            draft = sheet.fill(slots, statement.language, statement.item.key, rule)
            is_interface = statement.item.kind == "interface" and draft.type == "functional"
            yield replace(
                draft, title=clip(draft.title, TITLE_LIMIT), type="interface" if is_interface else draft.type
            )


def _distinct(drafts: Iterator[CaseDraft]) -> Iterator[CaseDraft]:
    titles: set[str] = set()
    bodies: set[object] = set()
    for draft in drafts:
        body = (draft.technique, draft.data, draft.steps)
        if draft.title.lower() not in titles and body not in bodies:
            yield draft
        titles.add(draft.title.lower())
        bodies.add(body)


def _is_wanted(draft: CaseDraft, options: Options) -> bool:
    return (not options.types or draft.type in options.types) and (
        not options.techniques or draft.technique in options.techniques
    )


def _nearness(draft: CaseDraft, options: Options) -> tuple[bool, bool, str]:
    """Near to what was asked for; of equals the first of the highest priority (`max` keeps the first)."""
    return draft.technique in options.techniques, draft.type in options.types, "3210"[int(draft.priority[1])]


def _trimmed(drafts: list[CaseDraft], options: Options) -> list[CaseDraft]:
    """Boundaries stay complete; of the rest the highest priorities, in the order of the rules."""
    others = [draft for draft in drafts if draft.technique != "boundary"]
    room = CASES_PER_ITEM[options.detail] - (len(drafts) - len(others))
    kept = sorted(others, key=lambda draft: draft.priority)[
        : max(room, LEAST_BESIDE_BOUNDARIES[options.detail])
    ]
    return [draft for draft in drafts if draft.technique == "boundary" or draft in kept]
