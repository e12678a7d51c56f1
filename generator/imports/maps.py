"""Mind maps of cases: our own, by where a topic stands; others' by what testers agree on (xmind2testcase).

There a topic with a priority is a case, or one without children; its note is the precondition, its children
are the steps, theirs the expected results; topics above it that are no suites begin its title.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from core.text import with_unix_line_ends
from core.validation import InvalidInput, TooLarge
from generator.documents.readers.case_csv import ROWS_LIMIT
from generator.exports.xmind_topics import PRIORITIES, Topic, case_topic, data_title, preconditions_title
from generator.imports.cells import entries
from generator.imports.headings import choice_of
from generator.imports.rows import Content, Raw, Reading, Row, key_in, rev_in
from generator.models.requirements import ITEM_KEY
from generator.payloads import Payload

CASE_ID = re.compile(r"(TC-[0-9]{3,9})\.([0-9]{1,9})")
TASK_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MARKERS = {marker: priority for priority, marker in PRIORITIES.items()}
LABELLED = ("type", "technique", "polarity", "review")
IGNORED = ("#", "!", "！")

Found = dict[str, Any]
"""A topic as `case_map` reads it."""


def of_map(name: str, found: dict[str, Any]) -> Reading:
    root = next((sheet for sheet in found["sheets"] if sheet["children"]), None)
    if root is None:
        raise InvalidInput({"file": _("%(name)s has no topics.") % {"name": name}})
    is_own = bool(TASK_ID.fullmatch(root["id"]))
    cases = list(_own(root) if is_own else _others(root))
    if len(cases) > ROWS_LIMIT:
        words = _("%(name)s has more than %(most)s cases. Split it.")
        raise TooLarge({"file": words % {"name": name, "most": f"{ROWS_LIMIT:,}"}})
    return Reading(_rows(cases), _written, _meant, root["id"] if is_own else "")


def _own(root: Found) -> Iterator[tuple[Found, Raw]]:
    for section in root["children"]:
        title = "" if section["title"] in _words(lambda: _("Other cases")) else _line(section["title"])
        for topic in section["children"]:
            yield topic, {**raw_of(topic), "section": title}


def _others(root: Found) -> Iterator[tuple[Found, Raw]]:
    for suite in _kept(root["children"]):
        if not suite["children"]:
            yield suite, raw_of(suite)
        for topic in _kept(suite["children"]):
            for case, path in _cases_under(topic, []):
                raw = raw_of(case)
                yield case, {**raw, "title": _line(" ".join(path)), "section": _line(suite["title"])}


def _cases_under(topic: Found, above: list[str]) -> Iterator[tuple[Found, list[str]]]:
    path = [*above, topic["title"]]
    if _priority(topic) or not topic["children"]:
        yield topic, path
        return
    for child in _kept(topic["children"]):
        yield from _cases_under(child, path)


def _kept(topics: list[Found]) -> list[Found]:
    return [topic for topic in topics if topic["title"].strip() and not topic["title"].startswith(IGNORED)]


def _rows(cases: list[tuple[Found, Raw]]) -> list[Row]:
    """A topic that was copied has its twin's labels, but an id of its own: it is a new case."""
    ids = [CASE_ID.fullmatch(topic["id"]) for topic, _raw in cases]
    taken = {match[1] for match in ids if match}
    rows = []
    for number, ((topic, raw), match) in enumerate(zip(cases, ids, strict=True), 1):
        labelled = next(filter(None, map(key_in, topic["labels"])), "")
        key = match[1] if match else "" if labelled in taken else labelled
        place = _("Topic “%(title)s”") % {"title": raw["title"][:80]}
        rows.append(Row(number, place, raw, key, rev_in(match[2]) if match else None))
    return rows


def raw_of(topic: Found) -> Raw:
    """What a case's topic says, but for its section."""
    raw: Raw = {
        "title": _line(topic["title"]),
        "preconditions": [],
        "data": "",
        "steps": [],
        **_labels(topic),
    }
    if priority := _priority(topic):
        raw["priority"] = priority
    for child in topic["children"]:
        texts = [_text(grandchild["title"]) for grandchild in child["children"]]
        if not raw["steps"] and child["title"].strip() in _words(preconditions_title):
            raw["preconditions"] += [text for text in texts if text]
        elif not raw["steps"] and child["title"].strip() in _words(data_title):
            raw["data"] = "\n".join(texts)
        elif child["title"].strip():
            raw["steps"].append({"action": _text(child["title"]), "expected": "\n".join(texts)})
    raw["preconditions"] = raw["preconditions"] or list(entries(_text(topic["note"])).values())
    return raw


def _labels(topic: Found) -> Raw:
    """Our labels: the key, a choice of each kind, requirement keys, tags. Each choice counts once."""
    raw: Raw = {"requirements": [], "tags": []}
    for label in filter(None, map(_line, topic["labels"])):
        field = next((name for name in LABELLED if name not in raw and choice_of(name, label)), "")
        if field:
            raw[field] = choice_of(field, label)
        elif ITEM_KEY.fullmatch(label):
            raw["requirements"].append(label)
        elif not key_in(label):
            raw["tags"].append(label)
    return raw


def _priority(topic: Found) -> str:
    """Priorities 5 to 9 of XMind are none of ours: the lowest."""
    marker = next((marker for marker in topic["markers"] if marker.startswith("priority")), "")
    return MARKERS.get(marker, "P3") if marker else ""


def _written(case: Payload) -> Raw:
    return {**raw_of(_found(case_topic(case))), "section": _line(case["section"])}


def _found(topic: Topic) -> Found:
    return {
        "id": topic.id,
        "title": topic.title,
        "markers": topic.markers,
        "labels": topic.labels,
        "note": "",
        "children": [_found(child) for child in topic.children],
    }


def _meant(raw: Raw) -> tuple[Content, list[str]]:
    return raw, []


def _words(title: Any) -> set[str]:
    """A title in every language of the site: whoever imports may read another one than who exported."""
    words = set()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            words.add(title())
    return words


def _text(title: str) -> str:
    return with_unix_line_ends(title).strip()


def _line(title: str) -> str:
    return " ".join(title.split())
