"""A PDF page's pictures as a model may be shown them."""

from __future__ import annotations

import io

import pypdfium2 as pdfium
from pypdfium2 import raw

from generator.documents.manuscript import IMAGES_LIMIT, Manuscript

SMALLEST_PIXELS = 32
LARGEST_PIXELS = 1_600
MOST_SOURCE_PIXELS = 40_000_000


def write_images(page: pdfium.PdfPage, manuscript: Manuscript) -> None:
    """Rules and dots that are pictures say nothing; what is many or huge is only counted."""
    for picture in page.get_objects([raw.FPDF_PAGEOBJ_IMAGE], max_depth=5):
        width, height = picture.get_px_size()
        if min(width, height) < SMALLEST_PIXELS:
            continue
        is_carried = len(manuscript.images) < IMAGES_LIMIT and width * height <= MOST_SOURCE_PIXELS
        manuscript.image("image/png", _png(picture) if is_carried else None)
    page.close()


def _png(picture: pdfium.PdfImage) -> bytes | None:
    try:
        image = picture.get_bitmap().to_pil()
    except pdfium.PdfiumError:  # in a format that PDFium can't show
        return None
    image.thumbnail((LARGEST_PIXELS, LARGEST_PIXELS))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
