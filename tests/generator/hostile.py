"""Texts that formats trip over, each as one step's action, and cases that hold them all."""

from generator.editing import add_case

TEXTS = [
    "=HYPERLINK(1)",
    "</steps><script>alert(1)</script>",
    "a ]]> b <![CDATA[ c",
    "Scenario: no scenario",
    "# no comment\n@no-tag\n| no | table |",
    'He says\n"""\nand then\n"""',
    "Feature: none\nGiven nothing\n场景: 无",
    "Bell \x07 and \x1b escape",
    "Family 👨‍👩‍👧‍👦 and flag 🇨🇳",
    "\u202eright to left\u202c and عربى",
    "中文：等价类、边界值，“引号”；制表\t符",
    "_x0041_ stays as it is",
    "2. begins with a number\n3. and goes on with one",
    "  two  spaces   inside",
    "&amp; is no ampersand, \\n no line end, 'quoted'",
]


def write_hostile_case(task, user, **facts):
    steps = [{"action": text.strip(), "expected": f"Seen: {text}"} for text in TEXTS]
    content = {
        "title": '@Given =1+1 | """ # <b>密码</b>',
        "requirements": ["R1", "R3"],
        "priority": "P0",
        "technique": "boundary",
        "polarity": "negative",
        "preconditions": ["Ada is signed in\n1. nowhere else", "# 已登录", "@ready"],
        "steps": steps,
        "data": "=1+1\nScenario: x",
        "tags": ["smoke test", "a@b", "回归", "R2-D2"],
    }
    return add_case(task, user, {**content, **facts})
