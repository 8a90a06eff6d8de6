"""Browsers and a postbox."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.features.identity.steps import Postbox
from tests.support.application import Application, client_of


@pytest.fixture
def postbox(app: Application) -> Postbox:
    return Postbox(app)


@pytest.fixture
async def browser(app: Application) -> AsyncIterator[httpx.AsyncClient]:
    """A browser of its own: it keeps its cookies."""
    async with client_of(app.asgi) as client:
        yield client


@pytest.fixture
async def other_browser(app: Application) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody else's browser."""
    async with client_of(app.asgi) as client:
        yield client
