"""The byte budgets of a socket (interface §4)."""

import time

from realtime.window import DEAF_AFTER_SECONDS, DEAF_BUDGET, REPLAY_BUDGET, WHISPER_BUDGET, Window


def test_a_client_that_acknowledges_gets_everything():
    window = Window()

    for sent in range(1, 1001):
        window.sent(32_768)
        window.acknowledge(sent)

    assert window.unacknowledged == 0
    assert window.takes_whispers
    assert window.takes_replay


def test_whispers_stop_before_replays_do():
    window = Window()

    window.sent(WHISPER_BUDGET + 1)

    assert not window.takes_whispers
    assert window.takes_replay


def test_a_replay_waits_and_goes_on_after_an_acknowledgement():
    window = Window()
    window.sent(REPLAY_BUDGET + 1)
    waited = not window.takes_replay

    window.acknowledge(1)

    assert waited
    assert window.takes_replay


def test_a_client_that_owes_too_much_and_stays_silent_is_deaf(monkeypatch):
    window = Window()
    window.sent(REPLAY_BUDGET)
    window.hold_back(DEAF_BUDGET - REPLAY_BUDGET + 1)
    assert not window.deaf

    now = time.monotonic()
    monkeypatch.setattr("time.monotonic", lambda: now + DEAF_AFTER_SECONDS)

    assert window.deaf


def test_a_burst_does_not_cut_a_client_that_acknowledges_it_late(monkeypatch):
    window = Window()
    for _ in range(40):
        window.sent(32_768)
    now = time.monotonic()
    monkeypatch.setattr("time.monotonic", lambda: now + DEAF_AFTER_SECONDS)

    window.acknowledge(40)

    assert not window.deaf
    assert window.takes_replay


def test_saying_again_what_was_said_before_is_no_sign_of_hearing(monkeypatch):
    window = Window()
    for _ in range(20):
        window.sent(32_768)
    now = time.monotonic()
    monkeypatch.setattr("time.monotonic", lambda: now + DEAF_AFTER_SECONDS)

    window.acknowledge(0)

    assert window.deaf


def test_an_acknowledgement_of_frames_that_were_never_sent_counts_as_all():
    window = Window()
    window.sent(100)

    window.acknowledge(10**9)
    window.sent(100)

    assert window.unacknowledged == 100
