"""What the tests of operation share: private places, and waiting for a fact rather than for a time."""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.ops


def eventually(fact: Callable[[], bool], what: str, *, seconds: float = 20.0) -> None:
    """Return as soon as the fact holds; fail the test when it does not come to hold."""
    deadline = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.02)


@pytest.fixture
def place() -> Iterator[Path]:
    """A short folder of the test's own, open to be passed through by other accounts."""
    with tempfile.TemporaryDirectory(prefix="ov-") as name:
        os.chmod(name, 0o711)
        yield Path(name)
