"""Records that the law keeps after their person was erased: closed away, and opened with a reason alone."""

from datetime import datetime
from uuid import UUID

import msgspec

from openvisit.core.errors import Forbidden
from openvisit.core.permissions import Actor, Target, allowed
from openvisit.features.audit.commands import record
from openvisit.features.privacy import wire
from openvisit.features.privacy.errors import UnknownRequest
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, fetch_all, fetch_one


async def listed(connection: Connection, actor: Actor, clinic_id: UUID) -> wire.RetainedRecords:
    """The clinic's retained records, without what they hold. Errors: Forbidden."""
    if not allowed(actor, "clinic-privacy:manage", Target(clinic_id=clinic_id)):
        raise Forbidden
    rows = await fetch_all(
        connection,
        """SELECT id, retained_at, keep_until, visits FROM retained_record WHERE clinic_id = %(clinic_id)s
           ORDER BY retained_at DESC, id""",
        {"clinic_id": clinic_id},
    )
    return wire.RetainedRecords([wire.RetainedRecord(**row) for row in rows])


async def opened(
    connection: Connection,
    vault: Vault,
    actor: Actor,
    clinic_id: UUID,
    record_id: UUID,
    asked: wire.OpenRetained,
    now: datetime,
) -> wire.RetainedContent:
    """What a record holds, in the caller's transaction; the reason is audited. Errors: Forbidden, UnknownRequest."""
    if not allowed(actor, "clinic-privacy:manage", Target(clinic_id=clinic_id)):
        raise Forbidden
    row = await fetch_one(
        connection,
        "SELECT * FROM retained_record WHERE id = %(id)s AND clinic_id = %(clinic_id)s",
        {"id": record_id, "clinic_id": clinic_id},
    )
    if row is None:
        raise UnknownRequest("There is no such record")
    await record(
        connection,
        at=now,
        actor_id=actor.person_id,
        action="retained-record:open",
        thing="retained-record",
        thing_id=record_id,
        clinic_id=clinic_id,
        data={"why": asked.reason},
    )
    content = msgspec.json.decode(vault.open_bytes(bytes(row["content"]), "retained_record.content", record_id))
    return wire.RetainedContent(record_id, row["keep_until"], content)
