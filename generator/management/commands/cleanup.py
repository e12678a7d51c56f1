from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from core.management import require_migrated
from generator.cleaning import clean


class Command(BaseCommand):
    help = "One round of the cleaning that the worker does every CLEANUP_INTERVAL_MINUTES."

    def handle(self, *args: Any, **options: Any) -> None:
        require_migrated()
        for what, number in asdict(clean()).items():
            self.stdout.write(f"{what.replace('_', ' ')}: {number}")
