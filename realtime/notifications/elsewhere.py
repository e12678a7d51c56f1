"""Telling people where else they want, through Apprise: chats of other makers, mail, phones.

A target is an address that a user gave: it may lead only where `NOTIFY_TARGETS` allows, and of what Apprise
lets addresses ask for (files to read, certificates not to check) only what says whom to tell.
"""

from __future__ import annotations

from typing import Any

from apprise import Apprise, AppriseAsset, NotifyFormat
from apprise import plugins as apprise_plugins
from django.conf import settings
from django.utils.translation import gettext as _

from core.hosts import Reach, leads_inside
from core.validation import InvalidInput
from realtime.models import Notification
from realtime.notifications.links import link_of
from realtime.notifications.outcomes import Postponed, Refused

SOCKET_SECONDS = 4.0
"""To connect, and between two bytes: together less than whoever waits for the whole grants."""
PARAMETERS = frozenset(
    "to from name mode smtp token access key secret topic thread channel team priority method "
    "sig sp sv ver api-version id workflow signature route".split()
)
"""What may follow an address's `?`. Not among it: `template`, which reads files of this machine."""
MAIL = {"mailto", "mailtos"}
_parts_of: Any = apprise_plugins.url_to_dict
"""What Apprise reads in an address, nothing where it reads none."""
_ASSET = AppriseAsset(app_id="Caseloom", app_desc="Caseloom", async_mode=False, http_redirects=False)


def checked(url: str) -> str:
    """`url`, where a user may be told there. Raise `InvalidInput`, which says what is wrong with it."""
    plugin = _plugin_of(url)
    try:
        outside = _may_reach(plugin)
    except OSError:
        outside = False
    if not outside:
        raise InvalidInput({"targets": _("This site sends nothing to that host.")})
    return url


def masked(url: str) -> str:
    """`url` without what is secret in it: what its owner knows it by."""
    results = _parts_of(url, secure_logging=True)
    plugin: Any = results and Apprise.instantiate(results, asset=_ASSET)
    if not plugin:
        return f"{url.partition('://')[0][:20]}://…"
    if _has_free_host(plugin):
        port = f":{plugin.port}" if plugin.port else ""
        user = f"{plugin.user}@" if plugin.user and plugin.schema in MAIL else ""
        return f"{plugin.schema}://{user}{plugin.host}{port}/…"
    return str(plugin.url(privacy=True).partition("?")[0])


def tell(url: str, notification: Notification) -> None:
    """Send it to the target at `url`. Raise `Refused` or `Postponed`."""
    try:
        plugin = _plugin_of(url)
    except InvalidInput as error:
        raise Refused(f"{masked(url)} is not allowed any more") from error
    try:
        outside = _may_reach(plugin)
    except OSError as error:
        raise Postponed(f"{masked(url)} cannot be found") from error
    if not outside:
        raise Refused(f"{masked(url)} leads to an address that is not public")
    plugin.socket_connect_timeout = plugin.socket_read_timeout = SOCKET_SECONDS
    service = Apprise(asset=_ASSET)
    service.add(plugin)
    body = "\n\n".join(part for part in (notification.body, _address(notification)) if part)
    if not service.notify(title=notification.title, body=body, body_format=NotifyFormat.TEXT):
        raise Postponed(f"{masked(url)} did not take it")


def _plugin_of(url: str) -> Any:
    """What sends to `url`. Raise `InvalidInput`."""
    results = _parts_of(url, secure_logging=True)
    if not results:
        raise InvalidInput({"targets": _("Give the address of a service, like feishu://token.")})
    if results["schema"] not in settings.NOTIFY_TARGETS:
        allowed = ", ".join(sorted(settings.NOTIFY_TARGETS))
        raise InvalidInput(
            {"targets": _("This site sends to these services: %(names)s.") % {"names": allowed}}
        )
    unwanted = sorted(_parameters(results) - PARAMETERS)
    if unwanted:
        raise InvalidInput(
            {"targets": _("Leave out of the address: %(names)s.") % {"names": ", ".join(unwanted)}}
        )
    plugin: Any = Apprise.instantiate(results, asset=_ASSET)
    if not plugin:
        raise InvalidInput({"targets": _("This address is not complete.")})
    if len(plugin) > 1 or (plugin.schema in MAIL and len(plugin.targets) > 1):
        # One of them that fails would have all others told again and again.
        raise InvalidInput({"targets": _("Give an address for each receiver.")})
    return plugin


def _parameters(results: dict[str, Any]) -> set[str]:
    """Names behind the `?`; headers of one's own (`+name`) are wanted by many services and do no harm."""
    signed = {name for part in ("qsd-", "qsd:") for name in results.get(part, {})}
    return {name for name in results.get("qsd", {}) if not name.startswith("+")} | signed


def _has_free_host(plugin: Any) -> bool:
    """Whether its address names the host, rather than the service's own being known."""
    return any("{host}" in template for template in plugin.templates)


def _may_reach(plugin: Any) -> bool:
    """Whether its host is named in `NOTIFY_TARGETS`, or public. Raise `OSError` when it leads nowhere."""
    host = plugin.smtp_host if plugin.schema in MAIL else plugin.host
    if not _has_free_host(plugin) or not host:
        return True
    host = host.strip("[]").lower()
    reach: Reach = settings.NOTIFY_TARGETS[plugin.schema]
    if any(rule.names(host) and rule.port in {None, plugin.port} for rule in reach.rules):
        return True
    return reach.anywhere and not leads_inside(host, plugin.port or 443)


def _address(notification: Notification) -> str:
    """Where it leads; a path alone is of no use elsewhere."""
    link = link_of(notification)
    return "" if link.startswith("/") else link
