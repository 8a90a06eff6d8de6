"""Background jobs: Procrastinate on our own connection, so that a job exists exactly when its cause committed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import procrastinate
from psycopg.types.json import Jsonb

from openvisit.platform.db import Connection, Database, execute

DEFER_SQL = """procrastinate_defer_jobs_v1(ARRAY(
    SELECT ROW(%(job_queue)s, task, 0, task || ':' || %(job_subject)s, NULL, %(job_args)s, NULL)
           ::procrastinate_job_to_defer_v1
    FROM unnest(%(job_tasks)s::text[]) AS task))"""
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
    """
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


def defer_values(tasks: Sequence[str], *, queue: str, subject: str, args: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters of `DEFER_SQL`. The jobs of one task about one subject run one after the other."""
    return {"job_queue": queue, "job_tasks": list(tasks), "job_subject": subject, "job_args": Jsonb(dict(args))}
