"""Limits that hold over several processes and restarts: one atomic statement in PostgreSQL."""

from datetime import datetime

from openvisit.core.errors import TooManyRequests
from openvisit.platform.db import Connection, fetch_one


async def spend(connection: Connection, key: str, *, limit: int, window_seconds: int, now: datetime) -> None:
    """Count one use of `key` in the present window.

    `key` must not be personal data in clear: digest addresses first.
    Errors: TooManyRequests, with `retry_after` in seconds, past `limit` uses in the window.
    """
    if limit <= 0:
        return
    start = int(now.timestamp()) // window_seconds * window_seconds
    row = await fetch_one(
        connection,
        """INSERT INTO rate_limit (key, window_start, uses) VALUES (%(key)s, to_timestamp(%(start)s), 1)
           ON CONFLICT (key) DO UPDATE SET
               uses = CASE WHEN rate_limit.window_start = excluded.window_start THEN rate_limit.uses + 1 ELSE 1 END,
               window_start = excluded.window_start
           RETURNING uses""",
        {"key": key, "start": start},
    )
    if row is not None and row["uses"] > limit:
        raise TooManyRequests(retry_after=max(1, start + window_seconds - int(now.timestamp())))
