"""A visit that has begun, and people who come into its room and leave it."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from openvisit.core.ids import new_id
from openvisit.features.telehealth.signalling.presence import renew
from openvisit.platform.db import Row, execute, fetch_all
from tests.support.cast import Person, Scene

KEY = {"receiver": f"person:{UUID(int=7)}", "key_id": "a" * 32, "sealed": "B" * 60}


@dataclass
class Room:
    """The room of one visit."""

    scene: Scene
    visit: str
    process: UUID = field(default_factory=new_id)

    @property
    def people(self) -> dict[str, Person]:
        """Who may be in it, by role."""
        scene = self.scene
        return {"provider": scene.provider, "patient": scene.patient, "staff": scene.staff}

    async def comes(self, role: str) -> None:
        """Somebody is in the room, as after they were let in."""
        now = self.scene.app.clock()
        async with self.scene.app.parts.db.transaction(as_system="tests") as connection:
            await renew(connection, self.process)
            await execute(
                connection,
                """INSERT INTO visit_presence AS p (room_id, participant, person_id, role, revision, state, peer,
                       process, came_at, admitted_at)
                   SELECT id, %(participant)s, %(person)s, %(role)s, revision, 'admitted', %(peer)s, %(process)s,
                       %(now)s, %(now)s FROM visit_room WHERE id = %(room)s
                   ON CONFLICT (room_id, participant) DO UPDATE SET process = excluded.process, left_at = NULL""",
                {
                    "room": UUID(self.visit),
                    "participant": f"person:{self.people[role].id}",
                    "person": self.people[role].id,
                    "role": role,
                    "peer": new_id(),
                    "process": self.process,
                    "now": now,
                },
            )

    async def goes(self, role: str) -> None:
        """Somebody has left."""
        await self.sql(
            """UPDATE visit_presence SET process = NULL, left_at = %(now)s
               WHERE room_id = %(room)s AND participant = %(participant)s AND process IS NOT NULL""",
            room=UUID(self.visit),
            participant=f"person:{self.people[role].id}",
            now=self.scene.app.clock(),
        )

    async def says(self, role: str, answer: str) -> httpx.Response:
        """Somebody answers."""
        path = f"/api/telehealth/rooms/{self.visit}/recording/consent"
        return await self.people[role].client.put(path, json={"answer": answer})

    async def all_in_and_agreed(self) -> None:
        """Provider and patient are in, and both said yes."""
        for role in ("provider", "patient"):
            await self.comes(role)
            assert (await self.says(role, "yes")).is_success

    async def starts(self, id_: UUID | None = None, by: str = "provider", **more: Any) -> httpx.Response:
        """Recording is asked for."""
        body = {"id": str(id_ or new_id()), "media_type": "video/webm;codecs=vp8,opus", "keys": [KEY], **more}
        return await self.people[by].client.post(f"/api/telehealth/rooms/{self.visit}/recordings", json=body)

    async def recording(self) -> UUID:
        """One that runs."""
        id_ = new_id()
        started = await self.starts(id_)
        assert started.status_code == 201, started.text
        return id_

    async def sends(self, id_: UUID, offset: int, content: bytes, last: bool = False) -> httpx.Response:
        """A piece comes."""
        query = f"offset={offset}&last={str(last).lower()}"
        path = f"/api/telehealth/recordings/{id_}/content?{query}"
        headers = {"Content-Type": "application/octet-stream"}
        return await self.people["provider"].client.put(path, content=content, headers=headers)

    async def told(self, role: str = "patient") -> dict[str, Any]:
        """How the room stands, as somebody is told."""
        answer = await self.people[role].client.get(f"/api/telehealth/rooms/{self.visit}/recording")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def sql(self, statement: str, **values: Any) -> None:
        """Change the world behind the application's back."""
        async with self.scene.app.parts.db.connection(as_system="tests") as connection:
            await execute(connection, statement, values)

    async def rows(self, statement: str, **values: Any) -> list[Row]:
        """What the database holds."""
        async with self.scene.app.parts.db.connection(as_system="tests") as connection:
            return await fetch_all(connection, statement, values)

    async def allow(self, allowed: bool = True, keep_days: int = 30) -> None:
        """The clinic's admin decides."""
        body = {"allowed": allowed, "keep_days": keep_days}
        path = f"/api/clinics/{self.scene.clinic.id}/recording-rules"
        assert (await self.scene.admin.client.put(path, json=body)).is_success


@pytest.fixture
async def room(scene: Scene) -> Room:
    """A visit that begins now, whose room was made; the clinic allows recording."""
    start = scene.app.clock().replace(hour=15, minute=0) + timedelta(days=1)
    booked = await scene.patient.client.post("/api/appointments", json=scene.slot(start))
    assert booked.status_code == 201, booked.text
    visit = booked.json()["id"]
    now = scene.app.clock()
    async with scene.app.parts.db.connection(as_system="tests") as connection:
        await execute(
            connection,
            "UPDATE appointment SET starts_at = %(now)s, ends_at = %(end)s",
            {"now": now, "end": now + timedelta(minutes=30)},
        )
    made = await scene.provider.client.post(f"/api/telehealth/generate-url/{visit}")
    assert made.status_code == 200, made.text
    found = Room(scene, visit)
    await found.allow()
    return found
