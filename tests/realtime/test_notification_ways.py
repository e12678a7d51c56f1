"""How preferences, quiet hours and mutes decide what one notification does."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from realtime.events import publishing
from realtime.models import Delivery, Event, Message, Notification, Preferences, Subscription, Target
from realtime.notifications.muting import mute
from realtime.notifications.services import notify

Kind = Notification.Kind
SUBJECT = "task:0198c0de-0000-7000-8000-000000000000"


def tell(user, kind=Kind.TASK_COMPLETED, subject=SUBJECT):
    with publishing() as publisher:
        notify(publisher, user.pk, kind, subject=subject, title="Finished: x", body="3 cases", url="/tasks/")


def events(user):
    frames = Event.objects.filter(user=user).order_by("seq").values_list("frame", flat=True)
    return [event for event in map(json.loads, frames) if event["type"].startswith("notification.")]


@pytest.fixture
def phone(ada):
    return Subscription.objects.create(
        user=ada, endpoint="https://push.example/1", digest="1", p256dh="k", auth="a"
    )


@pytest.fixture
def target(ada):
    return Target.objects.create(user=ada, url="slack://TokenA/TokenBBBB/TokenCCCCCCCC")


def prefer(user, quiet=None, **ways):
    Preferences.objects.create(user=user, kinds={Kind.TASK_COMPLETED: ways}, quiet=quiet)


def quiet_now():
    """Quiet hours that began an hour ago and end in an hour."""
    now = timezone.now()
    return {
        "days": [*range(7)],
        "from": f"{now - timedelta(hours=1):%H:%M}",
        "to": f"{now + timedelta(hours=1):%H:%M}",
        "timezone": "UTC",
    }


def test_by_default_bell_chat_and_browser_are_told(ada, phone, target):
    tell(ada)

    (event,) = events(ada)
    assert (event["type"], event["unread"], event["popup"]) == ("notification.created", 1, True)
    assert Message.objects.get().text
    assert [delivery.subscription for delivery in Delivery.objects.all()] == [phone]


def test_elsewhere_is_told_where_that_is_wanted(ada, phone, target):
    prefer(ada, browser=False, elsewhere=True)
    tell(ada)

    assert events(ada)[0]["popup"] is False
    assert [delivery.target for delivery in Delivery.objects.all()] == [target]


def test_without_the_site_the_bell_stays_silent_and_the_phone_rings(ada, phone):
    prefer(ada, site=False)
    tell(ada)

    note = Notification.objects.get()
    assert note.archived_at
    assert not note.is_settled
    assert events(ada) == []
    assert Delivery.objects.get().subscription == phone


def test_the_chat_is_left_out_where_that_is_wanted(ada):
    prefer(ada, chat=False)
    tell(ada)

    assert not Message.objects.exists()
    assert len(events(ada)) == 1


def test_quiet_hours_defer_and_lose_nothing(ada, phone):
    prefer(ada, quiet=quiet_now())
    before = timezone.now()
    tell(ada)

    (event,) = events(ada)
    assert (event["unread"], event["popup"]) == (1, False)
    due = {delivery.due_at for delivery in Delivery.objects.all()}
    assert len(due) == 1
    assert before < due.pop() <= before + timedelta(hours=1, minutes=1)
    assert {delivery.subscription for delivery in Delivery.objects.all()} == {phone, None}


def test_a_muted_subject_is_archived_and_told_nowhere(ada, phone):
    tell(ada)
    Delivery.objects.all().delete()
    mute(ada.pk, [SUBJECT])
    before = (len(events(ada)), Message.objects.count())

    tell(ada)
    tell(ada)

    silent = Notification.objects.get(archived_at__isnull=False)
    assert silent.count == 2
    assert (len(events(ada)), Message.objects.count()) == before
    assert not Delivery.objects.exists()


def test_muting_one_subject_mutes_no_other_and_nobody_else(ada, bob):
    tell(ada)
    mute(ada.pk, [SUBJECT])
    told = len(events(ada))

    tell(ada, subject="task:another")
    tell(bob)

    assert len(events(ada)) == told + 1
    assert len(events(bob)) == 1


def test_again_about_the_same_counts_up_in_one_unread_row(ada):
    tell(ada)
    tell(ada)

    assert [(event["type"], event["unread"]) for event in events(ada)] == [
        ("notification.created", 1),
        ("notification.updated", 1),
    ]
    assert Notification.objects.get().count == 2


def test_preferences_mutes_and_quiet_hours_cost_one_query(ada, django_assert_max_num_queries):
    prefer(ada, chat=False, quiet=quiet_now() | {"from": "00:00", "to": "00:01"})
    tell(ada, subject="task:first")

    with django_assert_max_num_queries(9) as asked:
        tell(ada)

    assert sum("realtime_preferences" in query["sql"] for query in asked.captured_queries) == 1
