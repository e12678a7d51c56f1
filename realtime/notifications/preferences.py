"""Preferences: of what a user is told where, and when not (interface §3)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from pydantic import Field, StrictBool, StrictInt

from core.validation import Input, InvalidInput, Text
from realtime.models import Notification, Preferences, Target
from realtime.notifications.elsewhere import checked, masked
from realtime.notifications.quiet import never_ends, time_zones
from realtime.notifications.ways import Kinds, is_offered, ways_of

MOST_TARGETS = 10
TIME_OF_DAY = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)


class WaysInput(Input):
    site: StrictBool = False
    chat: StrictBool = False
    browser: StrictBool = False
    elsewhere: StrictBool = False


class QuietInput(Input):
    """Equal times make whole days."""

    days: Annotated[
        list[Annotated[StrictInt, Field(ge=0, le=6)]],
        Field(max_length=7, description="The days on which it begins; Monday is 0."),
    ]
    begin: Annotated[str, Field(alias="from", description="HH:MM")]
    end: Annotated[str, Field(alias="to", description="HH:MM; on the next day when it is before `from`.")]
    timezone: Annotated[str, Field(description="A name of the IANA database, like Asia/Shanghai.")]


class PreferencesInput(Input):
    """What is left out stays as it is."""

    kinds: dict[str, WaysInput] = {}
    quiet: QuietInput | None = None
    targets: Annotated[
        list[Annotated[Text, Field(max_length=2_000)]],
        Field(
            max_length=MOST_TARGETS,
            description="Apprise addresses. A masked one stays the one it stands for.",
        ),
    ] = []

    def given(self) -> dict[str, Any]:
        return self.model_dump(by_alias=True, exclude_unset=True)


def preferences_payload(user_id: UUID) -> dict[str, Any]:
    """Everything that a user chose, and the defaults where they chose nothing."""
    chosen = Preferences.objects.filter(user=user_id).first() or Preferences()
    return {
        "kinds": {kind: ways_of(kind, chosen.kinds) for kind in Notification.Kind.values},
        "quiet": chosen.quiet,
        "targets": [masked(target.url) for target in Target.objects.filter(user=user_id)],
    }


def save_preferences(user_id: UUID, given: Mapping[str, Any]) -> None:
    """Change what is `given` (checked by `PreferencesInput`), or raise `InvalidInput` and change nothing."""
    kinds, quiet = given.get("kinds", {}), given.get("quiet")
    errors = dict(_wrong_kinds(kinds)) | dict(_wrong_quiet(quiet))
    if errors:
        raise InvalidInput(errors)
    # Before the transaction: names are looked up, and nobody else could write meanwhile.
    targets = _wanted_targets(user_id, given["targets"]) if "targets" in given else None
    with transaction.atomic():
        Preferences.objects.get_or_create(user_id=user_id)
        chosen = Preferences.objects.select_for_update().get(user=user_id)
        chosen.kinds = {
            kind: chosen.kinds.get(kind, {}) | kinds.get(kind, {}) for kind in {*chosen.kinds, *kinds}
        }
        if "quiet" in given:
            chosen.quiet = quiet and {**quiet, "days": sorted(set(quiet["days"]))}
        chosen.save()
        if targets is not None:
            Target.objects.filter(user=user_id).exclude(pk__in=[target.pk for target in targets]).delete()
            Target.objects.bulk_create(targets, ignore_conflicts=True)


def _wrong_kinds(kinds: Kinds) -> Iterable[tuple[str, str]]:
    for kind, ways in kinds.items():
        if kind not in Notification.Kind.values:
            yield f"kinds.{kind}", _("There is no such kind of notification.")
        elif any(on and not is_offered(kind, channel) for channel, on in ways.items()):
            yield f"kinds.{kind}.chat", _("The chat shows its own messages already.")


def _wrong_quiet(quiet: Mapping[str, Any] | None) -> Iterable[tuple[str, str]]:
    if quiet is None:
        return
    wrong_times = [field for field in ("from", "to") if not TIME_OF_DAY.fullmatch(quiet[field])]
    for field in wrong_times:
        yield f"quiet.{field}", _("Give a time like 22:00.")
    if quiet["timezone"] not in time_zones():
        yield "quiet.timezone", _("Give a time zone like Asia/Shanghai.")
    if not quiet["days"]:
        yield "quiet.days", _("Choose a day at least.")
    elif not wrong_times and never_ends(quiet):
        yield "quiet.days", _("Leave some time in which you can be told.")


def _wanted_targets(user_id: UUID, addresses: Sequence[str]) -> list[Target]:
    """Those that are named whole or by their masks, each once, and new ones for all other addresses."""
    mine = list(Target.objects.filter(user=user_id))
    whole = {target.url: target for target in mine}
    alike: defaultdict[str, list[Target]] = defaultdict(list)
    for target in mine:
        alike[masked(target.url)].append(target)
    wanted = {address: whole[address] for address in addresses if address in whole}
    for place, address in enumerate(addresses):
        if address in wanted:
            continue
        if address in alike:
            unnamed = [target for target in alike[address] if target.url not in wanted]
            wanted |= {target.url: target for target in unnamed[:1]}
        else:
            wanted[address] = Target(user_id=user_id, url=_checked(address, place))
    return list(wanted.values())


def _checked(address: str, place: int) -> str:
    try:
        return checked(address)
    except InvalidInput as invalid:
        raise InvalidInput({f"targets.{place}": " ".join(invalid.errors.values())}) from invalid
