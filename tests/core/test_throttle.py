import pytest
from limits import parse

from core import throttle


@pytest.fixture(autouse=True)
def twice_a_minute(monkeypatch):
    monkeypatch.setitem(throttle.RATES, "sign-in", parse("2/minute"))


def test_what_comes_too_often_must_wait_a_whole_number_of_seconds():
    answers = [throttle.hit("sign-in", "dora", "10.0.0.1") for _ in range(3)]

    assert answers[:2] == [None, None]
    assert answers[2] in range(1, 61)


def test_everybody_is_counted_alone():
    for _ in range(3):
        throttle.hit("sign-in", "emil", "10.0.0.1")

    assert throttle.hit("sign-in", "emil", "10.0.0.2") is None


def test_limits_still_hold_while_redis_is_away(settings):
    settings.LIMITS_STORAGE = "redis://127.0.0.1:1/0"
    answers = [throttle.hit("sign-in", "frida", "10.0.0.1") for _ in range(3)]

    assert answers[:2] == [None, None]
    assert answers[2] in range(1, 61)
