"""What may stand as a reaction: one emoji, however it is put together, and no text."""

from __future__ import annotations

import re
import unicodedata

REACTIONS_LIMIT = 20
EMOJI_LIMIT = 32
"""Code points; flags of regions and families need up to ten."""

PARTS = {
    "\ufe0f": "v",
    "\u200d": "j",
    "\u20e3": "c",
    "\u203c": "s",
    "\u2049": "s",
    "\u2139": "s",
    "\u3030": "s",
    "\u303d": "s",
}
EMOJI = re.compile("sv?m?t*(jsv?m?)*|rr|kv?c")
"""By kinds of parts: symbols, joined ones, two regional letters, a keycap."""
PICTOGRAPHS = range(0x1F000, 0x1FB00)
"""Python may not know the newest of them yet."""


def is_emoji(text: str) -> bool:
    return len(text) <= EMOJI_LIMIT and EMOJI.fullmatch("".join(map(_part, text))) is not None


def _part(character: str) -> str:
    """The kind of part that a code point is, in one letter; x for none."""
    code = ord(character)
    if 0x1F1E6 <= code <= 0x1F1FF:
        return "r"
    if 0x1F3FB <= code <= 0x1F3FF:
        return "m"
    if 0xE0020 <= code <= 0xE007F:
        return "t"
    if character in "0123456789#*":
        return "k"
    symbol = code > 0xA8 and (unicodedata.category(character) in ("So", "Sm") or code in PICTOGRAPHS)
    return PARTS.get(character, "s" if symbol else "x")
