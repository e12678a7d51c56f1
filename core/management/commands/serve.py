"""`manage.py serve`: the whole product in one process."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from core import drain


class Command(BaseCommand):
    help = "Serves pages, API, sockets and the worker in one process on HOST:PORT."

    def handle(self, *args: Any, **options: Any) -> None:
        from core.asgi import application
        from core.serve import Server

        drain.leave(Server(application, settings.HOST, settings.PORT).serve())
