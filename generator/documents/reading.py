"""Text from an upload's bytes, whatever the encoding: Unicode with `\\n` line ends and no BOM."""

from __future__ import annotations

import codecs

from charset_normalizer import from_bytes
from django.utils.translation import gettext as _

from core.text import with_unix_line_ends

UTF_16_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
LEGACY_ENCODINGS = ["gb18030", "big5", "shift_jis", "euc_kr", "cp1252", "cp1251"]


class DocumentUnreadable(Exception):
    """A file's text can't be had; the reason names the file."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read_text(name: str, media_type: str, content: bytes) -> str:  # noqa: ARG001 every type is text so far
    """The text of the file `name`. Raise `DocumentUnreadable`."""
    text = with_unix_line_ends(_decode(name, content))
    if "\0" in text:
        raise DocumentUnreadable(_("%(name)s holds binary data: it is no text file.") % {"name": name})
    return text


def _decode(name: str, content: bytes) -> str:
    encoding = "utf-16" if content.startswith(UTF_16_BOMS) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return _decode_legacy(name, content)


def _decode_legacy(name: str, content: bytes) -> str:
    guess = (
        None if content.startswith(UTF_16_BOMS) else from_bytes(content, cp_isolation=LEGACY_ENCODINGS).best()
    )
    if guess is None:
        raise DocumentUnreadable(
            _("%(name)s can't be read: its text encoding is unknown. Save it as UTF-8.") % {"name": name}
        )
    return str(guess)
