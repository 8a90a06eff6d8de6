"""Who waits now in which room, for those who let them in."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from openvisit.core.permissions import ADMIN, CLINICAL, FRONT_DESK, Actor, allowed
from openvisit.features.audit.commands import record_looks
from openvisit.features.audit.vocabulary import look
from openvisit.features.booking.present import APPOINTMENTS, target
from openvisit.features.booking.wire import Named
from openvisit.features.telehealth.rooms import wire
from openvisit.features.telehealth.signalling.entering import WHY
from openvisit.features.telehealth.signalling.presence import Present, present
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Row, elevated, fetch_all

NEAR = timedelta(days=2)
"""No room is open so long before its visit begins, or after; it keeps the search to few."""

_ROOMS = f"""{APPOINTMENTS}
JOIN visit_room room ON room.id = a.id AND room.closed_at IS NULL
WHERE (a.provider_id = %(provider)s OR a.clinic_id = ANY(%(clinics)s))
  AND a.starts_at BETWEEN %(since)s AND %(until)s
  AND EXISTS (SELECT FROM visit_presence w WHERE w.room_id = a.id AND w.revision = room.revision
              AND w.state = 'waiting' AND w.process IS NOT NULL)"""


async def waiting(connection: Connection, vault: Vault, actor: Actor, now: datetime) -> wire.Waiting:
    """Everybody whose tab is open in a waiting room of which the actor is a host, who came first first.

    What counts is that the tab is there, whatever the visit's status says.
    """
    clinics = actor.clinics(ADMIN, FRONT_DESK, CLINICAL)
    scope = {"provider": actor.provider_id, "clinics": clinics, "since": now - NEAR, "until": now + NEAR}
    async with elevated(connection, WHY):
        rows = await fetch_all(connection, _ROOMS, scope)
        visits = {row["id"]: row for row in rows if allowed(actor, "visit-room:host", target(row))}
        everybody = await present(connection, vault, list(visits))
    people = [one for one in everybody if one.alive and one.state == "waiting"]
    seen = [_look(actor, visits[room_id]) for room_id in {one.room_id for one in people}]
    looks = [one for one in seen if one is not None]
    await record_looks(connection, at=now, actor_id=actor.person_id, action="visit-room:read", looks=looks)
    told = [_told(one, visits[one.room_id]) for one in people]
    return wire.Waiting(sorted(told, key=lambda one: one.since))


def _look(actor: Actor, visit: Row) -> Any:
    seen = {"appointment_id": visit["id"], "provider_id": visit["provider_id"]}
    return look(actor, visit["clinic_id"], visit["patient_id"], **seen)


def _told(one: Present, visit: Row) -> wire.WaitingPerson:
    room_id: UUID = one.room_id
    return wire.WaitingPerson(
        room_id=room_id,
        participant=one.participant,
        role="patient" if one.role == "patient" else "guest",
        name=one.name,
        since=one.came_at,
        start=visit["starts_at"],
        clinic=Named(visit["clinic_id"], visit["clinic_name"]),
        provider=Named(visit["provider_id"], visit["provider_name"]),
        patient=Named(visit["patient_id"], visit["patient_name"]),
    )
