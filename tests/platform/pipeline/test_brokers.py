"""Events by way of brokers: a real RabbitMQ, mock brokers of Kafka's protocol, and a real Kafka where there is one."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from openvisit.adapters.kafka import KafkaEvents
from openvisit.adapters.rabbitmq import RabbitEvents
from openvisit.core.errors import Unavailable
from openvisit.core.ids import new_id
from openvisit.platform.clock import system_clock
from openvisit.platform.db import Database
from openvisit.platform.pipeline import inbox
from openvisit.platform.pipeline.ports import Broker, BrokerAway, Dead, Message
from tests.platform.pipeline.conftest import booked, hearing, jobs, message
from tests.support.kafka import KafkaServer
from tests.support.mock_kafka import mock_kafka

pytestmark = [pytest.mark.anyio, pytest.mark.ops]


@pytest.fixture(params=["rabbitmq", "mock-kafka", "kafka"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of each kind of broker. Kafka's are the test's own: what is in its topic, every new group reads."""
    if request.param == "rabbitmq":
        yield request.getfixturevalue("rabbit").url
    elif request.param == "mock-kafka":
        with mock_kafka() as found:
            yield found
    else:
        with KafkaServer(tmp_path / "kafka") as server:
            yield server.url


@asynccontextmanager
async def at(url: str, *consumers: str) -> AsyncIterator[Broker]:
    """A connection of our own."""
    broker = connect(url, *consumers)
    try:
        yield broker
    finally:
        await broker.close()


def connect(url: str, *consumers: str) -> Broker:
    """Nothing is opened yet."""
    return RabbitEvents(url, consumers, timeout=15) if url.startswith("amqp") else KafkaEvents(url)


async def until(true: Callable[[], bool]) -> None:
    """Return once it is so."""
    async with asyncio.timeout(30):
        while not true():  # noqa: ASYNC110 - what is looked at is no event of ours
            await asyncio.sleep(0.01)  # the pace of looking


class Taken:
    """What a consumer was given and what was set aside."""

    def __init__(self, db: Database, name: str) -> None:
        self.bodies: list[bytes] = []
        self.dead: list[Dead] = []
        self._take = partial(inbox.take, db, hearing(name))

    async def take(self, body: bytes) -> None:
        try:
            await self._take(body, system_clock)
        finally:
            self.bodies.append(body)

    async def keep(self, dead: Dead) -> None:
        self.dead.append(dead)


@pytest.fixture
def name() -> str:
    """A consumer of the test's own, so that no test finds what another left."""
    return f"test-{new_id().hex[-12:]}"


async def test_what_is_published_before_anybody_listens_is_taken_once(
    url: str, db: Database, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("openvisit.platform.jobs.QUEUES", {name})
    visit = new_id()
    events = [booked(visit, status="scheduled") for _ in range(5)]
    taken = Taken(db, name)
    async with at(url, name) as broker:
        for event in [*events, *events]:  # each twice, as after a publisher that was killed before it knew
            await broker.publish(message(event))
        async with broker.consuming(name, taken.take, taken.keep):
            await until(lambda: len(taken.bodies) == 10)
    found = await jobs(db, name)
    assert [job["args"]["event_id"] for job in found] == [str(event.id) for event in events]
    assert found[0] == {
        "task_name": "notifications:appointment_mail",
        "lock": f"notifications:appointment_mail:{events[0].subject}",
        "args": {
            "event_id": str(events[0].id),
            "type": "appointment.booked",
            "subject": str(events[0].subject),
            "data": {"status": "scheduled"},
        },
    }
    assert taken.dead == []


async def test_poison_is_set_aside_and_what_comes_after_it_is_taken(
    url: str, db: Database, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("openvisit.platform.jobs.QUEUES", {name})
    taken = Taken(db, name)
    good = message(booked())
    async with at(url, name) as broker:
        await broker.publish(Message("x", "appointment.booked", "x", b"\xff not an event"))
        await broker.publish(good)
        async with broker.consuming(name, taken.take, taken.keep):
            await until(lambda: len(taken.bodies) == 2 and len(taken.dead) == 1)
    assert taken.dead == [Dead(name, "not_json", b"\xff not an event")]
    assert len(await jobs(db, name)) == 1


async def test_a_database_that_is_away_is_waited_for(url: str, name: str) -> None:
    """In place: nothing overtakes, nothing is set aside."""
    asked: list[bytes] = []
    dead: list[Dead] = []

    async def refused_twice(body: bytes) -> None:
        async def act() -> None:
            asked.append(body)
            if len(asked) <= 2:
                raise Unavailable

        await inbox.patiently(act)

    async def keep(letter: Dead) -> None:
        dead.append(letter)

    visit = new_id()
    first, second = message(booked(visit)), message(booked(visit))
    async with at(url, name) as broker:
        await broker.publish(first)
        await broker.publish(second)
        async with broker.consuming(name, refused_twice, keep):
            await until(lambda: len(asked) == 4)
    assert asked == [first.body] * 3 + [second.body]
    assert dead == []


async def test_a_message_that_is_repeated_goes_to_its_consumer_alone(
    url: str, db: Database, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = f"{name}-other"
    monkeypatch.setattr("openvisit.platform.jobs.QUEUES", {name, other})
    one, two = Taken(db, name), Taken(db, other)
    visit = new_id()
    again, last = booked(visit), booked(visit)
    async with at(url, name, other) as broker:
        body = message(again).body
        await broker.publish(Message("dead", again.type, str(again.subject), body, only_for=name))
        await broker.publish(message(last))
        async with broker.consuming(name, one.take, one.keep), broker.consuming(other, two.take, two.keep):
            await until(lambda: len(one.bodies) == 2 and len(two.bodies) == 1)
    assert one.bodies == [body, message(last).body]
    assert two.bodies == [message(last).body]


@pytest.mark.parametrize("nowhere", ["amqp://guest:guest@127.0.0.1:1/", "kafka://127.0.0.1:1"])
async def test_a_broker_that_is_not_there_says_so(nowhere: str) -> None:
    async with at(nowhere, "nobody") as broker:
        with pytest.raises(BrokerAway):
            await broker.publish(message(booked()))
        with pytest.raises(BrokerAway):
            await broker.reachable()


async def test_it_says_what_it_is(url: str) -> None:
    async with at(url) as broker:
        assert (await broker.reachable()).startswith(("RabbitMQ 3.", "Kafka at 127.0.0.1:"))
