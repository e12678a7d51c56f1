"""How many tokens a text will be, before anybody has counted them."""

from __future__ import annotations

import json
import math
import re

from generator.drafts import Brief
from generator.engines.openai.prompts import case_question

LATIN_CHARACTERS_PER_TOKEN = 4.0
HAN_CHARACTERS_PER_TOKEN = 1.6
MESSAGE_TOKENS = 4
MESSAGES = 2

_WIDE = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]+")


def estimate_tokens(text: str) -> int:
    """A guess within a quarter for prose: ~4 Latin characters a token, ~1.6 Han.

    Sources: OpenAI help, "What are tokens" (4 characters in English); DeepSeek API docs,
    quick_start/token_usage (0.3 token an English character, 0.6 a Chinese one).
    """
    wide = sum(map(len, _WIDE.findall(text)))
    return math.ceil((len(text) - wide) / LATIN_CHARACTERS_PER_TOKEN + wide / HAN_CHARACTERS_PER_TOKEN)


def brief_input_tokens(brief: Brief) -> int:
    """What `OpenAIEngine.write` sends for this brief; providers count the schema as well."""
    question = case_question(brief)
    schema = json.dumps(question.schema, separators=(",", ":"))
    texts = estimate_tokens(question.system) + estimate_tokens(question.user) + estimate_tokens(schema)
    return texts + MESSAGES * MESSAGE_TOKENS
