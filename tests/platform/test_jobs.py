"""Jobs live and die with the transaction they were deferred in."""

import pytest

from openvisit.platform.db import Database, fetch_all
from openvisit.platform.jobs import create_app, defer
from openvisit.settings import Settings


class Spoilt(Exception):
    pass


async def waiting(db: Database) -> list[str]:
    async with db.connection() as connection:
        rows = await fetch_all(connection, "SELECT args->>'n' AS n FROM procrastinate_jobs ORDER BY id")
    return [row["n"] for row in rows]


async def test_a_job_vanishes_with_a_rollback_and_runs_after_a_commit(settings: Settings) -> None:
    db = Database(settings.database_url, size=3)
    await db.open()
    jobs = create_app(db)
    ran: list[str] = []

    @jobs.task(name="note")
    async def note(n: str) -> None:
        ran.append(n)

    async def spoil() -> None:
        async with db.transaction() as connection:
            await defer(connection, "note", args={"n": "undone"})
            raise Spoilt

    with pytest.raises(Spoilt):
        await spoil()
    assert await waiting(db) == []

    async with db.transaction() as connection:
        await defer(connection, "note", args={"n": "done"})
        async with db.connection() as other:
            assert await fetch_all(other, "SELECT id FROM procrastinate_jobs") == [], "not before the commit"
        await note.configure(connection=connection).defer_async(n="also done")
    assert await waiting(db) == ["done", "also done"]

    async with jobs.open_async():
        await jobs.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False)
    assert sorted(ran) == ["also done", "done"]
    await db.close()


async def test_a_job_that_is_already_waiting_is_not_added_again(settings: Settings) -> None:
    db = Database(settings.database_url, size=2)
    await db.open()
    async with db.transaction() as connection:
        for n in ("1", "2"):
            await defer(connection, "note", queueing_lock="one", args={"n": n})
    assert await waiting(db) == ["1"]
    await db.close()
