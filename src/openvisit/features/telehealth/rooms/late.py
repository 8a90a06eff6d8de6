"""Running late: said by the patient or by the provider's side, heard by the other one wherever they are."""

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from openvisit.core.errors import Forbidden
from openvisit.core.permissions import Actor, allowed
from openvisit.features.audit.commands import record
from openvisit.features.booking.book import topics
from openvisit.features.booking.present import acting, target
from openvisit.features.telehealth.rooms import errors
from openvisit.features.telehealth.rooms.queries import HOSTS, patient_is, refuse, role_of, rules_of, visit_of
from openvisit.platform.db import Connection, Database, elevated, fetch_all
from openvisit.platform.events import Event, Subscriptions, publish
from openvisit.platform.realtime import Live

BY_PATIENT, BY_PROVIDER = "appointment.patient-late", "appointment.provider-late"
"""The facts, with `minutes`. Links in messages, and the provider's agenda, announce the same; `told` says of a
provider's that the patient has heard of it already."""

EARLIEST = timedelta(hours=12)
"""How long before a visit one can say so: it is told at once."""

_WHO = {BY_PATIENT: "patient", BY_PROVIDER: "provider"}


async def tell_late(
    db: Database,
    live: Live,
    subscriptions: Subscriptions,
    actor: Actor,
    room_id: UUID,
    minutes: int,
    now: datetime,
) -> None:
    """Say that one's side of the visit will be about so many minutes late.

    Errors: RoomNotFound, Forbidden, RoomNotOpen when the visit is not about to begin, and the refusals of one that is
    over.
    """
    async with db.transaction() as connection:
        visit = await visit_of(connection, actor, room_id, "visit-room:enter")
        by_host = role_of(actor, visit) in HOSTS
        permission = "running-late:tell" if by_host else "appointment:late"
        if not allowed(actor, permission, target(visit)):
            raise Forbidden
        if now < visit["starts_at"] - EARLIEST:
            raise errors.RoomNotOpen(opens_at=(visit["starts_at"] - EARLIEST).isoformat())
        with suppress(errors.RoomNotOpen):
            refuse(visit, await rules_of(connection, visit["clinic_id"]), now)
        role, why = acting(actor, visit)
        await record(
            connection,
            at=now,
            actor_id=actor.person_id,
            action=permission,
            thing="appointment",
            thing_id=room_id,
            clinic_id=visit["clinic_id"],
            patient_id=visit["patient_id"],
            acting_as=role,
            reason=why,
            data={"minutes": minutes},
        )
        said: dict[str, Any] = {"minutes": minutes}
        if by_host:  # a patient who is there reads it there; any other is sent a message
            async with elevated(connection, "whether the patient is in the room"):
                said["told"] = await patient_is(connection, room_id, "waiting", "admitted")
        fact = Event(BY_PROVIDER if by_host else BY_PATIENT, room_id, now, said)
        await publish(connection, subscriptions, fact)
    live.publish(f"room:{room_id}", *topics(visit))


async def said_late(connection: Connection, room_ids: Collection[UUID], now: datetime) -> dict[UUID, dict[str, int]]:
    """What `provider` and `patient` of these visits last said of being late, in minutes. The connection is the
    system's."""
    rows = await fetch_all(
        connection,
        """SELECT DISTINCT ON (subject, type) subject, type, (data ->> 'minutes')::int AS minutes FROM event
           WHERE subject = ANY(%(rooms)s) AND type = ANY(%(types)s) AND at > %(since)s
           ORDER BY subject, type, at DESC""",
        {"rooms": list(room_ids), "types": list(_WHO), "since": now - EARLIEST},
    )
    found: dict[UUID, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row["subject"], {})[_WHO[row["type"]]] = row["minutes"]
    return found
