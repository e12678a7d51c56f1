"""Who may not do it is told once for a section, and what two items share is one case."""

from generator.drafts import Brief, CaseDraft, Item
from generator.engines.rules import RulesEngine

TEACHER = (
    Item("R1", "The teacher can create courses.", ""),
    Item("R2", "The teacher can delete courses.", ""),
    Item("R3", "The student can download files.", ""),
)


async def written(*items, **options):
    engine = RulesEngine()
    return [
        case
        async for case in engine.write(Brief("Courses", items, "en", **options))
        if isinstance(case, CaseDraft)
    ]


async def test_one_table_for_each_role_says_who_may_not_do_the_deeds_of_a_section():
    tables = [case for case in await written(*TEACHER) if case.rule.startswith("role × permission")]

    assert [case.requirements for case in tables] == [("R1", "R2"), ("R3",)]
    assert "create courses, delete courses" in tables[0].title
    assert len(tables[0].steps) == 3
    assert all("403" in step.expected for step in tables[0].steps[:-1])


async def test_a_role_that_is_only_told_of_is_refused_nothing():
    cases = await written(Item("R1", "The message is written in the student's language.", ""))

    assert not [case for case in cases if case.rule.startswith("role × permission")]


async def test_the_same_case_of_two_items_tests_both():
    one = Item("R1", "Users can search books by title.", "")
    other = Item("R2", "Users can search books by title.", "")

    assert {case.requirements for case in await written(one, other)} == {("R1", "R2")}
