import json

import pytest

from generator.editing import add_case
from generator.models import Case, CaseVersion
from realtime.models import Event


@pytest.fixture
def case(analysed, ada):
    """TC-001 of ada's task, for R1."""
    content = {
        "title": "Sixth try",
        "requirements": ["R1"],
        "steps": [{"action": "Try", "expected": "Locked"}],
    }
    return add_case(analysed, ada, content)


@pytest.fixture
def url(case):
    return f"/tasks/{case.task_id}/cases/{case.key}"


def events(user, kind):
    frames = (json.loads(event.frame) for event in Event.objects.filter(user=user).order_by("seq"))
    return [frame for frame in frames if frame["type"] == kind]


def fields(response):
    assert response.status_code == 422
    return [error["field"] for error in response.json()["errors"]]


def test_a_person_writes_a_case(api, ada, analysed):
    response = api.post(f"/tasks/{analysed.pk}/cases", {"title": " By hand ", "requirements": ["R2"]})

    made = response.json()
    assert response.status_code == 201
    assert (made["key"], made["title"], made["source"], made["rev"]) == ("TC-001", "By hand", "person", 1)
    assert (made["section"], made["requirements"], made["edited"]) == ("Telling", ["R2"], False)
    assert events(ada, "case.created")[-1]["case"] == made
    assert events(ada, "task.updated")[-1]["task"]["cases_count"] == 1


@pytest.mark.parametrize("format", ["csv", "md", "xlsx", "json"])
def test_a_step_without_an_expected_result_has_an_empty_one(api, analysed, url, format):
    steps = {"steps": [{"action": "a"}]}

    made = api.post(f"/tasks/{analysed.pk}/cases", {"title": "x", **steps}).json()
    changed = api.patch(url, {"rev": 1, **steps}).json()

    assert made["steps"] == changed["steps"] == [{"action": "a", "expected": ""}]
    assert changed["title"] == "Sixth try"
    assert api.get(f"/tasks/{analysed.pk}/export?format={format}").status_code == 200


def test_a_change_keeps_what_was_before(api, ada, url):
    response = api.patch(url, {"rev": 1, "title": "Fifth try", "priority": "P0"})

    now = response.json()
    assert response.status_code == 200
    assert (now["title"], now["priority"], now["rev"], now["edited"]) == ("Fifth try", "P0", 2, True)
    assert events(ada, "case.updated")[-1]["case"] == now
    (version,) = api.get(f"{url}/history").json()["items"]
    assert (version["rev"], version["case"]["title"], version["replaced_by"]) == (1, "Sixth try", "ada")


def test_a_review_is_no_edit(api, url):
    now = api.patch(url, {"rev": 1, "review": "accepted"}).json()

    assert (now["review"], now["edited"], now["rev"]) == ("accepted", False, 2)


def test_nothing_changed_is_no_new_rev(api, url):
    assert api.patch(url, {"rev": 1, "title": "Sixth try"}).json()["rev"] == 1


def test_a_case_that_moved_on_comes_with_the_conflict(api, url):
    api.patch(url, {"rev": 1, "title": "Mine"})

    response = api.patch(url, {"rev": 1, "title": "Yours"})

    assert response.status_code == 409
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["case"]["title"] == "Mine"
    assert response.json()["case"]["rev"] == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"rev": None}, "rev"),
        ({"rev": "1"}, "rev"),
        ({"title": ""}, "title"),
        ({"title": "x" * 301}, "title"),
        ({"title": None}, "title"),
        ({"title": "a\0b"}, "title"),
        ({"steps": [{"action": "x" * 2_001, "expected": ""}]}, "steps.0.action"),
        ({"steps": [{"action": "", "expected": ""}]}, "steps.0.action"),
        ({"steps": [{"action": "a", "expect": ""}]}, "steps.0.expect"),
        ({"steps": [{"action": "a", "expected": ""}] * 51}, "steps"),
        ({"data": "x" * 20_480}, "data"),
        ({"requirements": ["R1", "R9"]}, "requirements"),
        ({"section": "Nowhere"}, "section"),
        ({"priority": "P9"}, "priority"),
        ({"review": "perfect"}, "review"),
        ({"key": "TC-009"}, "key"),
        ({"source": "model"}, "source"),
        ({"position": -1}, "position"),
        ({"position": "5"}, "position"),
        ({"position": True}, "position"),
        ({"title": "\u200b\u2060"}, "title"),
        ({"steps": [{"action": "\ufeff"}]}, "steps.0.action"),
    ],
)
def test_a_bad_change_names_its_field_and_changes_nothing(api, case, url, change, field):
    assert fields(api.patch(url, {"rev": 1, **change})) == [field]

    case.refresh_from_db()
    assert (case.title, case.rev) == ("Sixth try", 1)
    assert not CaseVersion.objects.exists()


def test_a_change_without_a_rev_is_refused(api, url):
    assert fields(api.patch(url, {"title": "x"})) == ["rev"]


