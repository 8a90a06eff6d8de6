"""A visit that is booked is told of by a process of its own, which hears of it from RabbitMQ."""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from openvisit.platform.mail_catcher import MailCatcher
from openvisit.settings import Settings
from tests.support.application import running
from tests.support.cast import usual_scene
from tests.support.clock import StandingClock
from tests.support.rabbitmq import RabbitServer
from tests.support.servers import Process, working

pytestmark = [pytest.mark.anyio, pytest.mark.ops]


@pytest.fixture
def clock() -> StandingClock:
    """The present: processes of their own know no other."""
    return StandingClock(datetime.now(UTC))


@pytest.fixture
def rabbit() -> Iterator[RabbitServer]:
    with tempfile.TemporaryDirectory(prefix="ov-rabbit-", ignore_cleanup_errors=True) as folder:
        server = RabbitServer(Path(folder))
        try:
            server.start()
            yield server
        finally:
            server.close()


async def test_mail_leaves_by_the_consumer(
    rabbit: RabbitServer, settings: Settings, clock: StandingClock, tmp_path: Path
) -> None:
    """The worker without `--consume` publishes, and sends none of it."""
    with MailCatcher(tmp_path / "mail") as catcher:
        settings = replace(settings, events_url=rabbit.url, smtp_url=catcher.url)
        consumer = Process(settings, "consumer", "work", "--consume", "notifications")
        async with running(settings, clock) as app:
            scene = await usual_scene(app)
            start = clock().replace(hour=15, minute=0, second=0, microsecond=0) + timedelta(days=2)
            answer = await scene.patient.client.post("/api/appointments", json=scene.slot(start))
            assert answer.status_code == 201, answer.text
            with working(settings) as worker:
                await published(app.parts.db.url, worker)
                assert catcher.store.newest(to=scene.patient.email) == []
                consumer.start()
                try:
                    deadline = time.monotonic() + 60
                    while not catcher.store.newest(to=scene.patient.email):
                        assert consumer.alive(), consumer.log.read_text()
                        assert time.monotonic() < deadline, consumer.log.read_text() + worker.log.read_text()
                        await asyncio.sleep(0.05)  # the pace of looking
                finally:
                    consumer.stop()


async def published(url: str, worker: Process) -> None:
    """Return once nothing waits to be published."""
    deadline = time.monotonic() + 60
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        while True:
            found = await connection.execute("SELECT count(*) FROM procrastinate_jobs WHERE queue_name = 'pipeline'")
            if (await found.fetchone()) == (0,):
                return
            assert worker.alive(), worker.log.read_text()
            assert time.monotonic() < deadline, worker.log.read_text()
            await asyncio.sleep(0.05)  # the pace of asking
