"""Quiet hours: across midnight, over changes of the clocks, and never for ever."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.notifications.quiet import never_ends, quiet_until, time_zones

NIGHTS = {"days": [0, 1, 2, 3, 4, 5, 6], "from": "22:00", "to": "07:00", "timezone": "Asia/Shanghai"}
TIMES = st.times().map(lambda moment: f"{moment:%H:%M}")
SHIFTY = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Shanghai", "UTC"]

FIRST = datetime(2011, 12, 1, tzinfo=UTC)
"""Before Samoa skipped a day."""


def at(text: str, zone: str = "Asia/Shanghai") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-03-02T21:59", None),
        ("2026-03-02T22:00", "2026-03-03T07:00"),
        ("2026-03-03T00:00", "2026-03-03T07:00"),
        ("2026-03-03T06:59:59", "2026-03-03T07:00"),
        ("2026-03-03T07:00", None),
    ],
)
def test_a_night_lasts_into_the_morning(now, until):
    assert quiet_until(NIGHTS, at(now)) == (until and at(until))


def test_without_quiet_hours_it_is_never_quiet():
    assert quiet_until(None, at("2026-03-02T23:00")) is None


def test_a_day_names_the_evening_on_which_a_night_begins():
    mondays = NIGHTS | {"days": [0]}  # 2026-03-02 is a Monday

    assert quiet_until(mondays, at("2026-03-02T06:00")) is None
    assert quiet_until(mondays, at("2026-03-03T06:00")) == at("2026-03-03T07:00")
    assert quiet_until(mondays, at("2026-03-03T23:00")) is None


def test_a_weekend_of_whole_days_is_one_long_silence():
    weekend = {"days": [5, 6], "from": "00:00", "to": "00:00", "timezone": "Asia/Shanghai"}

    assert quiet_until(weekend, at("2026-03-06T23:59")) is None
    assert quiet_until(weekend, at("2026-03-07T00:00")) == at("2026-03-09T00:00")
    assert quiet_until(weekend, at("2026-03-08T12:00")) == at("2026-03-09T00:00")


@pytest.mark.parametrize(
    ("night", "hours"),
    [("2026-03-28", 8), ("2026-10-24", 10), ("2026-06-01", 9)],
)
def test_a_night_in_which_the_clocks_change_ends_at_the_same_time_of_day(night, hours):
    begins = at(f"{night}T22:00", "Europe/Berlin").astimezone(UTC)

    ends = quiet_until(NIGHTS | {"timezone": "Europe/Berlin"}, begins)

    assert ends == begins + timedelta(hours=hours)


def test_an_end_that_the_clocks_skip_comes_as_much_later():
    early = NIGHTS | {"timezone": "Europe/Berlin", "to": "02:30"}

    ends = quiet_until(early, at("2026-03-29T01:00", "Europe/Berlin"))

    assert ends == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@given(
    quiet=st.fixed_dictionaries(
        {
            "days": st.lists(st.integers(0, 6), min_size=1, unique=True),
            "from": TIMES,
            "to": TIMES,
            "timezone": st.sampled_from(SHIFTY),
        }
    ).filter(lambda quiet: not never_ends(quiet)),
    now=st.integers(0, 20 * 366 * 24 * 60).map(lambda minutes: FIRST + timedelta(minutes=minutes)),
)
def test_what_waits_comes_later_and_outside_of_every_quiet_hour(quiet, now):
    until = quiet_until(quiet, now)

    if until is not None:
        assert until > now
        assert quiet_until(quiet, until) is None
        assert quiet_until(quiet, until - timedelta(microseconds=1)) == until
        assert until - now < timedelta(days=8)


def test_the_zones_are_places_and_utc():
    assert {"UTC", "Asia/Shanghai", "Asia/Calcutta", "America/Argentina/Ushuaia"} <= time_zones()
    assert not {"localtime", "posixrules", "Factory"} & time_zones()
