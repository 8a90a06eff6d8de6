"""Two real web servers over one database, visits that are about to begin, and tabs in their rooms."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import websockets

from openvisit.platform.db import execute
from openvisit.settings import Settings
from tests.support.application import running
from tests.support.cast import Person, Scene, usual_scene
from tests.support.clock import StandingClock
from tests.support.servers import WebServer, web_servers

PATIENCE = 10.0
"""Seconds after which a frame will not come any more."""


class Tab:
    """One browser tab in a room."""

    def __init__(self, socket: websockets.ClientConnection, peer: UUID) -> None:
        self.socket = socket
        self.peer = peer

    async def say(self, type_: str, **members: Any) -> None:
        """Send one frame."""
        await self.socket.send(json.dumps({"type": type_, **members}))

    async def hear(self, *types: str) -> dict[str, Any]:
        """The next frame, or the next of these types."""
        async with asyncio.timeout(PATIENCE):
            while True:
                frame: dict[str, Any] = json.loads(await self.socket.recv())
                if not types or frame["type"] in types:
                    return frame

    async def enter(self, token: str, **members: Any) -> dict[str, Any]:
        """Ask to be let in; what is said to that."""
        await self.say("enter", token=token, peer=str(self.peer), **members)
        return await self.hear()

    async def silent(self) -> None:
        """Nothing was told before the answer to a ping."""
        await self.say("ping")
        assert await self.hear() == {"type": "pong"}

    async def closed(self) -> int | None:
        """Return the code when the server has closed the socket, reading on until then."""
        async with asyncio.timeout(PATIENCE):
            try:
                while True:
                    await self.socket.recv()
            except websockets.ConnectionClosed:
                return self.socket.close_code


@dataclass
class Theatre:
    """The scene on two servers; `days` counts the visits, each of which is booked on a day of its own."""

    scene: Scene
    servers: list[WebServer]
    client: httpx.AsyncClient
    settings: Settings
    days: int = field(default=1)

    async def ask(
        self, person: Person | None, method: str, path: str, server: int = 0, **options: Any
    ) -> httpx.Response:
        """A request to one of the servers."""
        headers = {"Authorization": f"Bearer {person.token}"} if person else {}
        return await self.client.request(method, f"{self.servers[server].url}{path}", headers=headers, **options)

    async def visit(self, starts_in: float = 5, mode: str = "telehealth", patient: Person | None = None) -> UUID:
        """A visit of the scene's provider that begins in so many minutes."""
        self.days += 1
        day = datetime.now(UTC).replace(hour=15, minute=0, second=0, microsecond=0) + timedelta(days=self.days)
        answer = await self.ask(
            patient or self.scene.patient, "POST", "/api/appointments", json=self.scene.slot(day, mode)
        )
        assert answer.status_code == 201, answer.text
        visit = UUID(answer.json()["id"])
        await self.move(visit, starts_in)
        return visit

    async def move(self, visit: UUID, starts_in: float) -> None:
        """Have a visit begin in so many minutes, whatever the clinic's hours."""
        start = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=starts_in)
        await self.sql(
            "UPDATE appointment SET starts_at = %(start)s, ends_at = %(end)s WHERE id = %(id)s",
            id=visit,
            start=start,
            end=start + timedelta(minutes=30),
        )

    async def sql(self, statement: str, **values: Any) -> None:
        """Change the world behind the servers' backs."""
        async with self.scene.app.parts.db.connection(as_system="tests") as connection:
            await execute(connection, statement, values)

    async def link(self, person: Person, visit: UUID, server: int = 0) -> str:
        """The token of a link into the room."""
        answer = await self.ask(person, "POST", f"/api/telehealth/generate-url/{visit}", server)
        assert answer.status_code == 200, answer.text
        token: str = answer.json()["token"]
        return token

    @asynccontextmanager
    async def tab(self, visit: UUID, server: int = 0, peer: UUID | None = None) -> AsyncIterator[Tab]:
        """A tab at the door of a room."""
        url = self.servers[server].url.replace("http", "ws") + f"/api/telehealth/rooms/{visit}/socket"
        async with websockets.connect(url, proxy=None, max_size=None) as socket:
            yield Tab(socket, peer or uuid4())

    async def status(self, visit: UUID) -> str:
        """The status of a visit, as its patient sees it."""
        answer = await self.ask(self.scene.staff, "GET", f"/api/appointments/{visit}")
        return str(answer.json()["status"])


@pytest.fixture(scope="module")
async def theatre(module_settings: Settings) -> AsyncIterator[Theatre]:
    """One for all tests of a module: each plays in visits of its own."""
    settings = replace(module_settings, database_pool_size=4)
    async with running(settings, StandingClock(datetime.now(UTC))) as app, httpx.AsyncClient(timeout=30) as client:
        scene = await usual_scene(app)
        async with web_servers(settings, 2) as servers:
            yield Theatre(scene, servers, client, settings)
