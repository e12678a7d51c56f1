"""Rows that page tests look at."""

from django.utils import timezone

from generator.models import Case, Task


def write_cases(task, number=3, **facts):
    """`number` cases of `task`, in turn for each of its items."""
    items = list(task.items.order_by("number"))
    cases = Case.objects.bulk_create(
        Case(
            task=task,
            section=items[n % len(items)].section,
            number=n + 1,
            position=n + 1,
            title=f"Case number {n + 1}",
            steps=[{"action": "Do <it>", "expected": "It is done"}],
            preconditions=["Ready"],
            source="rules",
            **facts,
        )
        for n in range(number)
    )
    Case.items.through.objects.bulk_create(
        Case.items.through(case_id=case.pk, requirementitem_id=items[n % len(items)].pk)
        for n, case in enumerate(cases)
    )
    Task.objects.filter(pk=task.pk).update(cases_count=number)


def end(task, status=Task.Status.COMPLETED, **facts):
    Task.objects.filter(pk=task.pk).update(status=status, finished_at=timezone.now(), **facts)
    task.refresh_from_db()
