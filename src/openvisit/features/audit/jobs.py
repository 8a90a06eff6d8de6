"""Background work of the audit: each hour what is new is verified and signed, each night everything."""

import procrastinate

from openvisit.features.audit.checking import check_all
from openvisit.platform.clock import Clock
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database


def blueprint(*, db: Database, vault: Vault, clock: Clock) -> procrastinate.Blueprint:
    """The tasks of the audit."""
    tasks = procrastinate.Blueprint()

    @tasks.periodic(cron="23 * * * *")
    @tasks.task(name="sign_audit", queueing_lock="sign_audit", lock="audit")
    async def sign_audit(timestamp: int) -> None:
        async for _ in check_all(db, vault, clock(), recent=True):
            pass

    @tasks.periodic(cron="41 3 * * *")
    @tasks.task(name="verify_audit", queueing_lock="verify_audit", lock="audit")
    async def verify_audit(timestamp: int) -> None:
        async for _ in check_all(db, vault, clock(), recent=False):
            pass

    return tasks
