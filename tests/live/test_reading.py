"""A worker that is killed while it reads a document: nothing is lost, nothing stays behind."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.generator import files
from tests.live.product import Product, until

FOOT = "BT /F 8 Tf 60 20 Td (For internal use) Tj ET\n" * 40
LONG = files.pdf(["The page must refuse the sixth wrong password."], *[[]] * 1_500, extra=FOOT)
"""Long to read and short to analyse: what stands on every page is left out."""


def readers(parent: int | None = None) -> list[str]:
    """Processes that read a document, those of one parent or all of them."""
    chosen = ["--ppid", str(parent)] if parent else ["-e"]
    shown = subprocess.run(["ps", "-o", "pid=,args=", *chosen], capture_output=True, text=True)
    return [line.split()[0] for line in shown.stdout.splitlines() if "generator.documents.child" in line]


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[Product]:
    """A product of the test's own, which may be killed."""
    product = Product(tmp_path)
    yield product
    product.stop()


def test_a_worker_killed_while_it_reads_loses_nothing(mortal: Product):
    ada = mortal.somebody()
    answer = ada.call("POST", "/tasks", files={"files": ("long.pdf", LONG)})
    (reader,) = until(lambda: readers(mortal.process.pid), bool)

    mortal.stop(signal.SIGKILL)
    until(readers, lambda left: reader not in left)
    mortal.start()

    assert ada.ended(answer.json()["id"], seconds=60)["status"] == "completed"
    assert not readers(mortal.process.pid)
