"""Files of cases for imports: exports, edited as their programs would, and tables of others."""

import csv
import io
import json
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from generator.exports import FORMATS, export

BACK = ("xlsx", "csv", "xmind", "json")
"""The formats that come back."""


def exported(task, format):
    return named(f"cases.{FORMATS[format].ending}", export(task, format).content)


def named(name, content):
    return SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode())


def bring(api, task, file):
    """The answer to importing the file."""
    return api.upload(f"/tasks/{task.pk}/cases/import", file=file)


def outcome(response, ok=(200, 201)):
    """`(created, updated, unchanged, messages)`."""
    assert response.status_code in ok, response.content.decode()
    said = response.json()
    return said["created"], said["updated"], said["unchanged"], [one["message"] for one in said["problems"]]


def edited(task, format, key, field, text):
    """An export in which somebody wrote `text` over a case's `title` or `data`, saved by its program."""
    edit = {"xlsx": _xlsx, "csv": _csv, "xmind": _xmind, "json": _json}[format]
    return named(f"cases.{format}", edit(export(task, format).content, key, field, text))


def _xlsx(content, key, field, text):
    book = load_workbook(io.BytesIO(content))
    sheet = book["Cases"]
    column = [cell.value for cell in sheet[1]].index(field.capitalize())
    (row,) = [row for row in sheet.iter_rows(min_row=2) if row[0].value == key]
    row[column].value, row[column].data_type = text, "s"
    return saved(book)


def _csv(content, key, field, text):
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    (row,) = [row for row in rows if row[0] == key]
    row[rows[0].index(field.capitalize())] = text
    return csv_of(rows)


def _xmind(content, key, field, text):
    def edit(topic):
        children = topic.get("children", {}).get("attached", [])
        if key in topic.get("labels", []):
            data = next((child for child in children if child["title"] == "Data"), topic)
            edited = topic if field == "title" else data["children"]["attached"][0]
            edited["title"] = text
        for child in children:
            edit(child)

    return with_map(content, edit)


def with_map(content, edit):
    """The map with `edit` done to its root, as XMind saves it: without the XML for older ones."""
    sheets = json.loads(zipfile.ZipFile(io.BytesIO(content)).read("content.json"))
    edit(sheets[0]["rootTopic"])
    return map_of(sheets)


def map_of(sheets):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("content.json", json.dumps(sheets, ensure_ascii=False))
    return file.getvalue()


def _json(content, key, field, text):
    whole = json.loads(content)
    (case,) = [case for case in whole["cases"] if case["key"] == key]
    case[field] = text
    return json.dumps(whole).encode()


def workbook(*rows, sheet="Cases"):
    book = Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    return named("table.xlsx", saved(book))


def saved(book):
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def csv_of(rows, encoding="utf-8-sig", delimiter=","):
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)
