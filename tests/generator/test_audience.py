"""What a task's people hear of it: all that its owner hears, from the moment they may see it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from core.models import User
from generator import editing, services, transitions
from generator.cleaning import clean, mend_counts
from generator.drafts import CaseDraft, Step, Usage
from generator.fairness import next_tasks
from generator.members import NoSuchMember, share_task, unshare_task
from generator.models import Case, Section, Task, TaskCounts, Worker
from generator.pipeline.finishing import Finished, complete_sections
from generator.pipeline.storing import Batch, store_cases
from generator.transitions import Lease, LeaseLost
from realtime.chat.models import Room
from realtime.events import publishing
from realtime.models import Event
from realtime.notifications.models import Notification
from tests.generator.sharing import Page, shared, without_role

NAMES = ("ada", "bob", "carol", "eve")
TEXT = "Lock the account after 5 wrong passwords."


@pytest.fixture
def pages(db):
    return {name: Page(name) for name in NAMES}


class Act:
    """What people and a worker do to ada's tasks. Each act takes some task that it finds."""

    def __init__(self, pages: dict[str, Page]) -> None:
        self.pages, self.ada = pages, pages["ada"].user
        self.worker = Worker.objects.create(host="here", pid=1, slots=9)

    def some(self, **facts: Any) -> Task | None:
        return Task.objects.filter(**facts).order_by("created_at").first()

    def request(self) -> None:
        services.request_task(self.ada, requirement=TEXT)

    def claim(self) -> None:
        with publishing() as publisher:
            transitions.claim(publisher, self.worker, 1)

    def under_lease(self, write: Callable[[Any, Lease], None]) -> None:
        task = self.some(status="running")
        if task:
            with publishing() as publisher:
                write(publisher, Lease(task.pk, task.lease_no, task.owner_id))

    def write_cases(self) -> None:
        drafts = [CaseDraft(f"Case {n}", (), (Step("Do it", "It is done"),)) for n in range(2)]
        self.under_lease(
            lambda publisher, lease: store_cases(publisher, [Batch(lease, drafts, {}, Case.Source.MODEL)])
        )

    def finish_section(self) -> None:
        self.under_lease(self._finish)

    def _finish(self, publisher: Any, lease: Lease) -> None:
        place = Section.objects.filter(task=lease.task_id).count()
        section = Section.objects.create(task_id=lease.task_id, position=place, document=0, start=0, end=1)
        complete_sections(publisher, [Finished(lease, section, "", Usage())])

    def complete(self) -> None:
        self.under_lease(lambda publisher, lease: lease.complete(publisher))

    def fail(self) -> None:
        self.under_lease(lambda publisher, lease: lease.fail(publisher, "stalled", ""))

    def release(self) -> None:
        self.under_lease(lambda publisher, lease: lease.release(publisher))

    def people_edit(self) -> None:
        case = Case.objects.present().filter(task__deleted_at=None).order_by("-pk").first()
        if case:
            carol = self.pages["carol"].user
            editing.update_case(case.task, carol, case.number, case.rev, {"title": f"Rev {case.rev}"})

    def people_add(self) -> None:
        task = self.some(deleted_at=None)
        if task:
            editing.add_case(task, self.ada, {"title": "By hand"})

    def people_delete_a_case(self) -> None:
        case = Case.objects.present().filter(task__deleted_at=None).first()
        if case:
            editing.delete_case(case.task, self.ada, case.number)

    def cancel(self) -> None:
        task = self.some(status="pending")
        if task:
            services.cancel_task(task, self.ada)

    def retry(self) -> None:
        task = self.some(status__in=["failed", "cancelled"], deleted_at=None)
        if task:
            services.retry_task(task, self.ada)

    def rename(self) -> None:
        task = self.some(deleted_at=None)
        if task:
            services.rename_task(task, self.ada, f"{task.rev} times")

    def delete(self) -> None:
        task = self.some(deleted_at=None)
        if task:
            services.delete_task(task, self.ada)

    def restore(self) -> None:
        task = self.some(deleted_at__isnull=False)
        if task:
            services.restore_task(task, self.ada)

    def share_with_bob(self) -> None:
        self._share("bob", "view")

    def let_bob_edit(self) -> None:
        self._share("bob", "edit")

    def share_with_carol(self) -> None:
        self._share("carol", "edit")

    def _share(self, name: str, role: str) -> None:
        for task in Task.objects.visible():
            share_task(task, self.ada, self.pages[name].user, role)

    def unshare_with_bob(self) -> None:
        for task in Task.objects.shared_with(self.pages["bob"].user):
            unshare_task(task, self.ada, self.pages["bob"].user)


