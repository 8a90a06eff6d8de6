"""Background work of privacy: exports, erasures, letters, and what has been kept long enough."""

from uuid import UUID

import procrastinate
from procrastinate import RetryStrategy

from openvisit.features.privacy import export, letters, retention
from openvisit.features.privacy.erase import Eraser, erase
from openvisit.platform import log
from openvisit.platform.channels import Sender
from openvisit.platform.clock import Clock
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database, fetch_all
from openvisit.platform.events import Subscriptions
from openvisit.platform.jobs import defer
from openvisit.platform.realtime import Live

_logger = log.get("privacy")


def blueprint(
    *,
    db: Database,
    vault: Vault,
    live: Live,
    subscriptions: Subscriptions,
    mailer: Sender,
    clock: Clock,
    public_url: str,
) -> procrastinate.Blueprint:
    """The tasks of privacy. A job that was killed is found by `due` within the hour, if not before."""
    tasks = procrastinate.Blueprint()
    patience = RetryStrategy(max_attempts=8, exponential_wait=3)
    eraser = Eraser(db, vault, live, subscriptions, clock)

    @tasks.task(name="export", retry=patience)
    async def make_export(request_id: str) -> None:
        await export.make(db, vault, live, clock, UUID(request_id))

    @tasks.task(name="erase", retry=patience)
    async def erase_person(request_id: str) -> None:
        await erase(eraser, UUID(request_id))

    @tasks.task(name="tell", retry=patience)
    async def tell(request_id: str, letter: str) -> None:
        await letters.tell(db, vault, mailer, UUID(request_id), letter, public_url=public_url, now=clock())

    @tasks.periodic(cron="17 * * * *")
    @tasks.task(name="due", queueing_lock="privacy:due")
    async def due(timestamp: int) -> None:
        await defer_due(db, clock)

    @tasks.periodic(cron="47 3 * * *")
    @tasks.task(name="retention", queueing_lock="privacy:retention")
    async def run_retention(timestamp: int) -> None:
        done = await retention.run(db, clock())
        _logger.info("retention run", removed=sum(line.count for line in done.items))

    return tasks


async def defer_due(db: Database, clock: Clock) -> None:
    """Put what is asked for, due and not done in the queue again, unless it waits or runs there."""
    async with db.transaction() as connection:
        rows = await fetch_all(
            connection,
            """SELECT id, kind FROM privacy_request r
               WHERE (kind = 'erase' AND status IN ('waiting', 'running') AND runs_at <= %(now)s
                      OR kind = 'export' AND status IN ('open', 'running'))
                 AND NOT EXISTS (SELECT FROM procrastinate_jobs j WHERE j.lock = 'privacy:' || r.id
                                 AND j.status IN ('todo', 'doing'))""",
            {"now": clock()},
        )
        for row in rows:
            args = {"request_id": str(row["id"])}
            await defer(connection, f"privacy:{row['kind']}", lock=f"privacy:{row['id']}", args=args)
