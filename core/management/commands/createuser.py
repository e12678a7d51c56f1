from __future__ import annotations

import sys
from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.forms import SignUpForm
from core.management import require_migrated


class Command(BaseCommand):
    help = "Makes a user, by the rules of signing up. The password is one line on standard input."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", metavar="NAME")
        parser.add_argument("--staff", action="store_true", help="may use /admin/")

    def handle(self, *args: Any, name: str, staff: bool, **options: Any) -> None:
        require_migrated()
        password = getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
        form = SignUpForm({"username": name, "password1": password, "password2": password})
        form.instance.is_staff = form.instance.is_superuser = staff
        if not form.is_valid():
            told = form.errors.get_json_data()
            raise CommandError(" ".join(error["message"] for errors in told.values() for error in errors))
        self.stderr.write(f"Made {form.save().username}.")
