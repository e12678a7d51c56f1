"""What a case may say (interface §3), whoever writes it: the API, an import."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from core.validation import Input, Line, Text
from generator.drafts import STEP_LIMIT, STEPS_LIMIT, TITLE_LIMIT, CaseType, Polarity, Priority, Technique

Review = Literal["draft", "accepted", "rejected"]
Prose = Annotated[Text, StringConstraints(strip_whitespace=True, max_length=STEP_LIMIT)]
LIST_LIMIT = 50
LARGEST_INTEGER = 2**31 - 1
Tags = Annotated[list[Annotated[Line, Field(min_length=1, max_length=50)]], Field(max_length=LIST_LIMIT)]


class Step(Input):
    action: Annotated[Prose, Field(min_length=1)]
    expected: Prose = ""


class CaseContent(Input):
    section: Annotated[Line, Field(description="The title of one of the task's sections, or nothing.")] = ""
    requirements: Annotated[
        list[Line], Field(description='Keys of requirement items: "R3".', max_length=1_000)
    ] = []
    priority: Priority = "P2"
    type: CaseType = "functional"
    technique: Technique = "scenario"
    polarity: Polarity = "positive"
    preconditions: Annotated[list[Annotated[Prose, Field(min_length=1)]], Field(max_length=LIST_LIMIT)] = []
    steps: Annotated[list[Step], Field(max_length=STEPS_LIMIT)] = []
    data: Text = ""
    tags: Tags = []
    position: Annotated[
        int, Field(ge=0, le=LARGEST_INTEGER, strict=True, description="Its place in its section.")
    ] = 0
    review: Review = "draft"


CaseTitle = Annotated[Line, Field(min_length=1, max_length=TITLE_LIMIT)]


class CaseInput(CaseContent):
    title: CaseTitle


class CasePatch(CaseContent):
    """Any of the fields, with the `rev` that was read."""

    rev: Annotated[int, Field(ge=1, strict=True)]
    title: CaseTitle = ""
