import io
import sys

import pytest
from django.core.management import CommandError, call_command
from django.db.migrations.recorder import MigrationRecorder

from core.models import Token, User


@pytest.fixture
def password(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("correct horse battery\nmore\n"))


def test_createuser_takes_the_password_from_one_line_of_standard_input(db, password):
    call_command("createuser", "carol", "--staff", stderr=io.StringIO())

    carol = User.objects.get(username="carol")
    assert carol.check_password("correct horse battery")
    assert carol.is_staff


@pytest.mark.parametrize("name", ["ada", "ADA", "two words", "", "x" * 151])
def test_createuser_says_why_a_name_is_refused(ada, password, name):
    with pytest.raises(CommandError, match=r"\w+"):
        call_command("createuser", name)

    assert User.objects.count() == 1


def test_createuser_refuses_a_weak_password(db, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("12345\n"))

    with pytest.raises(CommandError, match="too short"):
        call_command("createuser", "carol")


def test_createtoken_prints_the_token_alone(ada):
    out = io.StringIO()
    call_command("createtoken", "ada", "--name", "ci", stdout=out)

    assert Token.objects.matching(out.getvalue().removesuffix("\n")).get().name == "ci"


def test_createtoken_needs_a_known_user(db):
    with pytest.raises(CommandError, match="nobody"):
        call_command("createtoken", "nobody")


@pytest.mark.parametrize("label", ["", " ", "\u200b", "x" * 101])
def test_createtoken_needs_a_label_to_see(ada, label):
    with pytest.raises(CommandError, match="label"):
        call_command("createtoken", "ada", "--name", label)


@pytest.mark.parametrize(
    "command", [["createuser", "carol"], ["createtoken", "ada"], ["generate", "plan.txt"], ["cleanup"]]
)
def test_a_database_without_its_tables_is_told_in_a_sentence(db, password, command):
    MigrationRecorder.Migration.objects.filter(app="generator").delete()

    with pytest.raises(CommandError, match=r"manage\.py migrate"):
        call_command(*command)
