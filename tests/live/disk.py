"""A disk that is full for one process alone, whatever the machine and whoever runs the tests."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager

from tests.live.product import Product


@contextmanager
def full_disk(product: Product) -> Iterator[None]:
    """No file of the process can grow past its first page, so nothing can be stored, not even a log line."""
    pid = product.process.pid
    _, most = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (4_096, most))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, most))
