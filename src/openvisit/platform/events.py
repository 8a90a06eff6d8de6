"""Domain events: facts written in the transaction of the change, heard by sibling features as jobs.

A feature announces with `publish`; `main` fills a `Subscriptions` with who hears what, so that features need not
know each other. An event carries ids and facts, never health text. Where a broker stands between (`EVENTS_URL`), the
one job is to hand it over (`platform.pipeline`).
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from openvisit.core.event_types import TYPES
from openvisit.core.ids import new_id
from openvisit.platform.db import Connection, execute, fetch_one
from openvisit.platform.jobs import DEFER_SQL, defer, defer_values


@dataclass(frozen=True, slots=True)
class Event:
    """A fact: what happened (`type`, one of `core.event_types`), to what (`subject`), when, and the details.

    Errors: ValueError for a type that nobody knows.
    """

    type: str
    subject: UUID
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
    id: UUID = field(default_factory=new_id)

    def __post_init__(self) -> None:
        if self.type not in TYPES:
            raise ValueError(f"{self.type!r} is not in core.event_types")


@dataclass(frozen=True, slots=True)
class Hearer:
    """A task that hears events, and the queue its jobs wait in. `unless` says of an event that it is nothing to it."""

    task: str
    queue: str = "events"
    unless: Callable[[Event], bool] | None = None


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """Which tasks hear which event types. A task takes `event_id`, `type`, `subject` and `data`, and may run twice."""

    by_type: dict[str, list[Hearer]] = field(default_factory=lambda: defaultdict(list))

    def add(self, task: str, *types: str, queue: str = "events", unless: Callable[[Event], bool] | None = None) -> None:
        """Let a task hear these events, but for those that are nothing to it: each job costs whoever makes one."""
        for type_ in types:
            self.by_type[type_].append(Hearer(task, queue, unless))

    def hearers(self, event: Event) -> list[Hearer]:
        """The tasks that hear an event."""
        return [one for one in self.by_type.get(event.type, ()) if one.unless is None or not one.unless(event)]

    def by_task(self) -> dict[str, Hearer]:
        """Every task that hears anything, by its name."""
        return {hearer.task: hearer for hearers in self.by_type.values() for hearer in hearers}


async def publish(connection: Connection, subscriptions: Subscriptions, event: Event) -> None:
    """Write the event and a job for each subscriber, in the caller's transaction."""
    await execute(
        connection,
        """INSERT INTO event (id, type, subject, at, data)
           VALUES (%(id)s, %(type)s, %(subject)s, %(at)s, %(data)s)""",
        {"id": event.id, "type": event.type, "subject": event.subject, "at": event.at, "data": Jsonb(dict(event.data))},
    )
    if jobs := {hearer.task: hearer.queue for hearer in subscriptions.hearers(event)}:
        values = defer_values(jobs, subject=str(event.subject), args=job_args(event))
        await fetch_one(connection, f"SELECT {DEFER_SQL}", values)


async def tell(connection: Connection, hearer: Hearer, event: Event) -> None:
    """Write the job by which one task hears of the event. What it hears of one subject, it hears in order."""
    lock = f"{hearer.task}:{event.subject}"
    await defer(connection, hearer.task, queue=hearer.queue, lock=lock, args=job_args(event))


def job_args(event: Event) -> dict[str, Any]:
    """What a subscriber's job is told."""
    return {"event_id": str(event.id), "type": event.type, "subject": str(event.subject), "data": dict(event.data)}
