"""A vendor on the loopback."""

from collections.abc import AsyncIterator

import pytest

from tests.support.vendor_server import Vendor, vendor_server


@pytest.fixture
async def vendor() -> AsyncIterator[Vendor]:
    async with vendor_server() as running:
        yield running
