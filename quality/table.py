"""The table of measures, and the page that publishes it."""

from __future__ import annotations

from pathlib import Path

from quality.measures import Result

_HEAD = (
    "text",
    "what it is",
    "items",
    "cases",
    "found",
    "covered",
    "right items",
    "literal spans",
    "boundary points",
    "open points asked",
    "duplicates",
    "paraphrases",
    "unverifiable",
    "empty fields",
    "techniques an item",
    "negative",
)


def table(results: list[Result]) -> str:
    lines = [f"| {' | '.join(_HEAD)} |", f"|---|---{'|--:' * (len(_HEAD) - 2)}|"]
    return "\n".join([*lines, *(f"| {' | '.join(_row(result))} |" for result in results)])


def _row(result: Result) -> list[str]:
    return [
        f"{result.text.name}{' (sealed)' if result.text.sealed else ''}",
        result.text.form,
        str(result.items),
        str(result.cases),
        _of(result.found),
        _of(result.covered),
        _of(result.right),
        _of(result.literal),
        _of(result.points),
        _of(result.asked),
        str(result.duplicates),
        str(result.paraphrases),
        str(result.unverifiable),
        str(result.empty),
        f"{result.techniques:.1f}",
        f"{100 * result.negative / max(1, result.cases):.0f} %",
    ]


def _of(pair: tuple[int, int]) -> str:
    good, every = pair
    return f"{good}/{every}" if every else "–"


def page(results: list[Result]) -> str:
    frame = (Path(__file__).parent / "page.md").read_text(encoding="utf-8")
    return frame.replace("{table}", table(results))
