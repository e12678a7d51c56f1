"""A mind map of cases as JSON: `{sheets: [topic]}`, where topics hold their `children`."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from lxml import etree

from generator.documents.manuscript import Manuscript
from generator.documents.unreadable import Unreadable

ZEN, XMIND_8 = "content.json", "content.xml"
NS = "{urn:xmind:xmap:xmlns:content:2.0}"
ATTACHED = f"{NS}children/{NS}topics[@type='attached']/{NS}topic"


def read(content: bytes, manuscript: Manuscript) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if ZEN in archive.namelist():
            roots = [_of_json(sheet["rootTopic"]) for sheet in json.loads(archive.read(ZEN))]
        else:
            roots = [
                _of_xml(topic) for topic in _book(archive.read(XMIND_8)).iterfind(f"{NS}sheet/{NS}topic")
            ]
    manuscript.verbatim(json.dumps({"sheets": roots}))


def _of_json(topic: dict[str, Any]) -> dict[str, Any]:
    note = topic.get("notes", {}).get("plain", {}).get("content", "")
    return {
        "id": str(topic.get("id", "")),
        "title": str(topic.get("title", "")),
        "markers": [str(marker["markerId"]) for marker in topic.get("markers", ())],
        "labels": list(map(str, topic.get("labels", ()))),
        "note": str(note),
        "children": [_of_json(child) for child in topic.get("children", {}).get("attached", ())],
    }


def _book(content: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    book = etree.fromstring(content, parser)
    if book.getroottree().docinfo.doctype:
        raise Unreadable("entities")
    return book


def _of_xml(topic: etree._Element) -> dict[str, Any]:
    return {
        "id": topic.get("id", ""),
        "title": topic.findtext(f"{NS}title", ""),
        "markers": [ref.get("marker-id", "") for ref in topic.iterfind(f"{NS}marker-refs/{NS}marker-ref")],
        "labels": [label.text or "" for label in topic.iterfind(f"{NS}labels/{NS}label")],
        "note": topic.findtext(f"{NS}notes/{NS}plain", ""),
        "children": [_of_xml(child) for child in topic.iterfind(ATTACHED)],
    }
