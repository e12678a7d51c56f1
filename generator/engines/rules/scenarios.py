"""Gherkin: the scenario as it stands, once for each row of its examples, and with its precondition turned round."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from generator.engines.rules.finding import Finding, clip
from generator.engines.rules.numbers import narrow
from generator.engines.rules.statement import Statement

ROWS_PER_ITEM = 6

_STEP = re.compile(
    r"\s*(?:(given|假如|假设|假定|给定)|(when|当)|(then|那么|则)|(and|but|而且|并且|同时|但是))(?=[\s:：,，]|[\u4e00-\u9fff])[\s:：,，]*(.+)",
    re.I,
)
_EXAMPLES = re.compile(r"\s*(?:examples|例子)[:：]", re.I)
_PLACEHOLDER = re.compile(r"<([^<>\n]{1,30})>")


@dataclass(slots=True)
class Steps:
    given: list[str] = field(default_factory=list)
    when: list[str] = field(default_factory=list)
    then: list[str] = field(default_factory=list)
    examples: list[dict[str, str]] = field(default_factory=list)


def steps_of(statement: Statement) -> Steps | None:
    steps, into = Steps(), None
    header: list[str] = []
    for line in narrow(statement.item.quote).splitlines():
        if line.strip().startswith("|"):
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if header:
                steps.examples.append(dict(zip(header, cells, strict=False)))
            header = header or cells
            continue
        if found := _STEP.match(line):
            into = next(
                (
                    part
                    for part, word in zip((steps.given, steps.when, steps.then), found.groups(), strict=False)
                    if word
                ),
                into,
            )
            if into is not None:
                into.append(found[5].strip())
    return steps if steps.when and steps.then else None


def scenarios(statement: Statement) -> Iterator[Finding]:
    steps = steps_of(statement)
    if steps is None:
        return
    name = statement.item.quote.splitlines()[0].strip()
    name = re.sub(r"^(?:scenario(?: outline)?|场景(?:大纲)?)\s*[:：]\s*", "", name, flags=re.I)
    for row in steps.examples[:ROWS_PER_ITEM] or [{}]:
        yield Finding("scenario_run", clip(name), _slots(statement, steps, name, row))
    if steps.given:
        yield Finding(
            "scenario_turned",
            clip(steps.given[0]),
            _slots(statement, steps, name, (steps.examples or [{}])[0]),
        )


def _slots(statement: Statement, steps: Steps, name: str, row: dict[str, str]) -> dict[str, str]:
    def told(parts: list[str]) -> str:
        joined = ("; " if statement.language == "en" else "；").join(parts)
        return _PLACEHOLDER.sub(lambda found: row.get(found[1].strip(), found[0]), joined)

    values = ", ".join(f"{key} = {value}" for key, value in row.items())
    nothing = "nothing special" if statement.language == "en" else "无特殊条件"
    return {
        "scenario": clip(name, 80),
        "row": f" [{values}]" if values else "",
        "given_steps": told(steps.given) or nothing,
        "when_steps": told(steps.when),
        "then_steps": told(steps.then),
        "first_then": clip(
            _PLACEHOLDER.sub(lambda found: row.get(found[1].strip(), found[0]), steps.then[0]), 60
        ),
        "first_given": clip(told(steps.given[:1]), 60),
        "values": values or told(steps.given) or nothing,
    }
