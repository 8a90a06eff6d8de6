"""Adding and changing clinics."""

from datetime import datetime
from uuid import UUID

from openvisit.core.errors import Forbidden, NotFound
from openvisit.core.ids import new_id
from openvisit.core.money import MINOR_DIGITS
from openvisit.core.permissions import ADMIN, Actor, Target, allowed
from openvisit.features.audit.commands import record
from openvisit.features.directory.commands import rows
from openvisit.features.directory.errors import invalid
from openvisit.features.directory.queries.clinics import clinic, clinic_row
from openvisit.features.directory.wire.clinics import Clinic, ClinicChanges, NewClinic
from openvisit.features.directory.wire.fields import given
from openvisit.features.identity.tokens import TOPIC
from openvisit.platform.db import Database, elevated
from openvisit.platform.realtime import Live


async def add_clinic(db: Database, live: Live, actor: Actor, now: datetime, body: NewClinic) -> Clinic:
    """Add a clinic, with the actor as its admin.

    Errors: Forbidden for who is no admin anywhere, Invalid.
    """
    if not allowed(actor, "clinic:add"):
        raise Forbidden
    values = {"id": new_id(), **rows.tidy(given(body)), "created_at": now}
    _check_currency(values["currency"])
    async with db.transaction() as connection:
        await rows.insert(connection, "clinic", values)
        async with elevated(connection, "a new clinic has no admin yet who could make one"):
            await rows.insert(
                connection,
                "role",
                {"person_id": actor.person_id, "clinic_id": values["id"], "role": ADMIN, "granted_at": now},
            )
        await record(
            connection,
            at=now,
            actor_id=actor.person_id,
            action="clinic:add",
            thing="clinic",
            thing_id=values["id"],
            clinic_id=values["id"],
        )
        added = clinic(await clinic_row(connection, values["id"]))
    live.publish(f"{TOPIC}{actor.person_id}")
    return added


async def change_clinic(
    db: Database, actor: Actor, now: datetime, clinic_id: UUID, body: ClinicChanges, expected: int | None
) -> Clinic:
    """Change a clinic; `expected` is the version that was read, if any.

    Errors: NotFound, Forbidden, VersionMismatch, Invalid.
    """
    changes = rows.tidy(given(body))
    if "currency" in changes:
        _check_currency(changes["currency"])
    async with db.transaction() as connection:
        row = await rows.locked(connection, "clinic", clinic_id)
        if row is None:
            raise NotFound
        if not allowed(actor, "clinic:manage", Target(clinic_id=clinic_id)):
            raise Forbidden
        rows.check_version(row, expected)
        if not changes:
            return clinic(row)
        changed = await rows.update(connection, "clinic", clinic_id, changes)
        await record(
            connection,
            at=now,
            actor_id=actor.person_id,
            action="clinic:manage",
            thing="clinic",
            thing_id=clinic_id,
            clinic_id=clinic_id,
            data={"fields": sorted(changes)},
        )
    return clinic(changed or row)


def _check_currency(currency: str) -> None:
    if currency not in MINOR_DIGITS:
        raise invalid("currency", "not an ISO 4217 currency in circulation")
