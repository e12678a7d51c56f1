"""`python manage.py compiletranslations`: compilemessages for machines without the gettext tools."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Compiles .po files into the .mo files that Django reads: those named, or all."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("sources", nargs="*", type=Path, metavar="django.po")

    def handle(self, *args: Any, **options: Any) -> None:
        for source in options["sources"] or all_sources():
            compile_catalogue(source)
            if options["verbosity"] > 1:
                self.stdout.write(f"{source} compiled")


def all_sources() -> list[Path]:
    return [source for folder in settings.LOCALE_PATHS for source in Path(folder).glob("*/LC_MESSAGES/*.po")]


def compile_catalogue(source: Path) -> None:
    with source.open("rb") as po:
        catalogue = read_po(po, abort_invalid=True)
    partial = source.with_suffix(".mo.partial")  # a server that starts meanwhile must not read half a file
    with partial.open("wb") as mo:
        write_mo(mo, catalogue)
    partial.replace(source.with_suffix(".mo"))