ACTS = [name for name, act in vars(Act).items() if callable(act) and name[0] != "_"]
ACTS = [name for name in ACTS if name not in {"some", "under_lease"}]
PROFILE = settings(
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=15,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.timeout(300)
def test_after_any_acts_each_page_shows_what_a_fresh_one_would(db):
    @PROFILE
    @given(acts=st.lists(st.sampled_from(ACTS), min_size=10, max_size=25))
    def check(acts: list[str]) -> None:
        for model in (Task, Event, Worker, TaskCounts, Room, Notification):
            model.objects.all().delete()
        User.objects.filter(username__in=NAMES).delete()
        pages = {name: Page(name) for name in NAMES}
        people = Act(pages)
        for act in ["request", "share_with_carol", *acts]:
            getattr(people, act)()
            follow(pages)

    check()


def follow(pages: dict[str, Page]) -> None:
    """Each page applies what it heard; newcomers to a task read its cases first, as pages do."""
    for page in pages.values():
        page.assert_up_to_date()
        for task_id in page.tasks.keys() - page.cases.keys():
            page.cases[task_id] = page.fetch_cases(task_id)
    assert pages["eve"].seq == 0
    assert mend_counts() == 0


def test_members_hear_word_for_word_what_the_owner_hears(pages):
    people = Act(pages)
    people.request()
    shared(Task.objects.get(), pages)
    for page in pages.values():
        page.heard()

    for act in ("claim", "write_cases", "finish_section", "people_edit", "people_add", "rename"):
        getattr(people, act)()
    for act in ("people_delete_a_case", "fail", "retry", "cancel", "delete", "restore"):
        getattr(people, act)()

    heard = {name: [without_role(event) for event in page.heard()] for name, page in pages.items()}
    assert len(heard["ada"]) > 12
    assert heard["bob"] == heard["carol"] == heard["ada"]
    assert heard["eve"] == []


def test_each_is_told_their_own_role(pages):
    task = services.request_task(pages["ada"].user, requirement=TEXT)
    shared(task, pages)
    services.rename_task(task, pages["ada"].user, "Renamed")

    roles = {name: [e["task"]["role"] for e in page.heard() if "task" in e] for name, page in pages.items()}

    assert {name: set(told) for name, told in roles.items()} == {
        "ada": {"owner"},
        "bob": {"view"},
        "carol": {"edit"},
        "eve": set(),
    }


def test_who_loses_access_is_told_that_the_task_is_gone_and_hears_no_more(pages):
    task = services.request_task(pages["ada"].user, requirement=TEXT)
    shared(task, pages)
    unshare_task(task, pages["ada"].user, pages["bob"].user)
    services.rename_task(task, pages["ada"].user, "Secret")

    last = pages["bob"].heard()[-1]
    assert (last["type"], last["id"]) == ("task.deleted", str(task.pk))
    frames = Event.objects.filter(user=pages["bob"].user).values_list("frame", flat=True)
    assert not any("Secret" in frame for frame in frames)
    with pytest.raises(NoSuchMember):
        unshare_task(task, pages["ada"].user, pages["bob"].user)


def test_an_ended_task_is_noted_for_its_owner_alone(pages):
    people = Act(pages)
    people.request()
    shared(Task.objects.get(), pages)
    people.claim()
    people.complete()

    assert Notification.objects.get(kind="task.completed").user == pages["ada"].user


def test_a_shared_task_waits_in_its_owners_turn_alone(pages):
    task = services.request_task(pages["ada"].user, requirement=TEXT)
    shared(task, pages)
    own = services.request_task(pages["eve"].user, requirement=TEXT)

    assert next_tasks(2) == [task.pk, own.pk]
    assert TaskCounts.of(pages["bob"].user)["pending"] == 1


def test_counters_that_somebody_broke_are_mended_for_members_too(pages):
    task = services.request_task(pages["ada"].user, requirement=TEXT)
    shared(task, pages)
    TaskCounts.objects.filter(owner=pages["bob"].user).update(pending=7, failed=1)
    TaskCounts.objects.filter(owner=pages["carol"].user).delete()

    assert mend_counts() == 2
    for page in pages.values():
        page.assert_counted(page.fetch())


def test_an_expired_task_leaves_its_members_counts_and_a_purge_its_room(pages, settings):
    task = services.request_task(pages["ada"].user, requirement=TEXT)
    shared(task, pages)
    services.cancel_task(task, pages["ada"].user)
    Task.objects.update(finished_at=timezone.now() - timedelta(days=settings.TASK_RETENTION_DAYS + 1))

    assert (clean().purged_tasks, Room.objects.filter(task_id=task.pk).exists()) == (1, False)
    assert mend_counts() == 0
    for name in ("ada", "bob", "carol"):
        pages[name].assert_up_to_date()
        assert pages[name].tasks == {}


def test_a_lost_lease_tells_members_nothing(pages):
    people = Act(pages)
    people.request()
    shared(Task.objects.get(), pages)
    people.claim()
    stale = Lease(Task.objects.get().pk, 0, pages["ada"].user.pk)
    pages["bob"].heard()

    with pytest.raises(LeaseLost), publishing() as publisher:
        stale.complete(publisher)

    assert pages["bob"].heard() == []
