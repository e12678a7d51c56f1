"""What a section needs to be told once: who may not do its deeds, and cases that several of its items share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from generator.drafts import TITLE_LIMIT, CaseDraft, Language, Step
from generator.engines.rules.finding import clip

DEEDS_PER_CASE = 12


@dataclass(frozen=True, slots=True)
class Refusal:
    """Somebody without `role` is kept from `deed`; `place` is what it is done to, by name."""

    outsider: str
    role: str
    deed: str
    place: str
    quote: str
    key: str


def folded(refusals: Iterable[Refusal], language: Language) -> Iterator[CaseDraft]:
    """One case for each role, in the order in which the roles come up."""
    by_role: dict[str, list[Refusal]] = {}
    for refusal in refusals:
        by_role.setdefault(refusal.outsider, []).append(refusal)
    for group in by_role.values():
        for begin in range(0, len(group), DEEDS_PER_CASE):
            yield _table(group[begin : begin + DEEDS_PER_CASE], language)


def shared(cases: Iterable[CaseDraft]) -> list[CaseDraft]:
    """What two items of a section would have done alike is one case that tests both."""
    kept: dict[object, CaseDraft] = {}
    for case in cases:
        body = (case.technique, case.polarity, case.data, case.steps)
        earlier = kept.get(body)
        if earlier is None:
            kept[body] = case
        else:
            kept[body] = replace(
                earlier, requirements=tuple(dict.fromkeys((*earlier.requirements, *case.requirements)))
            )
    return list(kept.values())


def _table(group: list[Refusal], language: Language) -> CaseDraft:
    case = _english(group) if language == "en" else _chinese(group)
    return replace(
        case,
        title=clip(case.title, TITLE_LIMIT),
        requirements=tuple(dict.fromkeys(refusal.key for refusal in group)),
        tags=(group[0].role,),
        priority="P1",
        type="security",
        technique="decision-table",
        polarity="negative",
    )


def _different(group: list[Refusal]) -> list[Refusal]:
    return list({refusal.deed: refusal for refusal in group}.values())


def _english(group: list[Refusal]) -> CaseDraft:
    first, deeds = group[0], _different(group)
    told = ", ".join(refusal.deed for refusal in deeds)
    steps = [
        Step(
            f"As carol@example.com look for the control to {refusal.deed}, at {refusal.place}; then open the address of the deed and "
            f"send the request that Ada's browser sent for it",
            f"No control to {refusal.deed}; the address shows “no access” or the sign-in form; status 401, 403 or 404",
        )
        for refusal in deeds
    ]
    steps.append(
        Step(
            "Reload every page as ada@example.com", "Nothing of Ada's has changed; her controls are all there"
        )
    )
    return CaseDraft(
        title=f"{first.outsider.capitalize()}: no way to {told}",
        requirements=(),
        steps=tuple(steps),
        preconditions=(
            f"ada@example.com has the role {first.role}; her addresses and requests for each deed were recorded",
            f"carol@example.com is a {first.outsider}, in a second browser",
        ),
        data=f"role × permission: {first.role} → allowed; {first.outsider} → refused: {told}",
        rule=f"role × permission table on “{first.quote}”",
    )


def _chinese(group: list[Refusal]) -> CaseDraft:
    first, deeds = group[0], _different(group)
    told = "、".join(refusal.deed for refusal in deeds)
    steps = [
        Step(
            f"以 carol@example.com 在{refusal.place}查找{refusal.deed}的入口，再打开其地址，并重放 ada 的“{refusal.deed}”请求",
            f"没有{refusal.deed}的入口；地址提示无权限或跳转登录；返回401、403或404",
        )
        for refusal in deeds
    ]
    steps.append(Step("以 ada@example.com 刷新各页面", "ada 处数据没有变化，入口均可用"))
    return CaseDraft(
        title=f"{first.outsider}：不能{told}",
        requirements=(),
        steps=tuple(steps),
        preconditions=(
            f"ada@example.com 具有{first.role}角色，已录下其各项操作的地址和请求",
            f"carol@example.com 为{first.outsider}，使用第二个浏览器",
        ),
        data=f"角色×权限：{first.role}→允许；{first.outsider}→拒绝：{told}",
        rule=f"对“{first.quote}”列角色权限表",
    )
