"""Cases leave the task page as files and come back, while another tab looks on."""

from collections.abc import Callable
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.browser.test_pages import generate


def test_an_edited_workbook_changes_its_case_in_every_tab(signed_in: Callable[..., Page], tmp_path: Path):
    page = signed_in()
    task = generate(page)
    page.goto(f"/tasks/{task}/")
    other = page.context.new_page()
    other.goto(f"/tasks/{task}/")
    other.wait_for_selector("[data-connection=live]")

    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel (.xlsx)").click()
    path = tmp_path / "cases.xlsx"
    download.value.save_as(path)
    book = load_workbook(path)
    book["Cases"]["C2"] = "Changed in Excel"
    book.save(path)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Import", exact=True).click()
    page.set_input_files("#import [name=file]", path)
    page.locator("#import").get_by_role("button", name="Import").click()

    expect(page.get_by_text("Imported: 0 new, 1 changed")).to_be_visible()
    for tab in (page, other):
        expect(tab.locator("[data-case]", has_text="Changed in Excel")).to_have_count(1)
