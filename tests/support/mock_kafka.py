"""librdkafka's mock brokers: a Kafka inside this process, on ports of the loopback that it chooses."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from aiokafka.consumer.group_coordinator import CoordinatorGroupRebalance
from confluent_kafka import Producer

BROKERS = 3
FIND_SECONDS = 20.0
LEADERS_WAIT = 0.2
"""Seconds. With the leader's word the mock takes a group for settled, and refuses members who speak after it."""


class MockKafka:
    """Lives as long as the producer that carries it."""

    def __init__(self) -> None:
        self._carrier = Producer({"test.mock.num.brokers": BROKERS, "bootstrap.servers": "unused:1", "log_level": 0})
        self._deadline = time.monotonic() + FIND_SECONDS

    @property
    def url(self) -> str:
        """Where the brokers listen, as they tell their clients."""
        while True:
            brokers = self._carrier.list_topics(timeout=5).brokers.values()
            found = sorted(f"{broker.host}:{broker.port}" for broker in brokers if broker.port > 1)
            if len(found) == BROKERS:
                return f"kafka://{','.join(found)}"
            assert time.monotonic() < self._deadline, "the mock brokers did not appear"


@contextmanager
def mock_kafka() -> Iterator[str]:
    """The address of mock brokers; the leader of a group of this process speaks after its other members."""
    at_once = CoordinatorGroupRebalance._on_join_leader

    async def later(self: CoordinatorGroupRebalance, response: Any) -> Any:
        await asyncio.sleep(LEADERS_WAIT)
        return await at_once(self, response)

    brokers = MockKafka()
    with patch.object(CoordinatorGroupRebalance, "_on_join_leader", later):
        yield brokers.url
