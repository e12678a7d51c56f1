"""What stands in a document stands in its text: headings, numbers, tables, in the order of reading."""

import io

import pytest
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part

from generator.documents.judging import MEDIA_TYPES
from generator.documents.reading import read_document_now
from tests.generator import files


def text_of(name, content):
    return document_of(name, content).text


def document_of(name, content):
    return read_document_now(name, MEDIA_TYPES["." + name.rpartition(".")[2]], content)


def test_word_keeps_the_numbers_that_it_shows_of_headings_and_nested_lists():
    word = files.Word()
    word.numbering(("decimal", "%1"), ("decimal", "%1.%2"), headings=True)
    rules = word.numbering(("decimal", "（%1）"), ("lowerLetter", "%2)"), ("lowerRoman", "%3."))
    word.document.add_heading("引言", 1)
    word.document.add_heading("功能需求", 1)
    word.document.add_heading("登录", 2)
    word.item("密码必须为 8 至 20 位。", rules)
    word.item("连续输错 5 次后锁定账户。", rules)
    word.item("锁定 30 分钟。", rules, 1)
    word.item("解锁应记录日志。", rules, 2)
    word.item("登录成功后跳转到首页。", rules)

    assert text_of("需求.docx", word.save()) == (
        "# 1 引言\n\n# 2 功能需求\n\n## 2.1 登录\n\n"
        "（1） 密码必须为 8 至 20 位。\n（2） 连续输错 5 次后锁定账户。\n   a) 锁定 30 分钟。\n"
        "      i. 解锁应记录日志。\n（3） 登录成功后跳转到首页。"
    )


def test_clauses_of_word_keep_the_numbers_by_which_they_are_quoted():
    word = files.Word()
    clauses = word.numbering(("decimal", "%1."), ("decimal", "%1.%2"), starts_at=4)
    word.item("Borrowing", clauses)
    for clause in ("The reader may borrow 5 books.", "A book is due after 30 days."):
        word.item(clause, clauses, 1)

    assert text_of("a.docx", word.save()) == (
        "4. Borrowing\n   4.1 The reader may borrow 5 books.\n   4.2 A book is due after 30 days."
    )


@pytest.mark.parametrize(
    ("kind", "numbers"),
    [
        ("chineseCountingThousand", ["九、", "十、", "十一、"]),
        ("upperRoman", ["IX、", "X、", "XI、"]),
        ("decimalEnclosedCircle", ["⑨、", "⑩、", "⑪、"]),
        ("lowerLetter", ["i、", "j、", "k、"]),
        ("decimalZero", ["09、", "10、", "11、"]),
    ],
)
def test_numbers_are_written_as_word_writes_them(kind, numbers):
    word = files.Word()
    numbering = word.numbering((kind, "%1、"), starts_at=9)
    for _number in numbers:
        word.item("条", numbering)

    lines = text_of("a.docx", word.save()).split("\n")

    assert lines == [f"{number} 条" for number in numbers]


def test_a_table_of_word_is_a_table_and_its_picture_is_counted():
    word = files.Word()
    word.table(("字段", "类型", "必填"), ("书名", "文本|1-100", "是"))
    word.document.add_picture(io.BytesIO(files.picture()))

    document = document_of("a.docx", word.save())

    assert document.text == "| 字段 | 类型 | 必填 |\n| --- | --- | --- |\n| 书名 | 文本\\|1-100 | 是 |"
    assert document.image_count == 1
    assert document.images[0].media_type == "image/png"


RUN = "<w:r><w:t xml:space='preserve'>{}</w:t></w:r>"


def test_limits_in_formulas_and_symbols_of_word_are_read():
    word = files.Word()
    word.raw("p", f"{RUN.format('A price ')}<m:oMath><m:r><m:t>p≤100</m:t></m:r></m:oMath>")
    word.raw(
        "p", f"{RUN.format('An age ')}<w:r><w:sym w:font='Symbol' w:char='F0B3'/></w:r>{RUN.format('18')}"
    )

    assert text_of("a.docx", word.save()) == "A price p≤100\n\nAn age ≥18"


def test_hidden_text_of_word_is_not_read():
    word = files.Word()
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>Draft of Bob</w:t></w:r>"
    word.raw("p", RUN.format("Passwords have ") + hidden + RUN.format("8 characters."))

    assert text_of("a.docx", word.save()) == "Passwords have 8 characters."


def test_rows_in_a_content_control_of_word_are_read():
    row = "<w:tr><w:tc><w:p>{}</w:p></w:tc><w:tc><w:p>{}</w:p></w:tc></w:tr>".format
    word = files.Word()
    control = f"<w:sdt><w:sdtContent>{row(RUN.format('书名'), RUN.format('100'))}</w:sdtContent></w:sdt>"
    word.raw("tbl", row(RUN.format("字段"), RUN.format("上限")) + control)

    assert text_of("a.docx", word.save()) == "| 字段 | 上限 |\n| --- | --- |\n| 书名 | 100 |"


