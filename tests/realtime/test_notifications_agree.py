"""The list, the number on the bell and the events tell the same story, whatever was done."""

import json

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from core.models import User
from realtime.events import publishing
from realtime.models import Event, Notification, Preferences
from realtime.notifications import muting, services
from realtime.notifications.many import read_by_each
from realtime.notifications.services import notification_payload, notify, unread_of

SUBJECTS = st.sampled_from(["task:1", "task:2", "room:1", ""])
KINDS = st.sampled_from([Notification.Kind.SYSTEM, Notification.Kind.CHAT_MESSAGE])


class Tab(RuleBasedStateMachine):
    """A page that only ever hears events."""

    @initialize()
    def open(self):
        Event.objects.all().delete()
        User.objects.all().delete()
        self.user = User.objects.create_user("ada")
        self.listed, self.unread, self.heard = {}, 0, 0

    @rule(subject=SUBJECTS, kind=KINDS)
    def told(self, subject, kind):
        with publishing() as publisher:
            notify(publisher, self.user.pk, kind, subject=subject, title="x", body="", url="")

    @rule(subject=SUBJECTS)
    def looked_at(self, subject):
        with publishing() as publisher:
            read_by_each(publisher, [self.user.pk], subject)

    @rule(verb=st.sampled_from(["mark_read", "mark_seen", "mark_archived"]), pick=st.integers(0, 5))
    def marked(self, verb, pick):
        ids = list(Notification.objects.values_list("pk", flat=True))
        getattr(services, verb)(self.user.pk, ids[pick : pick + 2] if pick else None)

    @rule(verb=st.sampled_from([muting.mute, muting.unmute]), subject=SUBJECTS)
    def muted(self, verb, subject):
        verb(self.user.pk, [subject])

    @rule(site=st.booleans())
    def preferred(self, site):
        kinds = {"system": {"site": site}}
        Preferences.objects.update_or_create(user=self.user, defaults={"kinds": kinds})

    @invariant()
    def agrees(self):
        if not hasattr(self, "user"):
            return
        for event in Event.objects.filter(user=self.user, seq__gt=self.heard).order_by("seq"):
            self.hear(json.loads(event.frame))
            self.heard = event.seq
        shown = Notification.objects.filter(user=self.user, archived_at=None).with_mutes()
        fresh = {str(note.pk): as_page(notification_payload(note)) for note in shown}
        assert self.listed == fresh
        assert self.unread == unread_of(self.user.pk) == sum(not note["read"] for note in fresh.values())

    def hear(self, event):
        self.unread = event["unread"]
        if event["type"] == "notification.read":
            for pk in event["ids"]:
                self.listed[pk]["read"] = True
            return
        note = event["notification"]
        self.listed.pop(note["id"], None)
        if not note["archived_at"]:
            self.listed[note["id"]] = as_page(note)


def as_page(note):
    """What a page shows of a notification."""
    shown = {field: note[field] for field in ("kind", "subject", "title", "count", "muted")}
    return shown | {"read": bool(note["read_at"]), "seen": bool(note["seen_at"])}


@pytest.mark.django_db(transaction=True)
def test_a_tab_that_heard_everything_shows_what_a_fresh_page_shows():
    profile = settings(
        derandomize=True, database=None, deadline=None, max_examples=15, stateful_step_count=20
    )
    run_state_machine_as_test(Tab, settings=profile)
