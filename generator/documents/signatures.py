"""What a file really is, by its first bytes: only signatures that no text begins with."""

from __future__ import annotations

SIGNATURES = {
    b"%PDF-": "PDF",
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
    b"PK\x03\x04": "ZIP, DOCX or XLSX",
    b"PK\x05\x06": "ZIP",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "DOC, XLS or PPT",
    b"{\\rtf": "RTF",
    b"\x1f\x8b": "GZIP",
    b"7z\xbc\xaf\x27\x1c": "7-Zip",
    b"Rar!\x1a\x07": "RAR",
    b"\x7fELF": "ELF",
    b"MZ\x90\x00": "EXE",
    b"SQLite format 3\x00": "SQLite",
}


def signature_of(content: bytes) -> str:
    """The name of the format that `content` begins like, "" for none of them."""
    return next((name for mark, name in SIGNATURES.items() if content.startswith(mark)), "")
