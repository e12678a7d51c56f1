from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.management import require_migrated
from core.models import Token, User
from core.text import is_blank

LABEL_LIMIT = 100


class Command(BaseCommand):
    help = "Makes a bearer token for NAME and prints it, alone, on standard output."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", metavar="NAME")
        parser.add_argument("--name", dest="label", metavar="LABEL", default="command line")

    def handle(self, *args: Any, name: str, label: str, **options: Any) -> None:
        require_migrated()
        user = User.objects.filter(username=name, is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active user {name}.")
        if is_blank(label) or len(label) > LABEL_LIMIT:
            raise CommandError(f"Give a label of 1 to {LABEL_LIMIT} characters.")
        _token, secret = Token.issue(user, label)
        self.stdout.write(secret)
