import pytest
from django.utils import timezone

from core.models import Token, User
from tests.conftest import ApiClient


def test_me_is_the_caller(api, ada):
    assert api.get("/me").json() == {"id": str(ada.pk), "name": "ada", "language": "en", "staff": False}


def test_a_token_is_shown_once_and_works(api, ada):
    response = api.post("/me/tokens", {"name": "ci", "scopes": ["read"]})

    made = response.json()
    assert response.status_code == 201
    assert set(made) == {"id", "name", "token"}
    assert Token.objects.get(pk=made["id"]).digest not in made["token"]
    listed = api.get("/me/tokens").json()
    assert [token["name"] for token in listed["items"]] == ["ci", "tests"]
    assert made["token"] not in str(listed)


def test_a_new_token_opens_the_api(api, ada):
    client = ApiClient(ada)
    client.secret = api.post("/me/tokens", {"name": "ci"}).json()["token"]

    assert client.get("/me").json()["name"] == "ada"


def test_a_revoked_token_opens_nothing(api):
    assert api.delete(f"/me/tokens/{api.token.pk}").status_code == 204
    assert api.get("/me").status_code == 401


def test_another_persons_token_cannot_be_revoked(api, bob_api):
    assert bob_api.delete(f"/me/tokens/{api.token.pk}").status_code == 404
    assert [token["name"] for token in bob_api.get("/me/tokens").json()["items"]] == ["tests"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": "  "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "x", "scopes": ["root"]}, "scopes.0"),
        ({"name": "\u200b\ufeff\u3164"}, "name"),
        ({"name": "x", "expires_at": "soon"}, "expires_at"),
        ({"name": "x", "expires_at": "9999-12-31T23:59:59-12:00"}, "expires_at"),
        ({"name": "x", "expires_at": "2090-01-01 00:00:00Z"}, "expires_at"),
        ({"name": "x", "expires_at": 4_000_000_000}, "expires_at"),
        ({"name": "x", "expires_at": "4000000000"}, "expires_at"),
        ({"name": "x", "expires_at": True}, "expires_at"),
        ({"name": "x", "expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"name": "x", "expires_at": "2090-01-01T00:00:00"}, "expires_at"),
        ({"name": "x", "admin": True}, "admin"),
    ],
)
def test_a_bad_token_request_names_its_field(api, body, field):
    response = api.post("/me/tokens", body)

    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == [field]


def test_people_are_found_by_name_and_show_nothing_private(api, bob):
    User.objects.create_user("bobby", is_active=False)

    assert api.get("/users?q=BO").json() == {"items": [{"name": "bob"}], "next": None, "total": 1}


def test_a_list_is_walked_page_by_page(api, ada):
    for number in range(4):
        Token.issue(ada, f"t{number}", created_at=timezone.now())
    names = []
    cursor: str | None = ""
    while cursor is not None:
        page = api.get(f"/me/tokens?limit=2&cursor={cursor}").json()
        names += [token["name"] for token in page["items"]]
        cursor = page["next"]

    assert names == ["t3", "t2", "t1", "t0", "tests"]
    assert page["total"] == 5


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "cursor=nonsense"])
def test_a_bad_page_is_refused(api, query):
    response = api.get(f"/me/tokens?{query}")

    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == query.split("=")[0]


def test_an_expiry_may_be_in_any_zone(api):
    response = api.post("/me/tokens", {"name": "x", "expires_at": "2090-01-01T01:00:00.5+01:00"})

    assert response.status_code == 201
    assert Token.objects.get(name="x").expires_at.isoformat() == "2090-01-01T00:00:00.500000+00:00"


def test_a_cursor_is_good_for_its_own_list(api, ada):
    Token.issue(ada, "second")
    cursor = api.get("/me/tokens?limit=1").json()["next"]

    assert api.get(f"/me/tokens?cursor={cursor}").status_code == 200
    assert api.get(f"/notifications?cursor={cursor}").status_code == 422


@pytest.mark.parametrize(
    ("name", "words"), [("", "Give some text."), ("x" * 101, "Use at most 100 characters.")]
)
def test_the_length_of_text_is_told_in_words_for_text(api, name, words):
    assert api.post("/me/tokens", {"name": name}).json()["errors"][0]["message"] == words
