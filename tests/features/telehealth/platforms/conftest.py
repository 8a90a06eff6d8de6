"""A visit at a platform of the tests', which keeps rooms in memory and fails as it is told."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from openvisit.core.video import Platform
from openvisit.features.telehealth.platforms.built_in import BuiltIn
from openvisit.features.telehealth.platforms.choosing import Rooms
from openvisit.features.telehealth.platforms.ports import Participant, Room, Wanted, WayIn
from openvisit.features.telehealth.platforms.settling import Studio, settle
from openvisit.platform.db import Row, execute, fetch_all, fetch_one
from tests.support.cast import Scene


@dataclass
class Vendor:
    """Its rooms by our name for them. `fails`: what the next calls raise, in order, before or after they did it."""

    platform: Platform = Platform.ZOOM
    ahead: timedelta | None = None
    rooms: dict[str, Wanted] = field(default_factory=dict)
    fails: list[Exception | None] = field(default_factory=list)
    fails_after: bool = False
    asked: list[str] = field(default_factory=list)
    made: int = 0

    async def make(self, wanted: Wanted, *, again: bool) -> Room:
        return self._do("make", lambda: self._make(wanted, again=again))  # type: ignore[no-any-return]

    def _make(self, wanted: Wanted, *, again: bool) -> Room:
        if not (again and wanted.key in self.rooms):
            assert wanted.key not in self.rooms, "a second room of one name"
            self.made += 1
        self.rooms[wanted.key] = wanted
        return Room(wanted.key, wanted.host or "usual", f"id-{wanted.key}", f"https://zoom.example/{wanted.key}")

    async def move(self, room: Room, wanted: Wanted) -> Room:
        def moved() -> Room:
            self.rooms[room.key] = replace(wanted, host=room.host)
            return room

        return self._do("move", moved)  # type: ignore[no-any-return]

    async def cancel(self, room: Room) -> None:
        self._do("cancel", lambda: self.rooms.pop(room.key, None))

    async def way_in(self, room: Room, participant: Participant, now: datetime) -> WayIn:
        return WayIn("link", link=f"{room.link}?{'host' if participant.leads else 'join'}")

    async def close(self) -> None:
        """Nothing is kept."""

    def _do(self, what: str, act: Callable[[], Any]) -> Any:
        self.asked.append(what)
        error = self.fails.pop(0) if self.fails else None
        if error is not None and not self.fails_after:
            raise error
        found = act()
        if error is not None:
            raise error
        return found


@dataclass
class Held:
    """A booked video visit, and what its room is kept with."""

    scene: Scene
    studio: Studio
    vendor: Vendor
    visit: dict[str, Any]

    @property
    def id(self) -> UUID:
        return UUID(self.visit["id"])

    async def settle(self) -> None:
        await settle(self.studio, self.id)

    async def row(self) -> Row:
        async with self.studio.db.connection() as connection:
            row = await fetch_one(connection, "SELECT * FROM video_room WHERE appointment_id = %(id)s", {"id": self.id})
        assert row is not None
        return row

    async def set(self, **columns: Any) -> None:
        """Change the visit as booking would, without its rules."""
        sets = ", ".join(f"{name} = %({name})s" for name in columns)
        async with self.studio.db.connection() as connection:
            await execute(connection, f"UPDATE appointment SET {sets} WHERE id = %(id)s", {**columns, "id": self.id})

    async def told(self) -> list[dict[str, Any]]:
        """What the events say of the way in."""
        async with self.studio.db.connection() as connection:
            rows = await fetch_all(connection, "SELECT data FROM event WHERE type = 'visit.way-in-changed' ORDER BY id")
        return [row["data"] for row in rows]

    def starts_in(self, span: timedelta) -> None:
        """Turn the clock to so long before the visit."""
        self.scene.app.clock.now = datetime.fromisoformat(self.visit["start"]) - span


@pytest.fixture
def tomorrow(scene: Scene) -> datetime:
    return scene.app.clock().replace(hour=15, minute=0) + timedelta(days=1)


@pytest.fixture
def vendor() -> Vendor:
    return Vendor()


@pytest.fixture
def studio(scene: Scene, vendor: Vendor) -> Studio:
    parts = scene.app.parts
    rooms = Rooms({Platform.BUILT_IN: BuiltIn(), vendor.platform: vendor})
    parts.video_rooms.update(rooms)
    return Studio(parts.db, parts.vault, parts.live, parts.subscriptions, rooms, scene.app.clock)


async def choose(scene: Scene, *choices: dict[str, Any]) -> None:
    """What the clinic's admin chooses."""
    path = f"/api/clinics/{scene.clinic.id}/video-rules"
    tag = (await scene.admin.client.get(path)).headers["etag"]
    answer = await scene.admin.client.put(path, json={"choices": list(choices)}, headers={"If-Match": tag})
    assert answer.status_code == 200, answer.text


@pytest.fixture
async def held(scene: Scene, studio: Studio, vendor: Vendor, tomorrow: datetime) -> Held:
    """A visit that was booked while the clinic held its visits at the vendor's."""
    await choose(scene, {"platform": str(vendor.platform), "host": "ada@clinic.example"})
    answer = await scene.patient.client.post("/api/appointments", json=scene.slot(tomorrow, reason="a migraine"))
    assert answer.status_code == 201, answer.text
    return Held(scene, studio, vendor, answer.json())
