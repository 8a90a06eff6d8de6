"""Is the process alive, is it ready to serve, and its metrics."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import msgspec
from litestar import Response
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from openvisit.core.errors import OpenVisitError
from openvisit.platform import metrics
from openvisit.platform.db import Database, fetch_one
from openvisit.platform.revision import newest
from openvisit.platform.web.routes import route

WORKER_SILENT_SECONDS = 60
DATABASE_SECONDS = 2  # whoever asks does not wait long, and asks again soon


Measured = Callable[[datetime], Awaitable[None]]
"""Sets the gauges of what is counted in the database."""


class Live(msgspec.Struct):
    """The process answers."""

    status: str


class Ready(msgspec.Struct):
    """Whether each part that a request needs is there: `ok`, or in words what is wrong."""

    status: str
    database: str
    migrations: str
    jobs: str


@route("GET", "/health/live", permission="public:read", summary="Is the process alive", tags=["operation"])
async def live() -> Live:
    """Answers whenever the process can."""
    return Live(status="ok")


@route(
    "GET",
    "/health/ready",
    permission="public:read",
    summary="Is the service ready: database, migrations, jobs",
    also={503: Ready},
    tags=["operation"],
)
async def ready(db: NamedDependency[Database], now: NamedDependency[datetime]) -> Response[Ready]:
    """200 when all parts are `ok`, else 503 with the same body."""
    try:
        async with asyncio.timeout(DATABASE_SECONDS), db.connection() as connection:
            migrations = await _migrations(connection)
            jobs = await _jobs(connection, now) if migrations == "ok" else "waiting for migrations"
            answer = Ready(status="ok", database="ok", migrations=migrations, jobs=jobs)
    except OpenVisitError as error:
        answer = Ready(status="ok", database=error.message, migrations="unknown", jobs="unknown")
    except TimeoutError:
        silent = f"no answer within {DATABASE_SECONDS} seconds"
        answer = Ready(status="ok", database=silent, migrations="unknown", jobs="unknown")
    # A worker that is down delays mail but loses nothing: the web keeps serving, and says so.
    serving = answer.database == "ok" and answer.migrations == "ok"
    answer.status = "ok" if serving and answer.jobs == "ok" else "degraded" if serving else "unavailable"
    return Response(answer, status_code=200 if serving else 503)


@route(
    "GET",
    "/metrics",
    permission="metrics:read",
    summary="Metrics in Prometheus' text format",
    media_type=metrics.CONTENT_TYPE,
    tags=["operation"],
)
async def prometheus(
    db: NamedDependency[Database], measured: NamedDependency[Measured], now: NamedDependency[datetime]
) -> Response[bytes]:
    """Counters and timers of this process, and what is counted in the database when asked."""
    await measured(now)
    stats = db.pool.get_stats()
    metrics.database_connections.labels("open").set(stats.get("pool_size", 0))
    metrics.database_connections.labels("idle").set(stats.get("pool_available", 0))
    metrics.database_connections.labels("waiting").set(stats.get("requests_waiting", 0))
    return Response(metrics.exposition(), media_type=metrics.CONTENT_TYPE)


async def _migrations(connection: Any) -> str:
    row = await fetch_one(connection, "SELECT to_regclass('alembic_version') IS NOT NULL AS known")
    if row is None or not row["known"]:
        return "the database is empty: run openvisit migrate"
    row = await fetch_one(connection, "SELECT version_num FROM alembic_version")
    current = row["version_num"] if row else None
    return "ok" if current == newest() else f"at {current}, this version needs {newest()}: run openvisit migrate"


async def _jobs(connection: Any, now: datetime) -> str:
    row = await fetch_one(
        connection,
        """SELECT count(*) AS workers FROM procrastinate_workers
           WHERE last_heartbeat > %(now)s::timestamptz - make_interval(secs => %(silent)s)""",
        {"now": now, "silent": WORKER_SILENT_SECONDS},
    )
    return "ok" if row and row["workers"] else "no worker is running"


ROUTES: list[HTTPRouteHandler] = [live, ready, prometheus]
EXAMPLES: dict[str, Any] = {
    "Live": {"status": "ok"},
    "Ready": {"status": "degraded", "database": "ok", "migrations": "ok", "jobs": "no worker is running"},
    "prometheus": (
        "# HELP openvisit_live_sockets Open live connections\n"
        "# TYPE openvisit_live_sockets gauge\n"
        "openvisit_live_sockets 3.0\n"
    ),
}
