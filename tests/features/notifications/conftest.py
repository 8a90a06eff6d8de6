"""A real mail catcher, and a visit to write about."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from openvisit.adapters.smtp import SmtpSender
from openvisit.features.notifications.news.telling import Happened
from openvisit.features.notifications.reminders.dispatch import Dispatcher
from openvisit.features.notifications.reminders.writing import TemplateWriter
from openvisit.platform.channels import Sender
from openvisit.platform.db import Row, fetch_all, fetch_one
from openvisit.platform.mail_catcher import MailCatcher
from tests.support.cast import Scene

SENDER = "OpenVisit <visits@openvisit.test>"


@pytest.fixture
def catcher(tmp_path: Path) -> Iterator[MailCatcher]:
    """The SMTP server that keeps what it gets where the pages of the application look for it."""
    with MailCatcher(tmp_path / "mail") as running:
        yield running


@dataclass(frozen=True)
class Notified:
    """The scene, a booked visit and what tells of it."""

    scene: Scene
    catcher: MailCatcher
    visit: dict[str, Any]

    @property
    def id(self) -> UUID:
        """The appointment's id."""
        return UUID(self.visit["id"])

    def dispatcher(self, mailer: Sender | None = None, **others: Sender) -> Dispatcher:
        """What news goes out with: SMTP to the catcher unless said otherwise, and nothing else."""
        parts = self.scene.app.parts
        senders = {"email": mailer or SmtpSender(self.catcher.url, SENDER), **others}
        writer = TemplateWriter(parts.vault, parts.settings.public_url, SENDER)
        return Dispatcher(parts.db, parts.clock, senders, writer)  # type: ignore[arg-type]

    async def happened(self, what: str) -> Happened:
        """The newest event of a kind, as its job is told."""
        async with self.scene.app.parts.db.connection() as connection:
            row = await fetch_one(
                connection,
                "SELECT id FROM event WHERE subject = %(id)s AND type = %(type)s ORDER BY id DESC LIMIT 1",
                {"id": self.id, "type": f"appointment.{what}"},
            )
        assert row is not None
        return Happened(row["id"], f"appointment.{what}", self.id)

    async def messages(self) -> dict[str, Row]:
        """The messages about the visit, by the role of who gets them."""
        async with self.scene.app.parts.db.connection() as connection:
            rows = await fetch_all(
                connection,
                "SELECT * FROM scheduled_reminder WHERE appointment_id = %(id)s AND type = 'news' ORDER BY id",
                {"id": self.id},
            )
        return {row["kind"].rpartition("_")[2]: row for row in rows}


@pytest.fixture
def tomorrow(scene: Scene) -> datetime:
    """Ten in the morning in New York, a day ahead."""
    return scene.app.clock().replace(hour=15, minute=0) + timedelta(days=1)


@pytest.fixture
async def booked(scene: Scene, catcher: MailCatcher, tomorrow: datetime) -> Notified:
    """A video visit that the patient booked."""
    body = scene.slot(tomorrow, reason="a migraine, again")
    answer = await scene.patient.client.post("/api/appointments", json=body)
    assert answer.status_code == 201, answer.text
    return Notified(scene, catcher, answer.json())
