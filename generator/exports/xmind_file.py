"""XMind: the map twice in one archive, as JSON for XMind Zen and all since, as XML for XMind 8."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from lxml import etree

from generator.exports.contents import Contents
from generator.exports.xmind_topics import Topic, map_of

STRUCTURE = "org.xmind.ui.logic.right"
CONTENT = "urn:xmind:xmap:xmlns:content:2.0"
MANIFEST = "urn:xmind:xmap:xmlns:manifest:1.0"
SHEET_ID = "cases"
CREATOR = {"name": "Caseloom"}
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The same cases make the same file."""


def write(contents: Contents) -> bytes:
    root = map_of(contents)
    sheet = {"id": SHEET_ID, "class": "sheet", "title": root.title, "rootTopic": _zen_root(root)}
    entries = {
        "content.json": _json([sheet]),
        "content.xml": _content_xml(root),
        "metadata.json": _json({"creator": CREATOR, "activeSheetId": SHEET_ID}),
    }
    entries["manifest.json"] = _json({"file-entries": {name: {} for name in [*entries, "manifest.json"]}})
    entries["META-INF/manifest.xml"] = _manifest_xml()
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(zipfile.ZipInfo(name, EPOCH), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _zen_root(topic: Topic) -> dict[str, Any]:
    return {**_zen(topic), "structureClass": STRUCTURE}


def _zen(topic: Topic) -> dict[str, Any]:
    found: dict[str, Any] = {"id": topic.id, "class": "topic", "title": topic.title}
    if topic.markers:
        found["markers"] = [{"markerId": marker} for marker in topic.markers]
    if topic.labels:
        found["labels"] = list(topic.labels)
    if topic.children:
        found["children"] = {"attached": [_zen(child) for child in topic.children]}
    return found


def _content_xml(root: Topic) -> bytes:
    book = etree.Element(_tag("xmap-content"), nsmap={None: CONTENT}, version="2.0")
    sheet = etree.SubElement(book, _tag("sheet"), id=SHEET_ID)
    element = _add_topic(sheet, root)
    element.set("structure-class", STRUCTURE)
    etree.SubElement(sheet, _tag("title")).text = root.title
    content: bytes = etree.tostring(book, encoding="UTF-8", xml_declaration=True)
    return content


def _add_topic(parent: etree._Element, topic: Topic) -> etree._Element:
    element = etree.SubElement(parent, _tag("topic"), id=topic.id)
    etree.SubElement(element, _tag("title")).text = topic.title
    if topic.children:
        children = etree.SubElement(element, _tag("children"))
        attached = etree.SubElement(children, _tag("topics"), type="attached")
        for child in topic.children:
            _add_topic(attached, child)
    if topic.markers:
        markers = etree.SubElement(element, _tag("marker-refs"))
        for marker in topic.markers:
            etree.SubElement(markers, _tag("marker-ref"), {"marker-id": marker})
    if topic.labels:
        labels = etree.SubElement(element, _tag("labels"))
        for label in topic.labels:
            etree.SubElement(labels, _tag("label")).text = label
    return element


def _manifest_xml() -> bytes:
    manifest = etree.Element(f"{{{MANIFEST}}}manifest", nsmap={None: MANIFEST})
    for path, media_type in {
        "content.xml": "text/xml",
        "META-INF/": "",
        "META-INF/manifest.xml": "text/xml",
    }.items():
        entry = {"full-path": path, "media-type": media_type}
        etree.SubElement(manifest, f"{{{MANIFEST}}}file-entry", entry)
    content: bytes = etree.tostring(manifest, encoding="UTF-8", xml_declaration=True)
    return content


def _tag(name: str) -> str:
    return f"{{{CONTENT}}}{name}"
