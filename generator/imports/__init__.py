"""Cases that come from a file: our own exports, also after edits in Excel and XMind, and others' tables."""

from generator.imports.files import read_file
from generator.imports.settling import Outcome, import_cases

__all__ = ["Outcome", "import_cases", "read_file"]
