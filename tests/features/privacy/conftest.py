"""What the tests of privacy share."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import pytest

from openvisit.features.privacy import export, letters
from openvisit.features.privacy.erase import Eraser
from openvisit.platform.db import execute, fetch_all
from tests.support.cast import Person, Scene
from tests.support.post import KeptMail

REQUESTS = "/api/me/privacy/requests"


@dataclass
class Office:
    """The scene with its jobs run by hand."""

    scene: Scene
    outbox: KeptMail

    @property
    def eraser(self) -> Eraser:
        parts = self.scene.app.parts
        return Eraser(parts.db, parts.vault, parts.live, parts.subscriptions, parts.clock)

    async def asked(self, who: Person, kind: str, **more: Any) -> dict[str, Any]:
        """A request that was taken."""
        answer = await who.client.post(REQUESTS, json={"kind": kind, **more})
        assert answer.status_code == 201, answer.text
        body: dict[str, Any] = answer.json()
        return body

    async def exported(self, request_id: str) -> None:
        """Run the job of an export."""
        parts = self.scene.app.parts
        await export.make(parts.db, parts.vault, parts.live, parts.clock, UUID(request_id))

    async def told(self) -> list[EmailMessage]:
        """Run the jobs that mail, and see what they mailed."""
        parts, before = self.scene.app.parts, len(self.outbox.mails)
        async with parts.db.connection() as connection:
            jobs = await fetch_all(connection, "SELECT args FROM procrastinate_jobs WHERE task_name = 'privacy:tell'")
        for job in jobs:
            await letters.tell(
                parts.db,
                parts.vault,
                self.outbox,
                UUID(job["args"]["request_id"]),
                job["args"]["letter"],
                public_url="https://visits.test",
                now=parts.clock(),
            )
        return self.outbox.mails[before:]

    async def visit(self, who: Person, days: int, *, status: str = "scheduled", reason: str = "") -> str:
        """A visit of the person so many days from now; those that are over are booked and then moved back."""
        start = self.at(1, 15 + abs(days) % 6) if days < 0 else self.at(days)
        body = self.scene.slot(start, reason=reason)
        booked = await who.client.post("/api/appointments", json=body)
        assert booked.status_code == 201, booked.text
        id_ = str(booked.json()["id"])
        if days < 0 or status != "scheduled":
            async with self.scene.app.parts.db.connection() as connection:
                begun = self.scene.app.clock() + timedelta(days=days)
                await execute(
                    connection,
                    """UPDATE appointment SET status = %(status)s, starts_at = %(at)s,
                           ends_at = %(at)s + interval '30 minutes', price_minor = 9000, price_currency = 'USD'
                       WHERE id = %(id)s::uuid""",
                    {"status": status, "at": begun, "id": id_},
                )
                await execute(connection, "DELETE FROM claim WHERE appointment_id = %(id)s::uuid", {"id": id_})
        return id_

    def at(self, days: int, hour: int = 15) -> datetime:
        """That hour, so many days from now."""
        return self.scene.app.clock().replace(hour=hour, minute=0) + timedelta(days=days)


@pytest.fixture
def office(scene: Scene) -> Office:
    return Office(scene, KeptMail())
