"""Tasks that tell apart who asks for what: every statement names a tenant of its task's own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.chaos.fleet import Fleet
from tests.live.product import Person

CHAPTERS = ("Names", "Passwords", "Orders", "Payments", "Reports")
CALLS_A_TASK = 1 + len(CHAPTERS) + 1
"""One for analysing, one a section, one for the gaps that its answers leave."""


def requirement(tenant: str, chapters: tuple[str, ...] = CHAPTERS) -> str:
    """Five sections; of each range the model's first answer leaves out the upper limit, so reviewing asks."""
    return "\n".join(
        f"# {chapter}\n\n"
        f"1. In tenant {tenant} the {chapter.lower()} page must show the owner.\n"
        f"2. In tenant {tenant} the {chapter.lower()} field must accept between 3 and 20 characters.\n"
        f"3. In tenant {tenant} the {chapter.lower()} page must refuse a guest.\n"
        for chapter in chapters
    )


@dataclass
class Story:
    """One task of the fleet: whose it is and how the model's log names it."""

    tenant: str
    owner: Person
    id: str
    items: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"task {self.id} (tenant {self.tenant})"

    def now(self) -> dict[str, Any]:
        return self.owner.get(f"/tasks/{self.id}")

    def timeline(self) -> list[dict[str, Any]]:
        return self.owner.get(f"/tasks/{self.id}/events")

    def coverage(self) -> dict[str, Any]:
        """Each item's key, with what it was found to be and where."""
        items = self.owner.get(f"/tasks/{self.id}/coverage")["items"]
        return {item["key"]: (item["text"], item["quote"], item["span"]) for item in items}

    def ended(self) -> dict[str, Any] | None:
        """The task once it has ended."""
        task = self.now()
        return task if task["finished_at"] else None


def request_story(fleet: Fleet, owner: Person, chapters: tuple[str, ...] = CHAPTERS) -> Story:
    """A task of a tenant that no other task of this fleet is about."""
    tenant = next(fleet.tenants)
    return Story(tenant, owner, owner.request_task(requirement(tenant, chapters))["id"])


def request_stories(
    fleet: Fleet, people: int, tasks_each: int, chapters: tuple[str, ...] = CHAPTERS
) -> list[Story]:
    """`tasks_each` tasks for each of `people`, requested in turn."""
    owners = [fleet.somebody() for _ in range(people)]
    return [request_story(fleet, owner, chapters) for _ in range(tasks_each) for owner in owners]
