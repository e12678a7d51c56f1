"""Documents on the generator's page: dropped or chosen, listed, taken out, refused by name, sent."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import FilePayload, Page, expect

from tests.generator import files

INPUT = "input[name=files]"
ROWS = "[data-files] > li"
BUTTON = "#request-form button[type=submit]"
DROP = """([name, text]) => {
    const data = new DataTransfer()
    data.items.add(new File([text], name))
    document.querySelector("[data-drop]").dispatchEvent(
        new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }))
}"""


def document(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def drop(page: Page, name: str, text: str) -> None:
    page.evaluate(DROP, [name, text])


def test_files_are_listed_with_their_sizes_and_can_be_taken_out(signed_in: Callable[..., Page]):
    page = signed_in()
    page.set_input_files(INPUT, [document("a.md", b"x" * 2_000), document("b.md", b"The page must open.")])
    drop(page, "c.md", "The page must close.")

    expect(page.locator(ROWS)).to_have_count(3)
    expect(page.locator(ROWS).first).to_contain_text("2 kB")
    page.get_by_role("button", name="Take out b.md").click()

    expect(page.locator(f"{ROWS} [data-name]")).to_have_text(["a.md", "c.md"])
    assert page.eval_on_selector(INPUT, "input => [...input.files].map(file => file.name)") == [
        "a.md",
        "c.md",
    ]


def test_a_word_document_becomes_cases_on_the_page(signed_in: Callable[..., Page]):
    page = signed_in()
    page.set_input_files(
        INPUT, [document("rules.docx", files.word("The page must refuse the sixth wrong password."))]
    )

    page.click(BUTTON)

    expect(page.locator("[data-task]").first).to_have_attribute("data-status", "completed", timeout=30_000)
    expect(page.locator("[data-case]").first).to_be_visible()
    expect(page.locator(ROWS)).to_have_count(0)
    expect(page.locator("[data-upload]")).to_be_hidden()


def test_what_is_wrong_with_a_file_is_said_beside_it(signed_in: Callable[..., Page]):
    page = signed_in()
    page.set_input_files(INPUT, [document("good.md", b"The page must open."), document("bad.pdf", b"no PDF")])
    page.click(BUTTON)

    expect(page.locator(ROWS).nth(1)).to_contain_text("bad.pdf is not what its name says")
    expect(page.locator(ROWS).first.locator("[data-reason]")).to_be_hidden()
    expect(page.locator("[data-errors]")).to_contain_text("bad.pdf is not what its name says")


def test_a_file_without_text_is_named_before_the_task_is_asked_for(signed_in: Callable[..., Page]):
    page = signed_in()

    page.set_input_files(INPUT, [document("empty.pdf", files.pdf([]))])

    expect(page.locator(ROWS).first).to_contain_text("empty.pdf holds no text")


def test_an_upload_shows_how_much_has_arrived(signed_in: Callable[..., Page]):
    page = signed_in()
    page.evaluate(
        "window.seen = [];"
        "new MutationObserver(() => seen.push(document.querySelector('[data-upload]').hidden))"
        ".observe(document.querySelector('[data-upload]'), { attributes: true })"
    )
    page.set_input_files(
        INPUT, [document("a.html", b"<!--" + b"x" * 2_000_000 + b"--><p>The page must open.</p>")]
    )

    page.click(BUTTON)

    expect(page.locator("[data-task]").first).to_be_visible()
    assert page.evaluate("seen.includes(false)")
    assert page.evaluate("document.querySelector('[data-upload]').value") == 100


def test_files_can_be_sent_without_scripts(signed_in: Callable[..., Page]):
    page = signed_in(java_script_enabled=False)
    page.set_input_files(INPUT, [document("rules.docx", files.word("The page must open."))])

    page.click(BUTTON)

    page.wait_for_url("**/tasks/*/")
    assert "rules.docx" in page.content()
