"""What calls cost, added up on their task."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, F, Value
from django.db.models.functions import Coalesce

from generator import choosing
from generator.drafts import Usage


def spent(endpoint: str, usage: Usage) -> dict[str, Any]:
    """Columns of a task after a finished call: its tokens, and its price where the endpoint has one.

    A finished call is also what ends a row of rescues.
    """
    facts: dict[str, Any] = {
        "input_tokens": F("input_tokens") + usage.input_tokens,
        "output_tokens": F("output_tokens") + usage.output_tokens,
        "rescues": 0,
    }
    cost = choosing.cost(choosing.endpoint_named(endpoint), usage.input_tokens, usage.output_tokens)
    if cost is not None:
        nothing = Value(Decimal(), output_field=DecimalField(max_digits=14, decimal_places=6))
        facts["cost"] = Coalesce(F("cost"), nothing) + round(Decimal(str(cost)), 6)
    return facts
