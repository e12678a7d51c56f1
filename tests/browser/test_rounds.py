"""A requirement is changed and a case written anew on the page, while another tab looks on."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_journey import generate, task_on, watch
from tests.endpoint import ScriptedEndpoint
from tests.live.product import Product

pytestmark = pytest.mark.timeout(240)
TEXT = "# Pages\n\n1. The page must show the owner.\n2. The page must refuse a guest.\n"


@pytest.fixture
def product(modelled: Product, endpoint: ScriptedEndpoint) -> Product:
    endpoint.answer = None
    return modelled


@pytest.fixture
def finished(signed_in: Callable[..., Page]) -> tuple[Page, str]:
    """The page of a task that has ended, and its id."""
    page = signed_in()
    page.wait_for_selector("[data-connection=live]")
    task_id = generate(page, TEXT)
    expect(task_on(page, task_id)).to_have_attribute("data-status", "completed", timeout=40_000)
    page.goto(f"/tasks/{task_id}/")
    page.wait_for_selector("[data-connection=live]")
    return page, task_id


def test_a_case_is_written_anew_before_everyones_eyes(finished: tuple[Page, str], endpoint: ScriptedEndpoint):
    page, task_id = finished
    other = watch(page, task_id)
    step = '{"action": "Open page 7", "expected": "The heading reads “ada”"}'
    endpoint.answer = f'{{"cases": [{{"title": "Written anew", "requirements": ["R1"], "steps": [{step}]}}]}}'

    page.locator("[data-case='TC-001'] [data-do=more]").click()
    page.locator("[data-case='TC-001'] [data-again]").click()
    expect(page.locator("[data-picked-keys]")).to_have_text("TC-001")
    page.fill("#case-actions textarea", "Use page 7")
    page.click("#case-actions [value=regenerate]")

    for tab in (page, other):
        expect(tab.locator("[data-case='TC-001'] .case__title")).to_have_text("Written anew", timeout=30_000)
        expect(task_on(tab, task_id)).to_have_attribute("data-status", "completed", timeout=30_000)
    assert '"wish":"Use page 7"' in endpoint.bodies[-1]["messages"][-1]["content"]


def test_a_changed_requirement_is_shown_before_it_begins(finished: tuple[Page, str]):
    page, task_id = finished
    other = watch(page, task_id)
    expect(page.locator("[data-quality=coverage] dd")).to_have_text("100%")
    page.click("[data-for=revision]")
    text = page.locator("textarea[name=requirement]")
    text.fill(text.input_value() + "3. The page must greet the owner.\n")
    page.get_by_role("button", name="Show what changes").click()
    expect(page.locator("[data-change=added]")).to_contain_text("greet the owner")

    page.get_by_role("button", name="Start").click()
    page.wait_for_url(f"**/tasks/{task_id}/")

    for tab in (page, other):
        expect(task_on(tab, task_id)).to_have_attribute("data-status", "completed", timeout=40_000)
        expect(tab.locator("[data-source] [id=R3]")).to_contain_text("greet the owner")
        expect(tab.locator("[data-case][data-requirements~=R3]").first).to_be_visible()
