"""The main journey: sign up, paste, watch cases arrive, close the page, come back."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.conftest import PASSWORD
from tests.endpoint import ScriptedEndpoint
from tests.live.product import Product

LISTS = range(1, 13)
ENGLISH = "# Accounts\n\n" + "\n".join(
    f"{n}. The user can enter at most {n}0 names in list {n}." for n in LISTS
)
CHINESE = "# 账号\n\n" + "\n".join(f"{n}. 用户在列表{n}中最多可以输入{n}0个姓名。" for n in LISTS)


@pytest.fixture
def product(modelled: Product, endpoint: ScriptedEndpoint) -> Product:
    endpoint.tokens_per_second = 800
    return modelled


def sign_up(page: Page, name: str) -> None:
    page.goto("/")
    page.goto("/accounts/signup/")
    page.fill("[name=username]", name)
    page.fill("[name=password1]", PASSWORD)
    page.fill("[name=password2]", PASSWORD)
    page.press("[name=password2]", "Enter")
    page.wait_for_url("/")


def generate(page: Page, requirement: str) -> str:
    """Fill the form in and return the new task's id."""
    page.fill("textarea[name=requirement]", requirement)
    page.press("textarea[name=requirement]", "Control+Enter")
    return page.locator("[data-task]").first.get_attribute("data-task") or ""


def watch(page: Page, task_id: str) -> Page:
    """The task's page in another tab, live."""
    tab = page.context.new_page()
    tab.goto(f"/tasks/{task_id}/")
    tab.wait_for_selector("[data-connection=live]")
    return tab


def task_on(page: Page, task_id: str) -> Locator:
    return page.locator(f"[data-task='{task_id}']").first


def case_texts(page: Page) -> list[str]:
    return list(page.eval_on_selector_all("[data-case]", "cases => cases.map(one => one.innerText)"))


def case_keys(page: Page) -> list[str]:
    return sorted(page.eval_on_selector_all("[data-case]", "cases => cases.map(one => one.dataset.case)"))


@pytest.mark.parametrize(("locale", "requirement"), [("en-US", ENGLISH), ("zh-CN", CHINESE)])
def test_from_sign_up_to_a_finished_task_and_back(
    visitor: Callable[..., BrowserContext], locale: str, requirement: str
):
    context = visitor(locale=locale)
    page = context.new_page()
    sign_up(page, f"ada-{locale}")
    assert page.locator("html").get_attribute("lang") == {"en-US": "en", "zh-CN": "zh-hans"}[locale]

    page.wait_for_selector("[data-connection=live]")
    generate(page, requirement)
    task = page.locator("[data-task]").first
    expect(page.locator("[data-case]").first).to_be_visible()
    early = page.locator("[data-case]").count()
    assert task.get_attribute("data-status") == "running"
    expect(task).to_have_attribute("data-status", "completed", timeout=30_000)
    assert page.locator("[data-case]").count() > early
    keys = case_keys(page)
    page.close()

    page = context.new_page()
    page.goto("/tasks/")
    expect(page.locator("[data-unread]").first).to_have_attribute("data-unread", "1")
    page.locator("[data-task] a").first.click()
    page.wait_for_url("**/tasks/*/")
    assert case_keys(page) == keys


def test_nothing_polls(signed_in: Callable[..., Page]):
    page = signed_in()
    page.wait_for_selector("[data-connection=live]")
    page.fill("textarea[name=requirement]", ENGLISH)
    page.wait_for_timeout(1_500)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.method} {urlsplit(request.url).path}"))

    page.press("textarea[name=requirement]", "Control+Enter")
    expect(page.locator("[data-task]").first).to_have_attribute("data-status", "completed", timeout=30_000)
    page.wait_for_timeout(3_000)

    assert asked == ["POST /", "POST /api/v1/notifications/seen"]  # its end made a toast


def test_a_reload_a_second_tab_and_a_cut_socket_all_end_with_the_same_page(
    signed_in: Callable[..., Page], endpoint: ScriptedEndpoint
):
    endpoint.tokens_per_second = 250
    page = signed_in()
    page.wait_for_selector("[data-connection=live]")
    task_id = generate(page, ENGLISH)
    expect(page.locator("[data-case]").first).to_be_visible()

    second, cut = watch(page, task_id), watch(page, task_id)
    cut.evaluate("dispatchEvent(new Event('offline'))")
    cut.wait_for_selector("[data-connection=offline]")
    page.reload()
    expect(task_on(second, task_id)).to_have_attribute("data-status", "completed", timeout=40_000)
    assert task_on(cut, task_id).get_attribute("data-status") == "running"
    cut.evaluate("dispatchEvent(new Event('online'))")
    expect(task_on(cut, task_id)).to_have_attribute("data-status", "completed")

    fresh = page.context.new_page()
    fresh.goto(f"/tasks/{task_id}/")
    wanted = case_texts(fresh)
    for live in (second, cut):
        expect(live.locator("[data-case]")).to_have_count(len(wanted))
        assert case_texts(live) == wanted
    assert len(case_keys(fresh)) == len(set(case_keys(fresh)))


def test_a_stalled_model_is_named_on_the_page(signed_in: Callable[..., Page], endpoint: ScriptedEndpoint):
    endpoint.stall_after(1)
    page = signed_in()
    page.wait_for_selector("[data-connection=live]")

    task_id = generate(page, ENGLISH)

    task = task_on(page, task_id)
    expect(task).to_contain_text("the model", timeout=20_000)
    bar = task.locator("[role=progressbar]")
    before = bar.get_attribute("aria-valuenow")
    page.wait_for_timeout(2_500)
    assert bar.get_attribute("aria-valuenow") == before

    task.get_by_role("button", name="Cancel").click()
    expect(task).to_have_attribute("data-status", "cancelled", timeout=3_000)


def test_the_form_works_without_javascript(signed_in: Callable[..., Page]):
    page = signed_in(java_script_enabled=False)

    page.fill("textarea[name=requirement]", ENGLISH)
    page.locator("form:has(textarea[name=requirement]) button.button--primary").click()

    page.wait_for_url("**/tasks/*/")
    expect(page.locator("[data-task]")).to_have_count(1)


def test_bad_input_keeps_what_was_typed_and_names_the_field(signed_in: Callable[..., Page]):
    page = signed_in()
    page.wait_for_selector("[data-connection=live]")

    generated = "x" * 200_001
    page.fill("textarea[name=requirement]", generated)
    page.press("textarea[name=requirement]", "Control+Enter")

    expect(page.get_by_role("alert").first).to_contain_text("200,000")
    assert len(page.input_value("textarea[name=requirement]")) == len(generated)
