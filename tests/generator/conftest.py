"""Whoever looks at pages: ada, in a browser without scripts."""

import pytest

from tests.generator.cast_of_pages import end, write_cases


@pytest.fixture
def page(client, ada):
    client.force_login(ada)
    return client


@pytest.fixture
def ended_task(analysed):
    """Completed, with three cases for its three items."""
    write_cases(analysed)
    end(analysed)
    return analysed
