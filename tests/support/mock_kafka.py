"""librdkafka's mock brokers: a Kafka inside this process, on ports of the loopback that it chooses."""

import time

from confluent_kafka import Producer

BROKERS = 3
FIND_SECONDS = 20.0


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
