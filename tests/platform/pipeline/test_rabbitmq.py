"""Events by way of a real RabbitMQ."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

import pytest

from openvisit.adapters.rabbitmq import RabbitEvents
from openvisit.core.errors import Unavailable
from openvisit.core.ids import new_id
from openvisit.platform.clock import system_clock
from openvisit.platform.db import Database
from openvisit.platform.pipeline import inbox
from openvisit.platform.pipeline.ports import BrokerAway, Dead, Message
from tests.platform.pipeline.conftest import booked, hearing, jobs, message
from tests.support.rabbitmq import RabbitServer

pytestmark = [pytest.mark.anyio, pytest.mark.ops]


@asynccontextmanager
async def at(rabbit: RabbitServer, *consumers: str) -> AsyncIterator[RabbitEvents]:
    """A connection of our own."""
    broker = RabbitEvents(rabbit.url, consumers, timeout=15)
    try:
        yield broker
    finally:
        await broker.close()


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
    rabbit: RabbitServer, db: Database, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("openvisit.platform.jobs.QUEUES", {name})
    events = [booked(status="scheduled") for _ in range(5)]
    taken = Taken(db, name)
    async with at(rabbit, name) as broker:
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
    rabbit: RabbitServer, db: Database, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("openvisit.platform.jobs.QUEUES", {name})
    taken = Taken(db, name)
    good = message(booked())
    async with at(rabbit, name) as broker:
        await broker.publish(Message("x", "appointment.booked", "x", b"\xff not an event"))
        await broker.publish(good)
        async with broker.consuming(name, taken.take, taken.keep):
            await until(lambda: len(taken.bodies) == 2 and len(taken.dead) == 1)
    assert taken.dead == [Dead(name, "not_json", b"\xff not an event")]
    assert len(await jobs(db, name)) == 1


async def test_a_database_that_is_away_is_waited_for(rabbit: RabbitServer, name: str) -> None:
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

    first, second = message(booked()), message(booked())
    async with at(rabbit, name) as broker:
        await broker.publish(first)
        await broker.publish(second)
        async with broker.consuming(name, refused_twice, keep):
            await until(lambda: len(asked) == 4)
    assert asked == [first.body] * 3 + [second.body]
    assert dead == []


async def test_a_message_that_is_repeated_goes_to_its_consumer_alone(
    rabbit: RabbitServer, db: Database, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = f"{name}-other"
    monkeypatch.setattr("openvisit.platform.jobs.QUEUES", {name, other})
    one, two = Taken(db, name), Taken(db, other)
    again, last = booked(), booked()
    async with at(rabbit, name, other) as broker:
        body = message(again).body
        await broker.publish(Message("dead", again.type, str(again.subject), body, only_for=name))
        await broker.publish(message(last))
        async with broker.consuming(name, one.take, one.keep), broker.consuming(other, two.take, two.keep):
            await until(lambda: len(one.bodies) == 2 and len(two.bodies) == 1)
    assert one.bodies == [body, message(last).body]
    assert two.bodies == [message(last).body]


async def test_a_broker_that_is_not_there_says_so(rabbit: RabbitServer) -> None:
    broker = RabbitEvents("amqp://guest:guest@127.0.0.1:1/", ["nobody"], timeout=5)
    with pytest.raises(BrokerAway):
        await broker.publish(message(booked()))
    with pytest.raises(BrokerAway):
        await broker.reachable()
    await broker.close()


async def test_it_says_what_it_is(rabbit: RabbitServer) -> None:
    async with at(rabbit) as broker:
        assert (await broker.reachable()).startswith("RabbitMQ 3.")
