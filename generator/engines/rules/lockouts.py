"""Locking after wrong passwords: the attempts around the limit, and the time around its end."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.engines.rules.comparing import neighbours
from generator.engines.rules.finding import Finding
from generator.engines.rules.limits import Limit
from generator.engines.rules.statement import Statement

_LOCK = re.compile(
    r"\block(?:s|ed|out)?\b|\bblock(?:s|ed)?\b|\bban(?:s|ned)?\b|fr[eo]ez|disable|suspend|锁定|锁住|冻结|封禁|禁用|禁止登[录入]",
    re.I,
)
_SECRET = re.compile(
    r"password|passcode|\bpin\b|log-?\s?in|sign-?\s?in|credential|attempt|密码|口令|登[录入]|验证码", re.I
)


def lockout_limits(statement: Statement) -> tuple[Limit | None, Limit | None]:
    """The limits of a lock-out: how many attempts, and for how long. No attempts: it is none."""
    if not (_LOCK.search(statement.text) and _SECRET.search(statement.text)):
        return None, None
    attempts = next((limit for limit in statement.limits if limit.dimension == "attempts"), None)
    time = next(
        (limit for limit in statement.limits if limit.dimension == "time" and limit.relation != "most"), None
    )
    return attempts, time if attempts else None


def lockouts(statement: Statement) -> Iterator[Finding]:
    attempts, time = lockout_limits(statement)
    if attempts is None:
        return
    trigger = neighbours(attempts.value)[2 if attempts.relation == "above" else 1]
    for point in attempts.points:
        value = int(point.replace(",", "").split(".")[0])
        sheet = "lock_open" if value < trigger else "lock_at" if value == trigger else "lock_beyond"
        yield Finding(sheet, _quote(statement, attempts), _slots(statement, point, f"{trigger:f}", time))
    if time is None:
        return
    for point, sheet in zip(
        time.points[-3:], ("locked_for", "unlocked_after", "unlocked_after"), strict=False
    ):
        slots = _slots(statement, point, f"{trigger:f}", time) | {"at": _moment(statement, time, point)}
        yield Finding(
            sheet, _quote(statement, time), slots | {"n": time.unit.amount(point, statement.language)}
        )


def _quote(statement: Statement, limit: Limit) -> str:
    return statement.text[limit.start : limit.end]


def _slots(statement: Statement, point: str, trigger: str, time: Limit | None) -> dict[str, str]:
    length = time.unit.amount(f"{time.value:f}", statement.language) if time else ""
    if statement.language == "en":
        for_time = f" for {length}" if time else ""
        wrongs = f"{point} wrong password{'' if point == '1' else 's'}"
    else:
        for_time, wrongs = length, f"{point}次错误密码"
    return {"point": point, "tries": trigger, "for_time": for_time, "wrongs": wrongs, "bound": trigger}


def _moment(statement: Statement, time: Limit, point: str) -> str:
    is_end = point == f"{time.value:f}"
    if statement.language == "en":
        return "the end of the lock" if is_end else "just past the lock"
    return "锁定期满" if is_end else "刚过锁定期"
