"""What is typed becomes readable and inert HTML, in a moment."""

import time
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realtime.chat.markdown import render
from realtime.chat.models import TEXT_LIMIT

NAMES = ["ada", "bob", "bob.b", "王芳"]
SECONDS = 2
ATTRIBUTES = {"href", "title", "target", "rel", "class", "data-user", "start"}


class Elements(HTMLParser):
    """The elements of some HTML, with their attributes."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def html_of(text):
    return render(text, NAMES)[0]


def assert_inert(html):
    for tag, attributes in Elements(html).found:
        assert tag not in {"script", "img", "iframe", "style", "svg", "form", "input", "base", "link", "meta"}
        assert set(attributes) <= ATTRIBUTES, html
        scheme = attributes.get("href", "").partition(":")[0].strip().lower()
        assert scheme not in {"javascript", "data", "vbscript", "file"}
    assert not any(0x202A <= ord(c) <= 0x202E or 0x2066 <= ord(c) <= 0x2069 for c in html)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("one\ntwo", "<p>one<br>\ntwo</p>\n"),
        ("~~old~~ *new*", "<p><s>old</s> <em>new</em></p>\n"),
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>\n"),
        ("@ada: hi", '<p><span class="mention" data-user="ada">@ada</span>: hi</p>\n'),
        ("a@ada `@ada`", "<p>a@ada <code>@ada</code></p>\n"),
        ("@bob.b.", '<p><span class="mention" data-user="bob.b">@bob.b</span>.</p>\n'),
        ("@BOB", '<p><span class="mention" data-user="bob">@BOB</span></p>\n'),
        ("请@王芳看", '<p>请<span class="mention" data-user="王芳">@王芳</span>看</p>\n'),
        ("@adam @ada看", '<p>@adam <span class="mention" data-user="ada">@ada</span>看</p>\n'),
        ("@nobody @eve", "<p>@nobody @eve</p>\n"),
        ("/tasks/1/", "<p>/tasks/1/</p>\n"),
        ("[x](/tasks/1/)", '<p><a href="/tasks/1/" rel="noopener noreferrer nofollow">x</a></p>\n'),
    ],
)
def test_it_reads_as_meant(text, html):
    assert html_of(text) == html


def test_a_link_leads_away_in_a_page_of_its_own():
    (_paragraph, (tag, attributes)) = Elements(html_of("see https://a.example/?b=1&c=2")).found

    assert tag == "a"
    assert attributes == {
        "href": "https://a.example/?b=1&c=2",
        "target": "_blank",
        "rel": "noopener noreferrer nofollow",
    }


@pytest.mark.parametrize(
    "text",
    [
        "[x](javascript:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "<javascript:alert(1)>",
        "![x](https://tracker.example/x.png)",
        '<img src=x onerror="alert(1)">',
        "<script>alert(1)</script>",
        '[x](https://a.example "onmouseover=alert(1)")',
        '[x](https://a.example" onmouseover="alert(1))',
        '```"><script>\nx\n```',
        "<!-- --><style>*{display:none}</style>",
        "a \u202egnp.exe &#x202e; &#8238; \u2066b",
        '@ada"><script>',
    ],
)
def test_hostile_text_is_inert(text):
    html = html_of(text)

    assert_inert(html)
    assert html.strip()


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [*"[]()<>*_`~|\\!#&;:/@\"'-+=.\n\t ", "javascript:", "http://", "@ada", "\u202e", "测", "x"]
        )
    ).map("".join)
)
def test_whatever_is_typed_is_inert(text):
    assert_inert(html_of(text))


@pytest.mark.parametrize(
    "part",
    [
        "[",
        ">",
        "*",
        "`",
        "_a",
        "*a_",
        "![",
        "[](",
        "[a](<",
        "~",
        "|-|\n",
        "a|b\n-|-\n",
        "> - ",
        "  - ",
        "://a",
        "a.com ",
        "@ada ",
        "@" + "." * 50,
        "&",
        "<",
        "(",
        "http://a.b?",
        "\\",
        "👨\u200d👩\u200d👧",
        "- \n",
        "[a]: b\n",
        "é́",
    ],
)
def test_no_text_takes_long(part):
    started = time.perf_counter()

    html = html_of((part * TEXT_LIMIT)[:TEXT_LIMIT])

    assert time.perf_counter() - started < SECONDS
    assert_inert(html)


def test_300_mentions_stay_readable():
    html, mentioned = render("@ada @bob " * 150, NAMES)

    assert mentioned == ["ada", "bob"]
    assert html.count('class="mention"') == 300
