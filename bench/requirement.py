"""The text that tasks are made of: chapters whose titles tell the endpoint how long its answer shall be."""

SENTENCES = (
    "The user can rename a project.",
    "The user can archive a project.",
    "The user can sort projects.",
)
"""Without numbers, so that no boundary is missing and the review has nothing to ask for."""


def title(number: int, tokens: int) -> str:
    return f"Area x{number} takes {tokens} tokens"


def chapter(number: int, tokens: int) -> str:
    """One section of three items."""
    items = (f"{place}. {sentence}" for place, sentence in enumerate(SENTENCES, 1))
    return f"# {title(number, tokens)}\n\n" + "\n".join(items)
