import re

import pytest

from generator.models import Task
from tests.generator.cast_of_pages import end, write_cases


def at(task, part=""):
    return f"/tasks/{task.pk}/{part}"


def test_the_page_has_the_tasks_marks(page, task):
    html = page.get(at(task)).text

    assert html.count(f'data-task="{task.pk}"') == 1
    assert html.count('role="progressbar"') == 1


@pytest.mark.parametrize("part", ["", "source/", "timeline/"])
def test_an_outsider_finds_nothing(client, bob, task, part):
    client.force_login(bob)

    assert client.get(at(task, part)).status_code == 404


def test_each_case_is_there_once_and_its_text_is_only_text(page, analysed):
    write_cases(analysed)
    html = page.get(at(analysed)).text

    for key in ["TC-001", "TC-002", "TC-003"]:
        assert html.count(f'data-case="{key}"') == 1
    assert "Do &lt;it&gt;" in html
    assert "Do <it>" not in html


def test_cases_stand_in_the_sections_of_the_source(page, analysed):
    write_cases(analysed)
    html = page.get(at(analysed)).text

    sections = re.findall(r'data-section="(\w+)"', html)
    assert sections == ["Locking", "Telling"]
    assert html.index("TC-001") < html.index('data-section="Telling"') < html.index('data-case="TC-002"')


def test_cases_of_sections_with_one_title_stand_by_position(page, analysed):
    analysed.sections.update(title="Locking")
    write_cases(analysed, number=6)

    keys = re.findall(r'data-case="(TC-00[1-9])"', page.get(at(analysed)).text)
    assert keys == [f"TC-00{n}" for n in range(1, 7)]


def test_a_changed_case_shows_at_once(page, analysed):
    write_cases(analysed)
    page.get(at(analysed))
    analysed.cases.filter(number=1).update(title="A better title", rev=2)

    assert "A better title" in page.get(at(analysed)).text


def test_items_are_marked_at_their_exact_spans(page, analysed):
    html = page.get(at(analysed, "source/")).text

    marked = re.findall(r'<a class="item"[^>]* id="(R\d)"[^>]*><span[^>]*>R\d</span>([^<]+)</a>', html)
    assert marked == [("R1", "Lock the account"), ("R2", "Mail the owner"), ("R3", "Show an error")]


def test_overlapping_items_share_their_piece(page, analysed):
    third = analysed.items.get(number=3)
    analysed.items.filter(number=2).update(start=third.start - 7, end=third.start + 4, quote="owner. Show")
    html = page.get(at(analysed, "source/")).text

    assert 'data-items="R2 R3"' in html
    text = re.sub(r'<span class="item__key">[^<]*</span>|<[^>]+>', "", html)
    assert "Mail the owner. Show an error." in text


def test_what_has_no_case_is_marked_once_the_task_has_ended(page, analysed):
    write_cases(analysed, number=2)

    assert "data-covered" not in page.get(at(analysed)).text
    end(analysed)
    assert page.get(at(analysed)).text.count('data-covered="no"') == 1


def test_a_failure_shows_the_providers_reason_and_what_to_do(page, task):
    end(task, Task.Status.FAILED, error_code="insufficient_quota", error_message="You have no credits left.")
    html = page.get(at(task)).text

    assert "You have no credits left." in html
    assert "Retry once it is topped up" in html


@pytest.mark.parametrize(("done", "can"), [(1, True), (2, False)])
def test_the_page_offers_a_retry_of_a_completed_task_where_the_api_takes_it(page, api, task, done, can):
    end(task, progress=100, sections_total=2, sections_done=done)

    head = page.get(at(task)).text.split("task--head")[1].split(">")[0]
    assert ("data-unfinished" in head) == can
    assert api.post(f"/tasks/{task.pk}/retry").status_code == (202 if can else 409)


def test_a_rename_is_cleaned_and_a_bad_one_refused(page, task):
    page.post(at(task, "rename/"), {"title": "  New\nname "})
    page.post(at(task, "rename/"), {"title": " "})
    page.post(at(task, "rename/"), {"title": "x" * 201})

    task.refresh_from_db()
    assert task.title == "New name"


def test_the_timeline_tells_in_the_readers_language(page, task):
    page.cookies["django_language"] = "zh-hans"

    assert "已提交" in page.get(at(task, "timeline/")).text


def test_a_page_of_many_cases_takes_as_few_queries_as_one_of_few(
    page, analysed, django_assert_max_num_queries
):
    write_cases(analysed, number=300)

    with django_assert_max_num_queries(20):
        html = page.get(at(analysed)).text
    assert html.count("data-case=") == 300 + 1  # and the template that live ones are made of
