import pytest
from limits import parse

from core import throttle
from core.models import Token, User

PASSWORD = "correct horse battery"
WRONG = {"username": "ada", "password": "wrong"}


def sign_up(client, name="dora", password=PASSWORD, again=PASSWORD):
    form = {"username": name, "password1": password, "password2": again}
    return client.post("/accounts/signup/", form)


def test_signing_up_signs_in_and_goes_to_the_generator(client, db):
    response = sign_up(client)

    assert (response.status_code, response.url) == (302, "/")
    assert client.get("/").status_code == 200


def test_notifications_come_in_the_language_of_the_sign_up(client, db):
    client.post(
        "/accounts/signup/",
        {"username": "dora", "password1": PASSWORD, "password2": PASSWORD},
        headers={"Accept-Language": "zh-CN"},
    )

    assert User.objects.get(username="dora").language == "zh-hans"


def test_a_bad_sign_up_keeps_the_name_and_says_what_is_wrong(client, db):
    response = sign_up(client, again="something else")

    assert response.status_code == 422
    assert 'value="dora"' in response.text
    assert "didn’t match" in response.text
    assert not User.objects.exists()


def test_a_closed_sign_up_explains_itself_and_makes_nobody(client, db, settings):
    settings.SIGNUP = "closed"

    assert client.get("/accounts/signup/").status_code == 403
    assert "administrator" in sign_up(client).text
    assert not User.objects.exists()


def test_signing_in_goes_to_the_page_that_was_asked_for(client, ada):
    asked = client.get("/tasks/")
    response = client.post(asked.url, {"username": "ada", "password": PASSWORD, "next": "/tasks/"})

    assert response.url == "/tasks/"


def test_signing_in_never_leads_to_another_site(client, ada):
    form = {"username": "ada", "password": PASSWORD, "next": "https://evil.example/"}

    assert client.post("/accounts/login/", form).url == "/"


def test_a_wrong_password_stays_on_the_page(client, ada):
    response = client.post("/accounts/login/", WRONG)

    assert response.status_code == 422
    assert 'value="ada"' in response.text
    assert client.get("/").status_code == 302


def test_signing_in_too_often_must_wait(client, ada, monkeypatch):
    monkeypatch.setitem(throttle.RATES, "sign-in", parse("2/hour"))
    answers = [client.post("/accounts/login/", WRONG, REMOTE_ADDR="10.1.1.1") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [422, 422, 429]
    assert int(answers[2]["Retry-After"]) > 0


def test_signing_up_too_often_must_wait(client, db, monkeypatch):
    monkeypatch.setitem(throttle.RATES, "sign-up", parse("1/hour"))
    answers = [client.post("/accounts/signup/", {}, REMOTE_ADDR="10.1.1.2") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [422, 429]


def test_only_a_post_signs_out(client, ada):
    client.force_login(ada)

    assert client.get("/accounts/logout/").status_code == 405
    assert client.post("/accounts/logout/").status_code == 302
    assert client.get("/").status_code == 302


def test_a_changed_password_keeps_this_session_and_ends_the_others(client, ada, make_client):
    other = make_client(ada)
    client.force_login(ada)
    form = {"old_password": PASSWORD, "new_password1": "staple 4 me now", "new_password2": "staple 4 me now"}

    assert client.post("/accounts/password/", form).url == "/account/"
    assert client.get("/").status_code == 200
    assert other.get("/").status_code == 302


def test_a_token_is_shown_once_and_works(client, ada):
    client.force_login(ada)

    made = client.post("/account/", {"name": "ci"})
    secret = made.context["secret"]

    assert secret in made.text
    assert made["Cache-Control"] == "no-store"
    assert secret not in client.get("/account/").text
    assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"}).json()["name"] == "ada"


@pytest.mark.parametrize("name", [" ", "\u200b"])
def test_a_token_without_a_name_is_refused(client, ada, name):
    client.force_login(ada)

    assert client.post("/account/", {"name": name}).status_code == 422
    assert not Token.objects.exists()


def test_only_its_owner_revokes_a_token(client, ada, bob):
    token, _ = Token.issue(ada, "ci")

    client.force_login(bob)
    assert client.post(f"/account/tokens/{token.pk}/revoke/").status_code == 404
    client.force_login(ada)
    assert client.post(f"/account/tokens/{token.pk}/revoke/").url == "/account/"
    assert not Token.objects.exists()


@pytest.mark.parametrize("path", ["/", "/tasks/", "/notifications/", "/account/", "/accounts/password/"])
def test_pages_ask_for_a_sign_in(client, db, path):
    assert client.get(path).url == f"/accounts/login/?next={path}"


def test_a_fragment_without_a_session_sends_the_whole_page_to_the_sign_in(client, db):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/tasks/"}
    response = client.get("/tasks/counts/", headers=headers, follow=True)

    assert response["HX-Redirect"] == "/accounts/login/?next=%2Ftasks%2F"


def test_the_administration_is_entered_by_the_sign_in_form_that_counts_wrong_passwords(client):
    answer = client.get("/admin/login/?next=/admin/")

    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")
