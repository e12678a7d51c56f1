import pytest
from django.core.files.base import ContentFile

from generator.documents.readers.plain import decoded
from generator.inputs import InvalidInput, TooLarge, WrongType, clean_request

CHINESE = "登录失败五次后锁定账户三十分钟，并向用户发送邮件通知。管理员可以手动解锁账户。"


def file(name, content):
    return ContentFile(content, name=name)


def test_text_gets_unix_line_ends_and_loses_its_bom():
    clean = clean_request("\ufeffone\r\ntwo\rthree")

    assert clean.requirement == "one\ntwo\nthree"


def test_options_are_stored_whole():
    assert clean_request("x", options={"types": ["security", "security"]}).options == {
        "language": "auto",
        "types": ["security"],
        "techniques": [],
        "detail": "standard",
        "instruction": "",
        "endpoint": "",
    }


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({}, "requirement"),
        ({"requirement": " \n\t"}, "requirement"),
        ({"requirement": "x" * 200_001}, "requirement"),
        ({"requirement": "a\0b"}, "requirement"),
        ({"requirement": "\ud800"}, "requirement"),
        ({"requirement": 5}, "requirement"),
        ({"requirement": "%PDF\x01\x02\x03\x04\x05\ufffd\ufffd"}, "requirement"),
        ({"requirement": "x", "title": "t" * 201}, "title"),
        ({"requirement": "x", "options": []}, "options"),
        ({"requirement": "x", "options": {"colour": "red"}}, "options.colour"),
        ({"requirement": "x", "options": {"language": "fr"}}, "options.language"),
        ({"requirement": "x", "options": {"types": ["none"]}}, "options.types.0"),
        ({"requirement": "x", "options": {"types": "security"}}, "options.types"),
        ({"requirement": "x", "options": {"instruction": "i" * 2_001}}, "options.instruction"),
        ({"requirement": "x", "options": {"instruction": None}}, "options.instruction"),
        ({"files": [file("a.txt", b"x")] * 11}, "files"),
        ({"files": [file("a.txt", b"")]}, "files"),
        ({"files": [file("a.txt", b" \n")]}, "files"),
        ({"files": [file("a.txt", "\u200b\u200e\n".encode())]}, "files"),
    ],
)
def test_bad_input_is_named_by_its_field(facts, field):
    with pytest.raises(InvalidInput) as refusal:
        clean_request(**facts)

    assert list(refusal.value.errors) == [field]
    assert type(refusal.value) is InvalidInput


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("plan.doc", b"text", "plan.doc"),
        ("plan", b"text", "plan"),
        ("plan.txt", b"\x89PNG\r\n\x1a\n....", "PNG"),
        ("plan.md", b"%PDF-1.7 ...", "PDF"),
        ("plan.txt", b"a\0b", "binary"),
    ],
)
def test_a_file_that_is_no_text_is_refused_with_what_it_is(name, content, found):
    with pytest.raises(WrongType) as refusal:
        clean_request(files=[file(name, content)])

    assert found in refusal.value.errors["files"]
    assert "MD" in refusal.value.errors["files"]


def test_a_file_too_large_is_refused_by_name(settings):
    settings.MAX_UPLOAD_MB = 1

    with pytest.raises(TooLarge) as refusal:
        clean_request(files=[file("big.txt", b"x" * (2**20 + 1))])

    assert "big.txt" in refusal.value.errors["files"]


def test_a_path_in_a_files_name_is_dropped():
    (upload,) = clean_request(files=[file("..\\..\\plan\x07.txt", b"x")]).uploads

    assert upload.name == "plan.txt"


def test_all_files_that_are_refused_are_named():
    with pytest.raises(WrongType) as refusal:
        clean_request(files=[file("a.txt", b""), file("b.md", b"fine"), file("c.exe", b"MZ")])

    assert refusal.value.errors["files"].split("\n")[0] == "a.txt is empty."
    assert "c.exe" in refusal.value.errors["files"].split("\n")[1]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_text_is_read_in_whatever_encoding(encoding):
    content = (CHINESE + "\r\n" + CHINESE).encode(encoding)

    assert decoded(content) == CHINESE + "\n" + CHINESE


@pytest.mark.parametrize("text", ["密码至少八位", "编号;需求\n1;密码, 8 位"])
def test_a_short_chinese_text_in_gb18030_is_read(text):
    assert decoded(text.encode("gb18030")) == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("naïve café für Zoë, déjà vu", "cp1252"), ("Пароль не короче восьми знаков", "cp1251")],
)
def test_text_of_other_languages_is_not_taken_for_chinese(text, encoding):
    assert decoded(text.encode(encoding)) == text


@pytest.mark.parametrize("encoding", ["shift_jis", "euc_jp", "iso2022_jp"])
@pytest.mark.parametrize(
    "text", ["パスワードは8文字以上", "ログインに5回失敗した場合、アカウントをロックする。\n" * 30]
)
def test_a_japanese_text_is_not_taken_for_chinese(encoding, text):
    assert decoded(text.encode(encoding)) == text.replace("\r", "")


def test_a_korean_text_is_not_taken_for_chinese():
    text = "비밀번호는 8자 이상 20자 이하여야 한다."

    assert decoded(text.encode("euc_kr")) == text
