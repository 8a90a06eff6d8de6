"""SIGKILL of Apache Kafka in mid-stream, its topics kept: every event is taken once, in its order."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from openvisit.main.events import consuming
from openvisit.settings import Settings
from tests.storms.test_broker_kills import ALL, all_in_order, reached, write_all
from tests.support.kafka import KafkaServer
from tests.support.servers import working

pytestmark = [pytest.mark.anyio, pytest.mark.storm]


async def test_kafka_is_killed_in_mid_stream(settings: Settings, tmp_path: Path, say: Callable[[str], None]) -> None:
    """Twice, while events are published and taken."""
    with KafkaServer(tmp_path / "kafka") as kafka:
        settings = replace(settings, events_url=kafka.url)
        writing = asyncio.create_task(write_all(settings))
        with working(settings) as worker:
            async with consuming(settings, "notifications"):
                for taken in (ALL // 10, ALL // 2):
                    await reached(settings, taken, worker)
                    kafka.kill()
                    await kafka.restart()
                await writing
                await reached(settings, ALL, worker)
        say(f"{ALL} events, 2 kills of Kafka: {await all_in_order(settings)}")
