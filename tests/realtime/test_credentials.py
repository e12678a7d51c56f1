import pytest

from core.models import Token
from realtime import bells


@pytest.fixture
def rung(monkeypatch):
    """The groups whose sockets were asked to look at their credentials again."""
    groups: list[str] = []
    monkeypatch.setattr(bells, "ring", lambda told: groups.extend(group for group, _ in told))
    return groups


@pytest.fixture
def committing(django_capture_on_commit_callbacks):
    return django_capture_on_commit_callbacks


@pytest.fixture
def signed_in(client, ada):
    client.force_login(ada)
    return client


def test_signing_out_rings_once_the_session_is_gone(signed_in, ada, rung, committing):
    with committing(execute=True):
        signed_in.post("/accounts/logout/")

    assert bells.user_group(ada.pk) in rung


def test_a_changed_password_rings(ada, rung, committing):
    ada.set_password("something else entirely")
    with committing(execute=True):
        ada.save()

    assert rung == [bells.user_group(ada.pk)]


def test_a_revoked_token_rings(ada, rung, committing):
    token, _ = Token.issue(ada, "ci")
    with committing(execute=True):
        token.delete()

    assert rung == [bells.user_group(ada.pk)]


def test_a_changed_language_rings_nobody(signed_in, rung, committing):
    with committing(execute=True):
        signed_in.post("/language/", {"language": "zh-hans"})

    assert rung == []
