"""Fields of forms: what must be filled in, what may be left out, and which values have the right form."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.engines.rules.finding import Finding
from generator.engines.rules.limits import unquoted
from generator.engines.rules.statement import FIELDS, Statement
from generator.engines.rules.words import THINGS, Sighting, Word

FIELDS_PER_ITEM = 4

_REQUIRED = re.compile(
    r"(?:is|are|be|field|both) (?:required|mandatory|obligatory)(?! to)|required fields?|mandatory|\(required\)"
    r"|(?:not|never|cannot) be (?:left )?(?:empty|blank)|non-?empty|\b(?:shall|must|has to|have to) (?:enter|provide|fill in|give|specify)\b|非空|必填|(?:需要?|必须|应当?|须)填写|不(?:能|得|可|允许)为?空|必须(?:填写|输入)",
    re.I,
)
_OPTIONAL = re.compile(r"if (?:desired|wanted|they wish)|\boptional(?:ly)?\b|可选|选填|非必填|可不填", re.I)
_FORMAT = re.compile(
    r"(?:valid|correct|right|e-?mail|phone|date|url) format|format (?:of|is|must|should)|in the format|well-formed"
    r"|\bvalid (?:\w+ )?(?:e-?mail|phone|url|link|date|image|address)|格式|合法|有效的",
    re.I,
)
_UNIQUE = re.compile(
    r"\bunique|duplicate|already (?:exists?|taken|registered|in use)|唯一|不[能得可](?:重复|重名|相同)|重复",
    re.I,
)
_GIVEN = re.compile(
    r"\bgiving|\bprovid|\bwith (?:a|an|the|its)\b|\benter|\bfill|\binclud|\bset(?:s|ting)?\b|填写|输入|录入|包括|包含",
    re.I,
)
_BEHIND_LABEL = re.compile(r"[,，(（].*", re.S)
_LABEL = re.compile(r"[\u4e00-\u9fff]{2,10}|(?:an? |the )?[a-z]+(?: [a-z]+){0,2}", re.I)
_TEXTS = frozenset({"title", "description", "address", "username"})
_BAD = {
    "email": ("ada@example", "ada.example.com", "ada lin@example.com"),
    "phone": ("1380013800", "138001380000", "1380013800a"),
    "url": ("example", "http:/x", "javascript:alert(1)"),
    "date": ("2031-02-30", "31/31/2031", "12-5"),
    "image": ("letter.txt", "setup.exe", "broken.png"),
}


def fields(statement: Statement) -> Iterator[Finding]:
    yield from _required(statement)
    yield from _optional(statement)
    yield from _unique(statement)
    yield from _formats(statement)
    yield from _given(statement)


def field_slots(statement: Statement, word: Word) -> dict[str, str]:
    name, good = word.name(statement.language), word.samples(statement.language)[0]
    owner = statement.owner.name(statement.language)
    bad = _BAD.get(word.key, ("", "   ", "�"))
    return {
        "field": name,
        "Field": name[:1].upper() + name[1:],
        "good": good,
        "good_upper": good.upper(),
        "bad1": bad[0],
        "bad2": bad[1],
        "bad3": bad[2],
        "owner": owner,
        "Owner": owner.capitalize(),
    }


def named_fields(statement: Statement, text: str) -> list[Word]:
    sightings = list(THINGS.sightings(unquoted(text)))
    words = {
        seen.word.key: statement.called(seen, text) for seen in reversed(sightings) if seen.word.key in FIELDS
    }
    return list(reversed(words.values()))[:FIELDS_PER_ITEM]


def is_required(statement: Statement) -> bool:
    return _REQUIRED.search(statement.text) is not None


def gives_fields(statement: Statement) -> bool:
    """Does the sentence make something by giving it fields: "create courses, giving them a title", "add a description"?"""
    does = {action.word.key for action, _ in statement.actions[:2]}
    is_field = statement.thing.key in _TEXTS | {"date"}
    return bool(does & {"create", "edit", "fill"}) and (is_field or _GIVEN.search(statement.text) is not None)


def _required(statement: Statement) -> Iterator[Finding]:
    found = _REQUIRED.search(statement.text)
    if found is None:
        return
    words = (
        named_fields(statement, statement.focus)
        or _listed_field(statement)
        or named_fields(statement, statement.text)
        or [statement.thing]
    )
    optional = {sighting.word.key for sighting in _left_out(statement)}
    for nth, word in enumerate(words, start=3):
        if word.key not in optional:
            slots = field_slots(statement, word) | {"nth": str(nth), "blanks": f'"{" " * nth}"'}
            yield Finding("required", found[0], slots, first_only=len(words) > 1)


def _listed_field(statement: Statement) -> list[Word]:
    """ "…填写以下内容：工作交接人": the entry of the list is the field's name."""
    label = _BEHIND_LABEL.sub("", statement.focus).strip()
    if statement.focus == statement.text or statement.is_foreign or not _LABEL.fullmatch(label):
        return []
    return [Word("field", label, label, label, (f"{label} 1", f"{label} 2", f"{label}一", f"{label}二"))]


def _optional(statement: Statement) -> Iterator[Finding]:
    found = _OPTIONAL.search(statement.focus)
    for sighting in _left_out(statement):
        yield Finding(
            "optional",
            found[0] if found else "",
            field_slots(statement, statement.called(sighting, statement.focus)),
        )


def _left_out(statement: Statement) -> list[Sighting]:
    """The thing that the word for "optional" speaks of: the last before it, else the first."""
    found = _OPTIONAL.search(statement.focus)
    if found is None:
        return []
    return [seen for seen in statement.things if seen.end <= found.start()][-1:] or statement.things[:1]


def _unique(statement: Statement) -> Iterator[Finding]:
    found = _UNIQUE.search(statement.focus)
    if found is None or any(action.word.key == "invite" for action, _ in statement.actions[:1]):
        return
    word = (named_fields(statement, statement.focus) or [statement.thing])[0]
    yield Finding("unique", found[0], field_slots(statement, word))


def _formats(statement: Statement) -> Iterator[Finding]:
    found = _FORMAT.search(statement.focus)
    if found is None:
        return
    for word in named_fields(statement, statement.focus):
        if word.key in _BAD:
            yield Finding("format", found[0], field_slots(statement, word))


def _given(statement: Statement) -> Iterator[Finding]:
    """ "… and provide a title": the value itself is what is tried out."""
    if not gives_fields(statement) or is_required(statement) or _UNIQUE.search(statement.focus):
        return
    for sighting in statement.things:
        word = statement.called(sighting, statement.focus)
        quote = statement.focus[sighting.start : sighting.end]
        if word.key in _TEXTS:
            yield Finding("text_field", quote, field_slots(statement, word))
        elif word.key == "date":
            yield Finding("date_field", quote, field_slots(statement, word))
