"""One action for many cases of a task."""

from __future__ import annotations

from typing import Annotated, Any

from django.utils.translation import gettext as _
from ninja import Router
from pydantic import BaseModel, Field

from core.api.auth import SignedInRequest
from core.api.schemas import writes
from core.validation import Input, InvalidInput, Line
from generator import selection
from generator.api.lookup import EditableTask
from generator.case_inputs import LARGEST_INTEGER, Tags
from generator.models.cases import CASE_KEY

router = Router(tags=["cases"])
KEYS_LIMIT = 1_000

Rev = Annotated[int | None, Field(ge=1, le=LARGEST_INTEGER, strict=True)]


class PickedCase(Input):
    key: Line
    rev: Annotated[Rev, Field(description="As it was read: a case that moved on is left as it is.")] = None
    to: Annotated[Rev, Field(description="For `restore`: what it was at this rev.")] = None


class Selection(Input):
    action: selection.Action
    cases: Annotated[list[PickedCase], Field(min_length=1, max_length=KEYS_LIMIT)]
    tags: Annotated[Tags, Field(description="For `tag` and `untag`.")] = []
    section: Annotated[Line | None, Field(description="For `move`: its title; else it stays.")] = None
    before: Annotated[Line | None, Field(description="For `move`: a key in the section; else last.")] = None


class Changed(BaseModel):
    key: str
    before: int
    rev: int


class Outcome(BaseModel):
    matched: Annotated[int, Field(description="How many of the cases were as they had been read.")]
    changed: Annotated[
        list[Changed],
        Field(description="With those that made room; `restore` each `to` its `before` to undo."),
    ]
    stale: Annotated[list[str], Field(description="Keys of those that moved on, and of unknown ones.")]


@router.post(
    "/tasks/{uuid:task_id}/cases/bulk",
    response=writes(200, Outcome, 400, 404, 415, 422),
    summary="Do something to many cases",
)
def change_cases(request: SignedInRequest, task: EditableTask, body: Selection) -> dict[str, Any]:
    """Review, tag, move, delete or restore them. What somebody changed since it was read stays as it is."""
    if body.action in {"tag", "untag"} and not body.tags:
        raise InvalidInput({"tags": _("Give a tag.")})
    if body.action == "restore" and any(case.to is None for case in body.cases):
        raise InvalidInput({"cases": _("Give the rev to restore as `to`.")})
    picks = [selection.Pick(_number(case.key), case.rev, case.to) for case in body.cases]
    before = None if body.before is None else _number(body.before)
    wish = selection.Wish(body.action, body.tags, body.section, before)
    done = selection.act(task, request.user, wish, picks)
    return {"matched": len(picks) - len(done.stale), "changed": done.changed, "stale": done.stale}


def _number(key: str) -> int:
    match = CASE_KEY.fullmatch(key)
    if match is None:
        raise InvalidInput({"cases": _("Give keys like TC-001.")})
    return int(match[1])
