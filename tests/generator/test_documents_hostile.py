"""Files that are broken, locked, disguised or made to hurt: each is refused by name, with the way out."""

import io
import zipfile

import pytest
from django.core.files.base import ContentFile
from django.utils import translation
from PIL import Image

from generator.documents import DocumentUnreadable
from generator.documents.judging import MEDIA_TYPES
from generator.documents.packages import ENCRYPTED_OFFICE, OLE
from generator.documents.reading import Limits, read_document_now
from generator.inputs import InvalidInput, WrongType, clean_request
from tests.generator import files

LOCKED = "/Encrypt<</Filter/Standard/V 2/R 3/Length 128/P -4/O<{}>/U<{}>>>/ID[<00><00>]".format(
    "ab" * 32,
    "cd" * 32,
)
PARTS = {
    "a.docx": (files.word("hello"), "word/document.xml"),
    "a.xlsx": (files.workbook(("hello",)), "xl/worksheets/sheet1.xml"),
    "a.pptx": (files.slides("hello"), "ppt/slides/slide1.xml"),
    "a.odt": (files.opendocument("<text:p>hello</text:p>"), "content.xml"),
}


def refusal_at_once(name, content):
    with pytest.raises(InvalidInput) as refusal:
        clean_request(files=[ContentFile(content, name)])
    assert name in refusal.value.errors["files"]
    return refusal.value


def reason_while_reading(name, content, **limits):
    with pytest.raises(DocumentUnreadable) as refusal:
        read_document_now(name, MEDIA_TYPES["." + name.rpartition(".")[2]], content, Limits(**limits))
    assert refusal.value.reason.startswith(name)
    return refusal.value.reason


def part_of(name):
    content, part = PARTS[name]
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return content, part, package.read(part)


def nested_entities(depth=9):
    inner = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, depth))
    return f'<!DOCTYPE x [<!ENTITY e0 "{"x" * 1000}">{inner}]>', f"&e{depth - 1};"


def scan():
    file = io.BytesIO()
    Image.new("RGB", (600, 800), "white").save(file, "PDF")
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("locked.docx", OLE + bytes(1000) + ENCRYPTED_OFFICE, "password"),
        ("locked.pdf", files.pdf(["hello"], trailer=LOCKED), "password"),
        ("locked.odt", files.opendocument("", manifest="<encryption-data/>"), "password"),
        ("cut.docx", files.word("hello")[:9000], "cut off"),
        ("bomb.docx", files.replaced(files.word("hello"), "word/media/a.bin", bytes(201 * 2**20)), "200 MB"),
        ("bomb.odt", files.opendocument("x" * (65 * 2**20)), "64 MB"),
        ("blank.html", b" \n", "empty"),
    ],
)
def test_what_shows_at_once_is_refused_at_once(name, content, words):
    refusal = refusal_at_once(name, content)

    assert words in refusal.errors["files"]
    assert type(refusal) is InvalidInput


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("macro.docx", files.replaced(files.word("hello"), "word/vbaProject.bin", b"macro"), "macros"),
        ("sheet.docx", files.workbook(("a",)), "XLSX"),
        ("archive.xlsx", files.archive({"a.txt": "a"}), "ZIP"),
        ("old.docx", OLE + bytes(1000), "DOC, XLS or PPT"),
        ("picture.pdf", files.picture(), "PNG"),
        ("page.pdf", b"<html>", "something else"),
        ("letter.txt", files.word("hello"), "ZIP"),
        ("sheet.csv", b"a\0b", "binary"),
        ("macro.docm", files.word("hello"), "DOCX"),
    ],
)
def test_a_file_whose_name_lies_is_refused_with_what_it_is(name, content, words):
    refusal = refusal_at_once(name, content)

    assert words in refusal.errors["files"]
    assert type(refusal) is WrongType


def test_a_pdf_that_only_forbids_printing_is_taken():
    open_to_all = files.pdf(["hello"]) + b"%/Encrypt"

    assert clean_request(files=[ContentFile(open_to_all, "a.pdf")]).uploads


@pytest.mark.parametrize("name", PARTS)
def test_entities_that_grow_without_end_are_stopped(name):
    content, part, xml = part_of(name)
    declaration, entity = nested_entities()
    body = xml.decode().partition("?>")[2] if xml.startswith(b"<?xml") else xml.decode()

    bomb = files.replaced(content, part, (declaration + body.replace("hello", entity)).encode())

    assert "broken" in reason_while_reading(name, bomb)


@pytest.mark.parametrize("name", PARTS)
def test_a_part_that_is_cut_off_is_named(name):
    content, part, xml = part_of(name)

    assert "cut off" in reason_while_reading(name, files.replaced(content, part, xml[: len(xml) // 2]))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (files.pdf(*[[]] * 10_000), "10,000 pages; at most 2,000"),
        (files.pdf(["hello"])[:200], "broken"),
        (files.pdf([]), "no text"),
        (scan(), "OCR"),
    ],
)
def test_a_pdf_without_text_says_why(content, words):
    assert words in reason_while_reading("a.pdf", content)


def test_a_reader_that_takes_too_long_is_killed():
    long = files.pdf(*[[f"The system must do thing {line}." for line in range(40)]] * 1500)

    assert "within 1 seconds" in reason_while_reading("a.pdf", long, seconds=1)


def test_a_reader_that_takes_too_much_memory_says_so():
    assert "400 MB of memory" in reason_while_reading("a.csv", b"a,b\n" * 2_000_000, memory_mb=400)


def test_more_text_than_anybody_tests_is_refused():
    assert "4,000,000 characters" in reason_while_reading("a.txt", b"The page must open. " * 210_000)


@pytest.mark.parametrize("content", [b"[" * 100_000, b"<div>" * 100_000])
def test_what_is_nested_too_deep_does_not_hurt(content):
    assert reason_while_reading("a.html" if content.startswith(b"<") else "a.json", content)


def test_aliases_of_yaml_that_multiply_are_read_once():
    lines = ["openapi: 3.0.0", "paths: {}", "a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    lines.append("info: {title: Library, description: *a9}")

    assert read_document_now("a.yaml", "application/yaml", "\n".join(lines).encode()).text == "# Library"


def test_the_reason_is_in_the_readers_language():
    with translation.override("zh-hans"):
        reason = reason_while_reading("需求.pdf", scan())

    assert "文字识别" in reason
