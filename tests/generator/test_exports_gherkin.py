import pytest
from gherkin.parser import Parser
from gherkin.token_scanner import TokenScanner
from hypothesis import given
from hypothesis import strategies as st

from core.text import UNFIT
from generator.editing import add_case
from generator.exports import export
from generator.exports.contents import Contents
from generator.exports.feature_file import write
from generator.payloads import case_payload
from tests.generator.hostile import TEXTS, write_hostile_case


def parsed(content):
    return Parser().parse(TokenScanner(content.decode()))["feature"]


def scenarios(content):
    return [child["scenario"] for child in parsed(content)["children"]]


def told(scenario):
    """Its steps as `(keyword, text)`, the text with what its doc string holds."""
    return [
        (
            step["keyword"].strip(),
            "\n".join([step["text"], *([step["docString"]["content"]] if "docString" in step else [])]),
        )
        for step in scenario["steps"]
    ]


def test_each_case_is_a_scenario_of_given_when_and_then(analysed, ada):
    steps = [{"action": "Try", "expected": "Refused"}, {"action": "Wait", "expected": ""}]
    add_case(
        analysed,
        ada,
        {"title": "Sixth try", "preconditions": ["A", "B"], "steps": steps, "requirements": ["R1"]},
    )
    add_case(analysed, ada, {"title": "Mail", "requirements": ["R2"]})

    first, second = scenarios(export(analysed, "feature").content)

    assert parsed(export(analysed, "feature").content)["name"] == "Passwords"
    assert (first["name"], second["name"]) == ("Sixth try", "Mail")
    assert told(first) == [
        ("Given", "A"),
        ("Given", "B"),
        ("When", "Try"),
        ("Then", "Refused"),
        ("When", "Wait"),
    ]
    tags = [tag["name"] for tag in first["tags"]]
    assert tags == ["@TC-001", "@P2", "@functional", "@scenario", "@positive", "@draft", "@R1"]


def test_chinese_cases_have_chinese_keywords(analysed, ada):
    step = {"action": "输入错误密码", "expected": "账号被锁定"}
    add_case(analysed, ada, {"title": "第六次登录", "preconditions": ["用户已注册"], "steps": [step]})
    content = export(analysed, "feature").content

    assert content.decode().startswith("# language: zh-CN\n功能: ")
    assert parsed(content)["language"] == "zh-CN"
    assert told(scenarios(content)[0]) == [
        ("假如", "用户已注册"),
        ("当", "输入错误密码"),
        ("那么", "账号被锁定"),
    ]


def test_hostile_text_stays_text(analysed, ada):
    case = case_payload(write_hostile_case(analysed, ada))

    (scenario,) = scenarios(export(analysed, "feature").content)

    actions = [UNFIT.sub("", step["action"]) for step in case["steps"]]
    assert scenario["name"] == case["title"]
    assert [text for keyword, text in told(scenario) if keyword == "When"] == actions
    assert len(actions) == len(TEXTS)
    assert "@smoke_test" in {tag["name"] for tag in scenario["tags"]}
    assert "Test data: Scenario: x" in scenario["description"]


FACTS = "key section title priority type technique polarity review data".split()
CASE = {**dict.fromkeys(FACTS, "x"), "requirements": []}
ANY_TEXT = st.text(min_size=1).map(str.strip).filter(lambda text: UNFIT.sub("", text).strip())


@pytest.mark.parametrize("language", ["", "全部都是中文的标题和内容，没有别的"])
@given(st.lists(ANY_TEXT, min_size=1, max_size=4), ANY_TEXT)
def test_whatever_a_case_says_the_file_parses(language, texts, name):
    steps = [{"action": text, "expected": text} for text in texts]
    facts = {
        "title": f"{language} {name}",
        "section": name,
        "tags": texts,
        "data": name,
        "preconditions": texts,
    }
    contents = Contents({"title": name}, [], [], [{**CASE, **facts, "steps": steps}], [])

    (scenario,) = scenarios(write(contents))

    assert len(scenario["steps"]) == 3 * len(texts)
