"""A visit that has taken place."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from openvisit.platform.db import Row, execute, fetch_all
from tests.support.cast import Person, Scene


@dataclass
class Past:
    """The visit, and paths below it."""

    scene: Scene
    visit: dict[str, Any]

    @property
    def id(self) -> UUID:
        return UUID(self.visit["id"])

    def path(self, what: str) -> str:
        return f"/api/telehealth/visits/{self.id}/{what}"

    async def set(self, **columns: Any) -> None:
        sets = ", ".join(f"{name} = %({name})s" for name in columns)
        async with self.scene.app.parts.db.connection() as connection:
            await execute(connection, f"UPDATE appointment SET {sets} WHERE id = %(id)s", {**columns, "id": self.id})

    async def later(self, person: Person, **parts: float) -> httpx.AsyncClient:
        """Time goes by, and the person signs in again."""
        self.scene.app.clock.advance(**parts)
        return self.scene.app.signed(await self.scene.cast.token(person))

    async def rows(self, query: str) -> list[Row]:
        async with self.scene.app.parts.db.connection() as connection:
            return await fetch_all(connection, query)

    async def written(self, notes: str = "Aura, twice", summary: str = "Keep the diary", tag: str = '"0"') -> Any:
        """What the provider saves."""
        return await self.scene.provider.client.put(
            self.path("notes"), json={"notes": notes, "summary": summary}, headers={"If-Match": tag}
        )

    async def finished(self) -> None:
        """Notes that are signed."""
        saved = await self.written()
        tag = {"If-Match": saved.headers["etag"]}
        answer = await self.scene.provider.client.post(self.path("notes/finish"), headers=tag)
        assert answer.status_code == 200, answer.text


@pytest.fixture
async def past(scene: Scene) -> Past:
    start: datetime = scene.app.clock().replace(hour=15, minute=0) + timedelta(days=1)
    answer = await scene.patient.client.post("/api/appointments", json=scene.slot(start))
    assert answer.status_code == 201, answer.text
    found = Past(scene, answer.json())
    now = scene.app.clock()
    await found.set(status="completed", starts_at=now - timedelta(hours=1), ends_at=now - timedelta(minutes=30))
    return found
