"""`python -m quality`: has the engines write cases for labelled texts and holds them against the labels.

By default the rules engine over all texts but the sealed ones; `--sealed` takes these in, `--write` makes
docs/quality.md, `--engine NAME` asks a model that `LLM_ENDPOINTS` names, `--notes` says what was missed.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import django

from generator.drafts import Engine
from generator.engines.rules import RulesEngine
from quality.labels import labelled_texts
from quality.measures import measure
from quality.table import page, table
from quality.writing import written

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "quality.md"


def main() -> None:
    options = _options()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")
    django.setup()
    engine = _engine(options.engine)
    results = []
    for text in labelled_texts(options.shared):
        chosen = text.name in options.only if options.only else options.sealed or not text.sealed
        if chosen:
            results.append(measure(text, written(engine, text.text)))
    print(table(results))
    if options.notes:
        for result in results:
            print(f"\n{result.text.name}", *result.notes, sep="\n  ")
    if options.write:
        PAGE.write_text(page(results), encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m quality", description=__doc__)
    parser.add_argument("only", nargs="*", metavar="NAME", help="only these texts")
    parser.add_argument(
        "--shared", type=Path, default=ROOT.parent / "shared" / "data", help="texts of others"
    )
    parser.add_argument("--engine", default="", metavar="ENDPOINT")
    parser.add_argument("--sealed", action="store_true")
    parser.add_argument("--notes", action="store_true")
    parser.add_argument("--write", action="store_true")
    return parser.parse_args()


def _engine(endpoint: str) -> Engine:
    if not endpoint:
        return RulesEngine()
    from generator.engines import engine_for

    return engine_for("openai", endpoint, lambda: None)


if __name__ == "__main__":
    main()
