"""Where a model is asked."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One entry of `LLM_ENDPOINTS`; prices are per million tokens. A local server needs no key.

    With `vision` its model takes pictures.
    """

    name: str
    base_url: str
    api_key: str = field(repr=False)
    model: str
    input_price: float | None = None
    output_price: float | None = None
    vision: bool = False
