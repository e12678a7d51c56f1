import re

import pytest
from django.test import Client

from core.views import broken

PUBLIC = ["/accounts/login/", "/accounts/signup/"]
PRIVATE = ["/", "/tasks/", "/notifications/", "/account/", "/accounts/password/", "/nowhere/"]
FORBIDDEN = re.compile(r"<[^>]+\s(style|on\w+)=|javascript:|hx-on|<style", re.IGNORECASE)
ENGLISH = re.compile(r"[A-Za-z]{3,}(?: [A-Za-z]{2,})+")
NAMES = {"English", "Caseloom"}


@pytest.fixture
def visitor(client, ada, task):
    client.force_login(ada)
    return client


def visible_text(html):
    without_code = re.sub(r"<(script|textarea|template)[^>]*>.*?</\1>", " ", html, flags=re.DOTALL)
    return re.sub(r"<[^>]+>", "\n", without_code)


@pytest.mark.parametrize("path", [*PUBLIC, *PRIVATE])
def test_no_page_has_inline_styles_or_handlers(client, visitor, path):
    page = (Client() if path in PUBLIC else visitor).get(path)

    assert not FORBIDDEN.search(page.text)


@pytest.mark.parametrize("path", PRIVATE)
def test_every_page_has_the_frames_marks(visitor, path):
    page = visitor.get(path).text

    for mark in [
        "data-theme-switch",
        "data-language-switch",
        'data-connection="connecting"',
        'data-unread="0"',
    ]:
        assert page.count(mark) == 1
    assert 'data-stream="/ws/events"' in page


def test_a_page_carries_the_seq_that_was_read_before_its_data(visitor, ada):
    page = visitor.get("/tasks/").text

    assert f'data-seq="{ada.stream.seq}"' in page
    assert re.search(r'data-epoch="[0-9a-f-]{36}"', page)


def test_the_import_map_has_the_nonce_of_the_policy(visitor):
    page = visitor.get("/")

    nonce = re.search(r'<script type="importmap" nonce="([^"]+)">', page.text).group(1)
    assert f"'nonce-{nonce}'" in page["Content-Security-Policy"]


@pytest.mark.parametrize("path", PUBLIC)
def test_pages_for_strangers_open_no_socket(client, db, path):
    assert "data-stream" not in client.get(path).text


@pytest.mark.parametrize("path", [*PUBLIC, *PRIVATE])
def test_chinese_pages_have_no_english_left(client, visitor, task, path):
    visitor.cookies["django_language"] = "zh-hans"
    page = visitor.get(path, follow=True)

    assert 'lang="zh-hans"' in page.text
    assert set(ENGLISH.findall(visible_text(page.text))) - NAMES <= {task.title}


def test_the_language_switch_stays_on_the_page_and_is_remembered(visitor, ada):
    response = visitor.post("/language/", {"language": "zh-hans", "next": "/tasks/?q=x"})

    assert response.url == "/tasks/?q=x"
    assert 'lang="zh-hans"' in visitor.get("/").text
    ada.refresh_from_db()
    assert ada.language == "zh-hans"


@pytest.mark.parametrize("page", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_the_switches_lead_to_no_other_site(visitor, page):
    assert visitor.post("/language/", {"language": "en", "next": page}).url == "/"
    assert visitor.post("/theme/", {"theme": "dark", "next": page}).url == "/"


def test_an_unknown_language_or_theme_changes_nothing(visitor):
    visitor.post("/language/", {"language": "xx"})
    visitor.post("/theme/", {"theme": "pink"})

    page = visitor.get("/").text
    assert 'lang="en"' in page
    assert 'data-theme="dark"' in page


def test_the_theme_is_rendered_by_the_server(visitor):
    visitor.post("/theme/", {"theme": "light"})

    assert 'data-theme="light"' in visitor.get("/").text


def test_a_missing_page_says_so_within_the_frame(visitor):
    page = visitor.get("/nowhere/")

    assert page.status_code == 404
    assert "Not found" in page.text


def test_a_form_without_its_token_gets_a_page(ada):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(ada)
    response = strict.post("/theme/", {"theme": "light"})

    assert response.status_code == 403
    assert "Not allowed" in response.text
    assert not FORBIDDEN.search(response.text)


def test_a_broken_view_gets_a_page_that_asks_no_database(rf):
    response = broken(rf.get("/"))

    assert response.status_code == 500
    assert "Something broke" in response.text
