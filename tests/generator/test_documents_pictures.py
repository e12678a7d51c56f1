"""Pictures of documents are shown to models that can see, and to nobody else."""

from base64 import b64decode

import pytest
from channels.db import database_sync_to_async as in_thread

from generator.documents.judging import MEDIA_TYPES
from generator.documents.manuscript import Image
from generator.drafts import Passage
from generator.models import Document, Task
from generator.pipeline.images import IMAGE_BYTES_A_CALL, IMAGES_A_CALL, illustrated
from generator.rounds import Changed, revise_task
from generator.services import Upload, request_task, retry_task
from generator.sources import sources_of
from tests.endpoint import scripted_endpoint  # noqa: F401  a fixture
from tests.generator import files
from tests.generator.rounds_cast import ended, known, scripted_model, story  # noqa: F401  the model is a fixture

pytestmark = pytest.mark.django_db(transaction=True)
ORDERS, PRICES = "The order must have between 1 and 20 lines.", "The page must show prices as in the figure."


@pytest.fixture
def seeing(modelled, settings):
    settings.LLM_ENDPOINTS[0]["vision"] = True
    return modelled


def upload(*parts):
    """A Word document of sentences and, by their colours, pictures."""
    word = files.Word()
    for part in parts:
        word.document.add_paragraph(part) if " " in part else word.picture(part)
    return Upload("shop.docx", MEDIA_TYPES[".docx"], word.save())


async def requested(ada, *parts):
    return await in_thread(request_task)(ada, uploads=[upload(*parts)])


def shown(bodies):
    """The pictures of all calls, and what each says of where they stand."""
    messages = [body["messages"][-1]["content"] for body in bodies]
    parts = [part for content in messages if isinstance(content, list) for part in content[1:]]
    return [b64decode(part["image_url"]["url"].removeprefix("data:image/png;base64,")) for part in parts]


async def unread(task):
    (source,) = await in_thread(sources_of)(task)
    return source.pictures


async def kept_bytes():
    return await Document.objects.exclude(content=None).acount()


async def test_a_model_that_sees_is_shown_them_where_they_stand(ada, seeing):
    task = await ended(await requested(ada, ORDERS, "red", PRICES, "blue"))

    assert task.status == Task.Status.COMPLETED, task.error_message
    assert shown(seeing.bodies) == [files.picture("red"), files.picture("blue")]
    assert known(seeing.bodies[0])["pictures"] == [
        {"picture": 1, "after": ORDERS},
        {"picture": 2, "after": f"{ORDERS}\n\n{PRICES}"[-80:].strip()},
    ]
    assert (await story(task))["document.images_shown"] == {"name": "shop.docx", "count": 2}
    assert (await unread(task), await kept_bytes()) == (0, 0)


async def test_a_model_that_does_not_see_gets_words_alone(ada, modelled):
    task = await ended(await requested(ada, ORDERS, "red"))

    assert shown(modelled.bodies) == []
    assert "pictures" not in known(modelled.bodies[0])
    assert (await unread(task), await kept_bytes()) == (1, 0)


async def test_an_endpoint_that_refuses_pictures_is_asked_without_and_they_count_as_unread(ada, seeing):
    seeing.refuse_images()

    task = await ended(await requested(ada, ORDERS, "red"))

    assert task.status == Task.Status.COMPLETED, task.error_message
    assert "document.images_shown" not in await story(task)
    assert (await unread(task), await kept_bytes()) == (1, 0)


async def test_what_stopped_the_analysis_does_not_cost_the_pictures(ada, seeing):
    seeing.refuse_with(401, times=None)
    task = await ended(await requested(ada, ORDERS, "red"))
    assert (task.status, await kept_bytes()) == (Task.Status.FAILED, 1)
    seeing.clear()
    before = len(seeing.bodies)

    await in_thread(retry_task)(task, ada)
    task = await ended(task)

    assert task.status == Task.Status.COMPLETED, task.error_message
    assert shown(seeing.bodies[before:]) == [files.picture("red")]
    assert (await unread(task), await kept_bytes()) == (0, 0)


async def test_a_revision_shows_those_beside_what_changed(ada, seeing):
    far = [f"The page must show the column {word} of each order." for word in "abcdefghijkl"]
    task = await ended(await requested(ada, "red", *far, ORDERS))
    before = len(seeing.bodies)
    changed = upload("red", *far, ORDERS.replace("20", "30"), "blue")

    await in_thread(revise_task)(task, ada, Changed(uploads=(changed,)))
    task = await ended(task)

    assert task.status == Task.Status.COMPLETED, task.error_message
    assert shown(seeing.bodies[before:]) == [files.picture("blue")]
    assert (await unread(task), await kept_bytes()) == (1, 0)


# --- which call gets which


def test_each_goes_with_the_passage_that_it_stands_in_or_behind():
    passages = [Passage(0, 10, "x" * 50, ()), Passage(0, 100, "y" * 50, ()), Passage(1, 0, "z", ())]
    places = [0, 30, 80, 100, 150]
    images = {0: tuple(Image("image/png", b"x", at) for at in places)}

    got = [[image.at for image in passage.images] for passage in illustrated(passages, images)]
    near = [[image.at for image in passage.images] for passage in illustrated(passages, images, apart=15)]

    assert got == [[0, 30, 80], [100, 150], []]
    assert near == [[0, 30], [100, 150], []]


@pytest.mark.parametrize(("size", "taken"), [(1, IMAGES_A_CALL), (IMAGE_BYTES_A_CALL // 4, 4)])
def test_a_call_takes_only_so_many(size, taken):
    images = {0: tuple(Image("image/png", bytes(size), at) for at in range(30))}

    (passage,) = illustrated([Passage(0, 0, "x" * 99, ())], images)

    assert len(passage.images) == taken
