"""A PDF as its readers find it: locked, broken, or open."""

from __future__ import annotations

import pypdfium2 as pdfium
from pypdfium2 import raw

from generator.documents.manuscript import Manuscript
from generator.documents.unreadable import Unreadable


def read(content: bytes, _manuscript: Manuscript) -> None:
    opened(content).close()


def opened(content: bytes) -> pdfium.PdfDocument:
    """Raise `Unreadable`."""
    try:
        return pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        is_locked = error.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
        raise Unreadable("encrypted" if is_locked else "broken") from error
