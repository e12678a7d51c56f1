"""What Chromium makes of a page when it is printed."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

QUIETLY = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")


def printed(html: str) -> bytes:
    """A PDF with the date above and the address below, as browsers print."""
    with tempfile.TemporaryDirectory() as folder:
        page, target = Path(folder, "page.html"), Path(folder, "page.pdf")
        page.write_text(html)
        chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        home = f"--user-data-dir={folder}/home"
        command = [chromium, *QUIETLY, home, f"--print-to-pdf={target}", page.as_uri()]
        subprocess.run(command, check=True, capture_output=True, timeout=60)
        return target.read_bytes()
