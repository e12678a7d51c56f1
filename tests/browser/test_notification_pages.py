"""More notifications than one page shows."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD

SEED = f"""
from core.models import User
from realtime.events import publishing
from realtime.models import Notification
from realtime.notifications.services import notify
User.objects.filter(username="olga").delete()
olga = User.objects.create_user("olga", password="{PASSWORD}")
for number in range(60):
    with publishing() as publisher:
        kind, subject = Notification.Kind.CHAT_MESSAGE, f"room:{{number}}"
        notify(publisher, olga.pk, kind, subject=subject, title=f"Told {{number}}", body="", url="/tasks/")
"""
NEWEST_FIRST = [f"Told {number}" for number in reversed(range(60))]


@pytest.fixture
def page(visitor, product):
    """The notifications page of somebody who was told sixty things."""
    product.manage("shell", "-c", SEED)
    page = visitor().new_page()
    page.goto("/accounts/login/?next=/notifications/")
    page.fill("[name=username]", "olga")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_selector("[data-connection=live]")
    return page


def titles(page):
    return page.locator("main [data-notification] [data-field=title]")


def test_what_a_page_marks_as_seen_stays_on_it(page):
    expect(page.locator("main [data-seen=yes]")).to_have_count(25)

    expect(titles(page)).to_have_text(NEWEST_FIRST[:25])


def test_more_is_added_below_and_the_keyboard_goes_on_there(page):
    page.get_by_role("link", name="Load more").press("Enter")

    expect(page.get_by_role("link", name=NEWEST_FIRST[25], exact=True)).to_be_focused()
    expect(page.locator("main [data-seen=yes]")).to_have_count(50)
    expect(titles(page)).to_have_text(NEWEST_FIRST[:50])


def test_the_keyboard_stays_at_a_note_whose_button_goes_away(page):
    note = page.locator("main [data-notification]", has_text="Told 40")
    expect(page.locator("main [data-seen=yes]")).to_have_count(25)

    note.get_by_role("button", name="Mark as read").press("Enter")

    expect(note.get_by_role("link", name="Told 40")).to_be_focused()
    note.get_by_role("button", name="Archive").press("Enter")
    expect(note).to_have_count(0)
    expect(page.get_by_role("link", name="Told 39")).to_be_focused()


def test_an_old_note_that_is_told_again_moves_to_the_top(page, product):
    expect(page.locator("main [data-seen=yes]")).to_have_count(25)

    again = SEED.split("for number")[1].replace("range(60)", "[36]").replace('"Told', '"Again')
    ada = "from core.models import User\nolga = User.objects.get(username='olga')\n"
    imports = "\n".join(line for line in SEED.splitlines() if line.startswith("from "))
    product.manage("shell", "-c", f"{imports}\n{ada}for number{again}")

    expect(titles(page).first).to_have_text("Again 36", timeout=20_000)
    assert titles(page).all_text_contents()[1:] == [t for t in NEWEST_FIRST[:25] if t != "Told 36"]
