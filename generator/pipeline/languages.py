"""Whether a model wrote in the language that it was told to write in."""

from __future__ import annotations

import re

from generator.drafts import Brief, CaseDraft, Language

_HAN = re.compile("[\u3400-\u9fff]")
_LATIN = re.compile("[A-Za-z]")


def is_bound(brief: Brief) -> bool:
    """An instruction may ask for another language than the documents'; a chosen language is meant."""
    return brief.options.language != "auto" or not brief.options.instruction


def is_foreign(case: CaseDraft, language: Language) -> bool:
    """Names, addresses and quoted words of the other language are no fault: the sentences count."""
    text = " ".join([case.title, *(half for step in case.steps for half in (step.action, step.expected))])
    han, latin = len(_HAN.findall(text)), len(_LATIN.findall(text))
    return han > latin / 2 if language == "en" else latin > 0 and not han
