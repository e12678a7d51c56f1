"""What people say in a case, put on its row: of sections and items those that the task has, and no more."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from core.validation import InvalidInput
from generator.drafts import CASE_BYTES_LIMIT
from generator.models import Case, RequirementItem, Section, Task
from generator.models.cases import OUTDATED, UNVERIFIABLE, WAS_ACCEPTED
from generator.models.requirements import ITEM_KEY
from generator.pipeline.likeness import is_vague
from realtime.events import encode

PLAIN_FIELDS = "title priority type technique polarity preconditions steps data tags position review".split()
CONTENT_FIELDS = [*PLAIN_FIELDS, "section", "requirements"]


def items_of(task: Task, contents: Iterable[Mapping[str, Any]]) -> dict[str, RequirementItem]:
    """All items that `contents` name, by key. Raise `InvalidInput`."""
    keys = list(dict.fromkeys(key for content in contents for key in content.get("requirements", [])))
    if not keys:
        return {}
    numbers = {int(key[1:]) for key in keys if ITEM_KEY.fullmatch(key)}
    known = {item.key: item for item in task.items.filter(number__in=numbers).select_related("section")}
    unknown = [key for key in keys if key not in known]
    if unknown:
        words = _("The task has no requirement item %(keys)s.")
        raise InvalidInput({"requirements": words % {"keys": ", ".join(unknown)}})
    return known


def sections_of(task: Task, contents: Iterable[Mapping[str, Any]]) -> dict[str, Section]:
    """All sections that `contents` name, by title; of several, the first that counts."""
    titles = {content["section"] for content in contents if content.get("section")}
    if not titles:
        return {}
    return {
        section.title: section for section in task.sections.filter(title__in=titles).order_by("-position")
    }


def fill(
    case: Case,
    content: Mapping[str, Any],
    items: Mapping[str, RequirementItem],
    sections: Mapping[str, Section],
) -> None:
    """Set what `content` names; a case without a section goes to that of its first item.

    Raise `InvalidInput`.
    """
    for field in PLAIN_FIELDS:
        if field in content:
            setattr(case, field, content[field])
    keys = content.get("requirements", ())
    if "section" in content:
        case.section = _section(case, content["section"], sections)
    elif keys and case.section is None:
        case.section = items[keys[0]].section
    if case.obsolete and any(not items[key].obsolete for key in keys):
        case.obsolete = False
    refuse_large(case)


def _section(case: Case, title: str, sections: Mapping[str, Section]) -> Section | None:
    """The task's section of this title: the case's own, if that is called so."""
    if not title or (case.section and case.section.title == title):
        return case.section if title else None
    if title not in sections:
        raise InvalidInput({"section": _("The task has no section “%(title)s”.") % {"title": title}})
    return sections[title]


def look_again(case: Case, changes: Mapping[str, Any]) -> None:
    """Whoever reviews or edits a case knows what it tests now; other steps may show a result at last."""
    settled = {OUTDATED, WAS_ACCEPTED}
    if changes.get("steps") and not is_vague(changes["steps"][-1]["expected"]):
        settled.add(UNVERIFIABLE)
    case.flags = [flag for flag in case.flags if flag not in settled]


def refuse_large(case: Case) -> None:
    """Raise `InvalidInput` for more than a case may say."""
    content = {field: getattr(case, field) for field in PLAIN_FIELDS}
    sizes = {field: len(encode({field: value}).encode()) for field, value in content.items()}
    if sum(sizes.values()) > CASE_BYTES_LIMIT:
        largest = max(sizes, key=lambda field: sizes[field])
        raise InvalidInput({largest: _("A case holds at most 20 KB in all: shorten this field.")})


def still_possible(
    content: Mapping[str, Any], keys: Collection[str], titles: Collection[str]
) -> dict[str, Any]:
    """A former content without the section and items that the task no longer has."""
    possible = {field: content[field] for field in CONTENT_FIELDS}
    possible["requirements"] = [key for key in content["requirements"] if key in keys]
    if content["section"] not in titles:
        possible["section"] = ""
    return possible


def links(case: Case, keys: Sequence[str], items: Mapping[str, RequirementItem]) -> list[Any]:
    """Rows that say that the case tests these items."""
    through = Case.items.through
    return [through(case_id=case.pk, requirementitem_id=items[key].pk) for key in dict.fromkeys(keys)]
