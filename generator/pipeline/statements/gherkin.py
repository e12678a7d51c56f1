"""Gherkin, in English and Chinese: a scenario with its steps and examples is one statement."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from .lines import Line

_SCENARIO = re.compile(
    r"(?:scenario(?: outline| template)?|example|场景|场景大纲|剧本)(?:\s+[\w.-]{1,8})?\s*[:：]\s*(.*)$", re.I
)
_PREPARES = re.compile(r"(?:background|背景)[:：]\s*$", re.I)
_OTHER = re.compile(r"(?:feature|rule|功能|规则)[:：]|@\w", re.I)
FEATURE = re.compile(r"(?:feature|功能)\s*[:：]\s*(\S.*)$", re.I)
_EXAMPLES = re.compile(r"(?:examples|scenarios|例子)[:：]", re.I)
_STEP = re.compile(
    r"(?:[-*+•]\s+)?(?:\*\*)?(?:(given|假如|假设|假定|给定)|(when|当)|(then|那么|则)|(and|but|而且|并且|同时"
    r"|但是))(?:\*\*)?(?=[\s:：,，]|[\u4e00-\u9fff])",
    re.I,
)


def is_keyword(content: str) -> bool:
    return bool(
        _SCENARIO.match(content) or _STEP.match(content) or _OTHER.match(content) or _PREPARES.match(content)
    )


def is_feature(content: str) -> bool:
    """Its lines up to the next blank one are the feature's description, which Gherkin doesn't run."""
    return content.lower().startswith(("feature", "功能"))


def is_in(lines: Sequence[Line]) -> bool:
    """Whether steps stand line below line somewhere, one of them a Then."""
    steps = [_step(line.content) for line in lines if not line.blank]
    return any(
        after in ("then", "and") and before in ("given", "when", "and") for before, after in pairwise(steps)
    )


def opens(lines: Sequence[Line], at: int) -> bool:
    content = lines[at].content
    if _PREPARES.match(content):
        return True
    following = _next_content(lines, at)
    if _SCENARIO.match(content):
        return bool(_STEP.match(following))
    return _step(content) in ("given", "when") and _step(following) in ("when", "then", "and")


def close(lines: Sequence[Line], at: int) -> tuple[Literal["scenario", "aside"], int]:
    """Where the scenario that begins here ends; a background prepares the others and is none."""
    kind: Literal["scenario", "aside"] = "aside" if _PREPARES.match(lines[at].content) else "scenario"
    seen_then = _step(lines[at].content) == "then"
    named = bool(_SCENARIO.match(lines[at].content))
    end = at + 1
    while end < len(lines):
        content = lines[end].content
        step = _step(content)
        if _ends_scenario(content, step, seen_then and not named) or (
            not content and not _continues(lines, end)
        ):
            break
        seen_then = seen_then or step == "then"
        end += 1
    return kind, end


def is_tag(content: str) -> bool:
    return content.startswith("@")


def scenario_name(first_line: str) -> tuple[str, int]:
    """The scenario's own name and where it begins in its line; 0 when it has none."""
    match = _SCENARIO.match(first_line)
    return (match.group(1), match.start(1) if match.group(1) else 0) if match else ("", 0)


def _ends_scenario(content: str, step: str, unnamed_and_over: bool) -> bool:
    if _EXAMPLES.match(content):
        return False
    if (
        _SCENARIO.match(content)
        or _OTHER.match(content)
        or _PREPARES.match(content)
        or re.match(r"#{1,6} |```|~~~", content)
    ):
        return True
    if step:
        return unnamed_and_over and step in ("given", "when")
    return bool(content) and not content.startswith(("|", '"""', "#")) and not content[0].islower()


def _continues(lines: Sequence[Line], at: int) -> bool:
    following = _next_content(lines, at)
    return (
        _step(following) in ("then", "and") or bool(_EXAMPLES.match(following)) or following.startswith("|")
    )


def _next_content(lines: Sequence[Line], at: int) -> str:
    for line in lines[at + 1 : at + 4]:
        if not line.blank:
            return line.content
    return ""


def _step(content: str) -> str:
    match = _STEP.match(content)
    return ("", "given", "when", "then", "and")[match.lastindex or 0] if match else ""
