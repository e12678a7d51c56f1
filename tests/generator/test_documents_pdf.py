"""A PDF's lines become the paragraphs, headings and tables that its author wrote."""

import pytest

from generator.documents.reading import read_document_now
from tests.generator import files
from tests.generator.browser_pdf import printed

LONG = (
    "系统应在 2 秒内响应所有的查询请求，并且在高峰时段最多允许 500 名用户同时在线，"
    "超过时必须提示“系统繁忙”。本句很长，需要折行显示才对，否则读者就看不见后面的内容了。"
)
PAGE = f"""<meta charset=utf-8><title>图书馆</title>
<style>body{{font-family:"Noto Sans CJK SC",sans-serif}} td,th{{border:1px solid}}</style>
<h1>1 图书馆管理系统</h1><p>{LONG}</p><h2>1.1 登录</h2>
<ol><li>密码必须为 8 至 20 位。<li>连续输错 5 次后锁定。<ol><li>锁定 30 分钟。</ol><li>登录成功。</ol>
<ul><li>要点</ul><table><tr><th>字段<th>上限<tr><td>书名<td>100</table>"""


def text_of(content):
    return read_document_now("a.pdf", "application/pdf", content).text


@pytest.fixture(scope="module")
def chinese():
    return printed(PAGE)


def test_a_chinese_pdf_reads_like_the_page_that_was_printed(chinese):
    assert text_of(chinese) == (
        f"# 1 图书馆管理系统\n\n{LONG}\n\n## 1.1 登录\n\n"
        "1. 密码必须为 8 至 20 位。\n2. 连续输错 5 次后锁定。\n   1. 锁定 30 分钟。\n"
        "3. 登录成功。\n- 要点\n\n"
        "| 字段 | 上限 |\n| --- | --- |\n| 书名 | 100 |"
    )


def test_lines_of_one_paragraph_are_one_and_large_type_is_a_heading():
    first = "The system shall lock the account after five wrong passwords have been given, and it must tell"
    page = [
        "# 4 Accounts",
        first,
        "the owner within one minute.",
        "4.1 Passwords have 8 characters.",
        "A new line.",
    ]

    assert text_of(files.pdf(page)) == (
        f"# 4 Accounts\n\n{first} the owner within one minute.\n\n"
        "4.1 Passwords have 8 characters.\n\nA new line."
    )


def test_what_stands_on_every_page_is_left_out():
    pages = [
        ["# Rules", f"Rule {number} must hold for everybody who uses the library."] for number in range(1, 5)
    ]
    foot = "BT /F 8 Tf 60 20 Td (Library rules, confidential) Tj ET"

    text = text_of(files.pdf(*pages, extra=foot))

    assert "confidential" not in text
    assert text.count("must hold") == 4


COLUMNS = """<meta charset=utf-8><style>@page{{size:A5 landscape}} div{{column-count:2}}</style>
<div><ol>{}</ol></div>"""


def test_entries_at_the_head_of_a_column_are_no_deeper_than_those_at_its_foot():
    rules = [f"Rule {number} must hold in every one of our branches." for number in range(1, 13)]

    text = text_of(printed(COLUMNS.format("".join(f"<li>{rule}" for rule in rules))))

    assert text == "\n".join(f"{number}. {rule}" for number, rule in enumerate(rules, 1))


WIDE = "<p>{}</p><div style='column-count:2'><p>{}</p></div><p>{}</p>"


def test_text_above_columns_as_wide_as_the_page_does_not_cut_their_lines():
    wide = "This text is about the library and its branches, what they lend, and for how long. " * 3
    narrow = "Every reader must be registered before anything is lent, and nobody may borrow ten books. " * 4

    text = text_of(printed(WIDE.format(wide, narrow, wide)))

    assert text == "\n\n".join([wide.strip(), narrow.strip(), wide.strip()])
