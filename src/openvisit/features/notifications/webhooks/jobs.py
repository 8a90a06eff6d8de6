"""Forgetting what vendors told long ago."""

import procrastinate

from openvisit.platform.channels import inbox
from openvisit.platform.clock import Clock
from openvisit.platform.db import Database


def blueprint(*, db: Database, clock: Clock) -> procrastinate.Blueprint:
    """The task `forget`, every hour."""
    tasks = procrastinate.Blueprint()

    @tasks.periodic(cron="41 * * * *")
    @tasks.task(name="forget", queueing_lock="webhooks:forget")
    async def forget(timestamp: int) -> None:
        async with db.transaction() as connection:
            await inbox.forget(connection, clock())

    return tasks
