"""What is done: the verbs of a sentence, each with its main path and the errors that fit it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from generator.drafts import Language
from generator.engines.rules.book import BOOK
from generator.engines.rules.bounding import kind_of
from generator.engines.rules.consequences import consequence_of
from generator.engines.rules.duties import duties
from generator.engines.rules.fields import gives_fields, is_required
from generator.engines.rules.finding import Finding
from generator.engines.rules.lists import elements_of
from generator.engines.rules.logic import forbidding, in_condition, is_exception, messages
from generator.engines.rules.statement import Statement
from generator.engines.rules.states import named_states
from generator.engines.rules.words import ACTIONS, THINGS, Sighting

ACTIONS_PER_ITEM = 4

# These stand in many sentences as mere helpers; beside another verb they count only where verbs are listed.
_GENERAL = frozenset(
    {
        "create",
        "edit",
        "view",
        "search",
        "delete",
        "cancel",
        "share",
        "filter",
        "comment",
        "upload",
        "start",
        "end",
        "attend",
        "settings",
        "history",
        "favourite",
        "logging",
        "login",
        "toggle",
        "notify",
        "pay",
        "chat",
    }
)
_LISTED = re.compile(r"[^,、/，的对]{0,16}?(?:,|、|/|\band\b|\bor\b|和|或|及|与)\s*(?:and |or |并)?", re.I)
_ABLE = re.compile(r"\bcan\b|\bmay\b|\bable\b|\ballow|可以|能够|允许|用户")
# These say all that their sentence is about; verbs beside them are its examples.
_WHOLE = frozenset(
    {
        "captcha",
        "notify",
        "logging",
        "load",
        "response",
        "usability",
        "compatible",
        "guest_login",
        "subscribe",
    }
)
_MEASURES = frozenset({"load", "response"})
# What is refused in a state, asked for again or never shown is tried out whole by its own sheets.
_SAY_IT_ALL = frozenset({"state_blocked", "state_entered", "hidden", "asks_again", "once_only"})
_ALL_FOUR = re.compile(r"\bCRUD\b|增删[改查]{1,2}", re.I)
_PRODUCTS = (
    r"iOS|iPadOS|Android|HarmonyOS|Windows|macOS|Chrome|Firefox|Safari|Edge|Internet Explorer|IE|WeChat|微信|Java|Python|Node(?:\.js)?"
    r"|安卓|鸿蒙|version|版本"
)
_VERSION = re.compile(
    rf"(?P<product>{_PRODUCTS})\s?(?:version |版本)?v?(?P<version>\d+(?:\.\d+)*)"
    r"(?P<least>\s*(?:及?以上|或更高|及更高|\+|or (?:later|above|higher|newer)|and (?:later|above|up)))?",
    re.I,
)
_KEPT_FROM = re.compile(r"(?:拒绝|禁止|阻止|防止)$")
_KEYS = re.compile(
    r"\b(?:title|author|name|number|keyword|category|date|isbn|id)\b|书名|关键[字词]|编号|作者|名称|姓名|日期|部门|月份|条件|学号|单号",
    re.I,
)
_SYSTEM_REFUSES = re.compile(r"\bsystem\b[^.;]{0,20}\breject|系统[^，。]{0,6}(?:拒绝|驳回)", re.I)
_MENTIONED = frozenset({"pay", "approve", "notify", "view", "cancel", "delete", "upload"})
_TIMED = frozenset({"deadline", "retention", "periodic", "scheduled", "ahead"})
_PLACES = frozenset({"course", "class", "project", "room", "forum", "task", "plan"})


def doing(statement: Statement) -> Iterator[Finding]:
    extra = extras(statement)
    if any(finding.sheet in _SAY_IT_ALL for rule in (named_states, duties) for finding in rule(statement)):
        return
    if _ALL_FOUR.search(statement.text):
        logged = [action.word.key for action, _ in statement.actions if action.word.key == "logging"]
        for key in ("create", "edit", "delete", "search", *logged):
            slots = {**extra, "tag": ACTIONS.words[key].name(statement.language)}
            yield Finding(key, "CRUD", slots, first_only=key != "create")
        return
    for rank, (action, text) in enumerate(_chosen(statement)):
        slots = {**extra, "tag": action.word.name(statement.language)}
        if action.word.key in BOOK and not _is_tried_elsewhere(statement, action.word.key):
            yield Finding(action.word.key, text[action.start : action.end], slots, first_only=rank > 0)


def _is_tried_elsewhere(statement: Statement, key: str) -> bool:
    """Fields, and numbers for speed, load or versions, bring cases of their own, which say more than those of the verb."""
    if key == "create" and statement.thing.key in {"title", "description", "date", "address", "username"}:
        return gives_fields(statement)
    if key in {"create", "fill"} and is_required(statement) and not ACTIONS.by_rank(statement.focus):
        return True
    if key == "view" and (any(messages(statement)) or len(elements_of(statement.focus)[1]) > 2):
        return True
    if key == "compatible":
        return _VERSION.search(statement.text) is not None
    if key == "pay" and (is_exception(statement) or any(duties(statement))):
        return True
    if key == "login" and (any(messages(statement)) or is_required(statement)):
        return True
    if key == "approve" and _SYSTEM_REFUSES.search(statement.text):
        return True
    kinds = {kind_of(statement.text, limit) for limit in statement.limits}
    if key in _MENTIONED and (
        kinds & _TIMED or any(consequence_of(statement.text, limit) for limit in statement.limits)
    ):
        return True
    return bool(kinds & _MEASURES) and (key in _MEASURES or not _ABLE.search(statement.text))


def versions(statement: Statement) -> Iterator[Finding]:
    """Version 7.0.12 and above: 7.0.11 below, 7.0.12 at, 7.0.13 above."""
    found = _VERSION.search(statement.text)
    if found is None:
        return
    product = found["product"] if found["product"].lower() not in {"version", "版本"} else ""
    product = product or ("the client" if statement.language == "en" else "客户端")
    bound = f"{product} {found['version']}"
    below, at, above = (
        ("just below", "the oldest supported", "just above")
        if statement.language == "en"
        else ("低于最低版本", "最低版本", "高于最低版本")
    )
    for version, place in zip(_around(found["version"]), (below, at, above), strict=True):
        sheet = "incompatible_version" if place == below and found["least"] else "compatible_version"
        yield Finding(sheet, found[0], {"product": product, "version": version, "at": place, "bound": bound})


def _around(version: str) -> tuple[str, str, str]:
    head, _, last = version.rpartition(".")
    if last == "0" and head:
        below = f"{_around(head)[0]}.9"
    else:
        below = f"{head}.{int(last) - 1}".lstrip(".") if int(last) else version
    return below, version, f"{head}.{int(last) + 1}".lstrip(".")


def _chosen(statement: Statement) -> Iterator[tuple[Sighting, str]]:
    """The most special verb, and of the others those that stand apart from it and mean something of their own."""
    chosen: list[tuple[Sighting, str]] = []
    forbidden = forbidding(statement)
    for action, text in statement.actions:
        if forbidden and text == statement.text and action.start >= forbidden.start():
            continue
        if in_condition(text, action.start) or _KEPT_FROM.search(
            text, max(0, action.start - 4), action.start
        ):
            continue
        apart = all(action.end <= other.start or other.end <= action.start for other, _ in chosen)
        if (
            apart
            and (not chosen or chosen[0][0].word.key not in _WHOLE)
            and (not chosen or any(_counts(action, other, text) for other, _ in chosen))
        ):
            chosen.append((action, text))
    yield from chosen[:ACTIONS_PER_ITEM]


def _counts(action: Sighting, other: Sighting, text: str) -> bool:
    if action.word.key not in _GENERAL:
        return True
    first, second = sorted((action, other), key=lambda sighting: sighting.start)
    return _LISTED.fullmatch(text, first.end, second.start) is not None


def extras(statement: Statement) -> dict[str, str]:
    """Blanks that only sheets about verbs have."""
    english = statement.language == "en"
    name = statement.slots["name"]
    part = _part(name, statement.language)
    place = next(
        (seen.word for seen in THINGS.sightings(statement.text) if seen.word.key in _PLACES),
        THINGS.words["course"],
    )
    return {
        "part": part,
        "part_upper": part.upper(),
        "price": _price(statement),
        "by": _search_key(statement),
        "place": place.name(statement.language),
        "place_name": place.samples(statement.language)[0],
        **_samples(english),
        **_file(statement),
    }


def _search_key(statement: Statement) -> str:
    """What the text searches by, all of it: "title or number"; a name or keyword where it doesn't say."""
    english = statement.language == "en"
    found = list(
        dict.fromkeys(key.lower() for key in _KEYS.findall(statement.focus) or _KEYS.findall(statement.text))
    )
    if found and not statement.is_foreign:
        return (" or " if english else "或").join(found[:3])
    if _ALL_FOUR.search(statement.text):
        return "name" if english else "名称"
    return "keyword" if english else "关键字"


def _file(statement: Statement) -> dict[str, str]:
    """A picture is uploaded where the sentence speaks of pictures."""
    if statement.thing.key in {"image", "video"}:
        name = statement.slots["name"]
        return {"file": name, "suffix": name.rpartition(".")[2]}
    return {"suffix": "pdf"}


def _samples(english: bool) -> dict[str, str]:
    keys = ("file", "category", "category2", "comment", "greeting", "setting")
    words = (
        (
            "syllabus.pdf",
            "Computing",
            "Economics",
            "See page 12 for the proof",
            "Can you hear me?",
            "Dark background",
        )
        if english
        else ("课程大纲.pdf", "计算机", "经济管理", "证明见第12页", "能听到吗？", "深色背景")
    )
    return dict(zip(keys, words, strict=True))


def _part(name: str, language: Language) -> str:
    """A piece of a name that its neighbour among the samples does not share: its end."""
    if language == "en":
        return name.split()[-1] if " " in name else name[:4]
    return name[-2:] if len(name) < 6 else name[:3]


def _price(statement: Statement) -> str:
    price = next((limit.value for limit in statement.limits if limit.dimension == "money"), Decimal("49.90"))
    return f"{price:f} EUR" if statement.language == "en" else f"{price:f}元"
