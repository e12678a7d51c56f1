"""Pictures of documents on their way to a model that sees: each with the passage in which it stands."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

from generator.documents.manuscript import Image
from generator.drafts import Analysis, Passage
from generator.models import Task

IMAGES_A_CALL = 10
IMAGE_BYTES_A_CALL = 4 * 2**20
"""A third more as Base64; gateways take 10 MB and more of a request."""

Images = dict[int, tuple[Image, ...]]
"""Those that models may be shown, by the document's position."""


def illustrated(passages: Sequence[Passage], images: Images, apart: int | None = None) -> list[Passage]:
    """The passages with their pictures: those of a passage, and those before the next one of its document.

    With `apart`, of the latter only those at most so many characters behind it. What a call can't take is
    left out.
    """
    held: defaultdict[int, list[Image]] = defaultdict(list)
    for document, pictures in images.items():
        own = [(n, passage) for n, passage in enumerate(passages) if passage.document == document]
        for image in pictures:
            before = [(n, passage) for n, passage in own if passage.start <= image.at] or own[:1]
            if before and _is_near(image, before[-1][1], apart):
                held[before[-1][0]].append(image)
    return [replace(passage, images=_few(held[n])) for n, passage in enumerate(passages)]


def _is_near(image: Image, passage: Passage, apart: int | None) -> bool:
    end = passage.start + len(passage.text)
    return apart is None or passage.start - apart <= image.at <= end + apart


def _few(images: Sequence[Image]) -> tuple[Image, ...]:
    few: list[Image] = []
    for image in images[:IMAGES_A_CALL]:
        if sum(len(one.content) for one in [*few, image]) <= IMAGE_BYTES_A_CALL:
            few.append(image)
    return tuple(few)


def seen_in(passages: Sequence[Passage], analyses: Sequence[Analysis]) -> Counter[int]:
    """How many pictures the model was shown, by the document's position."""
    seen: Counter[int] = Counter()
    for passage, analysis in zip(passages, analyses, strict=True):
        seen[passage.document] += analysis.images
    return seen


def put_away(task: Task, images: Images, seen: Counter[int]) -> None:
    """Drop the bytes of files that were kept for their pictures, and say how many of these a model saw."""
    if not images:
        return
    kept = task.all_documents.exclude(content=None)
    names = dict(kept.order_by("revision").values_list("position", "name"))
    kept.update(content=None)
    for position, count in sorted(seen.items()):
        if count:
            task.note("document.images_shown", name=names[position], count=count)
