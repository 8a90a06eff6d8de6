"""Background work of recordings: those whose time is over go, and those that went silent are ended."""

from datetime import datetime, timedelta

import procrastinate

from openvisit.core.recording import Stop
from openvisit.features.telehealth.recording.consents import locked, settle, stop
from openvisit.features.telehealth.recording.keeping import delete_expired, lost
from openvisit.platform.clock import Clock
from openvisit.platform.db import Database, fetch_one
from openvisit.platform.realtime import Live

SILENT = timedelta(minutes=10)
"""A recording of which nothing came for so long is over: its browser is gone."""

_WHY = "the time that recordings are kept for runs out for everybody"


def blueprint(db: Database, live: Live, clock: Clock) -> procrastinate.Blueprint:
    """The tasks of recordings. Both are safe to run twice."""
    tasks = procrastinate.Blueprint()

    @tasks.periodic(cron="23 * * * *")
    @tasks.task(name="delete_expired", queueing_lock="recording_delete_expired")
    async def delete_expired_(timestamp: int) -> None:
        """Delete recordings that were kept for as long as their clinic said."""
        await expire(db, clock())

    @tasks.periodic(cron="*/5 * * * *")
    @tasks.task(name="end_lost", queueing_lock="recording_end_lost")
    async def end_lost_(timestamp: int) -> None:
        """End recordings of which nothing came any more."""
        for room_id in await end_lost(db, clock()):
            live.publish(f"room:{room_id}:recording")

    return tasks


async def expire(db: Database, now: datetime) -> int:
    """Delete everything that was kept for long enough; how many recordings."""
    deleted = 0
    while True:
        async with db.transaction(as_system=_WHY) as connection:
            found = await delete_expired(connection, now)
        deleted += found
        if not found:
            return deleted


async def end_lost(db: Database, now: datetime) -> list[str]:
    """End recordings of which nothing came for `SILENT`; their rooms."""
    async with db.connection(as_system=_WHY) as connection:
        rooms = await lost(connection, now - SILENT)
    ended = []
    for room_id in rooms:
        async with db.transaction(as_system=_WHY) as connection:
            visit = await locked(connection, room_id)
            row = await fetch_one(
                connection,
                "SELECT id, heard_at FROM recording WHERE room_id = %(id)s AND stopped_at IS NULL",
                {"id": room_id},
            )
            if row is None or row["heard_at"] >= now - SILENT:
                continue
            if await settle(connection, visit, now) is None:
                await stop(connection, visit, row["id"], Stop.LOST, now)
            ended.append(str(room_id))
    return ended
