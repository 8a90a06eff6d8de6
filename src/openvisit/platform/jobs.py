"""Background jobs: Procrastinate on our own connection, so that a job exists exactly when its cause committed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import procrastinate
from psycopg.types.json import Jsonb

from openvisit.platform.db import Connection, Database, execute

QUEUES = frozenset({"default", "events", "mail", "pipeline", "notifications"})
"""Every queue that jobs wait in. `pipeline` hands events to the broker, `notifications` holds what came from there."""

DEFER_SQL = """procrastinate_defer_jobs_v1(ARRAY(
    SELECT ROW(queue, task, 0, task || ':' || %(job_subject)s, NULL, %(job_args)s, NULL)::procrastinate_job_to_defer_v1
    FROM unnest(%(job_tasks)s::text[], %(job_queues)s::text[]) AS heard (task, queue)))"""
"""The expression that defers one job a task inside a larger statement; `defer_values` gives its parameters."""


def create_app(database: Database) -> procrastinate.App:
    """The Procrastinate application over our pool; features add their tasks to it as blueprints."""
    connector = procrastinate.PsycopgConnector(conninfo=database.url)
    return procrastinate.App(connector=connector)


async def defer(
    connection: Connection,
    task: str,
    *,
    queue: str = "default",
    lock: str | None = None,
    queueing_lock: str | None = None,
    at: datetime | None = None,
    args: Mapping[str, Any],
) -> None:
    """Put a job in the queue, in the caller's transaction. `args` carry ids, never health text.

    A job whose `queueing_lock` is already waiting is not added again.
    Errors: ValueError for a queue that no worker looks at.
    """
    if queue not in QUEUES:
        raise ValueError(f"{queue!r} is not in QUEUES")
    await execute(
        connection,
        """INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
           VALUES (%(queue)s, %(task)s, 0, %(lock)s, %(queueing_lock)s, %(args)s, %(at)s)
           ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING""",
        {
            "queue": queue,
            "task": task,
            "lock": lock,
            "queueing_lock": queueing_lock,
            "args": Jsonb(dict(args)),
            "at": at,
        },
    )


def defer_values(jobs: Mapping[str, str], *, subject: str, args: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters of `DEFER_SQL`: tasks with their queues. The jobs of one task about one subject run in turn."""
    return {
        "job_tasks": list(jobs),
        "job_queues": list(jobs.values()),
        "job_subject": subject,
        "job_args": Jsonb(dict(args)),
    }
