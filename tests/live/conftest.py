"""The product in a process of its own, and the people who use it from outside."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.endpoint import ScriptedEndpoint
from tests.live.product import Person, Product


@pytest.fixture(scope="session")
def shared_endpoint() -> Iterator[ScriptedEndpoint]:
    with ScriptedEndpoint() as endpoint:
        yield endpoint


@pytest.fixture
def endpoint(shared_endpoint: ScriptedEndpoint) -> ScriptedEndpoint:
    """The model endpoint that `product` uses, with no fault ordered."""
    shared_endpoint.clear()
    shared_endpoint.requests.clear()
    shared_endpoint.tokens_per_second = 0
    return shared_endpoint


@pytest.fixture(scope="session")
def modelled(
    tmp_path_factory: pytest.TempPathFactory, shared_endpoint: ScriptedEndpoint
) -> Iterator[Product]:
    """Caseloom with a model."""
    product = Product(
        tmp_path_factory.mktemp("modelled"),
        OPENAI_BASE_URL=shared_endpoint.url,
        OPENAI_API_KEY=shared_endpoint.api_key,
        OPENAI_MODEL=shared_endpoint.model,
    )
    yield product
    product.stop()


@pytest.fixture(scope="session")
def ruled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """Caseloom without a model: the rules engine."""
    product = Product(tmp_path_factory.mktemp("ruled"))
    yield product
    product.stop()


@pytest.fixture
def product(ruled: Product) -> Product:
    """The product under test; a module that needs a model overrides it."""
    return ruled


@pytest.fixture
def ada(product: Product) -> Person:
    """She owns the tasks."""
    return product.somebody()


@pytest.fixture
def bob(product: Product) -> Person:
    """He is an outsider."""
    return product.somebody()
