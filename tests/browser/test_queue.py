"""A page says where its tasks wait and for what, and follows the queue without a reload."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests import services
from tests.endpoint import ScriptedEndpoint
from tests.scale.spread import SpreadOut

REQUIREMENT = "Lock the account for 15 minutes after 5 wrong passwords."
WORDS = {
    "en-US": ("1st in the queue", "2nd in the queue", "waiting for a free slot", "none is running"),
    "zh-CN": ("排队第 1 位", "排队第 2 位", "等待空闲名额", "当前没有运行"),
}


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SpreadOut]:
    """One web process and one worker, whose model never answers."""
    with services.redis() as redis_url, ScriptedEndpoint() as endpoint:
        endpoint.hang(times=None)
        spread = SpreadOut(
            tmp_path_factory.mktemp("queue"),
            webs=1,
            workers=1,
            REDIS_URL=redis_url,
            OPENAI_BASE_URL=endpoint.url,
            OPENAI_API_KEY=endpoint.api_key,
            OPENAI_MODEL=endpoint.model,
            TASKS_PER_USER="1",
            DRAIN_SECONDS="0",
        )
        yield spread
        spread.kill()


def request_tasks(page: Page, number: int) -> None:
    """Request tasks at the generator, then look at all of them."""
    page.wait_for_selector("[data-connection=live]")
    box = page.locator("textarea[name=requirement]")
    for _ in range(number):
        box.fill(REQUIREMENT)
        box.press("Control+Enter")
        expect(box).to_have_value("")
    page.goto("/tasks/")
    page.wait_for_selector("[data-connection=live]")
    expect(page.locator("[data-task][data-status=running]")).to_have_count(1)


def waiting(page: Page) -> list[str]:
    """What the rows of pending tasks say, the newest first."""
    return page.locator("[data-task][data-status=pending] .facts__line").all_inner_texts()


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_a_place_moves_up_on_the_page_as_a_fresh_one_would_show_it(
    signed_in: Callable[..., Page], locale: str
):
    first, second, slot, _ = WORDS[locale]
    page = signed_in(locale=locale)
    request_tasks(page, 3)
    newest, ahead = (page.locator("[data-task][data-status=pending]").nth(n) for n in (0, 1))
    expect(newest).to_contain_text(second)
    expect(ahead).to_contain_text(first)

    ahead.locator("button[formaction$='/cancel/']").click()
    expect(newest).to_contain_text(first)
    expect(newest).to_contain_text(slot)

    live = waiting(page)
    page.reload()
    assert waiting(page) == live
    newest.locator("button[formaction$='/cancel/']").click()
    expect(newest).to_have_count(0)  # else it would stand before the next test's tasks


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_a_page_says_that_no_worker_runs_and_that_one_is_back(
    signed_in: Callable[..., Page], product: SpreadOut, locale: str
):
    *_, slot, none_runs = WORDS[locale]
    page = signed_in(locale=locale)
    request_tasks(page, 2)

    worker = product.workers.pop()
    worker.terminate()
    released = page.locator("[data-task][data-status=pending]")
    expect(released).to_have_count(2, timeout=15_000)
    for row in (released.first, released.last):
        expect(row).to_contain_text(none_runs)
    assert worker.wait(20) == 0
    live = waiting(page)
    page.reload()
    assert waiting(page) == live

    product.workers.append(product.begin_worker())
    expect(released).to_have_count(1, timeout=30_000)
    expect(released).to_contain_text(slot)
