"""An OpenAPI document becomes sentences that can be tested, a chapter for each operation."""

import json

import yaml

from generator.documents.reading import read_document_now
from generator.pipeline.statements import extract

BOOK = {
    "type": "object",
    "required": ["title"],
    "properties": {
        "title": {"type": "string", "minLength": 1, "maxLength": 100},
        "kind": {"type": "string", "enum": ["paper", "audio"]},
        "parent": {"$ref": "#/components/schemas/Book"},
    },
}
LIMIT = {
    "name": "limit",
    "in": "query",
    "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 25},
}
ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
BODY = {"required": True, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Book"}}}}
READING = {
    "summary": "Read a book",
    "security": [],
    "parameters": [LIMIT],
    "responses": {"200": {"description": "The book."}},
}
API = {
    "openapi": "3.1.0",
    "info": {"title": "Library", "version": "1.2"},
    "security": [{"bearer": []}],
    "paths": {
        "/books/{id}": {
            "parameters": [{"$ref": "#/components/parameters/Id"}],
            "get": READING,
            "put": {"requestBody": BODY, "responses": {404: {"description": "There is no such book"}}},
        }
    },
    "components": {
        "parameters": {"Id": ID},
        "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        "schemas": {"Book": BOOK},
    },
}


def read(document, media_type="application/json"):
    text = (
        json.dumps(document)
        if media_type.endswith("json")
        else yaml.safe_dump(document, allow_unicode=True, sort_keys=False)
    )
    return read_document_now("api", media_type, text.encode()).text


def test_each_operation_is_a_chapter_of_its_demands():
    assert (
        read(API)
        == """# Library 1.2

## GET /books/{id} Read a book

- GET /books/{id} must answer callers without authentication too.
- The path parameter id is required, must be text, must have the format uuid.
- The query parameter limit is optional, must be an integer, must be between 1 and 100, is 25 by default.
- GET /books/{id} must be able to answer 200: The book.

## PUT /books/{id}

- PUT /books/{id} must refuse callers who do not authenticate with bearer (http bearer).
- The path parameter id is required, must be text, must have the format uuid.
- PUT /books/{id} must refuse a request without a body (application/json).
- The body field title is required, must be text, must have between 1 and 100 characters.
- The body field kind is optional, must be text, must be one of: paper, audio.
- PUT /books/{id} must be able to answer 404: There is no such book."""
    )


def test_json_and_yaml_say_the_same():
    assert read(API) == read(API, "application/yaml")


def test_every_demand_is_a_requirement_item_of_its_own():
    text = read(API)

    items = [item.quote for section in extract(text, 0) for item in section.items]

    assert len(items) == text.count("\n- ")
    assert any("limit is optional" in quote for quote in items)


def test_a_chinese_document_gets_chinese_sentences():
    chinese = {**API, "info": {"title": "图书馆接口", "description": "提供查询图书的全部接口。"}}
    chinese["paths"] = {"/书": {"get": {"summary": "查询图书", "parameters": [LIMIT], "responses": {}}}}

    assert "- 查询参数 limit 为选填项，必须是整数，必须在 1 到 100 之间，默认为 25。" in read(chinese)


def test_what_is_no_openapi_stays_as_it_is():
    assert read({"rules": ["密码至少 8 位"]}) == '{"rules": ["\\u5bc6\\u7801\\u81f3\\u5c11 8 \\u4f4d"]}'


def test_references_that_lead_nowhere_or_in_a_circle_are_passed_over():
    broken = {**API, "components": {"schemas": {"Book": {"$ref": "#/components/schemas/Book"}}}}

    assert "## PUT /books/{id}" in read(broken)
