"""Office files are ZIP packages: what one is, and whether it may be unpacked, by its table of contents."""

from __future__ import annotations

import io
import zipfile

from generator.documents.readers import OOXML
from generator.documents.unreadable import Unreadable

UNPACKED_MB = 200
XML_MB = 64
"""Of one part: some ten thousand pages, and a tree in memory takes a multiple of it."""
ENTRIES_LIMIT = 10_000
KINDS = {
    "word/document.xml": f"{OOXML}.wordprocessingml.document",
    "xl/workbook.xml": f"{OOXML}.spreadsheetml.sheet",
    "ppt/presentation.xml": f"{OOXML}.presentationml.presentation",
}
ODT = "application/vnd.oasis.opendocument.text"
MACROS = ("vbaproject.bin", "basic/")
ENCRYPTED_FLAG = 0x1
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_OFFICE = "EncryptedPackage".encode("utf-16-le")
MANIFEST_BYTES = 1_000_000


def is_locked_office(content: bytes) -> bool:
    """Office puts a document with a password into an old-style container."""
    return content.startswith(OLE) and ENCRYPTED_OFFICE in content


def media_type_of(content: bytes) -> str | None:
    """What the package holds, None for any other archive. Raise `Unreadable` if it must stay packed."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return _judged(package)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError) as error:
        raise Unreadable("broken", detail=str(error)) from error


def _judged(package: zipfile.ZipFile) -> str | None:
    entries = package.infolist()
    names = {entry.filename for entry in entries}
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > UNPACKED_MB * 2**20 or len(entries) > ENTRIES_LIMIT:
        raise Unreadable("unpacked", mb=UNPACKED_MB)
    if any(
        entry.file_size > XML_MB * 2**20 for entry in entries if entry.filename.endswith((".xml", ".rels"))
    ):
        raise Unreadable("unpacked", mb=XML_MB)
    if any(entry.flag_bits & ENCRYPTED_FLAG for entry in entries):
        raise Unreadable("encrypted")
    found = next((KINDS[name] for name in KINDS if name in names), None) or _opendocument(package, names)
    if found and any(
        name.lower().endswith(MACROS[0]) or name.lower().startswith(MACROS[1]) for name in names
    ):
        raise Unreadable("macros")
    return found


def _opendocument(package: zipfile.ZipFile, names: set[str]) -> str | None:
    if "mimetype" not in names or package.getinfo("mimetype").file_size > 100:
        return None
    found = package.read("mimetype").decode("ascii", "replace").strip()
    if found == ODT and "META-INF/manifest.xml" in names:
        with package.open("META-INF/manifest.xml") as manifest:
            if b"encryption-data" in manifest.read(MANIFEST_BYTES):
                raise Unreadable("encrypted")
    return found if found == ODT else None
