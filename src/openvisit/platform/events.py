"""Domain events: facts written in the transaction of the change, heard by sibling features as jobs.

A feature announces with `publish`; `main` fills a `Subscriptions` with who hears what, so that features need not
know each other. An event carries ids and facts, never health text.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from openvisit.core.ids import new_id
from openvisit.platform.db import Connection, execute
from openvisit.platform.jobs import defer


@dataclass(frozen=True, slots=True)
class Event:
    """A fact: what happened (`type`, such as `appointment.booked`), to what (`subject`), when, and the details."""

    type: str
    subject: UUID
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
    id: UUID = field(default_factory=new_id)


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """Which tasks hear which event types. A task takes `event_id` and `subject`, and may run twice."""

    by_type: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, task: str, *types: str) -> None:
        """Let a task hear these events."""
        for type_ in types:
            self.by_type[type_].append(task)

    def tasks(self, type_: str) -> list[str]:
        """The tasks that hear an event type."""
        return self.by_type.get(type_, [])


async def publish(connection: Connection, subscriptions: Subscriptions, event: Event) -> None:
    """Write the event and a job for each subscriber, in the caller's transaction."""
    await execute(
        connection,
        """INSERT INTO event (id, type, subject, at, data)
           VALUES (%(id)s, %(type)s, %(subject)s, %(at)s, %(data)s)""",
        {"id": event.id, "type": event.type, "subject": event.subject, "at": event.at, "data": Jsonb(dict(event.data))},
    )
    for task in subscriptions.tasks(event.type):
        await defer(connection, task, queue="events", lock=f"{task}:{event.subject}", args=job_args(event))


def job_args(event: Event) -> dict[str, Any]:
    """What a subscriber's job is told."""
    return {"event_id": str(event.id), "type": event.type, "subject": str(event.subject), "data": dict(event.data)}
