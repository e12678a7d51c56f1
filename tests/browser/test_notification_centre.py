"""The bell's panel, the notifications page and the preferences in real tabs."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD


@pytest.fixture
def tabs(visitor, product):
    """Two tabs of somebody whom staff told three things: the task manager and the notifications page."""
    product.manage("shell", "-c", SEED)
    context = visitor(timezone_id="Asia/Shanghai")
    page = context.new_page()
    page.goto("/accounts/login/?next=/tasks/")
    page.fill("[name=username]", "nora")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_selector("[data-connection=live]")
    return page, context.new_page()


SEED = f"""
from core.models import User
from realtime.events import publishing
from realtime.models import Notification
from realtime.notifications.services import notify
User.objects.filter(username="nora").delete()
nora = User.objects.create_user("nora", password="{PASSWORD}")
for subject in ("task:1", "task:2", "room:1"):
    with publishing() as publisher:
        kind = Notification.Kind.CHAT_MESSAGE
        notify(publisher, nora.pk, kind, subject=subject, title=subject, body="", url="/tasks/")
"""


def test_opening_the_panel_sees_and_its_buttons_change_every_tab(tabs):
    page, other = tabs
    panel = page.locator("#bell-panel")
    page.locator("[data-bell]").click()
    expect(panel.locator("[data-seen=yes]")).to_have_count(3)

    other.goto("/notifications/?show=unread")
    other.wait_for_selector("[data-connection=live]")
    listed = other.locator("main [data-notification]")
    expect(listed).to_have_count(3)
    panel.locator("li", has_text="task:1").get_by_role("button", name="Archive").click()
    expect(listed).to_have_count(2)
    panel.locator("li", has_text="task:2").get_by_role("button", name="Mark as read").click()
    expect(listed).to_have_count(1)
    listed.get_by_role("button", name="Mute").click()

    for tab in (page, other):
        expect(tab.locator("[data-bell]")).to_have_attribute("data-unread", "0")
    expect(panel.locator("[data-muted=yes]")).to_have_count(1)
    expect(panel.locator("[data-notification]")).to_have_count(2)
    expect(listed).to_have_count(0)


def test_a_note_leads_to_what_it_tells_of_and_is_read(tabs):
    page, other = tabs
    other.goto("/notifications/")
    other.wait_for_selector("[data-connection=live]")

    other.locator("main").get_by_role("link", name="task:2").click()

    other.wait_for_url("**/tasks/")
    expect(page.locator("[data-bell]")).to_have_attribute("data-unread", "2")


def test_the_browsers_zone_is_offered_and_kept(tabs):
    page, _other = tabs
    page.goto("/notifications/preferences/")
    expect(page.get_by_label("Time zone")).to_have_value("Asia/Shanghai")

    page.get_by_label("Time zone").fill("Europe/Berlin")
    page.get_by_label("Keep quiet hours").check()
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("status").get_by_text("Your preferences are saved.")).to_be_visible()
    expect(page.get_by_label("Time zone")).to_have_value("Europe/Berlin")
    page.get_by_role("button", name="Use this browser's zone: Asia/Shanghai").click()
    expect(page.get_by_label("Time zone")).to_have_value("Asia/Shanghai")
