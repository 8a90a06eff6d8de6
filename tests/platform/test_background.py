"""What runs beside other work ends when it is told to, whatever it is doing."""

import asyncio
from contextlib import suppress

import pytest

from openvisit.platform.background import alongside, ended
from openvisit.platform.db import Database, fetch_all
from openvisit.settings import Settings

INSTANTS = 60
"""Moments, over the first hundredth of a second, at which a task is cancelled that waits for its first connection."""


async def test_a_cancellation_is_not_lost_while_the_pool_makes_its_first_connection(settings: Settings) -> None:
    async def ask(db: Database) -> None:
        while True:
            async with db.connection(as_system="a test") as connection:
                await fetch_all(connection, "SELECT pg_sleep(0.001)")
            await asyncio.sleep(10)

    lost = []
    for instant in range(INSTANTS):
        db = Database(settings.database_url)
        await db.open()
        task = asyncio.create_task(ask(db))
        await asyncio.sleep(instant * 0.01 / INSTANTS)
        task.cancel()
        _, running = await asyncio.wait({task}, timeout=5)
        if running:
            lost.append(instant)
            await ended(task)
        await db.close()
    assert lost == []


async def test_a_task_that_loses_a_cancellation_is_cancelled_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openvisit.platform.background._PATIENCE", 0.01)
    lost = []

    async def deaf() -> None:
        for _ in range(3):
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(10)
            lost.append(1)
        await asyncio.sleep(10)

    async with alongside(deaf()):
        await asyncio.sleep(0)
    assert len(lost) == 3


async def test_an_error_of_what_ran_beside_is_told_at_the_end() -> None:
    async def broken() -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        async with alongside(broken()):
            await asyncio.sleep(0)
    await ended(None)
