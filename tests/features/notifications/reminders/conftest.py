"""A scene in which visits are booked, planned for, and reminded of by vendors of our own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from openvisit.features.notifications.reminders import jobs
from openvisit.features.notifications.reminders.dispatch import Dispatcher, turn
from openvisit.features.notifications.reminders.planning import replan
from openvisit.features.notifications.reminders.writing import TemplateWriter
from openvisit.platform.channels import Channel, Sender
from openvisit.platform.db import Row, execute, fetch_all
from tests.support.cast import Person, Scene
from tests.support.vendor import Vendor


@dataclass
class Stage:
    """The scene, and the vendors by channel. `texts`: whether calls believe that SMS leave."""

    scene: Scene
    vendors: dict[Channel, Vendor]
    texts: bool = True

    @property
    def now(self) -> datetime:
        """The hour of the test."""
        return self.scene.app.clock()

    async def book(self, start: datetime, mode: str = "telehealth", by: Person | None = None) -> UUID:
        """A visit of the patient, planned for."""
        by = by or self.scene.patient
        client = await self.client(by)
        answer = await client.post("/api/appointments", json=self.scene.slot(start, mode, reason="a migraine"))
        assert answer.status_code == 201, answer.text
        await self.plan(by)
        return UUID(answer.json()["id"])

    async def client(self, person: Person) -> httpx.AsyncClient:
        """The person, signed in at the hour of the test."""
        return self.scene.app.signed(await self.scene.cast.token(person))

    async def plan(self, of: Person | None = None) -> int:
        """Plan for a patient at the clinic."""
        patient_id = (of or self.scene.patient).patient_id
        assert patient_id is not None
        async with self.scene.app.parts.db.transaction() as connection:
            return await replan(connection, [(patient_id, self.scene.clinic.id)], self.now)

    async def hear(self) -> list[str]:
        """Do the jobs of planning that wait, and name them."""
        parts = self.scene.app.parts
        tasks = {task.name: task for task in jobs.blueprint(db=parts.db, clock=parts.clock).tasks.values()}
        async with parts.db.connection() as connection:
            waiting = await fetch_all(
                connection,
                """DELETE FROM procrastinate_jobs WHERE task_name LIKE 'reminders:%%' RETURNING id, task_name, args""",
            )
        for job in sorted(waiting, key=lambda job: job["id"]):
            await tasks[job["task_name"].removeprefix("reminders:")].func(**job["args"])
        return [job["task_name"] for job in waiting]

    def dispatcher(self, senders: Mapping[Channel, Sender] | None = None) -> Dispatcher:
        """What reminders go out with: the vendors unless said otherwise."""
        parts = self.scene.app.parts
        writer = TemplateWriter(parts.vault, "https://visits.example", texts=self.texts)
        return Dispatcher(parts.db, parts.clock, senders or self.vendors, writer)

    async def send(self) -> int:
        """One turn of a worker."""
        return await turn(self.dispatcher())

    async def rows(self, appointment_id: UUID | None = None) -> list[Row]:
        """The reminders, by when they are due."""
        async with self.scene.app.parts.db.connection() as connection:
            return await fetch_all(
                connection,
                """SELECT * FROM scheduled_reminder
                   WHERE %(id)s::uuid IS NULL OR appointment_id = %(id)s ORDER BY due_at, minutes DESC""",
                {"id": appointment_id},
            )

    async def row(self, type_: str, minutes: int) -> Row:
        """The one reminder of this type and length."""
        [row] = [row for row in await self.rows() if (row["type"], row["minutes"]) == (type_, minutes)]
        return row

    async def states(self, appointment_id: UUID | None = None) -> dict[tuple[str, int], str]:
        """The state of each, or why it is not sent."""
        return {(row["type"], row["minutes"]): row["why"] or row["status"] for row in await self.rows(appointment_id)}

    async def prefer(self, of: Person | None = None, **columns: Any) -> None:
        """Set wishes of a person as the API does, with a proved phone."""
        person = of or self.scene.patient
        parts = self.scene.app.parts
        async with parts.db.transaction() as connection:
            keys = await parts.vault.keys(connection, person.id)
            values = {
                "person_id": person.id,
                "phone": keys.seal("+15185550100", "notification_preference.phone", person.id),
                "phone_index": parts.vault.blind_index("+15185550100"),
                "phone_verified_at": self.now,
                "updated_at": self.now,
                **columns,
            }
            names = ", ".join(values)
            changes = ", ".join(f"{name} = excluded.{name}" for name in values if name != "person_id")
            await execute(
                connection,
                f"""INSERT INTO notification_preference ({names})
                    VALUES ({", ".join(f"%({name})s" for name in values)})
                    ON CONFLICT (person_id) DO UPDATE SET {changes}""",
                values,
            )
            await jobs.preferences_changed(connection, person.id)

    def later(self, **span: float) -> None:
        """Time passes."""
        self.scene.app.clock.advance(**span)

    def until(self, moment: datetime) -> None:
        """Time passes until then."""
        self.scene.app.clock.now = moment


@pytest.fixture
def stage(scene: Scene) -> Stage:
    """E-mail and SMS by vendors that tell a message sent twice."""
    return Stage(scene, {channel: Vendor(channel) for channel in ("email", "sms", "push", "voice")})


@pytest.fixture
def soon(scene: Scene) -> datetime:
    """Two in the afternoon in New York, two days ahead."""
    return scene.app.clock().replace(hour=19, minute=0, second=0, microsecond=0) + timedelta(days=2)
