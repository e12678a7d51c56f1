import json
import time
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.engines.openai.reading import ObjectReader, read_document

CASES: list[dict[str, Any]] = [
    {"title": 'A "quoted" {one} \\', "steps": [{"action": "a", "expected": "[b]"}], "data": [{"y": 2}]},
    {"title": "二、边界 🔐", "steps": [{"action": "c", "expected": "d"}], "tags": []},
    {"title": "C", "steps": ["e"], "tags": ["x"]},
]
LIST = json.dumps(CASES, ensure_ascii=False)


def accept(said):
    return said["title"] if "title" in said and said.get("steps") else None


def read(text, size=3):
    reader = ObjectReader(accept)
    made = [one for at in range(0, len(text), size) for one in reader.feed(text[at : at + size])]
    return made + reader.finish(), reader


TITLES = [case["title"] for case in CASES]
WAYS = {
    "as asked for": json.dumps({"cases": CASES}),
    "indented": json.dumps({"cases": CASES}, indent=2),
    "as a list": LIST,
    "in a fence": f"```json\n{LIST}\n```",
    "between sentences": f'Here are {{3}} cases for [R1], "as asked":\n{LIST}\nShall I go on [yes]?',
    "under another key": json.dumps({"test_cases": CASES, "count": 3}),
    "under two keys": json.dumps({"data": {"cases": CASES}, "ok": True}),
    "under a Chinese key": json.dumps({"测试用例": CASES}, ensure_ascii=False),
    "as lines": "\n".join(map(json.dumps, CASES)),
    "as objects in a row": ", ".join(map(json.dumps, CASES)),
    "by name": json.dumps({"cases": dict(enumerate(CASES))}),
    "in suites": json.dumps({"suites": [{"name": "s", "cases": CASES[:2]}, {"cases": CASES[2:]}]}),
    "with trailing commas": f'{{"cases": {LIST.replace("}]", "},]")[:-1]},]}}',
    "after thoughts": f'<think>[{{"title": "x", "steps": [1]}}]</think>{LIST}',
    "after thoughts without end tag in case": f"<THINK>{{</Think>{LIST}",
    "cut behind the last case": json.dumps({"cases": CASES})[:-2],
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("size", [1, 3, 7, 10_000])
def test_all_cases_are_found_however_they_are_wrapped(way, size):
    made, reader = read(WAYS[way], size)

    assert made == TITLES
    assert not reader.is_open


@given(st.lists(st.integers(0, len(WAYS["indented"]))))
def test_cases_are_the_same_wherever_the_text_is_split(cuts):
    text = WAYS["indented"]
    marks = [0, *sorted(cuts), len(text)]
    reader = ObjectReader(accept)

    made = [one for start, end in pairwise(marks) for one in reader.feed(text[start:end])]

    assert made == TITLES


@pytest.mark.parametrize("way", ["as asked for", "as a list", "under another key", "as lines"])
def test_each_case_comes_with_its_closing_brace(way):
    text = WAYS[way]
    ends = [text.index(json.dumps(case)) + len(json.dumps(case)) for case in CASES[2:]]
    reader = ObjectReader(accept)

    before = reader.feed(text[: ends[0] - 1])
    last = reader.feed(text[ends[0] - 1])

    assert before == TITLES[:2]
    assert last == TITLES[2:]


def test_a_line_break_inside_a_string_is_no_error():
    made, _ = read('{"cases":[{"title":"A","steps":["one\ntwo"]}]}')

    assert made == ["A"]


@pytest.mark.parametrize(
    "broken",
    [
        '{"title": "X, "steps": ["a"]}',
        '{"title": "X", "steps": ["a}',
        '{"title": "X", "steps": [{"action": "a"]}',
        '{"title": "X", "steps": [{"action": "a"}, "tags": []}',
        '{"title" "X" "steps": []}}',
        '{"nothing": 1}',
    ],
)
def test_a_broken_case_costs_no_other(broken):
    first, *rest = map(json.dumps, CASES)

    made, _ = read(f'{{"cases": [{first}, {broken}, {", ".join(rest)}]}}')

    assert [title for title in made if title in TITLES] == TITLES


def test_what_cannot_be_used_is_counted():
    _, reader = read('{"cases": [{"title": "A", "steps": [1]}, {"title": "B"}, {"nothing": []}]}')

    assert (reader.accepted, reader.broken) == (1, 2)


@pytest.mark.parametrize("way", ["as asked for", "as a list", "as lines", "indented"])
def test_a_case_that_is_cut_is_not_told_as_whole(way):
    text = WAYS[way]
    cut = text.rindex("steps") + 12

    made, reader = read(text[:cut])

    assert made == TITLES[:2]
    assert reader.is_open


def test_reading_takes_time_in_proportion_to_the_text():
    def seconds(count):
        text = json.dumps({"cases": [{"title": "t" * 3_000, "steps": ["s" * 3_000]}] * count})
        started = time.process_time()
        made, _ = read(text, 4)
        assert len(made) == count
        return time.process_time() - started

    seconds(5)
    assert seconds(100) < 20 * max(seconds(10), 0.005)


@pytest.mark.parametrize("junk", ['{"a"#', '{"a"//', '{"a"/*', "{'a' ", '{"a":['])
def test_mending_hopeless_text_takes_no_time(junk):
    started = time.process_time()

    assert not read_document(junk * 2_000)

    assert time.process_time() - started < 0.5


@pytest.mark.parametrize("depth", [10, 100_000])
def test_deep_brackets_are_survived(depth):
    made, _ = read("[" * depth + '{"title": ' * depth, 1_000)

    assert made == []


def test_a_document_is_found_between_fences_and_thoughts():
    assert read_document('<think>{"a": 0}</think> Sure:\n```json\n{"a": 1}\n``` done') == {"a": 1}
    assert read_document('{"items": [{"quote": "x", "te') == {"items": [{"quote": "x"}]}
    assert read_document("no JSON here") is None
