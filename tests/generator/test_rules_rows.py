"""Rows of field and permission tables, and Gherkin scenarios."""

from generator.drafts import Item, Options
from generator.engines.rules import cases_for


def cases(text, quote="", language="en"):
    return cases_for(Item("R1", text, quote or text), language, Options(detail="thorough"))


def told(text, language="en"):
    return "\n".join(f"{case.title} [{case.rule}]" for case in cases(text, language=language))


def test_a_row_of_a_field_table_is_required_bounded_and_formed_as_it_says():
    name = told("Field: Full name; Required: yes; Rule: 2 to 80 characters")
    phone = told("Field: Mobile number; Required: no; Rule: international format, starts with +")

    assert "81 characters" in name
    assert "Required: yes" in name
    assert "Without mobile number it is saved" in phone
    assert "breaks “international format, starts with +”" in phone


def test_the_choices_of_a_row_are_tried_one_by_one_and_a_foreign_value_is_refused():
    choices = told("Field: Currency; Required: yes; Rule: EUR, SEK or PLN")

    for currency in ("EUR", "SEK", "PLN"):
        assert f"“{currency}” is taken" in choices
    assert "outside of EUR, SEK, PLN is refused" in choices


def test_a_permission_row_is_tried_for_every_role_both_ways():
    allowed, refused = cases("操作：导出报表；管理员：√；医生：×；窗口：×", language="zh-hans")

    assert "管理员" in allowed.title
    assert "医生、窗口" in refused.title
    assert {allowed.technique, refused.technique} == {"decision-table"}
    assert "403" in refused.steps[1].expected


SCENARIO = """Scenario Outline: Fans come too early
  Given the concert starts at 20:00
  When a fan's ticket is scanned at <time>
  Then the gate shows <colour>

  Examples:
    | time  | colour |
    | 18:29 | red    |
    | 18:30 | green  |"""


def test_a_scenario_runs_as_written_once_for_each_row_of_its_examples():
    early, in_time, turned = cases(" ".join(SCENARIO.split()), SCENARIO)

    assert early.preconditions == ("The concert starts at 20:00",)
    assert early.steps[0].action == "A fan's ticket is scanned at 18:29"
    assert early.steps[0].expected == "The gate shows red"
    assert "18:30" in in_time.steps[0].action
    assert turned.polarity == "negative"
