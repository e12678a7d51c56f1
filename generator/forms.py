"""The generator's form and the task list's filter."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from generator import choosing
from generator.documents.judging import MEDIA_TYPES
from generator.inputs import INSTRUCTION_LIMIT, REQUIREMENT_LIMIT, CleanRequest, InvalidInput, clean_request
from generator.models import Case, Task
from generator.models.tasks import TITLE_LIMIT, TaskQuerySet

DETAILS = [("brief", _("Brief")), ("standard", _("Standard")), ("thorough", _("Thorough"))]
LANGUAGES = [("auto", _("Same as the requirement")), ("en", "English"), ("zh-hans", "简体中文")]


class FilesInput(forms.FileInput):
    """Any number of files."""

    allow_multiple_selected = True

    def value_from_datadict(self, _data: Any, files: Any, name: str) -> list[UploadedFile[Any]]:
        return list(files.getlist(name))


class FilesField(forms.Field):
    """Files as they came: `clean_request` judges them."""

    widget = FilesInput


class RequestForm(forms.Form):
    """What a task is made of. The rules are `generator.inputs`'; this shows them and keeps what was typed."""

    requirement = forms.CharField(
        label=_("Requirement"),
        required=False,
        strip=False,
        widget=forms.Textarea(
            attrs={
                "class": "request__text",
                "rows": 10,
                "data-limit": REQUIREMENT_LIMIT,
                "spellcheck": "false",
                "aria-describedby": "requirement-help",
                "placeholder": _(
                    "Paste a requirement, user stories, acceptance criteria … or drop files here."
                ),
            }
        ),
    )
    files = FilesField(  # type: ignore[assignment]  # Django takes fields out of the class
        label=_("Files"),
        required=False,
        widget=FilesInput(
            attrs={"multiple": True, "accept": ",".join(MEDIA_TYPES), "class": "request__files"}
        ),
    )
    title = forms.CharField(
        label=_("Title"),
        required=False,
        widget=forms.TextInput(
            attrs={"class": "input", "maxlength": TITLE_LIMIT, "placeholder": _("Taken from the first line")}
        ),
    )
    language = forms.ChoiceField(
        label=_("Language of the cases"),
        required=False,
        choices=LANGUAGES,
        widget=forms.Select({"class": "input"}),
    )
    detail = forms.ChoiceField(
        label=_("Detail"),
        required=False,
        choices=DETAILS,
        initial="standard",
        widget=forms.Select({"class": "input"}),
    )
    types = forms.MultipleChoiceField(
        label=_("Types"), required=False, choices=Case.Type.choices, widget=forms.CheckboxSelectMultiple
    )
    techniques = forms.MultipleChoiceField(
        label=_("Techniques"),
        required=False,
        choices=Case.Technique.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    endpoint = forms.ChoiceField(
        label=_("Model"),
        required=False,
        choices=choosing.choices,
        widget=forms.Select({"class": "input", "form": "request-form"}),
    )
    instruction = forms.CharField(
        label=_("Instruction"),
        required=False,
        widget=forms.Textarea({"class": "input", "rows": 2, "maxlength": INSTRUCTION_LIMIT}),
    )

    idempotency_key = forms.UUIDField(
        required=False,
        initial=uuid4,
        widget=forms.HiddenInput({"autocomplete": "off"}),  # else Firefox keeps it when a page is loaded anew
    )
    """Of one rendering: what is sent twice from it is one task (`generator.views`)."""

    request: CleanRequest

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        options = {field: given[field] for field in OPTIONS if given.get(field)}
        try:
            self.request = clean_request(
                given.get("requirement"), given.get("title"), options, given["files"]
            )
        except InvalidInput as invalid:
            for field, message in invalid.errors.items():
                for line in message.split("\n"):  # one for each file that can't be taken
                    self.add_error(_field(field), line)
        return given


OPTIONS = ("language", "types", "techniques", "detail", "instruction", "endpoint")


def _field(name: str) -> str:
    """The form's field for one of the API's ("options.types.0")."""
    return name.removeprefix("options.").split(".")[0]


class TaskFilter(forms.Form):
    """Which tasks the list shows."""

    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[("", _("All")), *Task.Status.choices],
        widget=forms.Select({"class": "input"}),
    )
    q = forms.CharField(
        label=_("Search"),
        required=False,
        widget=forms.TextInput(
            {
                "class": "input",
                "type": "search",
                "placeholder": _("Title or requirement"),
                "autocomplete": "off",
            }
        ),
    )

    def chosen(self, tasks: TaskQuerySet) -> TaskQuerySet:
        """Those of `tasks` that match; what is no status filters nothing."""
        given = self.cleaned_data if self.is_valid() else {}
        if given.get("status"):
            tasks = tasks.filter(status=given["status"])
        return tasks.matching(given["q"]) if given.get("q") else tasks
