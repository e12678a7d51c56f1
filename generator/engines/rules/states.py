"""States that a text names between quotation marks: what leads into one, and what one of them forbids."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.engines.rules.finding import Finding, clip
from generator.engines.rules.statement import Statement

_QUOTED = r"[“\"「『]([^“”\"「」『』]{1,40})[”\"」』]"
_TALK = re.compile(
    r"\bstates?\b|\bstatus(?:es)?\b|\bmark(?:s|ed)?\b|\bset(?:s)? to\b|\bgo(?:es)? back to\b|状态|标记为|置为",
    re.I,
)
_INTO = re.compile(
    r"(?:\bbecomes?|\bset(?:s)? (?:\w+ )?to|\bmark(?:s|ed)?(?: \w+){0,3} as|\bgo(?:es)?(?: back)? to|\bturns?(?: in)?to|\bchanges? to|\bmoves? to|\bstate is|\bstatus is"
    r"|\bback to|变[为成]|更新为|置为|改为|转为|标记为|状态为)(?: (?:the )?(?:state|status))?\s*" + _QUOTED,
    re.I,
)
_IN_STATE = re.compile(
    r"(?:\bin (?:the )?(?:state|status)|\bwhile (?:its|the) (?:state|status) is|\bstate)\s*"
    + _QUOTED
    + rf"(?:(?:,| or| and)+ {_QUOTED})*",
    re.I,
)
_CHINESE_IN_STATE = re.compile(_QUOTED + r"(?:、" + _QUOTED + r")*(?:状态)?(?:下|时|的)")
_NOT = re.compile(
    r"\b(?:cannot|can't|can never|must not|shall not|should not|may not|will not|never|not)\b([^.;]*)|(?:不允许|不得|不能|不可|禁止|无法)([^，。；]*)",
    re.I,
)
_MAY = re.compile(r"\b(?:can|may|as long as|only while|only in)\b|可以|可|允许", re.I)
_LED_TO = re.compile(
    rf"(?:\bstates?|\bstatus|\bas|\bback to|\bset to|\bstate is|变[为成]|状态[为是]?|置为|标记为|转为)\s*(?:{_QUOTED}(?:,| or| and|、|\s)*)*$",
    re.I,
)
_CALLED_STATE = re.compile(_QUOTED + r"(?:、" + _QUOTED + r")*(?:状态|的)")
_COLON = re.compile(r"[：:]")
_TRAILING = re.compile(
    r"(?:[，,]?[\u4e00-\u9fff]{0,4}状态|后|时|\s+(?:shall|must|should|will|is|are|and|then|its state|the state))+$",
    re.I,
)
_CALLED = re.compile(_QUOTED)


def is_state(text: str, start: int) -> bool:
    """Whether the quotation that begins at `start` names a state and is no message."""
    return bool(_LED_TO.search(text, max(0, start - 40), start) or _CALLED_STATE.match(text, start))


def named_states(statement: Statement) -> Iterator[Finding]:
    text = statement.text
    if not _TALK.search(text) and not _CHINESE_IN_STATE.search(text):
        return
    blocked = _blocked(text)
    yield from (
        Finding("state_blocked", clip(quote), {"state": state, "deed": clip(deed, 50)})
        for state, deed, quote in blocked
    )
    for found in _INTO.finditer(text):
        if blocked and found[1] in {state for state, _, _ in blocked}:
            continue
        if _NOT.search(text[: found.start()]) and "never" in text[: found.start()].lower():
            continue
        trigger = clip(_trigger(text[: found.start()]) or statement.deed, 60)
        yield Finding("state_entered", clip(found[0]), {"state": found[1], "trigger": trigger})


def _trigger(before: str) -> str:
    """ "申请的状态：审批通过后，状态" leads in by 审批通过."""
    words = _COLON.split(before)[-1].strip(" ,，")
    return _TRAILING.sub("", words).strip(" ,，")


def _blocked(text: str) -> list[tuple[str, str, str]]:
    """(state, what it forbids, the words that say so)"""
    found = []
    for pattern in (_IN_STATE, _CHINESE_IN_STATE):
        for place in pattern.finditer(text):
            ban = _NOT.search(text, place.end())
            if ban is None or (
                re.search(r"[,，。;；]", text[place.end() : ban.start()])
                and _MAY.search(text[place.end() : ban.start()])
            ):
                continue
            deed = (ban[1] or ban[2] or "").strip()
            deed = re.sub(r"^be ", "being ", deed)
            found += [(state[1], deed or ban[0], place[0]) for state in _CALLED.finditer(place[0])]
    return found
