"""What a sentence makes depend on a number: "A claim over 250 is *sent to the approver*"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from generator.engines.rules.comparing import Relation
from generator.engines.rules.limits import OPPOSITE, Limit, is_rejected
from generator.engines.rules.words import CHINESE

EFFECT_LIMIT = 90

_OTHERWISE = re.compile(
    r"[,;.]\s*(?:otherwise|or else|after that|beyond that)\b,?\s*|[，；。](?:否则|超时|逾期|过期|超过|未按时)[之以]?[后时]?(?:的|，)?",
    re.I,
)
_COMMA = re.compile(r"[,，:：]\s*(?:then |则|系统(?=[将会应自]))?")
_OPENING = re.compile(r"\b(?:if|when|once|after|as soon as|whenever)\b|如果|若|当|一旦", re.I)
_MODAL = re.compile(
    r"\b(?:shall|must|should|will|may|can|cannot|is|are|gets?|needs?|requires?|becomes?|qualif\w+|counts?|receives?|pays?|goes|go)\b",
    re.I,
)
_LIMITING = re.compile(
    r"\b(?:shall|must|should|may|can|cannot|will|is|are|has|have|limited|allowed|possible|only)\b[^,;]*$|(?:不得|不能|不可|必须|须|应当?|只能|可以|可|为|是)[^，；]{0,12}$",
    re.I,
)
_NEGATED = re.compile(
    r"\b(?:not|never|isn't|aren't|hasn't|haven't|doesn't|don't|without)\b|n't\b|未|没有?|不(?!得|能|超)", re.I
)
_WITHIN = re.compile(r"\b(?:within|in|inside)\s*(?:the (?:first|next) )?$", re.I)
_FILLING = re.compile(r"^(?:的(?:情况下?)?|时|者|后|[（(][^）)]*[）)]|\s|per \w+|of \w+|in \w+)+")
_END = re.compile(r"[.;。；]\s*$|\s*[.;。；](?=\s|$).*", re.S)


_GHERKIN = re.compile(r"(?:\bGiven\b|假如|假设).*(?:\bWhen\b|当).*(?:\bThen\b|那么)", re.S)
_THEN = re.compile(r"\bWhen\b.*?\bThen\b\s*|当.*?那么\s*", re.S)
_STEP_END = re.compile(r"\s(?:And|But)\s|(?:而且|并且|但是)|Examples:|例子")
_TO_BE = re.compile(r"^(?:shall|must|should|will) (?:also |then )?be\b ?", re.I)
_ORDER = re.compile(r"^(?:shall|must|should|will|则|还?[应须]由?(?=[\u4e00-\u9fff]))\s*", re.I)


_RELATIVE = re.compile(r"\b(?:that|which|who) (?:is|are|has|have|was|were)\b", re.I)
# "Contains 1 to 100 readings and is at most 64 KB" says a second thing of the same subject.
_DOES = re.compile(
    r"\s+((?!is\b|was\b|has\b)[a-z]{3,}s)(?=\s(?:to|the|a|an|its|their|into|back|off|on|out)\b)"
)
# 连续3次未收到心跳，…: what did not happen so often belongs to the condition.
_NOT_HAPPENED = re.compile(r"(?:未能?|没有?|无|不)[^，。；]{1,12}[，,](?:系统|平台)?(?=[\u4e00-\u9fff])")
_FORBIDS = re.compile(r"(?:[也并且])?(?:不得|不可|不能|不允许|禁止)")
_ALONGSIDE = re.compile(r"\s*,?\s*(?:and|or|but)\s+", re.I)
_STILL_CONDITION = re.compile(
    r"(?:as long as|unless|if|provided|counting|except|when|whether|while|but|and|or|also|including)\b|除|但|并|且|或|包括",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Consequence:
    """`effect` in the text's own words; `relation` says on which side of the limit it sets in."""

    effect: str
    relation: Relation


def consequence_of(text: str, limit: Limit) -> Consequence | None:
    """None when the number bounds what may be entered or done, and nothing else hangs on it."""
    before, behind = _sentence_before(text, limit.start), text[limit.end :]
    if then := _THEN.search(behind):
        return _told(_STEP_END.split(behind[then.end() :])[0], limit.relation)
    if _GHERKIN.search(text):
        return None
    late = _OTHERWISE.search(behind)
    if late and limit.relation in {"most", "below"}:
        return _told(behind[late.end() :], "above")
    if CHINESE.search(text):
        return _chinese(before, behind, limit)
    opened = _OPENING.search(before)
    if opened is None and _LIMITING.search(_RELATIVE.sub("", before)):
        return None
    comma = _COMMA.search(behind) if opened else None
    modal = _MODAL.search(behind)
    if _RELATIVE.search(before) and (done := _DOES.match(behind)):
        return _told(done[1] + behind[done.end() :], _side(before, behind, limit))
    if modal and opened is None and _ALONGSIDE.fullmatch(behind[: modal.start()]):
        return None
    if comma and (modal is None or comma.start() < modal.start() or _NEGATED.search(before)):
        return _told(behind[comma.end() :], _side(before, behind, limit))
    return (
        _told(behind[modal.start() :], _side(before, behind, limit)) if modal and modal.start() < 40 else None
    )


def _chinese(before: str, behind: str, limit: Limit) -> Consequence | None:
    """的，and a clause that orders something: "3天以内的，由主管审批"; or the order right behind: "满99元免运费"."""
    filling = _FILLING.match(behind)
    rest = behind[filling.end() :] if filling else behind
    rest = re.sub(r"^(?:以[上下内]|之?内|及以[上下])", "", rest)
    rest = re.sub(r"^(?:[（(][^）)]*[）)])?(?:的|时|者|后)?", "", rest)
    if _LIMITING.search(before) and not re.search(r"如果|若|当", before):
        return None
    if limit.dimension == "attempts" and (missed := _NOT_HAPPENED.match(rest)):
        return _told(rest[missed.end() :], _side(before, behind, limit))
    if rest[:1] in "，,":
        clause = rest[1:]
        if limit.relation in {"most", "below", "least"} and _FORBIDS.match(clause):
            return None
        return (
            _told(clause, _side(before, behind, limit))
            if not re.match(r"[^，。；]{0,12}\d", clause)
            else None
        )
    return (
        _told(rest, _side(before, behind, limit))
        if re.match(r"[按免升由应须需将会自减享处视账锁提]", rest)
        else None
    )


def _side(before: str, behind: str, limit: Limit) -> Relation:
    if is_rejected(behind, 0):
        return OPPOSITE.get(limit.relation, limit.relation)  # what is refused lies beyond the bound
    if _NEGATED.search(before) and (_WITHIN.search(before) or limit.relation in {"most", "lasting"}):
        return "after" if limit.relation == "lasting" else "above"
    if limit.relation == "plain":
        return "least" if re.match(r"\s*或?以上", behind) else "after"
    return "after" if limit.relation == "lasting" else limit.relation


def _told(words: str, relation: Relation) -> Consequence | None:
    effect = _ORDER.sub("", _TO_BE.sub("is ", _END.sub("", words).strip(" ,，.。;；:："))).strip()
    if len(effect) <= 3 or _STILL_CONDITION.match(effect):
        return None
    return Consequence(effect[:EFFECT_LIMIT], relation)


def _sentence_before(text: str, start: int) -> str:
    return re.split(r"(?<=[.;。；])\s*(?=\D)", text[:start])[-1]
