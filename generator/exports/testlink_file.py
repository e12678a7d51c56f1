"""TestLink's XML of a test suite: one suite a section, texts as the HTML that its editor keeps."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from itertools import groupby
from typing import Any

from lxml import etree

from generator.exports.contents import Contents, plain

IMPORTANCE = {"P0": "3", "P1": "3", "P2": "2", "P3": "1"}
FINAL, MANUAL = "7", "1"
KEYWORD_FACTS = "priority type technique polarity".split()


def write(contents: Contents) -> bytes:
    suite = _suite(contents.task["title"])
    statements = {item["key"]: item["text"] for item in contents.items}
    title = contents.task["title"]
    for section, cases in groupby(contents.cases, key=lambda case: case["section"]):
        home = _sub_suite(suite, section) if section else suite
        for number, case in enumerate(cases, 1):
            _write_case(home, number, case, _requirements(title, case["requirements"], statements))
    content: bytes = etree.tostring(suite, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return content


def _suite(name: str) -> etree._Element:
    suite = etree.Element("testsuite", name=plain(name))
    _add(suite, "details", "")
    return suite


def _sub_suite(suite: etree._Element, name: str) -> etree._Element:
    """The one of this name, made where there is none yet: TestLink tells suites by their names."""
    found = next((child for child in suite.iterfind("testsuite") if child.get("name") == plain(name)), None)
    if found is None:
        found = _suite(name)
        suite.append(found)
    return found


def _write_case(
    suite: etree._Element, number: int, case: dict[str, Any], requirements: etree._Element
) -> None:
    found = etree.SubElement(suite, "testcase", name=plain(f"{case['key']} {case['title']}"))
    _add(found, "node_order", str(number))
    _add(found, "summary", _html(case["data"] or case["title"]))
    _add(found, "preconditions", _list(case["preconditions"]))
    _add(found, "execution_type", MANUAL)
    _add(found, "importance", IMPORTANCE[case["priority"]])
    _add(found, "status", FINAL)
    steps = etree.SubElement(found, "steps")
    for place, step in enumerate(case["steps"], 1):
        _write_step(etree.SubElement(steps, "step"), place, step)
    keywords = etree.SubElement(found, "keywords")
    for word in dict.fromkeys([*(case[fact] for fact in KEYWORD_FACTS), *case["tags"]]):
        _add(etree.SubElement(keywords, "keyword", name=_keyword(word)), "notes", "")
    found.append(requirements)


def _write_step(element: etree._Element, number: int, step: dict[str, str]) -> None:
    _add(element, "step_number", str(number))
    _add(element, "actions", _html(step["action"]))
    _add(element, "expectedresults", _html(step["expected"]))
    _add(element, "execution_type", MANUAL)


def _requirements(spec: str, keys: Iterable[str], statements: dict[str, str]) -> etree._Element:
    requirements = etree.Element("requirements")
    for key in keys:
        requirement = etree.SubElement(requirements, "requirement")
        _add(requirement, "req_spec_title", plain(spec))
        _add(requirement, "doc_id", key)
        _add(requirement, "title", plain(statements.get(key, key)))
    return requirements


def _add(parent: etree._Element, name: str, text: str) -> None:
    """In CDATA, as TestLink writes it, except for what would end one."""
    element = etree.SubElement(parent, name)
    if text:
        element.text = etree.CDATA(text) if "]]>" not in text else text


def _html(text: str) -> str:
    return escape(plain(text)).replace("\n", "<br/>")


def _list(texts: list[str]) -> str:
    return f"<ol>{''.join(f'<li>{_html(text)}</li>' for text in texts)}</ol>" if texts else ""


def _keyword(word: str) -> str:
    """TestLink allows neither quotes nor commas in them."""
    return plain(word).replace('"', "'").replace(",", ";").replace("，", ";")[:100]
