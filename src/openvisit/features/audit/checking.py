"""Verifying a clinic's trail, keeping what came of it, and signing it when all is well."""

from collections.abc import AsyncIterator
from datetime import datetime
from uuid import UUID

import msgspec
from psycopg.types.json import Jsonb

from openvisit.core.ids import new_id
from openvisit.features.audit import checkpoints
from openvisit.features.audit.verify import Report, Tell, lost_links, verify
from openvisit.platform import log
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database, execute

SHOWN = 50  # findings kept of a check; the command shows all

_logger = log.get("audit")


async def check(
    db: Database, vault: Vault, clinic_id: UUID, now: datetime, *, recent: bool, tell: Tell | None = None
) -> tuple[Report, bool]:
    """Verify the clinic's chains, keep the outcome, and sign their heads if nothing was found.

    The answer is the report and whether there is a new checkpoint.
    """
    report = await verify(db, vault, clinic_id, recent=recent, tell=tell)
    async with db.connection() as connection:
        await execute(
            connection,
            """INSERT INTO audit_check (id, clinic_id, at, whole, entries, findings)
               VALUES (%(id)s, %(clinic)s, %(at)s, %(whole)s, %(entries)s, %(findings)s)""",
            {
                "id": new_id(),
                "clinic": clinic_id,
                "at": now,
                "whole": not recent,
                "entries": report.entries,
                "findings": Jsonb(msgspec.to_builtins(report.findings[:SHOWN])),
            },
        )
    if report.findings:
        _logger.error("audit chain broken", clinic_id=str(clinic_id), findings=len(report.findings))
        return report, False
    return report, await checkpoints.sign(db, vault, clinic_id, report.heads, now)


async def check_all(db: Database, vault: Vault, now: datetime, *, recent: bool) -> AsyncIterator[Report]:
    """Check clinic by clinic."""
    async with db.connection() as connection:
        clinics = await checkpoints.clinics(connection)
        lost = [] if recent else await lost_links(connection)
    if lost:
        _logger.error("audit chains without their heads", chains=len(lost))
    for clinic_id in clinics:
        report, _ = await check(db, vault, clinic_id, now, recent=recent)
        yield report
