"""The application under test, as a browser would meet it, without a socket."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from litestar import Litestar

from openvisit.main.parts import Parts, build
from openvisit.main.web import edge, litestar, rewire, shape
from openvisit.settings import Settings
from tests.support.clock import StandingClock


@dataclass(frozen=True)
class Application:
    """A running application: its parts, and a client that is nobody."""

    parts: Parts
    clock: StandingClock
    client: httpx.AsyncClient
    asgi: Any

    def signed(self, token: str) -> httpx.AsyncClient:
        """A client of its own that sends the token."""
        return client_of(self.asgi, token)


def client_of(asgi: Any, token: str | None = None, address: str = "127.0.0.1") -> httpx.AsyncClient:
    """A client over the ASGI application; with a token, signed in."""
    transport = httpx.ASGITransport(app=asgi, client=(address, 40000), raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", headers=headers)


_resting: dict[tuple[object, ...], list[Litestar]] = {}
"""Applications that no test uses now, by their shape."""


@asynccontextmanager
async def running(settings: Settings, clock: StandingClock) -> AsyncIterator[Application]:
    """Start the application on a database, and stop it."""
    parts = build(settings, clock)
    resting = _resting.setdefault(shape(settings), [])
    if resting:
        app = resting.pop()
        rewire(app, parts)
    else:
        app = litestar(parts)
    async with app.lifespan(), client_of(edge(app, settings)) as client:
        yield Application(parts, clock, client, client._transport.app)  # type: ignore[attr-defined]
    resting.append(app)
