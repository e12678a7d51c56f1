"""A case as its form shows and sends it, and what came of two people's changes of one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.text import with_unix_line_ends
from generator.models import Case
from generator.payloads import Payload

Texts = dict[str, Any]
"""The form's fields: text, but for the lists of preconditions and steps."""

LABELS = {
    "title": _("Title"),
    "section": _("Section"),
    "requirements": _("Requirement items"),
    "priority": _("Priority"),
    "type": _("Type"),
    "technique": _("Technique"),
    "polarity": _("Polarity"),
    "preconditions": _("Preconditions"),
    "steps": _("Steps"),
    "data": _("Data"),
    "tags": _("Tags"),
    "review": _("Review"),
}
CHOICES = {
    "priority": Case.Priority,
    "type": Case.Type,
    "technique": Case.Technique,
    "polarity": Case.Polarity,
    "review": Case.Review,
}
SEPARATED = {"requirements": re.compile(r"[\s,，、;；]+"), "tags": re.compile(r"[,，、\n]+")}
JOINED = {"requirements": " ", "tags": ", "}


def texts_of(case: Payload) -> Texts:
    joined = {name: comma.join(case[name]) for name, comma in JOINED.items()}
    return {name: case[name] for name in LABELS} | joined


def texts_sent(form: QueryDict) -> Texts:
    """What somebody typed; rows without any text are none."""
    texts: Texts = {name: with_unix_line_ends(form.get(name, "")).strip() for name in LABELS}
    texts["data"] = with_unix_line_ends(form.get("data", ""))
    rows = [with_unix_line_ends(row).strip() for row in form.getlist("precondition")]
    texts["preconditions"] = [row for row in rows if row]
    pairs = zip(form.getlist("action"), form.getlist("expected"), strict=False)
    steps = [(with_unix_line_ends(action).strip(), with_unix_line_ends(end).strip()) for action, end in pairs]
    texts["steps"] = [{"action": action, "expected": end} for action, end in steps if action or end]
    return texts


def changes_in(texts: Texts, base: Texts) -> dict[str, Any]:
    """What of `base` was changed, as the API takes it."""
    return {name: _parsed(name, texts[name]) for name in LABELS if texts[name] != base[name]}


def _parsed(name: str, text: Any) -> Any:
    if name in SEPARATED:
        return [part.strip() for part in SEPARATED[name].split(text) if part.strip()]
    return text


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two changes of one case: what it was, what somebody made of it meanwhile, and what was typed."""

    base: Texts
    theirs: Texts
    mine: Texts

    @property
    def is_harmless(self) -> bool:
        """Whether they only moved or reviewed it: what was typed fits as it is."""
        return not (self._changed_by_them - {"review"})

    @property
    def _changed_by_them(self) -> set[str]:
        return {name for name in LABELS if self.theirs[name] != self.base[name]}

    def merged(self) -> Texts:
        """What was typed, and what they changed elsewhere."""
        return {
            name: self.theirs[name] if self.mine[name] == self.base[name] else self.mine[name]
            for name in LABELS
        }

    def differences(self) -> list[Payload]:
        """Field by field `{label, theirs, mine, taken}`: what only they changed is `taken` over."""
        return list(differences(self.theirs, self.mine, self.base))


def differences(theirs: Texts, mine: Texts, base: Texts | None = None) -> Iterator[Payload]:
    for name, label in LABELS.items():
        if theirs[name] != mine[name]:
            taken = base is not None and mine[name] == base[name]
            sides = {"theirs": said(name, theirs[name]), "mine": said(name, mine[name])}
            yield {"label": label, "taken": taken, **sides}


def said(name: str, value: Any) -> str:
    """A field's value in words, one line for each entry of a list."""
    if name == "steps":
        rows = [(n, step["action"], step.get("expected", "")) for n, step in enumerate(value, 1)]
        return "\n".join(f"{n}. {action}" + (f" → {end}" if end else "") for n, action, end in rows)
    if name == "preconditions":
        return "\n".join(value)
    return str(CHOICES[name](value).label) if name in CHOICES and value else value
