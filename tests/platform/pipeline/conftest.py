"""A consumer of the tests' own, whose jobs are looked at and never run."""

import gc
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from openvisit.core.ids import new_id
from openvisit.platform.db import Database, fetch_all
from openvisit.platform.events import Event, Subscriptions
from openvisit.platform.pipeline.cloud_events import encode
from openvisit.platform.pipeline.inbox import Consumer
from openvisit.platform.pipeline.ports import Message
from openvisit.settings import Settings
from tests.support.rabbitmq import RabbitServer

SOURCE = "https://visits.clinic.test"
NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _leavings() -> Iterator[None]:
    """aiokafka leaves connections behind that could not begin; they go here, and not in the middle of another test."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture(scope="session")
def rabbit() -> Iterator[RabbitServer]:
    """One RabbitMQ for all tests that do not kill it."""
    with tempfile.TemporaryDirectory(prefix="ov-rabbit-", ignore_cleanup_errors=True) as folder:
        server = RabbitServer(Path(folder))
        try:
            server.start()
            yield server
        finally:
            server.close()


@pytest.fixture
async def db(settings: Settings) -> AsyncIterator[Database]:
    database = Database(settings.database_url, size=4)
    await database.open()
    yield database
    await database.close()


def hearing(name: str) -> Consumer:
    """A consumer whose one task hears of bookings and moves."""
    heard = Subscriptions()
    heard.add("notifications:appointment_mail", "appointment.booked", "appointment.rescheduled")
    return Consumer(name, heard)


def booked(subject: UUID | None = None, **data: Any) -> Event:
    """A visit that was booked."""
    return Event("appointment.booked", subject or new_id(), NOON, data)


def message(event: Event) -> Message:
    """The event as it is handed to a broker."""
    return Message(str(event.id), event.type, str(event.subject), encode(event, SOURCE))


async def jobs(db: Database, queue: str = "notifications") -> list[dict[str, Any]]:
    """The jobs that events have become, in their order."""
    async with db.connection() as connection:
        return [
            dict(row)
            for row in await fetch_all(
                connection,
                "SELECT task_name, lock, args FROM procrastinate_jobs WHERE queue_name = %(queue)s ORDER BY id",
                {"queue": queue},
            )
        ]
