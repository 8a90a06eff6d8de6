"""SIGKILL of the broker, and of the worker that publishes, in mid-stream: every event is taken once, in its order."""

import asyncio
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from openvisit.core.ids import new_id
from openvisit.features.notifications.jobs import TASK, TOLD
from openvisit.main.events import consuming, subscriptions
from openvisit.platform.db import Database, execute, fetch_all, fetch_one
from openvisit.platform.events import Event, publish
from openvisit.platform.jobs import defer
from openvisit.settings import Settings
from tests.storms.conftest import asking
from tests.support.rabbitmq import RabbitServer
from tests.support.servers import Process, working

pytestmark = [pytest.mark.anyio, pytest.mark.storm]

VISITS = 40
EVENTS_OF_EACH = 9
ALL = VISITS * EVENTS_OF_EACH


@pytest.fixture
def rabbit() -> Iterator[RabbitServer]:
    """A broker that keeps what it confirmed, to be killed."""
    with tempfile.TemporaryDirectory(prefix="ov-rabbit-", ignore_cleanup_errors=True) as folder:
        server = RabbitServer(Path(folder))
        try:
            server.start()
            yield server
        finally:
            server.close()


async def test_rabbitmq_and_the_publisher_are_killed_in_mid_stream(
    rabbit: RabbitServer, settings: Settings, say: Callable[[str], None]
) -> None:
    """The broker three times, the worker once, the consumer's connection with each: nothing is lost or overtaken."""
    settings = replace(settings, events_url=rabbit.url)
    writing = asyncio.create_task(write_all(settings))
    with working(settings) as worker:
        async with consuming(settings, "notifications"):
            for taken in (ALL // 10, ALL // 4):
                await reached(settings, taken, worker)
                rabbit.kill()
                await rabbit.restart()
            await reached(settings, ALL // 2, worker)
            worker.kill()
        # Nobody consumes now: what is published waits at the broker, over its third death.
        worker.start()
        await a_minute_passes(settings)
        await writing
        await published(settings, worker)
        rabbit.kill()
        await rabbit.restart()
        async with consuming(settings, "notifications"):
            await reached(settings, ALL, worker)
    say(f"{ALL} events, 3 kills of RabbitMQ, 1 of the publisher: {await all_in_order(settings)}")


async def write_all(settings: Settings) -> None:
    """What happens to many visits at once, each event in a transaction of its own as a command would write it."""
    db = Database(settings.database_url, size=3)
    await db.open()
    visits = [new_id() for _ in range(VISITS)]
    told = subscriptions(settings)
    for step in range(EVENTS_OF_EACH):
        for visit in visits:
            async with db.transaction() as connection:
                event = Event(TOLD[step % len(TOLD)], visit, datetime.now(UTC), {"status": f"step {step}"})
                await publish(connection, told, event)
    await db.close()


async def reached(settings: Settings, wanted: int, worker: Process) -> None:
    """Return once so many events have been taken."""
    await becomes(settings, "SELECT count(*) AS n FROM consumed_event", lambda n: n >= wanted, worker)


async def published(settings: Settings, worker: Process) -> None:
    """Return once nothing waits to be published."""
    waiting = "SELECT count(*) AS n FROM procrastinate_jobs WHERE queue_name = 'pipeline'"
    await becomes(settings, waiting, lambda n: n == 0, worker)


async def becomes(settings: Settings, question: str, enough: Callable[[int], bool], worker: Process) -> None:
    deadline = time.monotonic() + 120
    async with asking(settings.database_url) as connection:
        while True:
            row = await fetch_one(connection, question)
            assert row is not None
            if enough(row["n"]):
                return
            assert worker.alive(), worker.log.read_text()
            assert time.monotonic() < deadline, f"{question} is {row['n']}: {worker.log.read_text()}"
            await asyncio.sleep(0.02)  # the pace of asking


async def a_minute_passes(settings: Settings) -> None:
    """The killed worker is silent for so long that its jobs are run again."""
    async with asking(settings.database_url) as connection:
        await execute(
            connection,
            """UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 minute'
               WHERE id = (SELECT min(id) FROM procrastinate_workers)""",
        )
        await defer(connection, "jobs:run_again", args={"timestamp": 0})


async def all_in_order(settings: Settings) -> str:
    """Each event has become one job, and those of a visit stand in the order of what happened."""
    async with asking(settings.database_url) as connection:
        events = await fetch_all(connection, "SELECT id, subject FROM event ORDER BY id")
        jobs = await fetch_all(
            connection,
            """SELECT (args->>'event_id')::uuid AS id, (args->>'subject')::uuid AS subject
               FROM procrastinate_jobs WHERE queue_name = 'notifications' AND task_name = %(task)s
               ORDER BY procrastinate_jobs.id""",
            {"task": TASK},
        )
        dead = await fetch_all(connection, "SELECT reason FROM dead_letter")
    assert len(events) == ALL
    assert len(jobs) == ALL, "an event was lost, or became two jobs"
    assert by_visit(jobs) == by_visit(events)
    assert dead == []
    return f"{len(jobs)} jobs, each visit's in order"


def by_visit(rows: list[Any]) -> dict[UUID, list[UUID]]:
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for row in rows:
        found[row["subject"]].append(row["id"])
    return found
