"""Writing the trail. The database links every entry to those before it, in the same transaction (`links`)."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from openvisit.features.audit.vocabulary import Look
from openvisit.platform.db import Connection, execute

SAME_LOOK = timedelta(minutes=15)
"""Looks of one person at one record, in one way, within this time are one entry: pages refresh by themselves."""


async def record(
    connection: Connection,
    *,
    at: datetime,
    actor_id: UUID | None,
    action: str,
    thing: str,
    thing_id: UUID,
    clinic_id: UUID | None = None,
    data: Mapping[str, Any] | None = None,
    patient_id: UUID | None = None,
    reason: str | None = None,
    acting_as: str | None = None,
    on_behalf_of: UUID | None = None,
) -> None:
    """Add one entry, in the caller's transaction.

    `action` is the permission that was used (`appointment:cancel`), `thing` the kind of record, `patient_id` whose
    record it is about, `reason` and `acting_as` codes (`vocabulary`), `data` ids, codes and instants only.
    `on_behalf_of` is the person the actor stands in for.
    """
    await execute(
        connection,
        """INSERT INTO audit (at, clinic_id, actor_id, acting_as, on_behalf_of, action, reason, thing, thing_id,
               patient_id, data)
           VALUES (%(at)s, %(clinic_id)s, %(actor_id)s, %(acting_as)s, %(on_behalf_of)s, %(action)s, %(reason)s,
               %(thing)s, %(thing_id)s, %(patient_id)s, %(data)s)""",
        {
            "at": at,
            "clinic_id": clinic_id,
            "actor_id": actor_id,
            "acting_as": acting_as,
            "on_behalf_of": on_behalf_of,
            "action": action,
            "reason": reason,
            "thing": thing,
            "thing_id": thing_id,
            "patient_id": patient_id,
            "data": Jsonb(dict(data or {})),
        },
    )


async def record_looks(
    connection: Connection,
    *,
    at: datetime,
    actor_id: UUID,
    action: str,
    looks: Collection[Look],
    on_behalf_of: UUID | None = None,
) -> None:
    """Add an entry for each record that was shown, in the caller's transaction and in one statement.

    A look that the same person had at the same thing, by the same action, in the last quarter of an hour is not
    written again.
    """
    if not looks:
        return
    found = list(dict.fromkeys(looks))
    await execute(
        connection,
        """INSERT INTO audit (at, clinic_id, actor_id, acting_as, on_behalf_of, action, reason, thing, thing_id,
               patient_id, data)
           SELECT %(at)s, l.clinic_id, %(actor_id)s, l.acting_as, %(on_behalf_of)s, %(action)s, l.reason, l.thing,
               l.thing_id, l.patient_id, '{}'
           FROM unnest(%(clinics)s::uuid[], %(roles)s::text[], %(reasons)s::text[], %(things)s::text[],
               %(thing_ids)s::uuid[], %(patients)s::uuid[])
               WITH ORDINALITY AS l(clinic_id, acting_as, reason, thing, thing_id, patient_id, place)
           WHERE NOT EXISTS (
               SELECT FROM audit t WHERE t.patient_id = l.patient_id AND t.at > %(since)s AND t.at <= %(at)s
               AND t.actor_id = %(actor_id)s AND t.action = %(action)s AND t.thing_id = l.thing_id
               AND t.reason IS NOT DISTINCT FROM l.reason AND t.clinic_id IS NOT DISTINCT FROM l.clinic_id
               AND t.on_behalf_of IS NOT DISTINCT FROM %(on_behalf_of)s)
           ORDER BY l.place""",
        {
            "at": at,
            "since": at - SAME_LOOK,
            "actor_id": actor_id,
            "on_behalf_of": on_behalf_of,
            "action": action,
            "clinics": [look.clinic_id for look in found],
            "roles": [look.acting_as for look in found],
            "reasons": [look.reason for look in found],
            "things": [look.thing for look in found],
            "thing_ids": [look.thing_id for look in found],
            "patients": [look.patient_id for look in found],
        },
    )
