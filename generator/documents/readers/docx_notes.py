"""Footnotes and endnotes of Word documents, which are parts of their own."""

from __future__ import annotations

from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
KINDS = {"footnote": RELATIONSHIP_TYPE.FOOTNOTES, "endnote": RELATIONSHIP_TYPE.ENDNOTES}


def notes_of(part: Any) -> dict[str, dict[str, Any]]:
    """The notes by their ids, for the tag of each kind's marks."""
    return {f"{W}{kind}Reference": _notes(part, kind) for kind in KINDS}


def _notes(part: Any, kind: str) -> dict[str, Any]:
    related = [relation for relation in part.rels.values() if relation.reltype == KINDS[kind]]
    return {
        note.get(f"{W}id"): note
        for relation in related
        if not relation.is_external
        for note in parse_xml(relation.target_part.blob).iterchildren(f"{W}{kind}")
    }
