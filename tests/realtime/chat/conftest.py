"""ada and bob talk; eve is an outsider. Each may call the API, and what each was told can be read."""

import json

import pytest

from core.models import User
from realtime.models import Event, Room
from tests.conftest import ApiClient


@pytest.fixture
def eve(db):
    return User.objects.create_user("eve", password="correct horse battery")


@pytest.fixture
def eve_api(eve):
    return ApiClient(eve)


@pytest.fixture
def direct(api, bob):
    """The address of the room of ada and bob."""
    return address_of(api.post("/rooms", {"kind": "direct", "members": ["bob"]}))


@pytest.fixture
def private(api, bob):
    return address_of(api.post("/rooms", {"kind": "private", "name": "Release", "members": ["bob"]}))


@pytest.fixture
def public(api):
    return address_of(api.post("/rooms", {"kind": "public", "name": "Everyone"}))


def address_of(response):
    assert response.status_code in (200, 201), response.content
    return f"/rooms/{response.json()['id']}"


def room_at(address):
    return Room.objects.get(pk=address.rpartition("/")[2])


def said(api, address, text, **facts):
    """A message, as the API answers it."""
    response = api.post(f"{address}/messages", {"text": text, **facts})
    assert response.status_code == 201, response.content
    return response.json()


def told(user, *kinds):
    """The events on a user's stream, of these kinds or of all."""
    frames = Event.objects.filter(user=user).order_by("seq").values_list("frame", flat=True)
    events = [json.loads(frame) for frame in frames]
    return [event for event in events if not kinds or event["type"] in kinds]


def put(api, path, body=None):
    return api.call("PUT", path, body)
