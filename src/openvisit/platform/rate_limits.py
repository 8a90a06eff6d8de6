"""Limits that hold over several processes and restarts: counts in PostgreSQL, each changed by one atomic statement."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import procrastinate

from openvisit.core.errors import TooManyRequests
from openvisit.platform.clock import Clock
from openvisit.platform.db import Connection, Database, execute, fetch_all, fetch_one

KEPT = timedelta(days=1)
"""How long a count is kept after its window began; longer than every window."""

_ADD = """INSERT INTO rate_limit (key, window_start, uses)
    SELECT key, to_timestamp(%(start)s), uses FROM unnest(%(keys)s::text[], %(uses)s::int[]) AS told (key, uses)
    ORDER BY key
    ON CONFLICT (key) DO UPDATE SET
        uses = CASE WHEN rate_limit.window_start = excluded.window_start THEN rate_limit.uses + excluded.uses
                    ELSE excluded.uses END,
        window_start = excluded.window_start
    RETURNING key, uses"""


async def spend(connection: Connection, key: str, *, limit: int, window_seconds: int, now: datetime) -> None:
    """Count one use of `key` in the present window.

    `key` must not be personal data in clear: digest addresses first.
    Errors: TooManyRequests, with `retry_after` in seconds, past `limit` uses in the window.
    """
    if limit <= 0:
        return
    uses = await count(connection, key, window_seconds=window_seconds, now=now)
    if uses > limit:
        start = _window(now, window_seconds)
        raise TooManyRequests(retry_after=max(1, start + window_seconds - int(now.timestamp())))


async def count(connection: Connection, key: str, *, window_seconds: int, now: datetime) -> int:
    """Count one use of `key`; the answer is how many the present window has."""
    return (await add(connection, {key: 1}, window_seconds=window_seconds, now=now))[key]


async def add(connection: Connection, uses: Mapping[str, int], *, window_seconds: int, now: datetime) -> dict[str, int]:
    """Add uses of many keys at once; the answer is the sum of each in the present window."""
    values = {"keys": list(uses), "uses": list(uses.values()), "start": _window(now, window_seconds)}
    return {row["key"]: row["uses"] for row in await fetch_all(connection, _ADD, values)}


async def first_use(connection: Connection, key: str, *, until: datetime) -> bool:
    """Whether nobody used the key before; it is remembered until the instant given, and a day longer."""
    row = await fetch_one(
        connection,
        """INSERT INTO rate_limit (key, window_start, uses) VALUES (%(key)s, %(until)s, 1)
           ON CONFLICT (key) DO NOTHING RETURNING key""",
        {"key": key, "until": until},
    )
    return row is not None


async def once_in(connection: Connection, key: str, span: timedelta, *, now: datetime) -> bool:
    """Whether the key was not used within the span before now; it is then used. A span of a day at most, see `KEPT`."""
    row = await fetch_one(
        connection,
        """INSERT INTO rate_limit AS known (key, window_start, uses) VALUES (%(key)s, %(now)s, 1)
           ON CONFLICT (key) DO UPDATE SET window_start = excluded.window_start
           WHERE known.window_start <= excluded.window_start - %(span)s
           RETURNING key""",
        {"key": key, "now": now, "span": span},
    )
    return row is not None


def blueprint(db: Database, clock: Clock) -> procrastinate.Blueprint:
    """The task `forget_counts`, every hour: counts of windows long gone are removed."""
    tasks = procrastinate.Blueprint()

    @tasks.periodic(cron="23 * * * *")
    @tasks.task(name="forget_counts", queueing_lock="forget_counts")
    async def forget_counts(timestamp: int) -> None:
        async with db.connection() as connection:
            await execute(
                connection, "DELETE FROM rate_limit WHERE window_start < %(before)s", {"before": clock() - KEPT}
            )

    return tasks


def _window(now: datetime, seconds: int) -> int:
    return int(now.timestamp()) // seconds * seconds
