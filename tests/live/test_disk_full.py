"""A disk without space beneath the whole product in one process: it says so, loses nothing and goes on."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.endpoint import ScriptedEndpoint
from tests.live.disk import full_disk
from tests.live.product import Person, Product, until

CHAPTERS = "\n".join(
    f"# Chapter {n}\n\n" + "\n".join(f"- The user can open list {n}{m}." for m in range(6)) for n in range(3)
)
STORY = "Lock the account after 5 wrong passwords."


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory, shared_endpoint: ScriptedEndpoint) -> Iterator[Product]:
    """One of this module's own, with a model."""
    product = Product(
        tmp_path_factory.mktemp("full"),
        OPENAI_BASE_URL=shared_endpoint.url,
        OPENAI_API_KEY=shared_endpoint.api_key,
        OPENAI_MODEL=shared_endpoint.model,
    )
    yield product
    product.stop()


def page_post(page: httpx.Client) -> httpx.Response:
    return page.post("/", data={"requirement": STORY, "csrfmiddlewaretoken": page.cookies["csrftoken"]})


def test_requests_that_write_get_503_and_readers_read_on(product: Product, ada: Person):
    task = ada.ended(ada.request_task(STORY)["id"])
    with httpx.Client(base_url=product.url, cookies={"sessionid": product.session()}) as page:
        page.get("/").raise_for_status()
        with full_disk(product):
            refused = [ada.call("POST", "/tasks", json={"requirement": STORY}), page_post(page)]
            read = ada.get(f"/tasks/{task['id']}")
            pages = [page.get("/"), page.get("/tasks/"), page.get("/readyz")]
        accepted = page_post(page)

    assert [answer.status_code for answer in refused] == [503, 503]
    assert refused[0].json()["detail"].startswith("The database cannot be reached or written right now.")
    assert "503" in refused[1].text
    assert read["status"] == "completed"
    assert [answer.status_code for answer in [*pages, accepted]] == [200, 200, 200, 303]


def test_a_task_that_ran_goes_on_when_there_is_space_again(
    product: Product, ada: Person, endpoint: ScriptedEndpoint
):
    endpoint.tokens_per_second = 200
    task_id = ada.request_task(CHAPTERS)["id"]
    ada.task_when(task_id, lambda task: task["cases_count"] > 0)
    with full_disk(product):
        refused = ada.call("POST", "/tasks", json={"requirement": STORY})
        asked = until(lambda: len(endpoint.requests), lambda number: number >= 3)
        # A reader that opens the database in the moment of a failed write may meet that: 503, try again.
        read = until(lambda: ada.call("GET", f"/tasks/{task_id}"), lambda answer: answer.status_code == 200)
        held = read.json()

    task = ada.ended(task_id, 60)
    assert refused.status_code == 503
    assert held["status"] == "running"
    assert (task["status"], task["round"]) == ("completed", 1)
    assert len(endpoint.requests) >= asked
    assert product.process.poll() is None
    assert ada.ended(ada.request_task(STORY)["id"])["status"] == "completed"
