from __future__ import annotations

import sys
from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.models import User


class Command(BaseCommand):
    help = "Makes a user. The password is one line on standard input."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", metavar="NAME")
        parser.add_argument("--staff", action="store_true", help="may use /admin/")

    def handle(self, *args: Any, name: str, staff: bool, **options: Any) -> None:
        user = User(username=name, is_staff=staff, is_superuser=staff)
        password = getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
        try:
            validate_password(password, user)
            user.set_password(password)
            user.full_clean()
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        user.save()
        self.stderr.write(f"Made {name}.")