def test_a_footnote_stands_behind_its_paragraph():
    word = files.Word()
    mark = "<w:r><w:footnoteReference w:id='2'/></w:r>"
    word.raw("p", RUN.format("Sessions end.") + mark)
    note = files.word_part(
        "footnotes", f"<w:footnote w:id='2'><w:p>{RUN.format('After 30 days.')}</w:p></w:footnote>"
    )
    part = Part(
        PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES, note.encode(), word.document.part.package
    )
    word.document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)

    assert text_of("a.docx", word.save()) == "Sessions end.\n\nAfter 30 days."


def test_a_footnote_of_opendocument_stands_behind_its_paragraph():
    note = "<text:note><text:note-citation>1</text:note-citation>"
    note += "<text:note-body><text:p>After 30 days.</text:p></text:note-body></text:note>"

    text = text_of("a.odt", files.opendocument(f"<text:p>Sessions end{note}.</text:p>"))

    assert text == "Sessions end.\n\nAfter 30 days."


def test_a_workbook_gives_each_sheet_its_heading_and_its_table():
    content = files.workbook(
        ("编号", "需求", "占比"), ("4.1", "密码必须为\n8 至 20 位", None), (4.2, "锁定", 3), title="需求"
    )

    assert text_of("a.xlsx", content) == (
        "## 需求\n\n| 编号 | 需求 | 占比 |\n| --- | --- | --- |\n"
        "| 4.1 | 密码必须为 8 至 20 位 |  |\n| 4.2 | 锁定 | 3 |"
    )


def test_slides_give_headings_lists_tables_and_notes():
    content = files.slides("登录需求", (0, "密码必须为 8 至 20 位"), (1, "锁定 30 分钟"), notes="必须审核")

    document = document_of("a.pptx", content)

    assert document.text == (
        "# 登录需求\n\n- 密码必须为 8 至 20 位\n   - 锁定 30 分钟\n\n"
        "| 字段 | 上限 |\n| --- | --- |\n| 书名 | 100 |\n\n必须审核"
    )
    assert document.image_count == 1


def test_opendocument_keeps_the_numbers_of_its_lists():
    level = '<text:list-level-style-number text:level="{}" style:num-format="1" {}/>'
    styles = '<text:list-style style:name="L">' + level.format(1, 'style:num-suffix="."')
    styles += level.format(2, 'text:display-levels="2"') + "</text:list-style>"
    inner = "<text:list><text:list-item><text:p>锁定<text:s/>30 分钟</text:p></text:list-item></text:list>"
    entry = "<text:list-item><text:p>{}</text:p>{}</text:list-item>"
    entries = entry.format("密码", "") + entry.format("账户", inner)
    body = f'<text:h text:outline-level="2">功能</text:h><text:list text:style-name="L">{entries}</text:list>'

    assert (
        text_of("a.odt", files.opendocument(body, styles))
        == "## 功能\n\n1. 密码\n2. 账户\n   2.1 锁定 30 分钟"
    )


def test_html_is_read_without_what_nobody_sees():
    page = "<h1>登录</h1><script>alert(1)</script>"
    page += "<ol><li>密码 8 至 20 位<ol><li>锁定</ol></ol>"
    page += "<img src='http://x/y.png'>"

    document = document_of("a.html", f"<meta charset=gbk>{page}".encode("gbk"))

    assert document.text.startswith("# 登录\n\n1. 密码 8 至 20 位\n   1. 锁定")
    assert "alert" not in document.text
    assert document.image_count == 1


def test_csv_is_a_table_whatever_its_delimiter():
    assert text_of("a.csv", "编号;需求\n1;密码, 8 位".encode("gb18030")) == (
        "| 编号 | 需求 |\n| --- | --- |\n| 1 | 密码, 8 位 |"
    )


@pytest.mark.parametrize("between", ["\u2028", "\x85", "\x0b"])
def test_a_row_of_csv_ends_at_its_line_end_alone(between):
    text = text_of("a.csv", f"id,rule\n1,Lock{between}the account\n".encode())

    assert text == "| id | rule |\n| --- | --- |\n| 1 | Lock the account |"


def test_excels_line_about_the_delimiter_is_no_row():
    assert text_of("a.csv", b"sep=;\r\nid;rule\r\n1;a, b, c, d\r\n").startswith("| id | rule |")


def test_a_page_that_says_utf_16_of_itself_in_ascii_is_not():
    page = b"<meta charset=utf-16><p>The password must have 8 characters</p>"

    assert text_of("a.html", page + b" " * (len(page) % 2)) == "The password must have 8 characters"


def test_markdown_stays_byte_for_byte_what_it_is():
    text = "# A\n\n+ 密码\n![](http://x/y.png)\n\n\n| a|b |"

    document = document_of("a.md", text.replace("\n", "\r\n").encode())

    assert document.text == text
    assert document.image_count == 1
