"""Names each message that the Chinese catalogue lacks, leaves empty, is unsure of or no longer needs."""

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

CATALOGUE = Path("locale/zh_Hans/LC_MESSAGES/django.po")
FOLDERS = ("core", "realtime", "generator", "templates")
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    **{f"{name}_lazy": DEFAULT_KEYWORDS[name] for name in ("gettext", "ngettext", "pgettext", "npgettext")},
    "gettext_noop": None,
}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")

Key = tuple[str | None, str]  # context, msgid: the singular one where there is a plural


def messages_in_tree() -> dict[Key, str]:
    """Each message, and a place where it is used."""
    found: dict[Key, str] = {}
    for path in sorted(path for folder in FOLDERS for path in Path(folder).rglob("*")):
        if path.suffix in {".py", ".html", ".txt"} and "migrations" not in path.parts:
            for line, message, _comments, context in extract("python", code_of(path), keywords=KEYWORDS):
                msgid = message if isinstance(message, str) else message[0]
                found.setdefault((context, msgid), f"{path}:{line}")
    return found


def code_of(path: Path) -> io.BytesIO:
    text = path.read_text()
    if path.suffix != ".py":
        # Without indentation: the tokenizer refuses a template's.
        text = re.sub(r"^[ \t]+", "", templatize(text, origin=str(path)), flags=re.MULTILINE)
    return io.BytesIO(text.encode())


def problems(catalogue: Catalog, wanted: dict[Key, str]) -> Iterator[str]:
    entries = {(entry.context, singular(entry)): entry for entry in catalogue if entry.id}
    for key, place in wanted.items():
        if key not in entries:
            yield f"missing: {key[1]!r} ({place})"
    for key, entry in entries.items():
        if key not in wanted:
            yield f"no longer used: {key[1]!r}"
        elif fault := fault_of(entry):
            yield f"{fault}: {key[1]!r}"
    for entry in catalogue.obsolete.values():
        yield f"no longer used: {singular(entry)!r}"


def singular(entry: Message) -> str:
    return entry.id if isinstance(entry.id, str) else entry.id[0]


def fault_of(entry: Message) -> str | None:
    translations = [entry.string] if isinstance(entry.string, str) else list(entry.string or [""])
    if entry.fuzzy:
        return "fuzzy"
    if not all(translations):
        return "not translated"
    source = entry.id if isinstance(entry.id, str) else entry.id[-1]
    if any(sorted(PLACEHOLDER.findall(text)) != sorted(PLACEHOLDER.findall(source)) for text in translations):
        return "other placeholders"
    return None


if __name__ == "__main__":
    if not CATALOGUE.exists():
        sys.exit(f"{CATALOGUE} is not there")
    with CATALOGUE.open("rb") as po:
        found = list(problems(read_po(po, abort_invalid=True), messages_in_tree()))
    print(*found, sep="\n")
    sys.exit(bool(found))
