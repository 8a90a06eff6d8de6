"""Events whose handler gave up: its job failed at every try, and waits among the dead letters until somebody looks.

Such a letter names the task as its consumer. Replayed, it is told to that task alone: the others have heard it.
"""

from datetime import datetime
from uuid import UUID

from openvisit.core.event_types import TYPES
from openvisit.platform import log
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Row, execute, fetch_all
from openvisit.platform.events import Event, Hearer, tell
from openvisit.platform.pipeline import dead_letters, inbox
from openvisit.platform.pipeline.cloud_events import encode
from openvisit.platform.pipeline.ports import Dead

REASON = "handler_failed"
BATCH = 100

_FAILED = """
SELECT j.id, j.task_name, j.args, e.at FROM procrastinate_jobs j
LEFT JOIN event e ON e.id = (j.args ->> 'event_id')::uuid
WHERE j.status = 'failed' AND j.args ?& '{event_id,type,subject,data}' AND j.args ->> 'type' = ANY(%(types)s)
ORDER BY j.id LIMIT %(batch)s FOR UPDATE OF j SKIP LOCKED"""

_logger = log.get("pipeline")


async def set_aside(connection: Connection, vault: Vault, source: str, now: datetime) -> int:
    """Make dead letters of jobs that heard an event and failed for good; the answer is how many."""
    jobs = await fetch_all(connection, _FAILED, {"types": sorted(TYPES), "batch": BATCH})
    for job in jobs:
        event = _event(job, now)
        _logger.warning("handler gave up", task=job["task_name"], event_id=str(event.id))
        await dead_letters.keep(connection, vault, Dead(job["task_name"], REASON, encode(event, source)), now)
    ids = [job["id"] for job in jobs]
    await execute(connection, "DELETE FROM procrastinate_jobs WHERE id = ANY(%(ids)s)", {"ids": ids})
    return len(jobs)


def _event(job: Row, now: datetime) -> Event:
    told = job["args"]
    return Event(told["type"], UUID(told["subject"]), job["at"] or now, told["data"], UUID(told["event_id"]))


async def tell_again(connection: Connection, letter_id: UUID, hearer: Hearer, event: Event, now: datetime) -> None:
    """Tell the task whose letter it was, once, however often this runs."""
    if await inbox.first(connection, f"replay:{letter_id}", event.id, now):
        await tell(connection, hearer, event)
