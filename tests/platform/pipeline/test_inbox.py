"""What a consumer does with messages, whichever broker they come from."""

import asyncio

import pytest

from openvisit.core.ids import new_id
from openvisit.platform.clock import system_clock
from openvisit.platform.db import Database, fetch_one
from openvisit.platform.events import Event
from openvisit.platform.pipeline import inbox
from tests.platform.pipeline.conftest import NOON, booked, hearing, jobs, message

pytestmark = pytest.mark.anyio
CONSUMER = hearing("notifications")


async def test_a_message_that_comes_again_changes_nothing(db: Database) -> None:
    """Not even when its copies come at the same time, as while a group hands a partition on."""
    body = message(booked()).body
    await asyncio.gather(*(inbox.take(db, CONSUMER, body, system_clock) for _ in range(8)))
    await inbox.take(db, CONSUMER, body, system_clock)
    assert len(await jobs(db)) == 1


async def test_two_consumers_take_it_once_each(db: Database) -> None:
    body = message(booked()).body
    await inbox.take(db, CONSUMER, body, system_clock)
    await inbox.take(db, hearing("mail"), body, system_clock)
    assert (len(await jobs(db)), len(await jobs(db, "mail"))) == (1, 1)


async def test_what_is_known_but_not_heard_is_done_with(db: Database) -> None:
    await inbox.take(db, CONSUMER, message(Event("appointment.started", new_id(), NOON)).body, system_clock)
    assert await jobs(db) == []


async def test_it_is_forgotten_after_a_while(db: Database) -> None:
    await inbox.take(db, CONSUMER, message(booked()).body, lambda: NOON)
    async with db.connection() as connection:
        assert await inbox.sweep(connection, NOON + inbox.KEPT) == 0
        await inbox.sweep(connection, NOON + inbox.KEPT * 1.01)
        assert await fetch_one(connection, "SELECT FROM consumed_event") is None
