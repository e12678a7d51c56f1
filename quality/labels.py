"""What people labelled by hand: a text's testable statements, their boundary values, what it leaves open.

Samples written for the project are labelled by whole quotes. Texts of others, which are not in the repository,
are labelled by their numbers and by a few words at either end of a statement (`from`, `to`).
"""

from __future__ import annotations

import json
import mimetypes
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from generator.documents.reading import read_document_now

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Limit:
    """A number on which a tester expects three points: `at`, and one `step` or less below and above it."""

    quote: str
    kind: str
    at: str
    unit: str
    step: str

    @property
    def value(self) -> Decimal:
        return Decimal(self.at)


@dataclass(frozen=True, slots=True)
class Label:
    """A testable statement at `start` to `end`. Testers differ on the `optional` ones: neither missed nor wrong."""

    start: int
    end: int
    optional: bool
    limits: tuple[Limit, ...]


@dataclass(frozen=True, slots=True)
class LabelledText:
    name: str
    form: str
    sealed: bool
    text: str
    labels: tuple[Label, ...]
    open_points: tuple[tuple[int, int], ...]


def labelled_texts(shared: Path) -> list[LabelledText]:
    """The samples, and those texts of the `shared` folder that are there."""
    found = []
    for path in sorted((HERE / "labels").glob("*.json")):
        row = json.loads(path.read_text(encoding="utf-8"))
        for name, variant in {path.stem: row, **row.get("also", {})}.items():
            source = (shared if row.get("shared") else HERE) / variant["source"]
            if source.is_file():
                found.append(_labelled(name, row | variant, _text_of(source)))
    return found


def _text_of(source: Path) -> str:
    """As a task would read it."""
    media_type = mimetypes.guess_type(source)[0] or "text/plain"
    return read_document_now(source.name, media_type, source.read_bytes()).text


def _labelled(name: str, row: dict[str, Any], text: str) -> LabelledText:
    labels: list[Label] = []
    for item in row["items"]:
        start, end = _place(text, item, labels[-1].end if labels else 0)
        limits = tuple(
            Limit(each["quote"], each["kind"], each["at"], each.get("unit", ""), each["step"])
            for each in item.get("boundaries", ())
            if not each.get("optional")
        )
        labels.append(Label(start, end, item.get("optional", False), limits))
    places = ((text.index(each["quote"]), len(each["quote"])) for each in row["questions"])
    return LabelledText(
        name,
        row["form"],
        row["sealed"],
        text,
        tuple(labels),
        tuple((start, start + length) for start, length in places),
    )


def _place(text: str, item: dict[str, Any], after: int) -> tuple[int, int]:
    """Where the labelled statement stands; a label that is not in its text is a mistake, so `index` may raise."""
    if "quote" not in item:
        start = text.index(item["from"], after)
        end = text.index(item["to"], max(start, start + len(item["from"]) - len(item["to"]))) + len(
            item["to"]
        )
        return start, end
    start = -1
    for _ in range(item.get("occurrence", 1)):
        start = text.index(item["quote"], start + 1)
    return start, start + len(item["quote"])