def test_a_deleted_case_is_gone_but_nothing_is_lost(api, ada, analysed, url):
    assert api.delete(url).status_code == 204
    assert events(ada, "case.deleted")[-1]["key"] == "TC-001"
    assert events(ada, "task.updated")[-1]["task"]["cases_count"] == 0
    assert api.patch(url, {"rev": 2, "title": "x"}).status_code == 404
    assert api.delete(url).status_code == 404
    assert api.get(f"/tasks/{analysed.pk}/cases").json()["total"] == 0

    restored = api.post(f"{url}/restore", {"rev": 1}).json()

    assert (restored["title"], restored["requirements"], restored["rev"]) == ("Sixth try", ["R1"], 3)
    assert api.get(f"/tasks/{analysed.pk}").json()["cases_count"] == 1


def test_a_number_is_never_used_again(api, analysed, url):
    api.delete(url)

    assert api.post(f"/tasks/{analysed.pk}/cases", {"title": "Next"}).json()["key"] == "TC-002"


def test_an_earlier_rev_is_restored_as_a_new_one(api, url):
    api.patch(url, {"rev": 1, "title": "Other", "requirements": ["R2", "R3"], "section": ""})

    restored = api.post(f"{url}/restore", {"rev": 1}).json()

    assert (restored["title"], restored["requirements"], restored["section"]) == (
        "Sixth try",
        ["R1"],
        "Locking",
    )
    assert restored["rev"] == 3
    assert [version["rev"] for version in api.get(f"{url}/history").json()["items"]] == [2, 1]


@pytest.mark.parametrize("body", [{"rev": 7}, {"rev": 0}, {}, {"rev": True}])
def test_a_rev_that_never_was_cannot_be_restored(api, url, body):
    assert fields(api.post(f"{url}/restore", body)) == ["rev"]


def test_the_list_is_in_order_of_section_and_position(api, ada, analysed, case):
    add_case(analysed, ada, {"title": "No section"})
    add_case(analysed, ada, {"title": "Mail", "requirements": ["R2"]})
    add_case(analysed, ada, {"title": "First", "requirements": ["R1"], "position": 0})
    titles = []
    cursor: str | None = ""
    while cursor is not None:
        page = api.get(f"/tasks/{analysed.pk}/cases?limit=1&cursor={cursor}").json()
        titles += [row["title"] for row in page["items"]]
        cursor = page["next"]

    assert titles == ["First", "Sixth try", "Mail", "No section"]
    assert page["total"] == 4


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("priority=P0,P1", ["TC-002"]),
        ("type=functional", ["TC-001"]),
        ("technique=boundary", ["TC-002"]),
        ("review=accepted", ["TC-002"]),
        ("requirement=R1", ["TC-001", "TC-002"]),
        ("requirement=R1,R2", ["TC-001", "TC-002"]),
        ("requirement=R3", []),
        ("q=sixth", ["TC-001"]),
        ("q=tc-002", ["TC-002"]),
        ("q=nothing", []),
    ],
)
def test_the_list_filters(api, ada, analysed, case, query, keys):
    facts = {"priority": "P0", "type": "security", "technique": "boundary", "review": "accepted"}
    add_case(analysed, ada, {"title": "Edge", "requirements": ["R1", "R2"], **facts})

    page = api.get(f"/tasks/{analysed.pk}/cases?{query}").json()

    assert [row["key"] for row in page["items"]] == keys
    assert page["total"] == len(keys)


@pytest.mark.parametrize(
    "query",
    ["priority=P9", "type=x", "review=x", "requirement=x", "requirement=R", "requirement=R٣", "limit=x"],
)
def test_a_bad_filter_names_itself(api, analysed, query):
    assert fields(api.get(f"/tasks/{analysed.pk}/cases?{query}")) == [query.split("=")[0]]


def test_a_long_list_costs_few_queries(api, ada, analysed, django_assert_max_num_queries):
    for number in range(30):
        add_case(analysed, ada, {"title": f"Case {number}", "requirements": ["R1", "R2"]})

    with django_assert_max_num_queries(8):
        assert len(api.get(f"/tasks/{analysed.pk}/cases?limit=100").json()["items"]) == 30


@pytest.mark.parametrize("key", ["TC-1", "TC-999", "1", "tc-001", "TC-0001", "TC-٠٠١", "TC-００１"])
def test_an_unknown_key_is_absent_whatever_is_asked(api, case, key):
    for body in ({"rev": 1}, {}):
        assert api.patch(f"/tasks/{case.task_id}/cases/{key}", body).status_code == 404
    assert api.get(f"/tasks/{case.task_id}/cases/{key}/history").status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("POST", "", {"title": "x"}),
        ("PATCH", "/TC-001", {"rev": 1, "title": "x"}),
        ("DELETE", "/TC-001", None),
        ("GET", "/TC-001/history", None),
        ("POST", "/TC-001/restore", {"rev": 1}),
        ("GET", "?priority=P9", None),
        ("POST", "", {"title": ""}),
        ("POST", "", {"nonsense": 1}),
        ("PATCH", "/TC-001", {}),
        ("PATCH", "/TC-001", []),
        ("GET", "/TC-001/history?limit=x", None),
        ("POST", "/TC-001/restore", {"rev": 0}),
    ],
)
def test_an_outsider_sees_no_case(bob_api, case, method, path, body):
    assert bob_api.call(method, f"/tasks/{case.task_id}/cases{path}", body).status_code == 404
    assert Case.objects.get().title == "Sixth try"
