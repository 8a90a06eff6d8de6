"""Each clinic's rules for keeping data; where none are set, those of its country."""

from datetime import datetime
from uuid import UUID

from openvisit.core.errors import Forbidden, NotFound
from openvisit.core.permissions import Actor, Target, allowed
from openvisit.core.retention import rules_for
from openvisit.features.audit.commands import record
from openvisit.features.privacy import wire
from openvisit.platform.db import Connection, Row, execute, fetch_all, fetch_one

SMALLEST_GROUP = 11
"""Usual k: health agencies of the US publish no cell of fewer than eleven people."""

_CLINIC = """
SELECT c.id, c.name, p.*, coalesce((SELECT l.country FROM location l WHERE l.clinic_id = c.id AND l.country <> ''
                                    ORDER BY l.active DESC, l.id LIMIT 1), '') AS country
FROM clinic c LEFT JOIN clinic_privacy p ON p.clinic_id = c.id"""


async def of_clinic(connection: Connection, clinic_id: UUID) -> wire.ClinicPrivacy:
    """Errors: NotFound."""
    row = await fetch_one(connection, f"{_CLINIC} WHERE c.id = %(id)s", {"id": clinic_id})
    if row is None:
        raise NotFound
    return _policy(row)


async def of_all(connection: Connection) -> dict[UUID, wire.ClinicPrivacy]:
    """The rules of every clinic."""
    return {row["id"]: _policy(row) for row in await fetch_all(connection, _CLINIC)}


async def read(connection: Connection, actor: Actor, clinic_id: UUID) -> wire.ClinicPrivacy:
    """Errors: Forbidden, NotFound."""
    if not allowed(actor, "clinic-privacy:manage", Target(clinic_id=clinic_id)):
        raise Forbidden
    return await of_clinic(connection, clinic_id)


async def change(
    connection: Connection, actor: Actor, clinic_id: UUID, asked: wire.ClinicPrivacy, now: datetime
) -> wire.ClinicPrivacy:
    """Set the clinic's rules, in the caller's transaction. Errors: Forbidden, NotFound."""
    before = await read(connection, actor, clinic_id)
    await execute(
        connection,
        """INSERT INTO clinic_privacy
               (clinic_id, medical_years, billing_years, audit_years, message_months, smallest_group)
           VALUES (%(clinic_id)s, %(medical_years)s, %(billing_years)s, %(audit_years)s, %(message_months)s,
                   %(smallest_group)s)
           ON CONFLICT (clinic_id) DO UPDATE SET medical_years = excluded.medical_years,
               billing_years = excluded.billing_years, audit_years = excluded.audit_years,
               message_months = excluded.message_months, smallest_group = excluded.smallest_group,
               version = clinic_privacy.version + 1""",
        {"clinic_id": clinic_id, **_columns(asked)},
    )
    await record(
        connection,
        at=now,
        actor_id=actor.person_id,
        action="clinic-privacy:manage",
        thing="clinic",
        thing_id=clinic_id,
        clinic_id=clinic_id,
        data={"before": _columns(before), "after": _columns(asked)},
    )
    return await of_clinic(connection, clinic_id)


_NAMES = ("medical_years", "billing_years", "audit_years", "message_months", "smallest_group")


def _columns(policy: wire.ClinicPrivacy) -> dict[str, int]:
    return {name: getattr(policy, name) for name in _NAMES}


def _policy(row: Row) -> wire.ClinicPrivacy:
    if row["medical_years"] is not None:
        return wire.ClinicPrivacy(**{name: row[name] for name in _NAMES}, country=row["country"])
    usual = rules_for(row["country"])
    return wire.ClinicPrivacy(
        usual.medical_years,
        usual.billing_years,
        usual.audit_years,
        usual.message_months,
        SMALLEST_GROUP,
        row["country"],
    )
