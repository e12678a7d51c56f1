"""What values of the environment must be like. Raises `environs.EnvError`, which names the variable."""

from __future__ import annotations

import re
from typing import Annotated, Any, NoReturn
from urllib.parse import urlsplit

from environs import EnvError
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from core.hosts import HostRule, Reach

PUSH_SERVICES = """
fcm.googleapis.com android.googleapis.com *.push.services.mozilla.com *.push.apple.com *.notify.windows.com
""".split()
"""Of Chrome (and Samsung Internet), older Chromes, Firefox, Safari and Edge."""
CHAT_SERVICES = """
feishu lark dingtalk wecombot slack discord tgram workflow://*.logic.azure.com workflows://*.logic.azure.com
workflow://*.powerplatform.com workflows://*.powerplatform.com
""".split()
"""Apprise schemes that lead to their maker's hosts alone. The last are Microsoft Teams."""


def stop(variable: str, why: str) -> NoReturn:
    """Refuse the value of `variable`."""
    why = re.sub(r"//[^/\s]*@", "//***@", why)  # a password is for no log
    raise EnvError(f'Environment variable "{variable}" invalid: {why}')


def check_address(variable: str, address: str, *schemes: str) -> None:
    """Stop unless `address` is a URL with one of `schemes`, a host and, if any, a possible port."""
    try:
        split = urlsplit(address)
        usable = split.scheme in schemes and (split.hostname or split.scheme == "unix") and split.port != 0
    except ValueError:
        usable = False
    if not usable:
        stop(
            variable, f"{address!r} is no address that begins with {' or '.join(f'{s}://' for s in schemes)}"
        )


class LlmEndpoint(BaseModel, extra="forbid", strict=True):
    """One entry of `LLM_ENDPOINTS`; prices are per million tokens. With `vision` its model takes pictures."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    base_url: str
    api_key: str = ""
    model: Annotated[str, Field(min_length=1, max_length=200)]
    input_price: Annotated[float | None, Field(ge=0)] = None
    output_price: Annotated[float | None, Field(ge=0)] = None
    vision: bool = False


def llm_endpoints(variable: str, value: Any) -> list[dict[str, Any]]:
    """The endpoints of `variable`, complete with their defaults; their names differ."""
    try:
        endpoints = TypeAdapter(list[LlmEndpoint]).validate_python(value)
    except ValidationError as error:
        where = error.errors()[0]
        stop(variable, f"entry {'.'.join(map(str, where['loc']))}: {where['msg']}")
    for endpoint in endpoints:
        check_address(variable, endpoint.base_url, "https", "http")
    if any(endpoint.name == "rules" for endpoint in endpoints):
        stop(variable, "no endpoint may be named rules: that is the engine without a model")
    if len({endpoint.name for endpoint in endpoints}) < len(endpoints):
        stop(variable, "two endpoints have the same name")
    return [endpoint.model_dump() for endpoint in endpoints]


def host_rules(variable: str, entries: list[str]) -> tuple[HostRule, ...]:
    """Hosts that may be called."""
    try:
        return tuple(HostRule.parse(entry) for entry in entries)
    except ValueError as error:
        stop(variable, str(error))


def schemes(variable: str, entries: list[str]) -> dict[str, Reach]:
    """By scheme: where it may lead."""
    found: dict[str, Reach] = {}
    for entry in entries:
        scheme, with_host, host = entry.strip().lower().partition("://")
        if not scheme.isalnum():
            stop(variable, f"{entry!r} is no scheme, nor scheme://host")
        before = found.get(scheme, Reach())
        rules = host_rules(variable, [host]) if with_host else ()
        found[scheme] = Reach(before.rules + rules, anywhere=before.anywhere or not with_host)
    return found


def vapid_subject(variable: str, value: str) -> str:
    """Whom push services write to about this site: a mail address or a page (RFC 8292 §2.1)."""
    if not re.fullmatch(r"mailto:[!-~]+@[!-~]+|https://[!-~]+", value):
        stop(variable, f"{value!r} begins with neither mailto: nor https://")
    return value
