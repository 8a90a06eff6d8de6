"""A provider whose every time is taken, people who wait, and a worker that offers and mails."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import pytest

from openvisit.features.notifications import jobs as notification_jobs
from openvisit.features.notifications.reminders.dispatch import Dispatcher
from openvisit.features.notifications.reminders.writing import TemplateWriter
from openvisit.features.waitlist import jobs as waitlist_jobs
from openvisit.features.waitlist.jobs import catch_up
from openvisit.platform.db import Row, fetch_all
from openvisit.platform.jobs import create_app
from openvisit.settings import Settings
from tests.features.identity.steps import text_of
from tests.support.cast import Person, Scene
from tests.support.post import KeptMail
from tests.support.soundness import broken_rules

LINK = re.compile(r"/waitlist/offer#([A-Za-z0-9_-]+)")


class Room(KeptMail):
    """The scene's waiting room: what the tests of the waitlist do and ask, in few words."""

    def __init__(self, scene: Scene) -> None:
        super().__init__()
        self.scene = scene

    async def work(self) -> list[EmailMessage]:
        """Run the jobs that wait; the answer is the mail they sent."""
        before = len(self.mails)
        parts = self.scene.app.parts
        worker = create_app(parts.db)
        worker.add_tasks_from(waitlist_jobs.blueprint(parts.waitlist, parts.clock), namespace="waitlist")
        worker.add_tasks_from(
            notification_jobs.blueprint(
                Dispatcher(
                    parts.db,
                    parts.clock,
                    {"email": self},  # type: ignore[dict-item]
                    TemplateWriter(parts.vault, parts.settings.public_url, self.origin),
                ),
                vault=parts.vault,
            ),
            namespace="notifications",
        )
        async with worker.open_async():
            await worker.run_worker_async(
                wait=False, install_signal_handlers=False, listen_notify=False, queues=["events"]
            )
        return self.mails[before:]

    async def catch_up(self) -> list[EmailMessage]:
        """What the worker does every minute, and the mail that comes of it."""
        await catch_up(self.scene.app.parts.waitlist, self.scene.app.parts.clock)
        return await self.work()

    @property
    def now(self) -> datetime:
        return self.scene.app.clock()

    def at(self, hour: int, days: int = 1) -> datetime:
        """An hour in UTC; New York is five behind, the provider works from 14 to 22."""
        return self.now.replace(hour=hour, minute=0) + timedelta(days=days)

    async def book(self, who: Person, start: datetime, **more: Any) -> dict[str, Any]:
        answer = await who.client.post("/api/appointments", json=self.scene.slot(start, **more))
        assert answer.status_code == 201, answer.text
        booked: dict[str, Any] = answer.json()
        return booked

    async def cancel(self, who: Person, visit: dict[str, Any]) -> None:
        answer = await who.client.delete(f"/api/appointments/{visit['id']}")
        assert answer.status_code == 200, answer.text

    async def wait(self, who: Person, **more: Any) -> dict[str, Any]:
        """Wait for the scene's provider."""
        body = {
            "visit_type_id": str(self.scene.visit_type_id),
            "provider_ids": [str(self.scene.provider_id)],
            "modes": ["telehealth"],
            **more,
        }
        answer = await who.client.post("/api/waitlist", json=body)
        assert answer.status_code == 201, answer.text
        entry: dict[str, Any] = answer.json()
        return entry

    async def earlier(self, who: Person, visit: dict[str, Any], **more: Any) -> dict[str, Any]:
        answer = await who.client.post("/api/waitlist", json={"appointment_id": visit["id"], **more})
        assert answer.status_code == 201, answer.text
        entry: dict[str, Any] = answer.json()
        return entry

    async def waits(self, who: Person) -> list[dict[str, Any]]:
        answer = await who.client.get("/api/waitlist")
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def offer(self, who: Person) -> dict[str, Any] | None:
        """What the person is asked now."""
        found = [entry["offer"] for entry in await self.waits(who) if entry["offer"]]
        assert len(found) < 2
        return found[0] if found else None

    async def answer(self, who: Person, offer: dict[str, Any], what: str) -> Any:
        return await who.client.post(
            f"/api/waitlist/offers/{offer['id']}/{what}", json={} if what == "accept" else None
        )

    async def rules(self, **more: Any) -> None:
        body = {"offer_minutes": 30, "at_once": 1, "offers_a_day": 3, "quiet_from": "00:00", "quiet_until": "00:00"}
        answer = await self.scene.admin.client.put(
            f"/api/clinics/{self.scene.clinic.id}/waitlist-rules", json=body | more
        )
        assert answer.status_code == 200, answer.text

    async def rows(self, query: str, **values: Any) -> list[Row]:
        async with self.scene.app.parts.db.connection() as connection:
            return await fetch_all(connection, query, values)

    async def claims(self, start: datetime) -> list[tuple[str, UUID | None]]:
        """What claims the provider at that time."""
        rows = await self.rows(
            "SELECT kind, appointment_id FROM claim WHERE resource = %(p)s AND during @> %(at)s::timestamptz",
            p=self.scene.provider_id,
            at=start,
        )
        return [(row["kind"], row["appointment_id"]) for row in rows]

    async def sound(self) -> None:
        """Nothing is booked twice, and every offered time is held, every other one is not."""
        async with self.scene.app.parts.db.connection() as connection:
            assert await broken_rules(connection) == {}
        rows = await self.rows(
            """SELECT s.id FROM waitlist_slot s LEFT JOIN claim c ON c.hold_id = s.hold_id
               WHERE (s.status = 'offered') <> (c.id IS NOT NULL)"""
        )
        assert rows == []


def token_in(mail: EmailMessage) -> str:
    """The link's code in a mail."""
    (found,) = set(LINK.findall(text_of(mail)))
    return str(found)


@dataclass(frozen=True)
class Full:
    """The provider's one hour, tomorrow from nine in New York: its first half is the holder's, its second another's."""

    room: Room
    holder: Person
    other: Person
    visits: list[dict[str, Any]]

    @property
    def start(self) -> datetime:
        return datetime.fromisoformat(self.visits[0]["start"])


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """People stay signed in for the days that these tests take."""
    return replace(settings, access_token_minutes=60 * 24 * 7)


@pytest.fixture
async def room(scene: Scene) -> AsyncIterator[Room]:
    """A provider with hours but without free times: an absence covers all but what a test opens."""
    made = Room(scene)
    await made.rules()
    yield made
    await made.sound()


@pytest.fixture
async def full(room: Room) -> Full:
    """The provider works tomorrow from nine to ten alone, and both half hours are taken."""
    scene = room.scene
    await scene.cast.hours(scene.provider_id, start="09:00", end="10:00", weekdays=[2])
    async with scene.app.parts.db.connection() as connection:
        await connection.execute("DELETE FROM opening WHERE starts_at > %s", (room.now + timedelta(days=3),))
    holder = await scene.cast.person("Holly Holder", patient=True)
    other = await scene.cast.person("Hal Holder", patient=True)
    visits = [await room.book(holder, room.at(14)), await room.book(other, room.at(14) + timedelta(minutes=30))]
    await room.work()
    return Full(room, holder, other, visits)
