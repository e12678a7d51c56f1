import pytest
from django.test import Client


@pytest.fixture
def make_client():
    def make(user):
        client = Client()
        client.force_login(user)
        return client

    return make
